// SPDX-License-Identifier: GPL-2.0-or-later
/* filterfile - see filterfile.h. */
#include "filterfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "cbpf/asmout.h"
#include "cbpf/check.h"
#include "cbpf/expr.h"
#include "cbpf/insn.h"
#include "cbpf/progfmt.h"
#include "sys/exprnames.h"
#include "sys/fd.h"

/* Parses and checks 'text'. The kernel's reason comes with the line it is about. */
static int parse(const struct str *text, const char *name, struct asm_prog *ret, struct err *e)
{
	enum progfmt format = progfmt_guess(str_text(text), text->len);
	unsigned int at;
	int r;

	if (format == PROGFMT_NONE)
		return err_set(e, EBADMSG,
			       "%s is no filter in numbers or assembler, as bpfc and tcpdump -ddd "
			       "print them",
			       name);
	r = progfmt_read(format, str_text(text), text->len, name, 0, ret, e);
	if (r)
		return r;
	r = check_find(&ret->prog, CHECK_SOCKET, &at, e);
	if (r)
		err_prefix(e, "%s:%u:%u: instruction %u", ret->pos[at].file, ret->pos[at].line,
			   ret->pos[at].column, at);
	return r;
}

int filterfile_read(const char *what, const char *name, struct sock_fprog *ret_prog, struct err *e)
{
	AUTO(asm_prog_free) struct asm_prog prog = { 0 };
	AUTO(str_free) struct str text = { 0 };
	AUTO(close_p) int fd = -1;
	int r;

	if (!streq(name, "-")) {
		fd = open(name, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return err_sys(e, errno, "%s: open %s", what, name);
	}
	r = fd_read_text(fd < 0 ? STDIN_FILENO : fd, name, PROGFMT_MAX_BYTES, &text, e);
	if (r < 0)
		return err_prefix(e, "%s", what);
	r = parse(&text, name, &prog, e);
	/* A file that is wrong is a failure of the run, not of its usage. */
	if (r < 0) {
		err_prefix(e, "%s", what);
		return r == -EINVAL ? -(e->code = EBADMSG) : r;
	}
	*ret_prog = TAKE(prog.prog, (struct sock_fprog){ 0 });
	return 0;
}

bool filterfile_is_expr(const char *name)
{
	struct stat st;

	return !streq(name, "-") && (stat(name, &st) < 0 || S_ISDIR(st.st_mode));
}

int filterfile_compile(const char *what, const char *text, unsigned int linktype, bool live,
		       struct sock_fprog *ret_prog, struct err *e)
{
	const struct expr_env env = {
		.linktype = linktype,
		.mode = live ? EXPR_LIVE : EXPR_FILE,
		.names = exprnames_system(),
	};
	int r = expr_compile(text, &env, ret_prog, e);

	if (r < 0)
		(void)err_prefix(e, "%s '%s'", what, text);
	return r;
}

int filterfile_dump(const struct job *job, const struct sock_fprog *prog, struct err *e)
{
	int fd = job->json || job->sink == SINK_STDOUT ? STDERR_FILENO : STDOUT_FILENO;
	AUTO(str_free) struct str text = { 0 };

	asmout_add(&text, prog, NULL);
	return fd_write_text(fd, &text, "printing the filter", e);
}
