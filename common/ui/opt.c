// SPDX-License-Identifier: GPL-2.0-or-later
/* opt - see opt.h. */
#include "ui/opt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/near.h"
#include "base/str.h"

/* One option as it stood on the command line, for sentences. */
struct use {
	const struct opt *o;
	char shown[72]; /* "-S" or "--ring-size" */
};

bool opt_takes_arg(const struct opt *o)
{
	return o->kind == OPT_STR || o->kind == OPT_NUM || o->kind == OPT_ENUM ||
	       o->kind == OPT_SETS || o->kind == OPT_LIST;
}

const char *opt_name_of(const struct opt_name *names, int value)
{
	for (; names->name; names++)
		if (names->value == value)
			return names->name;
	return "?";
}

int opt_name_find(const struct opt_name *names, const char *text, const char *what, int *ret_value,
		  struct err *e)
{
	AUTO(str_free) struct str all = { 0 };
	const struct opt_name *n;

	for (n = names; n->name; n++) {
		if (!strcasecmp(n->name, text)) {
			*ret_value = n->value;
			return 0;
		}
		if (n->help)
			str_addf(&all, "%s%s", all.len ? ", " : "", n->name);
	}
	return err_set(e, EINVAL, "%s: '%s' is none of: %s", what, text, str_text(&all));
}

static bool is_option(const struct opt *o)
{
	return o->kind != OPT_GROUP;
}

static const struct opt *find_short(const struct opt_table *t, char ch)
{
	const struct opt *o;

	for (o = t->opts; o->kind != OPT_END; o++)
		if (is_option(o) && (o->ch == ch || (o->ch2 && o->ch2 == ch)))
			return o;
	return NULL;
}

/* The option whose long name is the 'n' bytes at 'name', or the only one they begin. */
static int find_long(const struct opt_table *t, const char *name, size_t n, struct use *ret_u,
		     struct err *e)
{
	const struct opt *o, *hit = NULL;
	const char *names[2], *hit_name = NULL, *other = NULL;
	struct near near = { 0 };
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)n, name);
	for (o = t->opts; o->kind != OPT_END; o++) {
		names[0] = is_option(o) ? o->name : NULL;
		names[1] = is_option(o) ? o->name2 : NULL;
		for (size_t i = 0; i < 2; i++) {
			if (names[i])
				near_consider(&near, text, names[i]);
			if (!names[i] || strlen(text) != n || !str_starts(names[i], text))
				continue;
			if (streq(names[i], text)) {
				*ret_u = (struct use){ .o = o };
				snprintf(ret_u->shown, sizeof(ret_u->shown), "--%s", text);
				return 0;
			}
			if (hit && hit != o)
				other = names[i];
			else
				hit_name = names[i];
			hit = hit ? hit : o;
		}
	}
	if (other)
		return err_set(e, EINVAL, "option --%s is ambiguous: --%s or --%s?", text, hit_name,
			       other);
	if (!hit)
		return err_set(e, EINVAL, "unknown option --%s%s%s%s; --help lists all", text,
			       near.word ? ", did you mean --" : "", near.word ? near.word : "",
			       near.word ? "?" : "");
	*ret_u = (struct use){ .o = hit };
	snprintf(ret_u->shown, sizeof(ret_u->shown), "--%s", hit_name);
	return 0;
}

static int parse_num(const struct opt *o, const char *what, const char *arg, uint64_t *ret_v,
		     struct err *e)
{
	uint64_t max = o->max ? o->max : UINT64_MAX - 1;
	size_t n = strlen(arg);
	char text[64];

	if (n > 40)
		return err_set(e, EINVAL, "%s: '%.40s...' is not a number", what, arg);
	snprintf(text, sizeof(text), "%s%s", arg,
		 o->bare && n && arg[n - 1] >= '0' && arg[n - 1] <= '9' ? o->bare : "");
	return num_parse(text, o->unit, o->min, max, what, ret_v, e);
}

static int parse_sets(const struct opt *o, const char *what, const char *arg, unsigned int *bits,
		      struct err *e)
{
	char word[64];
	int value, r;
	size_t n;

	for (;;) {
		n = strcspn(arg, ",");
		snprintf(word, sizeof(word), "%.*s", (int)MIN(n, sizeof(word) - 1), arg);
		r = opt_name_find(o->names, word, what, &value, e);
		if (r < 0)
			return r;
		*bits |= value;
		if (!arg[n])
			return 0;
		arg += n + 1;
	}
}

static int add_word(struct opt_list *l, const char *what, const char *arg, struct err *e)
{
	if (l->n == OPT_LIST_MAX)
		return err_set(e, EINVAL, "%s may be given %d times at most", what, OPT_LIST_MAX);
	l->v[l->n++] = arg;
	return 0;
}

