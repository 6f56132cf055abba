// SPDX-License-Identifier: GPL-2.0-or-later
/* dns - names of addresses by c-ares, without ever blocking: asked once, told when known.
 * /etc/hosts and /etc/resolv.conf are read at dns_open(), before any sandbox; SANDBOX_RESOLVE lets
 * the questions out. Used by netsniff, flowtop and astrace, only where the user asks for names. */
#ifndef SYS_DNS_H
#define SYS_DNS_H

#include "base/err.h"

/* Names kept; beyond that the longest unused of a few makes room. */
#define DNS_CACHE_NAMES 16384

struct dns;

/* Opens the resolver of /etc/resolv.conf, or asks 'server' alone ("192.0.2.1", "[2001:db8::1]:53")
 * unless it is NULL. -EINVAL with 'e' for a server that is no address. */
int dns_open(const char *server, struct dns **ret_d, struct err *e) MUST_USE;
void dns_close(struct dns *d);
void dns_close_p(struct dns **d);

/* Readable when dns_turn() has something to do: to be polled, also inside another epoll. */
int dns_fd(const struct dns *d);

/* Takes answers and notes time-outs. Never blocks. */
void dns_turn(struct dns *d);

/* The name of 'addr' (4 bytes of AF_INET, 16 of AF_INET6), "" if it has none, NULL while that is
 * not known: the question is then on its way. The text lives until the next call, and comes from
 * outside: only letters, digits, '-', '_' and '.' are let through, others become '?'. */
const char *dns_name(struct dns *d, int family, const void *addr);

/* As dns_name(), of who announces 'addr', asked at the zones origin.asn.cymru.com and origin6:
 * "64500 | 192.0.2.0/24 | DE | ripencc | 2001-02-03" (AS, prefix, country, registry, date). Only
 * letters, digits and " |/:-_." are let through. */
const char *dns_origin(struct dns *d, int family, const void *addr);

/* As dns_name(), waiting up to 'timeout_ms' for the answer. */
const char *dns_wait(struct dns *d, int family, const void *addr, int timeout_ms);

/* Questions on their way. */
unsigned int dns_pending(const struct dns *d);

#endif
