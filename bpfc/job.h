// SPDX-License-Identifier: GPL-2.0-or-later
/* job - what one run of bpfc is to do: the options as given, and what follows from them. Plain
 * values; strings live in argv. options.c fills the first part by the option table, job_validate()
 * derives the second and refuses what does not go together. */
#ifndef BPFC_JOB_H
#define BPFC_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "ui/opt.h"

enum format {
	FORMAT_C, /* also netsniff-ng's */
	FORMAT_XT,
	FORMAT_TCPDUMP,
	FORMAT_LISTING,
	FORMAT_ASM,
	FORMAT_HEX,
	FORMAT_RAW,
	FORMAT_JSON,
	FORMAT_RUST,
	FORMAT_GO,
	FORMAT_IPTABLES,
	FORMAT_NFT,
	FORMAT_EBPF,
	FORMAT_ELF,
};

enum mode {
	MODE_EMIT,
	MODE_CHECK,
	MODE_RUN,
	MODE_DEBUG,
	MODE_DOT,
	MODE_JIT,
	MODE_PROVE,
	MODE_WITNESS,
	MODE_FIELDS,
};

struct job {
	/* Input */
	const char *input; /* file, "-"; NULL: the word */
	const char *expr;  /* filter expression, before the words; NULL none */
	uint64_t snaplen;
	const char *netmask_text;
	bool live; /* the expression is for a socket */
	bool cpp;
	struct opt_list defines;
	int from; /* enum progfmt, PROGFMT_NONE: by its beginning */
	const char *linktype_name;

	/* Output */
	int format; /* enum format */
	int target; /* enum ebpf_target */
	bool json;

	/* Checking */
	bool bypass, check, seccomp;
	bool optimise, no_optimise;

	/* Running */
	const char *run;   /* capture file */
	const char *debug; /* capture file */
	const char *trace; /* "1,3-5", "all"; NULL none */
	bool coverage, summary;
	bool dot, jit, fields;

	/* Proving */
	bool prove, witness;
	const char *against; /* the other program: a file, or its text */
	const char *write;   /* capture file */
	uint64_t most;	     /* packets of --witness */

	bool verbose, dump, help, version;
	int completion; /* enum completion of ui/optdoc.h */

	/* Derived. 'name' is what the program is called in sentences; 'text' is set when it stood
	 * on the command line. */
	enum mode mode;
	const char *path; /* NULL: 'text' */
	const char *text;
	struct str joined; /* the expression with its words; 'text' points into it */
	const char *name;
	bool tty; /* standard input is a terminal */
	unsigned int linktype;
	uint32_t netmask; /* host order, EXPR_NETMASK_UNKNOWN */
};

extern const struct opt_table bpfc_options;

/* Sets the defaults of the option table. */
int job_init(struct job *job, struct err *e) MUST_USE;

/* Derives the second part from the first and the 'n_words' words that were left over. Returns 0, or
 * -EINVAL with 'e' for what does not go together. */
int job_validate(struct job *job, char **words, int n_words, struct err *e) MUST_USE;

/* Makes '*ret' the job that reads job->against, or the program of 'job' once more if there is none:
 * an expression then as it is generated, any other to be optimised. '*ret' points into 'job' and
 * is not to be freed. */
void job_other(const struct job *job, struct job *ret);

void job_free(struct job *job);

#endif
