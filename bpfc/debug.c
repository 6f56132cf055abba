// SPDX-License-Identifier: GPL-2.0-or-later
/* debug - see debug.h. The loop that reads commands; what they do is in debug_cmd.c. */
#include "debug.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "debug_priv.h"
#include "sys/fd.h"

static int show(struct session *d, struct err *e)
{
	return fd_write_text(STDOUT_FILENO, &d->out, "standard output", e);
}

static char *trim(char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	for (n = strlen(text); n && strchr(" \t\r\n", text[n - 1]); n--)
		text[n - 1] = '\0';
	return text;
}

static int one_line(struct session *d, char *line, struct err *e)
{
	char *text = trim(line);
	size_t n = strcspn(text, " \t");
	const struct command *c;

	if (*text == '#' || !*text)
		return 0;
	c = debug_command(text, n, e);
	return c ? c->run(d, trim(text + n), e) : -EINVAL;
}

/* An empty line repeats the command before it, where people type. */
static int commands(struct session *d, struct err *e)
{
	AUTO(free_p) char *line = NULL;
	AUTO(free_p) char *last = NULL;
	bool tty = d->job->tty;
	unsigned int number = 0;
	size_t cap = 0;
	int rc;

	while (!d->quit) {
		struct err bad = { 0 };

		if (tty) {
			str_add(&d->out, "(bpfc) ");
			rc = show(d, e);
			if (rc)
				return rc;
		}
		if (getline(&line, &cap, stdin) < 0)
			return 0;
		number++;
		if (tty && line[0] == '\n' && last) {
			free(line);
			line = TAKE(last, NULL);
			cap = strlen(line) + 1;
		}
		free(last);
		last = strdup(line);
		if (!last)
			return err_sys(e, ENOMEM, "command");
		rc = one_line(d, line, &bad);
		if (rc && !tty) {
			if (show(d, e))
				return -e->code;
			return err_set(e, EINVAL, "<stdin>:%u: %s", number, bad.text);
		}
		if (rc)
			str_addf(&d->out, "%s\n", bad.text);
		rc = show(d, e);
		if (rc)
			return rc;
	}
	return 0;
}

int debug(const struct job *job, const struct source *s, int fd, struct err *e)
{
	struct session d = { .job = job, .s = s, .fd = fd };
	int rc;

	if (lseek(fd, 0, SEEK_CUR) < 0)
		return err_set(e, ESPIPE, "--debug: %s cannot be read twice, save it to a file",
			       job->debug);
	rc = packets_open(fd, job->debug, &d.packets, e);
	if (rc)
		return rc;
	d.breakpoints = calloc(s->p.prog.len, sizeof(*d.breakpoints));
	d.names = fieldname_new(&s->p.prog, job->linktype);
	if (!d.breakpoints || !d.names)
		rc = err_sys(e, ENOMEM, "debugger");
	else
		rc = commands(&d, e);
	fieldname_free(d.names);
	free(d.breakpoints);
	packets_close(&d.packets);
	str_free(&d.out);
	return rc == -EPIPE ? 0 : rc;
}
