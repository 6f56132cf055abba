// SPDX-License-Identifier: GPL-2.0-or-later
/* sockdiag - the socket behind two addresses and ports in one network namespace, asked of the
 * kernel one by one. Source: linux/inet_diag.h, net/ipv4/inet_diag.c, udp_diag.c. */
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

/* The netlink sockets that questions go by: sock_diag, and routes. They stay in the namespace in
 * which they are made. */
enum { SOCKDIAG_FDS = 2 };

/* Makes them in the present network namespace. Returns 0, or -errno without any. */
int sockdiag_sockets(int ret_fds[SOCKDIAG_FDS]) MUST_USE;

/* Questions by 'fds', which are taken over, also if it fails. Returns 0 with '*ret_d' owned by the
 * caller, or -ENOMEM with 'e'. */
int sockdiag_open(const int fds[SOCKDIAG_FDS], struct sockdiag **ret_d, struct err *e) MUST_USE;
void sockdiag_close(struct sockdiag *d);

/* The socket of 'proto' (TCP, UDP, UDP-Lite) with 'local' and 'peer' as its ends; one that is bound
 * to the port alone only where 'local' is an address of the namespace. True with '*ret_s' if there
 * is one here. Takes about 5 us. */
bool sockdiag_find(struct sockdiag *d, uint8_t family, uint8_t proto, const struct ct_end *local,
		   const struct ct_end *peer, struct sockdiag_socket *ret_s) MUST_USE;

#endif
