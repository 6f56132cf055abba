// SPDX-License-Identifier: GPL-2.0-or-later
/* target - one host to trace to: its address, the sweeps of probes that go there, and which of them
 * is the answer. Pure but for the name's lookup. Used by engine and the outputs. */
#ifndef ASTRACE_TARGET_H
#define ASTRACE_TARGET_H

#include "cycles.h"
#include "diff.h"
#include "job.h"
#include "mtu.h"
#include "paths.h"
#include "sweep.h"
#include "wire.h"

enum { TARGET_SWEEPS = 3 };

/* Whose probe it is, and which. */
enum due_of { DUE_SWEEP, DUE_MTU, DUE_PATHS, DUE_CYCLES };

struct due {
	enum due_of of;
	unsigned int sweep; /* DUE_SWEEP: which */
	const struct probe_kind *kind;
	struct probe_id id;
};

struct target {
	const char *name; /* as given */
	struct addr addr, src;
	struct sweep sweep[TARGET_SWEEPS];
	unsigned int n_sweeps;
	unsigned int methods; /* bits of enum method that can be sent */
	int chosen;	      /* index of the sweep to show; -1: not known yet */
	bool twin;	      /* of an address that came before */
	bool begun, done;
	bool printed;
	bool given_up;			      /* the run ended before it was done */
	int64_t began_ns, swept_ns, ended_ns; /* CLOCK_MONOTONIC; swept: all hops are settled */
	uint16_t local_mtu;		      /* of the way out */
	bool find_mtu;
	int find_paths; /* enum find_paths */
	unsigned int confidence;
	bool limited;	   /* without privilege: headers of answers are not seen */
	struct diff *diff; /* owned; NULL: no --diff */
	struct mtu mtu;
	struct paths paths;
	uint32_t n_cycles; /* wanted; 0: none */
	int64_t period_ns;
	struct cycles cycles;
	uint8_t shown;			  /* hops printed up to here */
	uint8_t nameless[SWEEP_TTLS / 8]; /* hops printed before their name was known */
	uint32_t n_false;
};

/* Looks 'name' up and finds the source address. Returns 0, or -errno with 'e'. */
int target_find(const struct job *job, const char *name, struct target *ret_t,
		struct err *e) MUST_USE;

/* Opens the sockets of --diff, from 'low_port' on. Returns 0 or -errno with 'e'. */
int target_diff(struct target *t, const struct job *job, uint16_t low_port, struct err *e) MUST_USE;

/* What can be sent to 't' over 'w': the methods left. Returns 0, or -EPERM with 'e' when the one
 * that 'job' asks for cannot. */
int target_limit(struct target *t, const struct job *job, const struct wire *w,
		 struct err *e) MUST_USE;

/* Readies the sweeps of 't' for the first probe, with ports from 'low_port' on and tags under
 * 'key'. */
int target_begin(struct target *t, const struct job *job, uint16_t low_port, uint64_t key,
		 int64_t now_ns, struct err *e) MUST_USE;
void target_end(struct target *t);

/* Forgets the path, to be begun anew. */
void target_forget(struct target *t);

/* Draws conclusions at 'now_ns': which sweep is needed, which one it is, whether all is done.
 * Returns 0 or -ENOMEM with 'e'. */
int target_judge(struct target *t, int64_t now_ns, struct err *e) MUST_USE;

/* The next probe that is due at 'now_ns'. False if none is; then '*ret_wake' is when to ask again
 * (INT64_MAX: when an answer came). */
bool target_next(struct target *t, int64_t now_ns, struct due *ret_d, int64_t *ret_wake);

/* It was sent, or could not be: 'rc' is 0 or -errno. */
void target_sent(struct target *t, const struct due *d, int64_t now_ns, int rc);

/* Takes answer 'a' that arrived at 'now_ns'. 'anyone': it quotes another destination than this
 * target's, so that only the proof in its payload counts. Returns 1 if it was about this target
 * (false or not), 0 if not, or -errno with 'e'. */
int target_answer(struct target *t, const struct answer *a, bool anyone, int64_t now_ns,
		  struct err *e) MUST_USE;

/* The sweep to show; the one that is farthest so far while that is open. */
const struct sweep *target_sweep(const struct target *t);

/* The first hop that answered from 'a'; 0: none did. */
uint8_t target_hop_of(const struct target *t, const struct addr *a);

/* "icmp", "udp", "tcp". */
const char *method_name(enum method m);

#endif
