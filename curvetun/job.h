// SPDX-License-Identifier: GPL-2.0-or-later
/* job - what one run of curvetun is to do: the options as given (options.c). Plain values;
 * strings live in argv. */
#ifndef CURVETUN_JOB_H
#define CURVETUN_JOB_H

#include <stdbool.h>

#include "ui/opt.h"

struct job {
	const char *config; /* file of options; NULL: none */
	const char *dir;  /* NULL: ~/.curvetun */
	const char *user; /* for -k; NULL: asked for */
	bool keygen, export, clients, servers;
	bool server;
	const char *client; /* alias of the server, "" the first; NULL: no client */
	const char *dev;    /* NULL: curves%d, curvec%d */
	uint64_t port, mtu;
	struct opt_list addresses, routes;
	bool udp_only;
	bool ipv4, ipv6; /* only these inside; both or neither: both */
	bool no_fork, verbose, no_names, dscp;
	bool status; /* the word, not an option */
	const char *metrics; /* file to write, "-" standard output; NULL none */
	const char *stun;   /* server to ask, NULL none */
	const char *run_as; /* user; NULL: nobody */
	bool json, help, version;
	int completion; /* enum completion of ui/optdoc.h */
};

extern const struct opt_table curvetun_options;

#endif
