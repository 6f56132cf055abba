// SPDX-License-Identifier: GPL-2.0-or-later
/* xsk - an AF_XDP socket on one queue of a device, for sending or for receiving: frames of a memory
 * area that kernel and program pass to each other by their addresses. By libxdp. Zero copy where
 * the driver can, else the kernel copies each frame. Loads no XDP program: a socket that sends
 * takes no packet from the stack, one that receives gets what an XDP program gives it
 * (pkt/xsk_gate). One thread a socket. Source: Documentation/networking/af_xdp.rst,
 * net/xdp/xsk.c. Used by pkt/txsend and pkt/xsk_rx. */
#ifndef PKT_XSK_H
#define PKT_XSK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/err.h"

/* No frame is longer. */
#define XSK_MAX_FRAME 4096

struct xsk;

/* Opens queue 'queue' of device 'dev' with room for 'n_frames' (a power of two) frames. Needs
 * CAP_NET_RAW. 0, or -errno with 'e' (-EBUSY: somebody has this queue). */
int xsk_open(const char *dev, uint32_t queue, uint32_t n_frames, struct xsk **ret_x,
	     struct err *e) MUST_USE;
void xsk_close(struct xsk *x);

/* True when the driver sends from our memory without a copy. */
bool xsk_zero_copy(const struct xsk *x);

/* Copies a frame of 'n' bytes (XSK_MAX_FRAME at most) to where the kernel will take it from. False
 * when all frames are under way: xsk_reap() first. */
bool xsk_put(struct xsk *x, const void *data, uint32_t n);

/* Has the kernel take what was put, where it does not look for itself. 0, -EAGAIN: not all of it,
 * -EBUSY: the driver dropped the last frame taken, or another -errno. */
int xsk_kick(struct xsk *x) MUST_USE;

/* Frames that were put and that the kernel has not taken yet. */
uint32_t xsk_waiting(const struct xsk *x);

/* Gets frames back that have left, or that the driver dropped. Returns how many. */
uint32_t xsk_reap(struct xsk *x);

/* Frames that were put and are not back. */
uint32_t xsk_under_way(const struct xsk *x);

int xsk_fd(const struct xsk *x);

/* Opens a socket for receiving, else as xsk_open(); all frames are the kernel's to fill. */
int xsk_open_rx(const char *dev, uint32_t queue, uint32_t n_frames, struct xsk **ret_x,
		struct err *e) MUST_USE;

/* Lends up to 'max' frames that have come, oldest first, until xsk_give_back(). Returns how
 * many. */
unsigned int xsk_take(struct xsk *x, struct iovec *ret_f, unsigned int max);

/* Gives the frames that the last xsk_take() lent back to the kernel. */
void xsk_give_back(struct xsk *x);

/* What the kernel gave this socket no room for, since it was opened. */
struct xsk_lost {
	uint64_t no_frame; /* no free frame, or longer than one */
	uint64_t no_room;  /* the receive ring was full */
	uint64_t empty;	   /* times that the driver found no free frame */
};

/* Returns 0 or -errno. */
int xsk_lost(const struct xsk *x, struct xsk_lost *ret_l) MUST_USE;

#endif
