// SPDX-License-Identifier: GPL-2.0-or-later
/* source - see source.h. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/str.h"
#include "cbpf/insn.h"
#include "cbpf/opt.h"
#include "sys/cpp.h"
#include "sys/fd.h"
#include "ui/jsonw.h"

static int read_file(const struct job *job, struct str *text, struct err *e)
{
	AUTO(close_p) int fd = -1;

	if (!streq(job->path, "-")) {
		fd = open(job->path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return err_sys(e, errno, "open %s", job->path);
	}
	return fd_read_text(fd < 0 ? STDIN_FILENO : fd, job->name, PROGFMT_MAX_BYTES, text, e);
}

static int read_text(const struct job *job, struct str *text, struct err *e)
{
	if (job->text) {
		str_add(text, job->text);
		return text->failed ? err_sys(e, ENOMEM, "%s", job->name) : 0;
	}
	if (job->cpp)
		return cpp_run(job->path, job->defines.v, job->defines.n, NULL, PROGFMT_MAX_BYTES,
			       text, e);
	return read_file(job, text, e);
}

int source_read(const struct job *job, struct source *ret, struct err *e)
{
	AUTO(source_free) struct source s = { 0 };
	int rc = read_text(job, &s.text, e);

	if (rc == 0)
		*ret = TAKE(s, (struct source){ 0 });
	return rc;
}

int source_parse(const struct job *job, struct source *s, struct err *e)
{
	unsigned int flags = job->bypass ? ASM_ANY_WORD : 0;
	int rc;

	s->format = job->from;
	if (s->format == PROGFMT_NONE)
		s->format = job->cpp ? PROGFMT_ASM : progfmt_guess(str_text(&s->text), s->text.len);
	/* The error of the assembler is the one that helps with a text of no format. */
	if (s->format == PROGFMT_NONE)
		s->format = PROGFMT_ASM;
	rc = progfmt_read(s->format, str_text(&s->text), s->text.len, job->name, flags, &s->p, e);
	if (rc)
		return rc;
	if (job->cpp || s->format == PROGFMT_RAW || s->format == PROGFMT_ELF)
		str_clear(&s->text);
	return 0;
}

int source_optimise(const struct job *job, struct source *s, struct err *e)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	struct sock_fprog old = s->p.prog;
	int rc = opt_prog(&s->p.prog, &prog, e);

	if (rc)
		return err_prefix(e, "%s: -O", job->name);
	s->p.prog = TAKE(prog, old);
	return source_drop_places(job, s, e);
}

int source_drop_places(const struct job *job, struct source *s, struct err *e)
{
	struct asm_prog *p = &s->p;

	str_clear(&s->text);
	s->format = PROGFMT_NONE;
	p->pos = arena_alloc(&p->arena, p->prog.len * sizeof(p->pos[0]));
	if (!p->pos)
		return err_sys(e, ENOMEM, "%s", job->name);
	for (unsigned int i = 0; i < p->prog.len; i++)
		p->pos[i] = (struct asm_pos){ .file = job->name, .line = 1, .column = 1 };
	return 0;
}

void source_free(struct source *s)
{
	asm_prog_free(&s->p);
	str_free(&s->text);
	*s = (struct source){ 0 };
}

static bool has_lines(const struct source *s)
{
	switch (s->format) {
	case PROGFMT_ASM:
	case PROGFMT_NUMBERS:
	case PROGFMT_ARRAY:
	case PROGFMT_LISTING:
	case PROGFMT_HEX:
		return true;
	default:
		return false;
	}
}

void source_json_pos(const struct source *s, unsigned int i, struct jsonw *j)
{
	const struct asm_pos *at = &s->p.pos[i];

	jsonw_str(j, "file", at->file);
	if (!has_lines(s))
		return;
	jsonw_u64(j, "line", at->line);
	jsonw_u64(j, "column", at->column);
}

void source_add_pos(const struct source *s, unsigned int i, struct str *out)
{
	const struct asm_pos *at = &s->p.pos[i];

	if (has_lines(s))
		str_addf(out, "%s:%u:%u", at->file, at->line, at->column);
	else
		str_addf(out, "%s: instruction %u", at->file, i);
}

const char *source_line(const struct source *s, unsigned int line, size_t *ret_n)
{
	const char *p = str_text(&s->text), *end = p + s->text.len, *nl;

	*ret_n = 0;
	while (--line > 0 && p < end) {
		nl = memchr(p, '\n', end - p);
		p = nl ? nl + 1 : end;
	}
	nl = memchr(p, '\n', end - p);
	*ret_n = (nl ? nl : end) - p;
	return p;
}
