// SPDX-License-Identifier: GPL-2.0-or-later
/* work - see work.h. */
#include "work.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "folder.h"
#include "keytext.h"
#include "lists.h"
#include "run.h"
#include "status.h"
#include "ui/jsonw.h"

static void close_folder(struct folder *f)
{
	folder_close(f);
}

static void wipe(struct identity *i)
{
	sodium_memzero(i, sizeof(*i));
}

/* The user's name, as one line from standard input. */
static int ask_name(char name[FOLDER_NAME], struct err *e)
{
	char line[256];
	ssize_t n;

	if (isatty(STDIN_FILENO))
		log_warn("name of the user:");
	n = read(STDIN_FILENO, line, sizeof(line) - 1);
	if (n <= 0)
		return err_set(e, EINVAL, "no name of a user: --user gives it");
	line[n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	if (strlen(line) >= FOLDER_NAME)
		return err_set(e, EINVAL, "the name is too long");
	strcpy(name, line);
	return 0;
}

static int make_keys(const struct job *job, const struct folder *f, struct err *e)
{
	char name[FOLDER_NAME];
	int rc;

	if (!job->user) {
		rc = ask_name(name, e);
		if (rc)
			return rc;
	}
	return folder_make_keys(f, job->user ? job->user : name, e);
}

static void json_key(struct jsonw *j, const uint8_t key[NOISE_KEY])
{
	AUTO(str_free) struct str s = { 0 };

	keytext_add(&s, key);
	jsonw_str(j, "key", str_text(&s));
}

static int export(const struct job *job, const struct folder *f, struct str *out, struct err *e)
{
	AUTO(wipe) struct identity i = { 0 };
	struct jsonw j = jsonw_of(out);
	int rc = folder_read_keys(f, &i, e);

	if (rc)
		return rc;
	if (job->json) {
		jsonw_object(&j, NULL);
		jsonw_str(&j, "name", i.name);
		json_key(&j, i.keys.public);
		jsonw_line(&j);
	} else {
		str_addf(out, "%s;", i.name);
		keytext_add(out, i.keys.public);
		str_addc(out, '\n');
	}
	return 0;
}

static void add_client(const struct job *job, const struct client_line *c, struct str *out)
{
	AUTO(str_free) struct str net = { 0 };
	struct jsonw j = jsonw_of(out);
	unsigned int i;

	if (job->json) {
		jsonw_object(&j, NULL);
		jsonw_str(&j, "name", c->name);
		json_key(&j, c->key);
		jsonw_bool(&j, "psk", c->has_psk);
		jsonw_array(&j, "ip");
	} else {
		str_addf(out, "%s;", c->name);
		keytext_add(out, c->key);
		str_add(out, c->has_psk ? ";psk=(hidden)" : "");
		str_add(out, c->n_nets ? ";ip=" : "");
	}
	for (i = 0; i < c->n_nets; i++) {
		str_clear(&net);
		lists_net_add(&net, &c->nets[i]);
		if (job->json)
			jsonw_str(&j, NULL, str_text(&net));
		else
			str_addf(out, "%s%s", i ? "," : "", str_text(&net));
	}
	if (job->json)
		jsonw_line(&j);
	else
		str_addc(out, '\n');
}

static void add_server(const struct job *job, const struct server_line *s, struct str *out)
{
	struct jsonw j = jsonw_of(out);

	if (job->json) {
		jsonw_object(&j, NULL);
		jsonw_str(&j, "alias", s->alias);
		jsonw_str(&j, "host", s->host);
		jsonw_u64(&j, "port", s->port);
		jsonw_str(&j, "carrier", s->tcp ? "tcp" : "udp");
		jsonw_bool(&j, "only", s->only);
		jsonw_u64(&j, "keepalive_s", s->keepalive_s);
		json_key(&j, s->key);
		jsonw_bool(&j, "psk", s->has_psk);
		jsonw_line(&j);
	} else {
		str_addf(out, "%s;%s;%u;%s;", s->alias, s->host, s->port, s->tcp ? "tcp" : "udp");
		keytext_add(out, s->key);
		str_add(out, s->only ? ";only" : "");
		if (s->keepalive_s != LISTS_KEEPALIVE)
			str_addf(out, ";keepalive=%u", s->keepalive_s);
		str_add(out, s->has_psk ? ";psk=(hidden)\n" : "\n");
	}
}

static int dump(const struct job *job, const struct folder *f, struct str *out, struct err *e)
{
	const char *name = job->clients ? "clients" : "servers";
	AUTO(str_wipe) struct str text = { 0 };
	AUTO(free_p) struct client_line *c = NULL;
	AUTO(free_p) struct server_line *s = NULL;
	char path[600];
	size_t n = 0, i;
	int rc = folder_read(f, name, true, &text, e);

	if (rc)
		return rc;
	snprintf(path, sizeof(path), "%s/%s", f->path, name);
	rc = job->clients ? lists_clients(path, str_text(&text), text.len, &c, &n, e) :
			    lists_servers(path, str_text(&text), text.len, &s, &n, e);
	for (i = 0; i < n && !rc; i++) {
		if (job->clients)
			add_client(job, &c[i], out);
		else
			add_server(job, &s[i], out);
	}
	if (c)
		sodium_memzero(c, n * sizeof(*c));
	if (s)
		sodium_memzero(s, n * sizeof(*s));
	return rc;
}

int work(const struct job *job, struct str *out, struct err *e)
{
	AUTO(close_folder) struct folder f = { .fd = -1 };
	int rc;

	if (sodium_init() < 0)
		return err_set(e, EIO, "libsodium does not start");
	rc = folder_open(job->dir, job->keygen, &f, e);
	if (rc)
		return rc;
	if (job->keygen)
		return make_keys(job, &f, e);
	if (job->server || job->client)
		return run_tunnel(job, &f, e);
	if (job->status)
		return status_add(&f, job, out, e);
	return job->export ? export(job, &f, out, e) : dump(job, &f, out, e);
}
