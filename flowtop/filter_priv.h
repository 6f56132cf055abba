// SPDX-License-Identifier: GPL-2.0-or-later
/* filter_priv - the tree of a filter, between its parser (filter.c) and what looks at flows by it
 * (filter_match.c). */
#ifndef FLOWTOP_FILTER_PRIV_H
#define FLOWTOP_FILTER_PRIV_H

#include "filter.h"

enum { MAX_NODES = 256, MAX_DEPTH = 64, WORD = 64 };

/* What a node says; those behind NOT and ALL are words of the language. */
enum kind {
	AND, OR, NOT, ALL,
	PROTO, FAMILY, STATUS, STATUS_NOT, SNAT, DNAT, ANY_NAT,
	HOST, SRC, DST, PORT, SPORT, DPORT,
	PROCESS, PID, USER, CGROUP, COUNTRY, AS, STATE, ZONE, MARK, HELPER,
	RATE, PACKET_RATE, BYTES, PACKETS, DURATION, TIMEOUT,
};

enum compare { LESS, LESS_EQUAL, EQUAL, NOT_EQUAL, GREATER_EQUAL, GREATER };

struct node {
	enum kind kind;
	uint16_t a, b; /* operands of AND, OR, NOT */
	enum compare compare;
	uint64_t value;
	uint8_t family, addr[16], prefix;
	char text[WORD];
};

struct filter {
	struct node nodes[MAX_NODES];
	unsigned int n, root;
	bool owner;
};

#endif
