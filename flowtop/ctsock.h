// SPDX-License-Identifier: GPL-2.0-or-later
/* ctsock - sockets to the kernel's connection tracking: one that listens to events, one that asks
 * for dumps and single connections. Sits on sys/nl; neither socket ever blocks. */
#ifndef FLOWTOP_CTSOCK_H
#define FLOWTOP_CTSOCK_H

#include "base/err.h"
#include "ct.h"

struct ctsock;

/* Called with each connection that a message tells of. */
typedef void (*ctsock_fn)(void *arg, enum ct_what what, const struct ct *c);

/* What a dump leaves out in the kernel already. */
struct ctsock_filter {
	uint8_t family; /* AF_INET, AF_INET6, 0: both */
};

/* Opens a socket in the present network namespace; 'rcvbuf_bytes' is asked for, with or without
 * privilege for it. 'events': it listens. Returns 0 with '*ret_s' owned by the caller, or -errno
 * with 'e' (-EPERM: the sentence names the capability). */
int ctsock_open(bool events, unsigned int rcvbuf_bytes, struct ctsock **ret_s,
		struct err *e) MUST_USE;
void ctsock_close(struct ctsock *s);
void ctsock_close_p(struct ctsock **s);

int ctsock_fd(const struct ctsock *s);

/* Bytes the kernel really queues before it drops. */
unsigned int ctsock_rcvbuf(const struct ctsock *s);

/* Messages that the kernel dropped because the socket was full, as it counts them itself. */
uint64_t ctsock_drops(const struct ctsock *s);

/* Asks for all connections; they come by ctsock_read(). Returns 0 or -errno with 'e'. */
int ctsock_dump(struct ctsock *s, const struct ctsock_filter *f, struct err *e) MUST_USE;

/* Asks for the connection of 'key'. One that is not there is answered by CT_GONE, whose 'id' is
 * '*ret_seq'. Returns 0 or -errno with 'e'. */
int ctsock_get(struct ctsock *s, const struct ct_key *key, bool zone_of_orig, uint32_t *ret_seq,
	       struct err *e) MUST_USE;

/* Takes what has arrived, 'max_messages' and the rest of their datagram at most, and calls 'fn'.
 * '*ret_done' is set when the answer to ctsock_dump() is complete. Returns the number of messages;
 * 0: nothing is there; -ENOBUFS without 'e': some were dropped; or another -errno with 'e'. */
int ctsock_read(struct ctsock *s, unsigned int max_messages, ctsock_fn fn, void *arg,
		bool *ret_done, struct err *e) MUST_USE;

#endif
