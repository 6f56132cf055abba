// SPDX-License-Identifier: GPL-2.0-or-later
/* resolver - a process of a client that looks names of servers up, at the start and again when the
 * server is silent: it began before there were keys, belongs to nobody, and has no privilege, since
 * it reads what name servers say. */
#ifndef CURVETUN_RESOLVER_H
#define CURVETUN_RESOLVER_H

#include <netinet/in.h>
#include <stdint.h>

#include "base/err.h"

enum { RESOLVER_HOSTS = 256, RESOLVER_ADDRS = 16 };

struct resolver {
	int fd; /* to wait on for an answer; -1: none runs */
	char hosts[RESOLVER_HOSTS]; /* names or addresses with commas between */
	uint16_t port;
};

/* Starts it as 'user'. Returns 0 with '*ret_r', to be stopped, or -errno with 'e'. */
int resolver_start(const char *user, struct resolver *ret_r, struct err *e) MUST_USE;
void resolver_stop(struct resolver *r);

/* Asks for the addresses of r->hosts, IPv4 mapped. */
void resolver_ask(struct resolver *r);

/* Takes the answer, waiting for it, at most RESOLVER_ADDRS addresses in the order of the hosts; a
 * host that is not known does no harm as long as another is. Returns how many; 0: none is known;
 * or -EPIPE when the process is gone. */
int resolver_answer(struct resolver *r, struct sockaddr_in6 ret_addrs[RESOLVER_ADDRS]) MUST_USE;

#endif
