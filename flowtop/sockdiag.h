// SPDX-License-Identifier: GPL-2.0-or-later
/* sockdiag - the socket behind two addresses and ports, asked of the kernel one by one.
 * Source: linux/inet_diag.h, net/ipv4/inet_diag.c, udp_diag.c. */
#ifndef FLOWTOP_SOCKDIAG_H
#define FLOWTOP_SOCKDIAG_H

#include "base/err.h"
#include "ct.h"

struct sockdiag;

struct sockdiag_socket {
	uint32_t inode; /* 0: it has no file any more (closing) */
	uint32_t uid;
	uint64_t cgroup; /* inode number of its control group, 0 unknown */
	uint64_t cookie;
	bool exact;	 /* connected to just this peer; else bound to the port only */
};

/* A socket in the present network namespace. Returns 0 with '*ret_d' owned by the caller, or
 * -errno with 'e'. */
int sockdiag_open(struct sockdiag **ret_d, struct err *e) MUST_USE;
void sockdiag_close(struct sockdiag *d);
void sockdiag_close_p(struct sockdiag **d);

/* The socket of 'proto' (TCP, UDP, UDP-Lite) with 'local' and 'peer' as its ends. Returns 1 with
 * '*ret_s', 0 if there is none here, or -errno. Takes about 5 us. */
int sockdiag_find(struct sockdiag *d, uint8_t family, uint8_t proto, const struct ct_end *local,
		  const struct ct_end *peer, struct sockdiag_socket *ret_s) MUST_USE;

#endif
