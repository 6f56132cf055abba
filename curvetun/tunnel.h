// SPDX-License-Identifier: GPL-2.0-or-later
/* tunnel - the tunnel at work: packets from the TUN device to peers and back, one thread, a loop.
 * Everything is open and named before it begins; it opens nothing itself. The client's handshakes
 * and pings are in link.h. */
#ifndef CURVETUN_TUNNEL_H
#define CURVETUN_TUNNEL_H

#include <linux/virtio_net.h>

#include "burst.h"
#include "control.h"
#include "helper.h"
#include "core.h"
#include "join.h"
#include "owners.h"
#include "tcp.h"
#include "sys/loop.h"
#include "sys/tun.h"
#include "udp.h"

/* Packets of one turn of the loop in one direction. */
enum { TUNNEL_TURN = 32 };

struct link;

struct tunnel {
	struct core *core, *core_tcp; /* of each carrier, with the same peers */
	struct tcp *tcp;	      /* NULL: UDP alone */
	struct loop *loop;
	struct tun tun;
	struct udp udp;
	struct owners *owners; /* of a server */
	struct link *link;     /* of a client */
	struct control control;
	struct helper helper;
	int stamps;	       /* the file, -1 none */
	bool only4, only6;
	bool no_names; /* of users and addresses, in what is told */
	bool dscp;     /* the inner class of service goes into datagrams */
	bool watching; /* the TUN device is in the loop */
	int sweeper;   /* timer, set while there are sessions */
	bool sweeping;
	int pause; /* timer, set while strangers wait */

	uint64_t n_unowned; /* packets to an inner address that nobody has */
	uint64_t n_dropped; /* datagrams that were not for us, not authentic, repeated */
	uint64_t n_unwritten;
	const char *reason; /* of the last dropped */

	struct conn *tcp_out; /* packed in this turn, to be sent */
	struct burst out;
	struct join in;
	struct udp_got got;   /* of what is in 'recv'; its 'tos' is 0 over TCP */
	uint8_t read[TUN_READ_BYTES];
	uint8_t recv[65536];
};

/* Puts the descriptors of 't' into its loop. */
int tunnel_start(struct tunnel *t, struct err *e) MUST_USE;

/* Reads the TUN device from now on, or no more: a client without keys lets packets wait there. */
int tunnel_watch(struct tunnel *t, bool on, struct err *e) MUST_USE;

/* Delivers what a data message of 'p' held: a packet, or a word between the ends. */
int tunnel_deliver(struct tunnel *t, struct peer *p, uint8_t *data, size_t n, uint8_t flags,
		   int64_t now_ns, struct err *e) MUST_USE;

/* Writes to the device what waits to be joined. */
void tunnel_flush(struct tunnel *t);

/* What has to be done after a session was made. */
int tunnel_sweep_soon(struct tunnel *t, int64_t now_ns, struct err *e) MUST_USE;

/* What happens on TCP connections (tcp.c to tunnel_tcp.c). Return 0; -EPROTO when no sense can be
 * made of what came; or -ECANCELED with 'e' to end the tunnel. */
int tunnel_tcp_up(struct tunnel *t, struct conn *c, int64_t now_ns, struct err *e) MUST_USE;
int tunnel_tcp_plain(struct tunnel *t, struct conn *c, uint8_t *msg, size_t n, int64_t now_ns,
		     struct err *e) MUST_USE;
int tunnel_tcp_data(struct tunnel *t, struct conn *c, uint8_t *msg, size_t n, int64_t now_ns,
		    struct err *e) MUST_USE;
int tunnel_tcp_room(struct tunnel *t, struct conn *c, struct err *e) MUST_USE;
int tunnel_tcp_gone(struct tunnel *t, struct conn *c, int64_t now_ns, struct err *e) MUST_USE;

/* Seals a control message of 'n' bytes (padded with zeros) to 'p' and sends it, a padded one over
 * UDP in one piece or not at all. Returns 0 or -errno. */
struct ctl;
int tunnel_tell(struct tunnel *t, struct peer *p, const struct ctl *c, size_t n,
		int64_t now_ns) MUST_USE;

#endif
