// SPDX-License-Identifier: GPL-2.0-or-later
/* expr - filter expressions ("tcp port 80 and not vlan") compiled to classic BPF.
 * The language is that of pcap-filter(7), and fields of the protocol table besides
 * ("ip4.ttl < 5"). Pure: names come through callbacks, which sys/exprnames fills from /etc and the
 * resolver.
 * Used by bpfc and by every program that takes a filter. */
#ifndef CBPF_EXPR_H
#define CBPF_EXPR_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* How far what is unrolled goes. A packet with more headers than that does not match. */
#define EXPR_PROTOCHAIN_DEPTH 10 /* extension headers that "protochain" follows */
#define EXPR_ANYVLAN_DEPTH    3 /* VLAN tags that "anyvlan(...)" looks behind */
#define EXPR_INNER_DEPTH      2 /* tunnels that "inner(...)" looks into */
#define EXPR_MAX_BYTES	      65536 /* longest text that is compiled */

#define EXPR_NETMASK_UNKNOWN UINT32_MAX

/* Where the program will run. The same text selects the same packets in both, but the programs
 * differ: the kernel has taken the outer VLAN tag off when a socket's filter runs. */
enum expr_mode {
	EXPR_FILE, /* over packets as capture files hold them: "inbound" and its like are refused
		    * where the link header does not tell */
	EXPR_LIVE, /* in the kernel, on a packet socket */
};

struct expr_host {
	bool is_ip6;
	uint8_t addr[16]; /* network order; IPv4 in the first four */
};

/* Names, as the caller knows them. Each returns 0 (or a count), -ENOENT for a name that does not
 * exist, or -errno with 'e'. A NULL member knows no names. */
struct expr_names {
	void *ctx;
	/* Addresses of 'name', at most 'max' of them, written to 'ret'. Returns how many. */
	int (*host)(void *ctx, const char *name, struct expr_host *ret, unsigned int max,
		    struct err *e);
	/* Network number of 'name' in host order, as networks(5) has it: 127.0.0.0. */
	int (*net)(void *ctx, const char *name, uint32_t *ret_net, struct err *e);
	/* Port of 'name' for each protocol, -1 where it has none. */
	int (*port)(void *ctx, const char *name, int *ret_tcp, int *ret_udp, int *ret_sctp,
		    struct err *e);
	/* IP protocol number of 'name'. */
	int (*proto)(void *ctx, const char *name, unsigned int *ret, struct err *e);
	/* Ethernet address of 'name', as ethers(5) has it. */
	int (*ether)(void *ctx, const char *name, uint8_t ret[6], struct err *e);
	/* Index of the interface 'name'. */
	int (*ifindex)(void *ctx, const char *name, unsigned int *ret, struct err *e);
};

struct expr_env {
	unsigned int linktype; /* LINKTYPE_ number (proto/linktype.h) */
	uint32_t snaplen;      /* what an accepting program returns, bytes; 0: 262144 */
	uint32_t netmask;      /* of the interface, host order; or EXPR_NETMASK_UNKNOWN */
	enum expr_mode mode;
	bool no_optimise;		/* the program as first generated */
	const struct expr_names *names; /* NULL: no names at all */
};

/* Compiles 'text' (an empty one accepts everything) under 'env'. Returns 0 with '*ret_prog' owned
 * by the caller (insn_fprog_free()), which check_prog() takes; or with 'e' telling the column and
 * what was expected: -EINVAL what is no expression or has a number out of range, -ENOENT a name
 * that nobody knows, -EOPNOTSUPP what makes sense but cannot be had, either on this link type or
 * in classic BPF ("not expressible: ..."), -E2BIG a program of more than 4096 instructions,
 * -ENOMEM. */
int expr_compile(const char *text, const struct expr_env *env, struct sock_fprog *ret_prog,
		 struct err *e) MUST_USE;

#endif
