// SPDX-License-Identifier: GPL-2.0-or-later
/* opt - one table describes a program's options: where each one goes, its unit, range and default,
 * and the sentence that explains it. Parsing, --help, the OPTIONS section of the manual page and
 * the completions of bash and zsh (ui/optdoc) all come from it, so they cannot disagree.
 * The table is data of the program (options.c); the values land in a plain struct. */
#ifndef UI_OPT_H
#define UI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/num.h"

enum opt_kind {
	OPT_END,   /* after the last record */
	OPT_GROUP, /* only 'help': a heading for the records that follow */
	OPT_FLAG,  /* bool at 'offset' becomes true */
	OPT_SET,   /* int at 'offset' becomes 'value' */
	OPT_STR,   /* const char * at 'offset': the argument itself, not copied */
	OPT_NUM,   /* uint64_t at 'offset', in the base unit of 'unit', within 'min' to 'max' */
	OPT_ENUM,  /* int at 'offset': the value of one of 'names' */
	OPT_SETS,  /* unsigned int at 'offset': values of 'names' joined by '|'; comma-separated */
	OPT_LIST,  /* struct opt_list at 'offset': may be given several times */
	OPT_REFUSED, /* known from elsewhere, not done here: 'help' is the sentence that says so */
};

/* What completions offer for an argument. */
enum opt_arg { ARG_NONE, ARG_FILE, ARG_DEV, ARG_DEV_OR_FILE, ARG_USER, ARG_GROUP, ARG_NETNS };

/* One word of an enumeration; a NULL 'name' ends the array. */
struct opt_name {
	const char *name;
	int value;
	const char *help; /* NULL: another spelling of a word above it, accepted but not shown */
};

/* 'n' starts at 0; OPT_LIST_MAX words at most. */
#define OPT_LIST_MAX 64
struct opt_list {
	const char *v[OPT_LIST_MAX];
	unsigned int n;
};

/* What a number without a default holds until the option is given. */
#define OPT_UNSET UINT64_MAX

struct opt {
	enum opt_kind kind;
	char ch;             /* short name, 0 none */
	char ch2;            /* second short name, 0 none */
	const char *name;    /* long name */
	const char *name2;   /* second long name, NULL none */
	size_t offset;       /* offsetof(struct job, member) */
	int value;           /* OPT_SET */
	enum num_unit unit;  /* OPT_NUM */
	uint64_t min, max;   /* OPT_NUM; max 0: no limit */
	const char
		*bare; /* OPT_NUM: unit of a number that names none, "us"; NULL: the unit's own */
	const struct opt_name *names;
	const char *def;     /* default as a user would write it; NULL none */
	const char *arg;     /* name of the argument: "SIZE" */
	enum opt_arg complete;
	const char *optional; /* the argument may be left out (given only as --name=ARG, -xARG): its
				 value then */
	const char *help;    /* one sentence, small enough for --help */
	const char *more;    /* further sentences for the manual page, NULL none */
};

struct opt_table {
	const char *program;
	const char *one_line; /* what the program does, for --help and the completions */
	const char *usage;    /* what follows the program's name: "[OPTION]..." */
	const char *footer;   /* after the options in --help, NULL none */
	const struct opt *opts;
};

/* Fills the members that the table names in '*job' with their defaults: false, 0, NULL, an empty
 * list, OPT_UNSET for a number, or what 'def' says. Other members are left alone.
 * Returns 0, or -EINVAL with 'e' when the table itself is wrong. */
int opt_defaults(const struct opt_table *t, void *job, struct err *e) MUST_USE;

/* Parses 'argv' (of 'argc' entries, [0] the program's name) into '*job', which opt_defaults() has
 * seen. Options and words may be mixed; "--" ends options. The words are moved to 'argv'[1] on and
 * '*ret_n_words' counts them. A long name may be shortened as long as it stays unique.
 * Returns 0, or -EINVAL with one sentence in 'e' that names the option. Strings stay in 'argv'. */
int opt_parse(const struct opt_table *t, int argc, char **argv, void *job, int *ret_n_words,
	      struct err *e) MUST_USE;

/* The word for 'value' in 'names', or "?". */
const char *opt_name_of(const struct opt_name *names, int value) MUST_USE;

/* Looks 'text' up in 'names' in any case. 'what' names it in the error sentence, which lists the
 * words. Returns 0 with '*ret_value', or -EINVAL with 'e'. */
int opt_name_find(const struct opt_name *names, const char *text, const char *what, int *ret_value,
		  struct err *e) MUST_USE;

/* True if the option takes an argument. */
bool opt_takes_arg(const struct opt *o) MUST_USE;

#endif
