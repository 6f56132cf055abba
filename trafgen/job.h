// SPDX-License-Identifier: GPL-2.0-or-later
/* job - what one run of trafgen is to do: the options as given, and what follows from them. Plain
 * values; strings live in argv. options.c fills the first part by the option table, job_validate()
 * derives the second and refuses what does not go together. */
#ifndef TRAFGEN_JOB_H
#define TRAFGEN_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "pkt/pace.h"
#include "ui/opt.h"

/* ENGINE_AUTO: the first of engine_order that can. */
enum engine_id { ENGINE_AUTO, ENGINE_LIVE, ENGINE_MMSG, ENGINE_RING, ENGINE_XSK, ENGINE_GSO };

enum output { OUTPUT_DEVICE, OUTPUT_PCAP, OUTPUT_PCAPNG, OUTPUT_SCRIPT, OUTPUT_C };

struct job {
	/* Script */
	const char *input; /* file, "-"; NULL: the word */
	bool cpp;
	struct opt_list defines;
	struct opt_list sets; /* assignments to fields of a capture file's packets */
	uint64_t seed; /* OPT_UNSET: a random one */

	/* Output */
	const char *out;
	const char *netns;
	bool rfraw, jumbo, qdisc_path;
	uint64_t queue_bytes; /* OPT_UNSET: a default */
	int engine;	      /* enum engine_id */

	/* How much, how fast */
	uint64_t n_packets;   /* 0: until interrupted; OPT_UNSET until job_validate() */
	uint64_t duration_ns; /* OPT_UNSET: no limit */
	const char *gap_text, *rate_text;
	bool random;
	const char *smoke;    /* address of the host to ask after each packet */
	uint64_t n_workers; /* OPT_UNSET: one a CPU */

	/* Process */
	const char *user, *group;
	bool prio_high, no_sock_mem, no_touch_irq;

	/* Reporting and the rest */
	bool json, verbose, no_cpu_stats, example, version, help;
	int completion; /* enum completion of ui/optdoc.h */

	/* Derived by job_validate(). 'text' is set when the script stood on the command line. */
	const char *path, *text;
	const char *name; /* of the script, in sentences */
	bool capture;  /* it is a capture file */
	bool once;     /* its packets go once: 'n_packets' is known when it is read */
	bool original; /* with the moments at which they came */
	enum output output;
	bool paced;
	struct pace_spec pace; /* of all workers together */
	uint64_t ramp_to, ramp_ns; /* to what the rate goes from pace.rate, in what time; or 0 */
	uint64_t gap_ns;       /* PACE_ORIG: between two packets of all workers together */
};

extern const struct opt_table trafgen_options;

/* Sets the defaults of the option table. */
int job_init(struct job *job, struct err *e) MUST_USE;

/* Derives the second part from the first and the 'n_words' words that were left over. Returns 0,
 * -EINVAL or -ERANGE with 'e' for what does not go together. */
int job_validate(struct job *job, char **words, int n_words, struct err *e) MUST_USE;

/* When packet 'n' (from 0) of all workers together is to go, ns after the first, with 'n_bits'
 * before it: absolute, so that rates hold for any number of workers and do not drift. Without a
 * pace a microsecond a packet, for time stamps in files. */
int64_t job_moment_ns(const struct job *job, uint64_t n, uint64_t n_bits);

#endif
