// SPDX-License-Identifier: GPL-2.0-or-later
/* job - see job.h. */
#include "job.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cbpf/expr.h"
#include "cbpf/progfmt.h"
#include "proto/linktype.h"
#include "ranges.h"

int job_init(struct job *job, struct err *e)
{
	*job = (struct job){ 0 };
	return opt_defaults(&bpfc_options, job, e);
}

/* A word that is no file and has blanks in it is the program itself. */
static void name_input(struct job *job, const char *word)
{
	const char *input = job->input ? job->input : word;

	if (!job->input && !streq(word, "-") && strpbrk(word, " \t\n") && access(word, F_OK) < 0) {
		job->text = word;
		job->name = "argument";
		return;
	}
	job->path = input;
	job->name = streq(input, "-") ? "<stdin>" : input;
}

/* -e EXPR and the words behind it are one expression. */
static int join_expr(struct job *job, char **words, int n_words, struct err *e)
{
	str_add(&job->joined, job->expr);
	for (int i = 0; i < n_words; i++)
		str_addf(&job->joined, " %s", words[i]);
	if (job->joined.failed)
		return err_sys(e, ENOMEM, "-e");
	if (job->input)
		return err_set(e, EINVAL, "-e and -i are different programs");
	job->text = str_text(&job->joined);
	job->name = "expression";
	return 0;
}

/* --prove takes a second word for what --against names. */
static void take_second(struct job *job, char **words, int *n_words)
{
	if (job->prove && !job->against && *n_words + (job->input != NULL) == 2)
		job->against = words[--*n_words];
}

/* What the program is: an expression, a file, or a word. */
static int find_program(struct job *job, char **words, int n_words, struct err *e)
{
	if (job->fields && (job->expr || job->input || n_words))
		return err_set(e, EINVAL, "--fields: needs no program");
	if (job->fields)
		return 0;
	if (job->expr)
		return join_expr(job, words, n_words, e);
	take_second(job, words, &n_words);
	if (n_words + (job->input != NULL) > 1)
		return err_set(e, EINVAL, "'%s': one program is enough", words[n_words - 1]);
	if (n_words == 0 && !job->input)
		return err_set(e, EINVAL,
			       "no program: name a file, - for standard input, or write "
			       "it as one argument");
	name_input(job, n_words ? words[0] : NULL);
	return 0;
}

static int find_netmask(struct job *job, struct err *e)
{
	struct in_addr a;

	job->netmask = EXPR_NETMASK_UNKNOWN;
	if (!job->netmask_text)
		return 0;
	if (inet_pton(AF_INET, job->netmask_text, &a) != 1)
		return err_set(e, EINVAL, "--netmask: '%s' is no mask such as 255.255.255.0",
			       job->netmask_text);
	job->netmask = ntohl(a.s_addr);
	return 0;
}

static int find_mode(struct job *job, struct err *e)
{
	const struct {
		bool given;
		enum mode mode;
		const char *name;
	} modes[] = {
		{ job->check, MODE_CHECK, "--check" },
		{ job->run != NULL, MODE_RUN, "--run" },
		{ job->debug != NULL, MODE_DEBUG, "--debug" },
		{ job->dot, MODE_DOT, "--dot" },
		{ job->jit, MODE_JIT, "--jit" },
		{ job->prove, MODE_PROVE, "--prove" },
		{ job->witness, MODE_WITNESS, "--witness" },
		{ job->fields, MODE_FIELDS, "--fields" },
	};
	const char *first = NULL;

	for (unsigned int i = 0; i < ARRAY_SIZE(modes); i++) {
		if (!modes[i].given)
			continue;
		if (first)
			return err_set(e, EINVAL, "%s and %s are different things to do", first,
				       modes[i].name);
		first = modes[i].name;
		job->mode = modes[i].mode;
	}
	return 0;
}

static int check_expr(const struct job *job, struct err *e)
{
	if (job->fields && !job->netmask_text && !job->no_optimise)
		return 0;
	if (!job->expr && (job->netmask_text || job->live || job->no_optimise))
		return err_set(e, EINVAL, "%s: is about a filter expression, see -e",
			       job->netmask_text ? "--netmask"
			       : job->live	 ? "--live"
						 : "--no-optimise");
	return 0;
}

