// SPDX-License-Identifier: GPL-2.0-or-later
/* job - what one run of flowtop is to do: the options as given, and what follows from them. Plain
 * values; strings live in argv. options.c fills it by the option table. */
#ifndef FLOWTOP_JOB_H
#define FLOWTOP_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/opt.h"

enum group_by {
	GROUP_NONE, GROUP_HOST, GROUP_NET, GROUP_PORT, GROUP_PROCESS, GROUP_USER, GROUP_CGROUP,
	GROUP_COUNTRY, GROUP_AS, GROUP_STATE, GROUP_PROTO, GROUP_ZONE, N_GROUPS,
};

struct job {
	/* Which flows */
	bool ipv4, ipv6, tcp, udp, dccp, icmp, sctp;
	const char *filter; /* NULL: none */
	const char *netns;

	/* What is said of them */
	bool no_dns, no_geo, show_src, bits;
	const char *geo;  /* files; NULL: the usual ones */
	int group;	  /* enum group_by */
	const char *sort; /* a column; NULL: rate, or bytes */
	uint64_t top;	  /* rows; OPT_UNSET: all */

	/* How */
	uint64_t interval_ns;
	uint64_t budget_permille;
	uint64_t rcvbuf_bytes;
	bool once, json, csv, ended, no_acct;
	const char *metrics; /* "-" standard output, else a file; NULL none */
	const char *listen;
	const char *record, *play, *plot; /* files */
	uint64_t speed;			  /* of 'play' */
	bool verbose, version, help;
	int completion;
};

extern const struct opt_table flowtop_options;

/* Derives what follows from the options, and refuses what does not go together. Returns 0 or
 * -EINVAL with 'e'. */
int job_validate(struct job *job, struct err *e) MUST_USE;

/* The word of --group-by for 'group', an enum group_by. */
const char *job_group_name(int group);

/* True if 'job' shows flows of this family and protocol. */
bool job_wants(const struct job *job, uint8_t family, uint8_t proto);

#endif
