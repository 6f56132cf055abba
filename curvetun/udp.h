// SPDX-License-Identifier: GPL-2.0-or-later
/* udp - the UDP carrier's socket: both address families on one port (IPv4 mapped), many equal
 * datagrams by one call where the kernel can (UDP_SEGMENT, UDP_GRO). Source: udp(7). */
#ifndef CURVETUN_UDP_H
#define CURVETUN_UDP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum {
	UDP_MAX_BYTES = 65507, /* of one call, and of one datagram */
	UDP_MAX_PIECES = 64,
	UDP_BUFFER = 8 << 20, /* asked for; the kernel doubles it */
	UDP_STRANGERS = 128 << 10, /* the same for handshakes: a late one is of no use */
};

struct udp {
	int fd;
	int strangers; /* of a server: where all but data comes in; -1: it comes with data */
	bool gso, gro;
	int rcvbuf, sndbuf; /* granted, in the kernel's bytes */
};

/* Opens it on 'port', which nobody else may have, or with 0 on any free one. On a port of its own
 * handshakes have a socket and a queue to themselves, so that a flood of them takes no data's
 * place. Returns 0 with '*ret_u', to be closed, or -errno. */
int udp_open(uint16_t port, bool offload, struct udp *ret_u, struct err *e) MUST_USE;
void udp_close(struct udp *u);

/* The address and port as text, for people. Returns 'text'. */
const char *addr_text(const struct sockaddr_in6 *at, char *text, size_t size);

/* What is known of received datagrams besides their bytes. */
struct udp_got {
	struct sockaddr_in6 from;
	size_t piece; /* bytes of each; the last may be shorter */
	uint8_t tos;  /* TOS of IPv4, traffic class of IPv6 */
};

/* Receives up to 'size' bytes of datagrams from 'fd', either socket. Returns bytes, or -EAGAIN when
 * there is none, or -errno. */
ssize_t udp_recv(int fd, uint8_t *buf, size_t size, struct udp_got *ret_g) MUST_USE;

/* Sends 'n' bytes in datagrams of 'piece' bytes, at most UDP_MAX_PIECES of them, with TOS or
 * traffic class 'tos'; waits for room. Where the kernel refuses several at once they go one by
 * one, and 'u->gso' is off from then on. Returns 0 or -errno: some or all were not sent. */
int udp_send(struct udp *u, const uint8_t *buf, size_t n, size_t piece,
	     const struct sockaddr_in6 *to, uint8_t tos) MUST_USE;

/* Sends one datagram that nobody on its way may cut. -EMSGSIZE: this host's device is too small. */
int udp_send_whole(struct udp *u, const uint8_t *buf, size_t n,
		   const struct sockaddr_in6 *to) MUST_USE;

#endif
