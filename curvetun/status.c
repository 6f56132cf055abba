// SPDX-License-Identifier: GPL-2.0-or-later
/* status - see status.h. */
#include "status.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "numbers.h"
#include "sys/fd.h"
#include "ui/fmt.h"
#include "ui/metrics.h"
#include "ui/table.h"

enum { REPLY_MAX = 64 << 20 };

static void decref_p(json_t **j)
{
	json_decref(*j);
}

static void closedir_p(DIR **d)
{
	if (*d)
		closedir(*d);
}

static const char *text_of(json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "-";
}

static uint64_t number_of(json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void age_cell(struct table *t, json_t *o, const char *key)
{
	json_t *v = json_object_get(o, key);

	if (json_is_null(v))
		table_cell(t, "-");
	else
		table_cell(t, fmt_duration(json_number_value(v) * 1e9).s);
}

static void add_text(json_t *o, struct str *out)
{
	struct table t = table_of("llllrrrrr");
	json_t *p;
	size_t i;

	str_addf(out, "%s %s", text_of(o, "role"), text_of(o, "device"));
	if (json_is_string(json_object_get(o, "state")))
		str_addf(out, ", %s", text_of(o, "state"));
	str_addf(out, "\n");
	for (const char *const *h = (const char *const[]){ "peer", "endpoint", "carrier", "cipher",
							   "handshake", "heard", "received",
							   "sent", "lost", NULL }; *h; h++)
		table_cell(&t, *h);
	json_array_foreach(json_object_get(o, "peers"), i, p) {
		table_cell(&t, text_of(p, "name"));
		table_cell(&t, text_of(p, "endpoint"));
		table_cell(&t, json_is_true(json_object_get(p, "up")) ? text_of(p, "carrier") : "down");
		table_cell(&t, text_of(p, "cipher"));
		age_cell(&t, p, "handshake_age_s");
		age_cell(&t, p, "heard_age_s");
		table_cell(&t, fmt_bytes(number_of(p, "rx_bytes")).s);
		table_cell(&t, fmt_bytes(number_of(p, "tx_bytes")).s);
		table_u64(&t, number_of(p, "lost"));
	}
	table_print(&t, 2, out);
	table_free(&t);
}

/* Asks the socket 'file'. -ECONNREFUSED: nobody is behind it. */
static int ask(const struct folder *f, const char *file, struct str *out, struct err *e)
{
	AUTO(close_p) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int n = snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/%s", f->fd, file);

	if (fd < 0 || n >= (int)sizeof(a.sun_path))
		return err_set(e, ENAMETOOLONG, "%s: open a socket", file);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return err_sys(e, errno, "ask %s/%s", f->path, file);
	return fd_read_text(fd, file, REPLY_MAX, out, e);
}

int status_lines(const struct folder *f, struct str *out, struct err *e)
{
	AUTO(closedir_p) DIR *d = fdopendir(dup(f->fd));
	struct dirent *ent;
	int rc, n = 0;

	if (!d)
		return err_sys(e, errno, "read the folder %s", f->path);
	rewinddir(d); /* the descriptor's place is shared with the one before */
	while ((ent = readdir(d))) {
		if (!str_ends(ent->d_name, ".sock"))
			continue;
		rc = ask(f, ent->d_name, out, e);
		if (rc == -ECONNREFUSED)
			continue;
		if (rc)
			return rc;
		n++;
	}
	return n ? 0 : err_set(e, ENOENT, "no tunnel runs with the folder %s", f->path);
}

static int add_texts(const struct str *lines, struct str *out, struct err *e)
{
	const char *p = str_text(lines), *end;

	for (; (end = strchr(p, '\n')); p = end + 1) {
		AUTO(decref_p) json_t *o = json_loadb(p, end - p, 0, NULL);

		if (!o)
			return err_set(e, EPROTO, "what a tunnel answers is cut short");
		add_text(o, out);
	}
	return 0;
}

int status_add(const struct folder *f, const struct job *job, struct str *out, struct err *e)
{
	AUTO(str_free) struct str lines = { 0 }, page = { 0 };
	int rc = status_lines(f, job->json ? out : &lines, e);

	if (rc || job->json)
		return rc;
	if (!job->metrics)
		return add_texts(&lines, out, e);
	if (streq(job->metrics, "-"))
		return numbers_page(&lines, out, e);
	rc = numbers_page(&lines, &page, e);
	return rc ? rc : fd_replace_text(job->metrics, &page, e);
}
