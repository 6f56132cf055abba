// SPDX-License-Identifier: GPL-2.0-or-later
/* job - what one run of netsniff is to do: the options as given, and what follows from them.
 * Plain values; every array is bounded; strings live in argv. options.c fills the first part by
 * the option table, job_validate() derives the second and refuses what cannot be done. */
#ifndef NETSNIFF_JOB_H
#define NETSNIFF_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "namelists.h"
#include "proto/columns.h"
#include "ui/opt.h"

enum job_limits { JOB_MAX_CPUS = 128, JOB_MAX_THREADS = 64 };

enum source_kind { SOURCE_DEVICES, SOURCE_FILES };

/* SINK_NONE: packets are only printed, or only counted with -s. */
enum sink_kind { SINK_NONE, SINK_FILE, SINK_FOLDER, SINK_STDOUT, SINK_DEVICE };

/* FORMAT_AUTO stands for "no -T"; job_validate() leaves it only where no file is written. */
enum file_format {
	FORMAT_AUTO,
	FORMAT_PCAPNG,
	FORMAT_PCAP_USEC,
	FORMAT_PCAP_NSEC,
	FORMAT_PCAP_KUZNETZOV,
	FORMAT_PCAP_NETSNIFF,
	FORMAT_TRAFGEN,
	FORMAT_SWAPPED = 16, /* added to a pcap format: big-endian headers */
};

enum compression { COMPRESS_NONE, COMPRESS_GZIP, COMPRESS_ZSTD };

enum print_mode {
	PRINT_NORMAL,
	PRINT_LESS,
	PRINT_HEX,
	PRINT_ASCII,
	PRINT_HEX_ASCII,
	PRINT_FIELDS,
	PRINT_NONE,
};

enum write_method { WRITE_AUTO, WRITE_MMAP, WRITE_SG, WRITE_CLRW };

enum timing { TIMING_FAST, TIMING_ORIGINAL, TIMING_PPS, TIMING_BPS };

enum rotate { ROTATE_NONE, ROTATE_BYTES, ROTATE_TIME };

enum print_closed { CLOSED_QUIET, CLOSED_TEXT, CLOSED_JSON };

enum stats_form { STATS_NONE, STATS_AUTO, STATS_TEXT, STATS_JSON, STATS_SVG };

/* How packets are received. */
enum rx_engine { ENGINE_RING, ENGINE_XSK };

enum fanout { FANOUT_HASH, FANOUT_LB, FANOUT_CPU, FANOUT_RND, FANOUT_ROLL, FANOUT_QM };

/* Bits of 'fanout_opts'. */
enum { FANOUT_OPT_DEFRAG = 1, FANOUT_OPT_ROLL = 2 };

/* 'packet_type': PACKET_ANY or the value of enum pkt_dir. */
enum { PACKET_ANY = -1 };

struct job {
	/* Input */
	struct opt_list in;  /* devices, files, "-"; empty: "any" */
	const char *netns;   /* NULL: this one */
	const char *filter;  /* filter file, "-" standard input; NULL none */
	int packet_type;
	uint64_t n_packets;  /* stop after so many; 0 no limit */
	uint64_t snaplen;    /* bytes; 0 no limit */
	const char *since_text, *until_text;
	bool merge;

	/* Output */
	const char *out;
	int format;          /* enum file_format */
	const char *interval_text;
	const char *prefix;  /* NULL: "dump-" */
	uint64_t overwrite;  /* ring of so many files; OPT_UNSET: no ring */
	uint64_t max_disk;   /* bytes; OPT_UNSET no budget */
	uint64_t min_free;   /* bytes; OPT_UNSET none kept */
	int print_closed;    /* enum print_closed */
	bool compact, flush, cooked, decap;
	int write_method;    /* enum write_method */

	/* Capture */
	uint64_t ring_bytes; /* OPT_UNSET: by link speed and memory */
	uint64_t kernel_pull_ns; /* OPT_UNSET: 10us sending, by the sink capturing */
	bool rfraw, no_promisc, hwtimestamp, no_hwtimestamp;
	uint64_t fanout_group; /* 0 to 65535; OPT_UNSET none */
	int fanout_type;       /* enum fanout */
	unsigned int fanout_opts;
	uint64_t n_threads;
	int engine; /* enum rx_engine */
	bool force;
	const char *cpus_text;
	bool prio_high, tune_irq, no_touch_irq, tune_sock_mem, no_sock_mem;

	/* Flight recorder */
	uint64_t flight_bytes; /* OPT_UNSET: not a flight recorder */
	const char *trigger;
	uint64_t flight_after_ns;

	/* Replay and redirection */
	const char *timing_text;
	uint64_t n_loops;   /* 0: for ever */
	bool random_order, jumbo;

	/* Printing and the rest */
	bool silent, less, hex, ascii, json, csv;
	const char *fields_text; /* NULL: whole packets */
	const char *geo; /* NULL no, "" the usual files, else a list of files */
	const char *dns; /* NULL no, "" the usual servers, else one */
	const char *names; /* NULL no, "" the usual lists, else files */
	int stats_form;             /* enum stats_form; STATS_AUTO follows --json */
	uint64_t stats_interval_ns; /* OPT_UNSET: only at the end */
	const char *user, *group;   /* names or numbers; NULL keep */
	const char *proto;          /* NULL, or what to print of the table and exit */
	bool dump_bpf, dump_types, verbose, version, help;
	int completion; /* enum completion of ui/optdoc.h */

	/* Derived by job_validate(). */
	enum source_kind source;
	enum sink_kind sink;
	enum compression compression; /* of the file written */
	enum print_mode print;        /* PRINT_NONE too when standard output carries packets */
	struct columns columns;       /* PRINT_FIELDS */
	bool swapped; /* the pcap written has the other byte order; 'format' is without it */
	enum rotate rotate;
	uint64_t rotate_every;        /* bytes or ns */
	enum timing timing;
	double speed;                 /* TIMING_ORIGINAL: factor */
	uint64_t rate;                /* TIMING_PPS, TIMING_BPS */
	int64_t since_ns, until_ns;   /* since the epoch; INT64_MIN and INT64_MAX without */
	unsigned int cpus[JOB_MAX_CPUS];
	unsigned int n_cpus;          /* 0: not bound */

	struct stats *stats; /* opened by run(), NULL without --stats */
	struct namelists namelists; /* opened by run(); empty without --names */
	struct notes *notes; /* opened by run(), NULL without --geo and --dns */
};

extern const struct opt_table netsniff_options;

/* Sets every member that an option does not set, and the options' defaults. */
int job_init(struct job *job, struct err *e) MUST_USE;

/* Derives the second part of '*job' from the first and refuses combinations that mean nothing.
 * Looks whether names are devices or files, in the namespace asked for.
 * Returns 0, -EINVAL (bad usage) or another -errno with 'e', which names the option. */
int job_validate(struct job *job, struct err *e) MUST_USE;

#endif
