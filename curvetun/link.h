// SPDX-License-Identifier: GPL-2.0-or-later
/* link - a client's line to its server: when to begin handshakes, to which of its addresses, when
 * to ping, and when the line counts as dead. */
#ifndef CURVETUN_LINK_H
#define CURVETUN_LINK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "msg.h"
#include "resolver.h"

struct conn;
struct ctl;
struct peer;
struct tunnel;


/* A peer that was sent to and is silent this long is asked for new keys; data in that time. */
#define LINK_DEAD_NS (10 * 1000000000ll)

/* Without an answer this often, the other carrier is tried too; while that carries, the first is
 * tried again this long after. */
enum { LINK_TRIES = 3 };
#define LINK_RETURN_NS (30 * 1000000000ll)

struct link_conf {
	struct peer *peer[2]; /* the server by enum msg_carrier; NULL: not over that one */
	enum msg_carrier first;
	struct sockaddr_in6 addrs[RESOLVER_ADDRS]; /* of the server, in the order to try them */
	unsigned int n_addrs;
	struct resolver *names; /* that looks them up again */
	uint16_t mtu;	      /* of the device */
	int64_t keepalive_ns; /* silence after which a ping goes out; 0 none */
};

struct link;

/* Makes it, with its timer in the loop of 't', which gets it. Returns 0 or -errno with 'e'. */
int link_new(struct tunnel *t, const struct link_conf *conf, struct err *e) MUST_USE;
void link_free(struct link *l);

/* Whom data goes to, over the carrier that works. */
struct peer *link_peer(struct link *l);

/* Adds what it is doing: "state", "rtt_ms". */
struct jsonw;
void link_report(const struct link *l, struct jsonw *j);

/* What happens to it. All return 0, or -errno with 'e' to end the tunnel. */
int link_begin(struct link *l, int64_t now_ns, struct err *e) MUST_USE; /* the first handshake */
int link_keyed(struct link *l, struct peer *p, int64_t now_ns, struct err *e) MUST_USE;
int link_again(struct link *l, struct peer *p, int64_t now_ns, struct err *e) MUST_USE; /* cookie */
int link_lost(struct link *l, struct peer *p, int64_t now_ns, struct err *e) MUST_USE; /* no keys */
int link_sent(struct link *l, int64_t now_ns, struct err *e) MUST_USE;
int link_pong(struct link *l, const struct ctl *c, int64_t now_ns, struct err *e) MUST_USE;
int link_tcp_up(struct link *l, struct conn *c, int64_t now_ns, struct err *e) MUST_USE;
int link_tcp_gone(struct link *l, struct conn *c, int64_t now_ns, struct err *e) MUST_USE;

#endif
