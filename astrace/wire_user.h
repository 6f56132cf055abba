// SPDX-License-Identifier: GPL-2.0-or-later
/* wire_user - the wire for a user without privilege: UDP sockets whose error queues tell which
 * router said what (IP_RECVERR, and extensions by IP_RECVERR_RFC4884), ping sockets where the
 * system allows them. Quoted headers stay unseen. Used by wire alone.
 *
 * An error queue gives the payload that was quoted, not the header. Routers that quote 8 bytes only
 * leave nothing to tell the probe by: a hop that is asked again is therefore asked from a socket,
 * and so a port, of its own. */
#ifndef ASTRACE_WIRE_USER_H
#define ASTRACE_WIRE_USER_H

#include "wire.h"

struct wire_user;

int wire_user_open(const struct wire_needs *n, struct wire_user **ret_u, struct err *e) MUST_USE;
void wire_user_close(struct wire_user *u);

/* One descriptor for all sockets. */
int wire_user_fd(const struct wire_user *u);

/* True if ICMP echo requests can be sent. */
bool wire_user_pings(const struct wire_user *u, int family);

/* As wire_send() and wire_take(). */
int wire_user_send(struct wire_user *u, const struct probe_kind *k, struct probe_id id,
		   const uint8_t *buf, uint32_t n) MUST_USE;
int wire_user_take(struct wire_user *u, struct arrival *ret) MUST_USE;

#endif
