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
	uint32_t scope;	   /* index of 'dev' */
	uint16_t low_port; /* answers of TCP and UDP come to PROBE_FLOWS ports from here on */
	uint16_t own_ports; /* packets that leave from ports low_port + own_ports up to the last are
			     * heard too; 0: none are */
	bool df;	   /* probes may not be fragmented */
	struct addr src;   /* family 0: as the system chooses */
};

/* Opens the sockets. Returns 0 with '*ret_w' owned by the caller, or -errno with 'e'.
 * Without CAP_NET_RAW it works by means of wire_user. */
int wire_open(const struct wire_needs *n, struct wire **ret_w, struct err *e) MUST_USE;
void wire_close(struct wire *w);
void wire_close_p(struct wire **w);

/* True if it works without privilege: headers of answers stay unseen, TCP cannot be sent. */
bool wire_limited(const struct wire *w);

/* True if probes of 'm' can be sent. */
bool wire_can(const struct wire *w, enum method m, int family);

/* Descriptors to poll for answers: of IPv4 and IPv6, -1 for none. */
int wire_fd(const struct wire *w, int family);

/* Sends probe 'id' of 'k', which is the 'n' bytes at 'buf'. Returns 0 or -errno. */
int wire_send(struct wire *w, const struct probe_kind *k, struct probe_id id, const uint8_t *buf,
	      uint32_t n) MUST_USE;

/* A packet that came. */
struct arrival {
	uint8_t *p; /* from the IP header on, lent until the next call; NULL: limited */
	uint32_t n;
	int64_t at_ns;	 /* CLOCK_MONOTONIC */
	bool outgoing;	 /* it left from one of own_ports */
	bool understood; /* 'a' is what it says; else it cannot be an answer */
	struct answer a; /* lends from the same memory */
};

/* Takes the next packet of 'family'. Returns 1, 0 if there is none, -errno. */
int wire_take(struct wire *w, int family, struct arrival *ret) MUST_USE;

/* Packets that the sockets had no room for. */
uint64_t wire_lost(struct wire *w);

/* The source address by which the system reaches 'dst' (through 'dev', if not NULL), and the MTU of
 * that way as the system knows it. Returns 0, or -errno with 'e'. */
int wire_source(const struct addr *dst, const char *dev, struct addr *ret, uint16_t *ret_mtu,
		struct err *e) MUST_USE;

#endif