static int check_proving(const struct job *job, struct err *e)
{
	bool both = job->against && streq(job->against, "-") && job->path && streq(job->path, "-");

	if (job->against && !job->prove)
		return err_set(e, EINVAL, "--against: only --prove compares programs");
	if (job->write && !job->prove && !job->witness)
		return err_set(e, EINVAL, "--write: only --prove and --witness have packets");
	if (job->prove && job->optimise)
		return err_set(e, EINVAL, "-O: --prove compares a program with its optimised form");
	if (both)
		return err_set(e, EINVAL, "standard input cannot hold both programs");
	if (job->prove && job->no_optimise && !job->against)
		return err_set(e, EINVAL,
			       "--prove compares an expression with itself, not optimised: "
			       "--no-optimise leaves nothing to prove");
	return 0;
}

static int check_pairs(const struct job *job, struct err *e)
{
	bool is_stdin = job->path && streq(job->path, "-");

	if (job->mode != MODE_RUN && (job->trace || job->coverage || job->summary))
		return err_set(e, EINVAL, "%s: needs --run and a capture file",
			       job->trace      ? "--trace"
			       : job->coverage ? "--coverage"
					       : "--summary");
	if (job->mode == MODE_RUN && is_stdin && streq(job->run, "-"))
		return err_set(e, EINVAL,
			       "standard input cannot hold both the program and the packets");
	if (job->mode == MODE_DEBUG && (is_stdin || streq(job->debug, "-")))
		return err_set(e, EINVAL, "--debug: standard input holds the commands");
	if (job->defines.n && !job->cpp)
		return err_set(e, EINVAL, "-D: only the C preprocessor knows macros, see --cpp");
	if (job->cpp && job->text)
		return err_set(e, EINVAL, "--cpp: reads files and standard input only");
	if (job->bypass && job->mode != MODE_EMIT)
		return err_set(e, EINVAL, "-b: only what is written can be left unchecked");
	if (job->optimise && (job->bypass || job->no_optimise))
		return err_set(e, EINVAL, "-O and %s contradict each other",
			       job->bypass ? "-b" : "--no-optimise");
	if (job->seccomp && job->bypass)
		return err_set(e, EINVAL, "--seccomp and -b contradict each other");
	if (job->json && (job->mode == MODE_DEBUG || job->mode == MODE_DOT))
		return err_set(e, EINVAL, "--json: neither --debug nor --dot has such output");
	return 0;
}

int job_validate(struct job *job, char **words, int n_words, struct err *e)
{
	int linktype, rc;

	rc = find_program(job, words, n_words, e);
	if (rc == 0)
		rc = find_netmask(job, e);
	if (rc == 0)
		rc = find_mode(job, e);
	if (rc == 0)
		rc = check_expr(job, e);
	if (rc == 0)
		rc = check_pairs(job, e);
	if (rc == 0)
		rc = check_proving(job, e);
	if (rc)
		return rc;
	if (job->trace && ranges_check(job->trace, "--trace", e))
		return -e->code;
	if (job->json && job->mode == MODE_EMIT)
		job->format = FORMAT_JSON;
	linktype = linktype_by_name(job->linktype_name ? job->linktype_name : "EN10MB");
	if (linktype < 0)
		return err_set(e, EINVAL, "-y: '%s' is no link type", job->linktype_name);
	job->linktype = linktype;
	job->tty = isatty(STDIN_FILENO);
	return 0;
}

void job_other(const struct job *job, struct job *ret)
{
	*ret = *job;
	ret->optimise = !job->against && !job->expr;
	if (!job->against) {
		ret->no_optimise = job->expr;
		ret->name = job->expr ? "what it is generated as" : "what the optimiser makes of it";
		return;
	}
	ret->input = NULL;
	ret->expr = ret->path = ret->text = NULL;
	ret->from = PROGFMT_NONE;
	if (streq(job->against, "-") || access(job->against, F_OK) == 0) {
		name_input(ret, job->against);
		return;
	}
	ret->text = job->against;
	ret->name = "the other program";
	if (progfmt_guess(ret->text, strlen(ret->text)) == PROGFMT_NONE) {
		ret->expr = ret->text;
		ret->name = "the other expression";
	}
}

void job_free(struct job *job)
{
	str_free(&job->joined);
}
