// SPDX-License-Identifier: GPL-2.0-or-later
/* lane - one interface being captured: its ring, its filter, and where its packets went.
 * Used by capture, which moves blocks, and account, which prints. */
#ifndef NETSNIFF_LANE_H
#define NETSNIFF_LANE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "job.h"
#include "pkt/pkt.h"
#include "pkt/ring_rx.h"
#include "pkt/xsk_rx.h"
#include "sys/fairlock.h"
#include "sys/filter.h"
#include "sys/netdev.h"

struct lane {
	struct netdev dev;        /* as it was at the start; the name follows a rename */
	struct pkt_iface iface;   /* its description in files */
	char hardware[80], os[200];
	uint8_t *opts;            /* if_filter as byte code */
	uint64_t speed_bps;       /* 0 unknown */
	bool merges;              /* GRO, LRO, TSO: the device counts other packets than the tap */
	struct ring_rx *ring;     /* NULL: by 'xsk' */
	struct xsk_rx *xsk;
	struct xsk_gate *gate;    /* of the device; the first thread's lane owns it */
	struct filter_count *filter; /* NULL: no filter, or not counted */
	bool filtered;
	struct sock_fprog expr; /* the expression of -f for its link type */
	struct netdev_stats nic_start, nic; /* at the start, and when last read */
	struct netdev_ctl *ctl;      /* asks for them; threads take turns by 'ctl_lock' */
	pthread_mutex_t *ctl_lock;
	bool gone;                   /* the device was removed */
	struct fairlock *lock;    /* of its thread; see setup */
	uint32_t thread;          /* of --threads */

	/* Every packet of a lent block goes into exactly one of these. */
	uint64_t written, written_bytes; /* in a file, a pipe, or printed only */
	uint64_t decapsulated;           /* of all: had a tunnel, which was taken off */
	uint64_t rejected;               /* in user space: beyond -n, let go by the recorder */
	uint64_t not_written;            /* the write failed */
};

/* What lanes of one job share. */
struct lane_setup {
	const struct job *job;
	int sig_fd; /* heard while a huge ring is allocated */
	const struct sock_fprog *filter; /* runs in the kernel; len 0: none, NULL: an expression */
	size_t ring_bytes;               /* of each ring; 0: chosen by speed and memory */
	uint32_t n_lanes;                /* that share the memory where it is chosen */
	uint32_t block_bytes;            /* at most; 0: chosen from ring_bytes */
	uint32_t retire_ms;
	bool has_fanout;
	uint32_t fanout;
	uint32_t thread, n_threads;      /* AF_XDP: queues are shared out among them */
	struct xsk_gate *gate; /* AF_XDP: of the device's first lane; NULL: this is it */
};

/* Prepares device 'dev' for capture; reception starts with lane_start(). Says at -V what was
 * chosen. Returns 0 or -errno with 'e' naming the device. */
int lane_open(struct lane *l, const struct lane_setup *s, const struct netdev *dev,
	      struct err *e) MUST_USE;
int lane_start(struct lane *l, struct netdev_ctl *ctl, pthread_mutex_t *ctl_lock,
	       struct err *e) MUST_USE;
void lane_close(struct lane *l);

/* Opens a lane without a device: for Ethernet, or cooked headers where -w asks for them. */
int lane_open_spare(struct lane *l, const struct lane_setup *s, struct err *e) MUST_USE;

/* Makes a spare one the lane of 'dev' and starts it; works without privilege. Returns 0, or -errno
 * with 'e' saying why not. */
int lane_adopt(struct lane *l, const struct job *job, const struct netdev *dev,
	       struct netdev_ctl *ctl, pthread_mutex_t *ctl_lock, struct err *e) MUST_USE;

/* Reads the device's counters; a device that is gone keeps what was last read. */
void lane_read_nic(struct lane *l);

/* The device's rings, whichever they are: as those of ring_rx.h. */
int lane_fd(const struct lane *l);
int lane_get(struct lane *l, struct block *ret_b) MUST_USE;
void lane_put(struct lane *l);
int lane_stop(struct lane *l, struct err *e) MUST_USE;
bool lane_idle(struct lane *l);
void lane_count(struct lane *l, struct ring_rx_count *ret_c);

/* What the filter rejected. False: that is not counted. */
bool lane_rejected(const struct lane *l, uint64_t *ret_n);

/* lane_xsk: opens AF_XDP sockets on the queues of the lane's thread, with filter 'f'. 0 or -errno
 * with 'e'. */
int lane_open_xsk(struct lane *l, const struct lane_setup *s, const struct sock_fprog *f,
		  struct err *e) MUST_USE;
int lane_start_xsk(struct lane *l, struct err *e) MUST_USE;
void lane_close_xsk(struct lane *l);

/* Counters for an interface statistics block; 'nic': those of the device too. */
struct pcapng_stats lane_stats(struct lane *l, bool nic);

#endif
