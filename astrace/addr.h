// SPDX-License-Identifier: GPL-2.0-or-later
/* addr - an IPv4 or IPv6 address as a value, its text and its sockaddr.
 * Used by everything in this folder. */
#ifndef ASTRACE_ADDR_H
#define ASTRACE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

struct addr {
	uint8_t family; /* AF_INET, AF_INET6; 0 none */
	uint8_t b[16];	/* network order; IPv4 in the first four, the rest zero */
};

struct addr_text {
	char s[INET6_ADDRSTRLEN + 4]; /* room for a prefix length */
};

static inline unsigned int addr_bytes(const struct addr *a)
{
	return a->family == AF_INET6 ? 16 : 4;
}

static inline bool addr_eq(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/* The 4 or 16 bytes at 'p'. */
struct addr addr_of(int family, const void *p);

/* The text of 'a' by value, to be used in place; "-" for none. */
struct addr_text addr_text(const struct addr *a);

/* Parses a numeric address. False if 'text' is none. */
bool addr_parse(const char *text, struct addr *ret);

/* As a sockaddr with 'port' (host order) and the interface that a link-local one needs. Returns its
 * length. */
socklen_t addr_sockaddr(const struct addr *a, uint16_t port, uint32_t scope,
			struct sockaddr_storage *ret);

/* The address in 'ss'; family 0 for other kinds. */
struct addr addr_from_sockaddr(const struct sockaddr_storage *ss);

#endif
