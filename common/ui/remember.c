// SPDX-License-Identifier: GPL-2.0-or-later
/* remember - see remember.h. */
#include "ui/remember.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/str.h"
#include "sys/fd.h"
#include "sys/proc.h"

enum { ENTRIES = 16, KEY = 32, VALUE = 512, FILE_MAX = 16 << 10 };

struct entry {
	char key[KEY], value[VALUE];
};

struct remember {
	char folder[480], path[500];
	struct entry v[ENTRIES];
	size_t n;
};

static struct entry *find(const struct remember *r, const char *key)
{
	for (size_t i = 0; i < r->n; i++)
		if (streq(r->v[i].key, key))
			return (struct entry *)&r->v[i];
	return NULL;
}

/* A line of the file; what is no "KEY VALUE" of a possible length is passed over. */
static void take_line(struct remember *r, const char *line, size_t n)
{
	size_t key = strcspn(line, " \n"), value = n - MIN(key + 1, n);
	struct entry *at;

	if (!key || key >= KEY || key >= n || !value || value >= VALUE || r->n == ENTRIES)
		return;
	at = &r->v[r->n];
	memcpy(at->key, line, key);
	memcpy(at->value, line + key + 1, value);
	at->key[key] = at->value[value] = '\0';
	if (!find(r, at->key))
		r->n++;
}

static void take_file(struct remember *r)
{
	AUTO(free_p) char *text = NULL;
	size_t n;

	if (proc_read_all(r->path, FILE_MAX, &text, NULL) < 0)
		return;
	for (const char *p = text; *p; p += n + (p[n] == '\n')) {
		n = strcspn(p, "\n");
		take_line(r, p, n);
	}
}

struct remember *remember_open(const char *program)
{
	const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME");
	struct remember *r;
	struct stat st;
	int n;

	/* Relative paths are to be ignored. */
	if (config && *config != '/')
		config = NULL;
	if (!config && (!home || *home != '/'))
		return NULL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	n = snprintf(r->folder, sizeof(r->folder), "%s%s", config ? config : home,
		     config ? "" : "/.config");
	if (n > 0 && (size_t)n + strlen(program) + 2 < sizeof(r->folder)) {
		(void)!mkdir(r->folder, 0700);
		snprintf(r->folder + n, sizeof(r->folder) - n, "/%s", program);
		(void)!mkdir(r->folder, 0700);
		snprintf(r->path, sizeof(r->path), "%s/screen", r->folder);
	}
	if (!r->path[0] || stat(r->folder, &st) < 0 || !S_ISDIR(st.st_mode)) {
		free(r);
		return NULL;
	}
	take_file(r);
	return r;
}

void remember_close(struct remember *r)
{
	free(r);
}

const char *remember_folder(const struct remember *r)
{
	return r ? r->folder : NULL;
}

const char *remember_get(const struct remember *r, const char *key)
{
	const struct entry *at = r ? find(r, key) : NULL;

	return at ? at->value : NULL;
}

void remember_set(struct remember *r, const char *key, const char *value)
{
	AUTO(str_free) struct str text = { 0 };
	struct entry *at = r ? find(r, key) : NULL;

	if (!r || (at && streq(at->value, value)) || (!at && r->n == ENTRIES) ||
	    strlen(value) >= VALUE)
		return;
	if (!at)
		at = &r->v[r->n++];
	snprintf(at->key, sizeof(at->key), "%s", key);
	snprintf(at->value, sizeof(at->value), "%s", value);
	for (size_t i = 0; i < r->n; i++)
		str_addf(&text, "%s %s\n", r->v[i].key, r->v[i].value);
	(void)!fd_replace_text(r->path, &text, NULL);
}