/* Stores 'arg' (NULL for options without one) where the record says. */
static int store(const struct opt *o, const char *what, const char *arg, void *job, struct err *e)
{
	void *p = (char *)job + o->offset;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)p = true;
		return 0;
	case OPT_SET:
		*(int *)p = o->value;
		return 0;
	case OPT_STR:
		*(const char **)p = arg;
		return 0;
	case OPT_NUM:
		return parse_num(o, what, arg, p, e);
	case OPT_ENUM:
		return opt_name_find(o->names, arg, what, p, e);
	case OPT_SETS:
		return parse_sets(o, what, arg, p, e);
	case OPT_LIST:
		return add_word(p, what, arg, e);
	case OPT_REFUSED:
		return err_set(e, EINVAL, "%s: %s", what, o->help);
	case OPT_GROUP:
	case OPT_END:
		break;
	}
	return err_set(e, EINVAL, "%s: no such kind of option", what);
}

int opt_defaults(const struct opt_table *t, void *job, struct err *e)
{
	const struct opt *o;
	void *p;
	int r;

	for (o = t->opts; o->kind != OPT_END; o++) {
		p = (char *)job + o->offset;
		if (o->kind == OPT_FLAG)
			*(bool *)p = false;
		else if (o->kind == OPT_STR)
			*(const char **)p = NULL;
		else if (o->kind == OPT_NUM)
			*(uint64_t *)p = OPT_UNSET;
		else if (o->kind == OPT_LIST)
			((struct opt_list *)p)->n = 0;
		else if (o->kind == OPT_ENUM || o->kind == OPT_SET || o->kind == OPT_SETS)
			*(int *)p = 0;
		if (!o->def || !opt_takes_arg(o))
			continue;
		r = store(o, o->name, o->def, job, e);
		if (r < 0)
			return err_prefix(e, "option table of %s", t->program);
	}
	return 0;
}

/* "--name", "--name=ARG" or "--name ARG" at argv[*i]. */
static int parse_long(const struct opt_table *t, int argc, char **argv, int *i, void *job,
		      struct err *e)
{
	const char *name = argv[*i] + 2, *eq = strchr(name, '='), *arg = eq ? eq + 1 : NULL;
	struct use u;
	int r;

	r = find_long(t, name, eq ? (size_t)(eq - name) : strlen(name), &u, e);
	if (r < 0)
		return r;
	if (u.o->kind == OPT_REFUSED)
		return store(u.o, u.shown, NULL, job, e);
	if (!opt_takes_arg(u.o)) {
		if (arg)
			return err_set(e, EINVAL, "option %s takes no argument", u.shown);
	} else if (!arg) {
		if (u.o->optional)
			arg = u.o->optional;
		else if (*i + 1 < argc)
			arg = argv[++*i];
		else
			return err_set(e, EINVAL, "option %s needs an argument: %s", u.shown,
				       u.o->arg);
	}
	return store(u.o, u.shown, arg, job, e);
}

/* A cluster of short options at argv[*i]: "-abc", "-oFILE", "-o FILE". */
static int parse_short(const struct opt_table *t, int argc, char **argv, int *i, void *job,
		       struct err *e)
{
	const char *s = argv[*i] + 1, *arg;
	const struct opt *o;
	char shown[3] = "-?";
	int r;

	for (; *s; s++) {
		shown[1] = *s;
		o = find_short(t, *s);
		if (!o && (*s < '!' || *s > '~'))
			return err_set(e, EINVAL, "unknown option in '%s'; --help lists all",
				       argv[*i]);
		if (!o)
			return err_set(e, EINVAL, "unknown option %s; --help lists all", shown);
		if (!opt_takes_arg(o)) {
			r = store(o, shown, NULL, job, e);
			if (r < 0)
				return r;
			continue;
		}
		if (s[1])
			arg = s + 1;
		else if (o->optional)
			arg = o->optional;
		else if (*i + 1 < argc)
			arg = argv[++*i];
		else
			return err_set(e, EINVAL, "option %s needs an argument: %s", shown, o->arg);
		return store(o, shown, arg, job, e);
	}
	return 0;
}

int opt_parse(const struct opt_table *t, int argc, char **argv, void *job, int *ret_n_words,
	      struct err *e)
{
	bool words_only = false;
	int i, n = 0, r;

	for (i = 1; i < argc; i++) {
		if (words_only || argv[i][0] != '-' || !argv[i][1])
			argv[++n] = argv[i];
		else if (streq(argv[i], "--"))
			words_only = true;
		else {
			r = argv[i][1] == '-' ? parse_long(t, argc, argv, &i, job, e) :
						parse_short(t, argc, argv, &i, job, e);
			if (r < 0)
				return r;
		}
	}
	*ret_n_words = n;
	return 0;
}
