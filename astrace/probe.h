// SPDX-License-Identifier: GPL-2.0-or-later
/* probe - makes probes and recognises them in answers. All that is needed to match an answer stands
 * in the probe: a flow in its ports or identifier, hop limit and number ("pid") in a header field
 * that no load balancer looks at, and a tag under a secret key in another. So there is no table of
 * probes to search, and an answer that somebody made up does not match.
 *
 *         pid                      tag                      besides, in the payload, behind the
 * text UDP   IPv4 identification      checksum                 pid and a tag of 32 bits (8 bytes
 * with ICMP  sequence number          IPv4 identification      two that make the checksum fit): all
 *   TCP   upper half of seq        lower half of seq        of IPv6 UDP, and proof behind a NAT
 *
 * What load balancers hash is constant within a flow: addresses, ports, protocol, TOS, flow label,
 * and ICMP's type, code, checksum and identifier (Augustin et al., Paris traceroute, IMC 2006).
 * Pure. */
#ifndef ASTRACE_PROBE_H
#define ASTRACE_PROBE_H

#include "addr.h"
#include "answer.h"
#include "base/err.h"

enum method { METHOD_AUTO, METHOD_UDP, METHOD_ICMP, METHOD_TCP };

enum { PROBE_MAX = 9216, PROBE_COOKIE = 8, PROBE_TCP_OPTS = 20, PROBE_FLOWS = 4096 };

/* What all probes of a method to a target have in common. */
struct probe_kind {
	enum method method;
	struct addr src, dst;
	uint16_t sport; /* of flow 0, or ICMP's identifier; flow f has sport + f */
	uint16_t dport;
	uint16_t tcp_flags; /* nine bits */
	uint8_t tos;
	bool df;
	bool plain; /* TCP without options, as some scanners send it */
	const uint8_t *payload;
	uint16_t payload_bytes;
	uint16_t total_bytes; /* 0: no larger than need be */
	uint64_t key;
	bool by_dst; /* flows differ in the last bytes of the destination, not in port */
};

/* The size of a probe of 'k', or -EMSGSIZE with 'e' when total_bytes is too small for what is in
 * it or it is larger than PROBE_MAX. */
int probe_size(const struct probe_kind *k, struct err *e) MUST_USE;

/* Makes probe 'id' in 'buf', from the IP header on, checksums complete. Returns its bytes. */
uint32_t probe_build(const struct probe_kind *k, struct probe_id id,
		     uint8_t buf[PROBE_MAX]) MUST_USE;

/* Where probe 'id' goes: 'dst', or one of its neighbours with by_dst. */
struct addr probe_dst(const struct probe_kind *k, struct probe_id id);

/* Offset of the TCP, UDP or ICMP header in a probe. */
static inline uint32_t probe_l4(const struct probe_kind *k)
{
	return k->src.family == AF_INET6 ? 40 : 20;
}

enum match {
	MATCH_OTHER, /* not about a probe of this kind at all */
	MATCH_FALSE, /* it is to look like an answer, but the tag is wrong */
	MATCH_NAT,   /* ours by the tag in the payload; the header's was changed on the way */
	MATCH_OK,
};

/* Which probe of 'k' 'a' answers. MATCH_NAT and MATCH_OK set '*ret_id'. */
enum match probe_match(const struct probe_kind *k, const struct answer *a, struct probe_id *ret_id);

/* The same for the quote of an error alone. */
enum match probe_match_quote(const struct probe_kind *k, const struct quote *q,
			     struct probe_id *ret_id);

#endif
