// SPDX-License-Identifier: GPL-2.0-or-later
/* tcp - the TCP carrier: connections, each of one handshake, and the frames on them. Before keys
 * messages go as they are, their length known by their type; afterwards in frames:
 *   length of the message, 2 bytes, sealed under a key of its own, with its tag of 16; the message
 * A message of data holds packets, each behind its length of 2 bytes.
 * A connection that does not authenticate itself is closed without a word, at a moment between 10
 * and 30 s whatever it sent, and only so many of them are kept. */
#ifndef CURVETUN_TCP_H
#define CURVETUN_TCP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core.h"

enum {
	TCP_MESSAGE = 16384, /* longest message in a frame */
	TCP_LENGTH = 2 + 16, /* of a frame, sealed */
	TCP_FRAME = TCP_LENGTH + TCP_MESSAGE,
	TCP_OUT = 3 * TCP_FRAME,
	TCP_STRANGERS = 512,	 /* connections that are not authentic, in all */
	TCP_STRANGERS_NET = 16, /* of one IPv4 address or IPv6 /64 */
};

struct loop;
struct tcp;
struct tunnel;

struct conn {
	int fd;
	bool connecting; /* our own, under way */
	struct sockaddr_in6 at;
	struct peer *peer; /* NULL: a stranger */
	int64_t close_ns;  /* of a stranger */
	struct aead *frame[2]; /* that lengths are opened by, sealed by; NULL before keys */
	uint64_t n_in, n_out;  /* frames */
	size_t in_length;      /* of the message that follows; 0: a length follows */
	bool ignored;	       /* a stranger that made no sense */
	bool dead;

	uint8_t *in; /* TCP_FRAME: what came of a frame that is not whole */
	size_t in_bytes;
	uint8_t *out; /* TCP_OUT: frames, from 'out_at' to 'out_bytes' still to be sent */
	size_t out_at, out_bytes;
	size_t pack; /* bytes of packets in the message being made behind 'out_bytes' */
	uint8_t flags; /* of it */
	struct conn *next;
};

/* Opens the carrier; with 'port' it listens. Returns 0 with '*ret_t' or -errno with 'e'. */
int tcp_open(uint16_t port, struct tcp **ret_t, struct err *e) MUST_USE;
void tcp_free(struct tcp *t);

/* Puts it into the loop of 'tun'. */
int tcp_start(struct tcp *t, struct tunnel *tun, struct err *e) MUST_USE;

/* Begins a connection to 'at'. tunnel_tcp_up() tells when it is there. NULL: it failed. */
struct conn *tcp_connect(struct tcp *t, const struct sockaddr_in6 *at);

/* Gives a connection the keys of a handshake of 'p', which come from its session. */
bool tcp_keyed(struct conn *c, struct peer *p, struct session *s);

/* Sends 'n' bytes before there are keys. */
void tcp_plain(struct conn *c, const void *msg, size_t n);

/* Room for a packet of 'n' bytes with message flags 'flags'; NULL: the other end takes none for the
 * moment. It counts once tcp_add() has been called. */
uint8_t *tcp_room(struct conn *c, size_t n, uint8_t flags, int64_t now_ns);
void tcp_add(struct conn *c, size_t n);

/* Sends what there is. True if all of it is gone. */
bool tcp_send(struct tcp *t, struct conn *c, int64_t now_ns);

/* No more is sent; what comes is still read until the other end closes. */
void tcp_finish(struct conn *c);

/* Closes it; its memory goes at the end of the turn. */
void tcp_drop(struct conn *c);

#endif
