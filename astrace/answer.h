// SPDX-License-Identifier: GPL-2.0-or-later
/* answer - reads a packet that may answer a probe: ICMP and ICMPv6 errors with what they quote and
 * their extensions (RFC 4884: MPLS labels of RFC 4950, interfaces of RFC 5837), echo replies, TCP
 * and UDP. Pure; whatever the bytes are, nothing past them is read. Used by match and the outputs.
 */
#ifndef ASTRACE_ANSWER_H
#define ASTRACE_ANSWER_H

#include "addr.h"
#include "base/attr.h"

enum answer_kind {
	ANSWER_NONE, /* nothing that could answer a probe */
	ANSWER_TIME, /* time exceeded on the way */
	ANSWER_UNREACHABLE,
	ANSWER_BIG, /* packet too big, fragmentation needed */
	ANSWER_PARAMETER,
	ANSWER_ECHO, /* echo reply */
	ANSWER_TCP,
	ANSWER_UDP,
};

enum { ANSWER_LABELS = 8, ANSWER_IFACES = 4, ANSWER_IFNAME = 64 };

/* One probe of a kind. */
struct probe_id {
	uint16_t flow;
	uint8_t ttl; /* 0: none, or an answer that does not tell */
	uint8_t seq;
};

struct mpls_label {
	uint32_t label;
	uint8_t tc, bottom, ttl;
};

/* RFC 5837 section 4.1. */
enum iface_role { IFACE_INCOMING, IFACE_SUBIP, IFACE_OUTGOING, IFACE_NEXTHOP };

struct iface_info {
	uint8_t role; /* enum iface_role */
	bool has_index, has_mtu;
	uint32_t index, mtu;
	struct addr addr;	  /* family 0: not told */
	char name[ANSWER_IFNAME]; /* "": not told; of any origin, NUL-terminated */
};

/* What an ICMP error quotes of the packet that caused it: the IP header and what follows. */
struct quote {
	bool present;
	struct addr src, dst;
	uint8_t proto, ttl, tos;
	uint16_t len;	   /* total length as IPv4 counts it: header and payload */
	uint16_t id;	   /* IPv4 */
	uint16_t frag;	   /* IPv4: flags and offset */
	uint32_t flow;	   /* IPv6: flow label */
	bool has_opts;	   /* IPv4 options or IPv6 extension headers stand before the payload */
	bool csum_ok;	   /* IPv4: the header's checksum fits what is quoted */
	const uint8_t *l4; /* lent from the packet */
	uint32_t l4_bytes; /* quoted of it */
	bool blind;	   /* from an error queue: the headers are not what was quoted */
};

struct answer {
	uint8_t kind;	    /* enum answer_kind */
	uint8_t type, code; /* ICMP */
	struct addr from, to;
	uint8_t ttl, tos;
	uint16_t mtu; /* ANSWER_BIG; 0: not told */
	struct quote quote;

	/* Extensions. */
	bool has_ext, ext_bad; /* bad: a wrong checksum or a length that lies */
	uint8_t n_labels, n_ifaces, n_unknown;
	struct mpls_label labels[ANSWER_LABELS];
	struct iface_info ifaces[ANSWER_IFACES];

	/* ANSWER_ECHO: id and seq; ANSWER_TCP, ANSWER_UDP: ports. */
	uint16_t id, seq, sport, dport;
	uint32_t tcp_seq, tcp_ack;
	uint16_t tcp_flags;
	const uint8_t *data; /* what follows the header, lent from the packet */
	uint32_t data_bytes;

	struct probe_id told; /* ttl not 0: the socket it came to was used for this probe alone */
};

/* Reads the 'n' bytes at 'p', which begin with an IPv4 or IPv6 header. False, with kind
 * ANSWER_NONE, for what cannot answer: another protocol, a fragment, a header that lies, an error
 * that quotes less than 8 bytes of payload, an ICMP checksum that is wrong. */
bool answer_parse(const uint8_t *p, uint32_t n, struct answer *ret) MUST_USE;

/* Reads a quoted packet of 'family' (as ICMP errors and error queues hold it) from 'n' bytes. */
bool answer_quote(int family, const uint8_t *p, uint32_t n, struct quote *ret) MUST_USE;

/* Reads the extension structure at 'p' into the members for it. */
void answer_extensions(const uint8_t *p, uint32_t n, struct answer *a);

#endif
