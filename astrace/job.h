// SPDX-License-Identifier: GPL-2.0-or-later
/* job - what the command line asks for. Filled by the table in options.c; nothing parses it again.
 */
#ifndef ASTRACE_JOB_H
#define ASTRACE_JOB_H

#include "ui/opt.h"

enum form { FORM_TEXT, FORM_JSON, FORM_CSV, FORM_DOT };

enum find_paths { FIND_PATHS_NOT, FIND_PATHS_PORT, FIND_PATHS_DST };

struct job {
	/* Targets. */
	const char *host, *targets;
	bool ip4, ip6;
	const char *dev, *bind, *netns;
	uint64_t port;

	/* Probes. */
	int method; /* enum method */
	bool syn, ack, fin, psh, urg, rst, ecn_syn;
	uint64_t first_ttl, max_ttl, tries, timeout_ns;
	const char *payload;
	uint64_t total_bytes, tos;
	bool df;
	uint64_t rate;
	bool mtu;
	uint64_t report, interval_ns;
	bool watch;
	const char *diff, *control;
	bool diff_udp; /* else by TCP */
	int paths; /* enum find_paths */
	uint64_t confidence;

	/* What is known of a hop. */
	bool dns, dns_as, numeric, latitude;
	const char *dns_server;
	struct opt_list geo_db, as_db;
	const char *ixp;

	/* Output. */
	int form; /* enum form */
	bool show_packet;
	const char *pcap;

	/* Other. */
	int completion;
	bool verbose, version, help;
};

extern const struct opt_table astrace_options;

#endif
