// SPDX-License-Identifier: GPL-2.0-or-later
/* debug_priv - the state of a debugging session, and what its commands do with it. */
#ifndef BPFC_DEBUG_PRIV_H
#define BPFC_DEBUG_PRIV_H

#include "cbpf/fieldname.h"
#include "cbpf/sim.h"
#include "job.h"
#include "packets.h"
#include "source.h"

struct session {
	const struct job *job;
	const struct source *s;
	int fd;			/* the capture file */
	struct packets packets; /* at the packet that is looked at; n of 0: none yet */
	struct sim sim;
	uint64_t n_steps;  /* instructions of this packet that were executed */
	bool *breakpoints; /* one an instruction */
	bool break_accept, break_reject;
	struct fieldname *names;
	struct str out; /* printed after each command */
	bool quit;
};

/* A command: 'args' is what followed its name, without blanks around it. Returns 0, or -errno with
 * 'e' for what cannot be done. */
struct command {
	const char *name;
	const char *args; /* for help */
	const char *does;
	int (*run)(struct session *d, const char *args, struct err *e);
};

/* The command called 'name', which may be cut short as long as it is the only one; NULL with 'e'
 * saying why not. */
const struct command *debug_command(const char *name, size_t n_bytes, struct err *e);

#endif
