// SPDX-License-Identifier: GPL-2.0-or-later
/* xsk_gate - the XDP program of a device that gives its packets to AF_XDP sockets, by the queue
 * that they came in, and counts them. The stack does not get them any more; those of queues
 * without a socket it does. The program goes with the process, also when that is killed. Used by
 * pkt/xsk_rx. */
#ifndef PKT_XSK_GATE_H
#define PKT_XSK_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct xsk_gate;

/* Makes the program for queues 0 to 'n_queues' - 1. Needs CAP_BPF and CAP_NET_ADMIN. Returns 0 with
 * '*ret_g' owned by the caller, or -errno with 'e'. */
int xsk_gate_open(uint32_t n_queues, struct xsk_gate **ret_g, struct err *e) MUST_USE;
void xsk_gate_close(struct xsk_gate *g);

/* The socket 'fd' is to have the packets of 'queue'. 0 or -errno with 'e'. */
int xsk_gate_put(struct xsk_gate *g, uint32_t queue, int fd, struct err *e) MUST_USE;

/* Attaches the program to device 'ifindex', in its driver or, where that has no XDP, on the packets
 * of the stack, which '*ret_in_driver' tells. 0 or -errno with 'e' (-EBUSY: it has one). */
int xsk_gate_start(struct xsk_gate *g, int ifindex, bool *ret_in_driver, struct err *e) MUST_USE;

/* Takes it off: the stack has the packets again. */
void xsk_gate_stop(struct xsk_gate *g);

/* Packets of 'queue' that were given to its socket, whether or not it had room. */
uint64_t xsk_gate_count(const struct xsk_gate *g, uint32_t queue);

#endif
