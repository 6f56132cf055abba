// SPDX-License-Identifier: GPL-2.0-or-later
/* livemap - the memory that the live engine shares with its programs in the kernel, and the two of
 * them that keep the account: at the tracepoint xdp_devmap_xmit, where a device says how many of a
 * bulk of frames it took, and at xdp_redirect_err, where a frame did not get so far. A frame taken
 * is sent; the number of each other one is noted, and the engine sends it again. */
#ifndef TRAFGEN_LIVEMAP_H
#define TRAFGEN_LIVEMAP_H

#include <stdint.h>

#include "base/err.h"
#include "prog.h"

/* LIVE_LOST and LIVE_RECENT are powers of two. A bulk of frames has at most 16. */
enum { LIVE_RECENT = 256, LIVE_LOST = 2048, LIVE_LOST_STOP = LIVE_LOST - 512 };

/* One worker's. The kernel's side writes while the engine's run lasts, the engine between. */
struct live_state {
	uint64_t next;		 /* index of the next new packet */
	uint64_t list_at, list_n; /* in 'list': these go first */
	uint64_t queued, done;	 /* frames redirected, and those whose fate is known */
	uint64_t sent;		 /* taken by the device */
	uint64_t n_lost;	 /* from LIVE_LOST_STOP on nothing new is tried */
	uint64_t n_refused;	 /* times that the device took not all */
	int64_t last_err;	 /* -errno of a refusal; 0: it was full */
	uint64_t cpu;		 /* where the program ran last */
	uint64_t packet, nth, k; /* from its first part to another: see livegen.c */
	uint64_t index[N_INDEX];
	uint64_t recent[LIVE_RECENT]; /* packet of the last frames redirected, by their number */
	uint64_t lost[LIVE_LOST];
	uint64_t list[LIVE_LOST];
};

/* The worker whose program ran last on a CPU is owner[CPU], if it did not run elsewhere since;
 * behind them a state a worker. */
struct livemap {
	int fd;
	uint32_t n_cpus, n_workers;
	uint32_t state_off; /* of worker 0's */
	uint8_t *value;
	size_t bytes;
	int prog_fd[2], link_fd[2]; /* what keeps the account */
};

/* Makes the memory and starts the account. Needs CAP_BPF, CAP_PERFMON. 0 or -errno with 'e'. */
int livemap_open(struct livemap *m, uint32_t n_workers, struct err *e) MUST_USE;
void livemap_close(struct livemap *m);

static inline uint32_t livemap_off(const struct livemap *m, uint32_t worker)
{
	return m->state_off + worker * sizeof(struct live_state);
}

static inline struct live_state *livemap_state(const struct livemap *m, uint32_t worker)
{
	return (struct live_state *)(m->value + livemap_off(m, worker));
}

#endif
