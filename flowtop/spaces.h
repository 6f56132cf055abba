// SPDX-License-Identifier: GPL-2.0-or-later
/* spaces - the sockets of all network namespaces that can be entered: the one that is looked at
 * first, then those that the helper finds. Sits on sockdiag and helper. */
#ifndef FLOWTOP_SPACES_H
#define FLOWTOP_SPACES_H

#include <stdbool.h>
#include <stdint.h>

#include "helper.h"
#include "sockdiag.h"

struct spaces;

/* Begins with the present namespace alone. Returns 0 with '*ret_s' owned by the caller, or -errno
 * with 'e'. */
int spaces_open(struct spaces **ret_s, struct err *e) MUST_USE;
void spaces_close(struct spaces *s);

/* What the helper tells (helper.h). */
void spaces_came(struct spaces *s, uint64_t ino, const int *fds);
void spaces_went(struct spaces *s, uint64_t ino);

/* As sockdiag_find(), in all of them: a socket that is connected to just this peer wins. Addresses
 * of the loopback device are those of the first namespace. True with '*ret_s'. */
bool spaces_find(struct spaces *s, uint8_t family, uint8_t proto, const struct ct_end *local,
		 const struct ct_end *peer, struct sockdiag_socket *ret_s);

#endif
