// SPDX-License-Identifier: GPL-2.0-or-later
/* stun - asks a STUN server how this socket's address looks from outside (RFC 8489, Binding), which
 * also opens the way through a NAT. Messages are read as what strangers may have made. */
#ifndef CURVETUN_STUN_H
#define CURVETUN_STUN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { STUN_REQUEST = 20, STUN_ID = 12, STUN_PORT = 3478 };

void stun_request(const uint8_t id[STUN_ID], uint8_t out[STUN_REQUEST]);

/* Reads the answer to request 'id'. False when it is none, or has no address. */
bool stun_answer(const uint8_t *msg, size_t n, const uint8_t id[STUN_ID],
		 struct sockaddr_in6 *ret_at) MUST_USE;

/* Asks 'server' ("host" or "host:port") from socket 'fd' (as of udp.h), up to three seconds long.
 * Returns 0 with '*ret_at' (IPv4 mapped), or -errno with 'e'. */
int stun_ask(int fd, const char *server, struct sockaddr_in6 *ret_at, struct err *e) MUST_USE;

#endif
