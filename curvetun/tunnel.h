// SPDX-License-Identifier: GPL-2.0-or-later
/* tunnel - the tunnel at work: packets from the TUN device to peers and back, one thread, a loop.
 * Everything is open and named before it begins; it opens nothing itself. The client's handshakes
 * and pings are in link.h. */
#ifndef CURVETUN_TUNNEL_H
#define CURVETUN_TUNNEL_H

#include <linux/virtio_net.h>

#include "burst.h"
#include "control.h"
#include "core.h"
#include "join.h"
#include "owners.h"
#include "sys/loop.h"
#include "sys/tun.h"
#include "udp.h"

/* Packets of one turn of the loop in one direction. */
enum { TUNNEL_TURN = 32 };

struct link;

struct tunnel {
	struct core *core;
	struct loop *loop;
	struct tun tun;
	struct udp udp;
	struct owners *owners; /* of a server */
	struct link *link;     /* of a client */
	struct control control;
	int stamps;	       /* the file, -1 none */
	bool only4, only6;
	bool no_names; /* of users and addresses, in what is told */
	bool watching; /* the TUN device is in the loop */
	int sweeper;   /* timer, set while there are sessions */
	bool sweeping;

	uint64_t n_unowned; /* packets to an inner address that nobody has */
	uint64_t n_dropped; /* datagrams that were not for us, not authentic, repeated */
	uint64_t n_unwritten;
	const char *reason; /* of the last dropped */

	struct burst out;
	struct join in;
	struct sockaddr_in6 from;
	uint8_t read[TUN_READ_BYTES];
	uint8_t recv[65536];
};

/* Puts the descriptors of 't' into its loop. */
int tunnel_start(struct tunnel *t, struct err *e) MUST_USE;

/* Reads the TUN device from now on, or no more: a client without keys lets packets wait there. */
int tunnel_watch(struct tunnel *t, bool on, struct err *e) MUST_USE;

/* Seals a control message of 'n' bytes (padded with zeros) to 'p' and sends it. Returns 0 or
 * -errno. */
struct ctl;
int tunnel_tell(struct tunnel *t, struct peer *p, const struct ctl *c, size_t n,
		int64_t now_ns) MUST_USE;

#endif
