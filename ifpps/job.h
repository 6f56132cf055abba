// SPDX-License-Identifier: GPL-2.0-or-later
/* job - what one run of ifpps is to do: the options as given, and what follows from them. Plain
 * values; strings live in argv. options.c fills the first part by the option table, job_validate()
 * derives the second and refuses what does not go together. */
#ifndef IFPPS_JOB_H
#define IFPPS_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "ui/opt.h"

enum mode {
	MODE_SCREEN,
	MODE_CSV,
	MODE_TABLE,
	MODE_JSON,
	MODE_METRICS, /* to standard output */
	MODE_SILENT,  /* to a file, a client, a recording or a picture alone */
};

struct job {
	/* What to watch */
	struct opt_list devices; /* names and patterns; none: all */
	const char *netns, *proc_root;
	const char *play; /* a recording */
	uint64_t speed;	  /* so many times its own */
	bool promisc;

	/* How */
	uint64_t interval_ns, count; /* count: OPT_UNSET without end */
	uint64_t n_cpus;
	bool once, loop, omit_header, median, percentage, no_warn;

	const char *columns, *sort, *filter;

	/* Output */
	bool drops; /* the ledger is open */
	bool csv, json;
	const char *metrics; /* "-" standard output, else a file; NULL none */
	const char *listen, *record, *plot;

	bool help, version;
	int completion; /* enum completion of ui/optdoc.h */

	/* Derived */
	enum mode mode;
	bool side; /* something is written besides */
	uint64_t n_samples; /* UINT64_MAX: without end */
	const char *device; /* the only one, without wildcards; NULL: several or none */
};

extern const struct opt_table ifpps_options;

/* Derives the second part from the first and the 'n_words' words that were left over, which are
 * devices too. Returns 0, or -EINVAL with 'e' for what does not go together. */
int job_validate(struct job *job, char **words, int n_words, struct err *e) MUST_USE;

/* True if device 'name' is one of those asked for. */
bool job_wants(const struct job *job, const char *name);

#endif
