// SPDX-License-Identifier: GPL-2.0-or-later
/* ct - one tracked connection as the kernel tells it: what a message of nfnetlink's conntrack
 * subsystem holds, read into a plain value. Makes no system call, so that it can be fuzzed.
 * Source: linux/netfilter/nfnetlink_conntrack.h, net/netfilter/nf_conntrack_netlink.c. */
#ifndef FLOWTOP_CT_H
#define FLOWTOP_CT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum ct_dir { CT_ORIG, CT_REPLY, CT_DIRS };

enum ct_what {
	CT_OTHER,   /* a message of something else, or one that says too little */
	CT_NEW,     /* here it is, in a dump too */
	CT_DESTROY, /* it is gone; its counters are final */
	CT_GONE,    /* what was asked for is not there (ctsock.h) */
};

enum { CT_NO_STATE = 255 };

struct ct_end {
	uint8_t addr[16]; /* network order; IPv4 in the first four */
	uint16_t port;	  /* host order; ICMP: the identifier at 'src', type and code at 'dst' */
};

struct ct_tuple {
	struct ct_end src, dst;
};

/* What tells one connection from another; compared as bytes, so it has no holes. */
struct ct_key {
	struct ct_tuple orig;
	uint16_t zone;
	uint8_t family; /* AF_INET, AF_INET6 */
	uint8_t proto;	/* IPPROTO_* */
};

struct ct {
	struct ct_key key;
	struct ct_tuple reply;
	uint8_t state;	    /* of TCP, SCTP or DCCP as the kernel counts them; CT_NO_STATE */
	bool has_counters;  /* accounting was on when it began */
	bool zone_of_orig;  /* the zone is that of one direction */
	uint8_t helper[13]; /* name, padded with zeros */
	uint32_t id, status, mark;
	uint32_t timeout_s;    /* until it is forgotten, when the message was made */
	uint64_t packets[CT_DIRS], bytes[CT_DIRS];
	uint64_t start_ns, stop_ns; /* since 1970; 0: not recorded */
};

/* Reads the netlink message 'm' of 'n' bytes (struct nlmsghdr and what follows). Whatever does not
 * stand in it is zero. */
enum ct_what ct_parse(const void *m, size_t n, struct ct *ret) MUST_USE;

/* The word for the state ("ESTABLISHED"), NULL for none. */
const char *ct_state_name(uint8_t proto, uint8_t state);

/* The protocol in lower case, "udp", or NULL if it has no name here. */
const char *ct_proto_name(uint8_t proto);

/* True if replies come from another address or port than packets were sent to. */
bool ct_has_snat(const struct ct *c);
bool ct_has_dnat(const struct ct *c);

#endif
