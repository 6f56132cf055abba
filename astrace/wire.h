// SPDX-License-Identifier: GPL-2.0-or-later
/* wire - sends probes as they are and receives what may answer them. Raw sockets out, a packet
 * socket in, whose filter is an expression of the toolkit's own compiler. Used by engine. */
#ifndef ASTRACE_WIRE_H
#define ASTRACE_WIRE_H

#include "addr.h"
#include "base/err.h"
#include "probe.h"

struct wire;

struct wire_needs {
	bool ip4, ip6;
	const char *dev;   /* NULL: any */
	uint16_t low_port; /* answers of TCP and UDP come to PROBE_FLOWS ports from here on */
};

/* Opens the sockets. Returns 0 with '*ret_w' owned by the caller, or -errno with 'e' (-EPERM: not
 * without CAP_NET_RAW). */
int wire_open(const struct wire_needs *n, struct wire **ret_w, struct err *e) MUST_USE;
void wire_close(struct wire *w);
void wire_close_p(struct wire **w);

/* Descriptors to poll for answers: of IPv4 and IPv6, -1 for none. */
int wire_fd(const struct wire *w, int family);

/* Sends the 'n' bytes of a probe to 'dst'. Returns 0 or -errno. */
int wire_send(struct wire *w, const struct addr *dst, const uint8_t *buf, uint32_t n) MUST_USE;

/* Takes the next packet of 'family'. Returns its bytes, with '*ret_p' lent until the next call and
 * '*ret_ns' the moment it arrived (CLOCK_MONOTONIC); 0 if there is none; -errno. */
int wire_recv(struct wire *w, int family, const uint8_t **ret_p, int64_t *ret_ns) MUST_USE;

/* Packets that the sockets had no room for. */
uint64_t wire_lost(struct wire *w);

/* The source address by which the system reaches 'dst' (through 'dev', if not NULL), and the MTU of
 * that way as the system knows it. Returns 0, or -errno with 'e'. */
int wire_source(const struct addr *dst, const char *dev, struct addr *ret, uint16_t *ret_mtu,
		struct err *e) MUST_USE;

#endif
