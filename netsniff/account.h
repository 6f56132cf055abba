// SPDX-License-Identifier: GPL-2.0-or-later
/* account - says where every packet went: per interface what the device, the ring, the filter and
 * the output counted, as text or JSON, at the end and every --stats-interval.
 * The ledger closes exactly: offered - dropped = in blocks = written + rejected + not written. */
#ifndef NETSNIFF_ACCOUNT_H
#define NETSNIFF_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "setup.h"

struct account {
	struct setup *setup;
	int64_t start_ns, last_ns;
	int64_t setup_cpu_ns; /* CPU time used before the start: most of it zeroes the ring */
	bool no_stdout; /* nobody takes it: JSON goes to standard error too */
	uint64_t last_written, last_bytes, last_dropped;
};

/* The clock starts. */
void account_start(struct account *a, struct setup *s);

/* Prints one line of what happened since the last one. */
void account_interval(struct account *a);

/* Prints the whole account. Text goes to standard error, JSON (--json) to standard output unless
 * that carries packets. */
void account_end(struct account *a);

#endif
