// SPDX-License-Identifier: GPL-2.0-or-later
/* txsend_priv - what the files of txsend share. */
#ifndef PKT_TXSEND_PRIV_H
#define PKT_TXSEND_PRIV_H

#include <net/if.h>
#include <sys/socket.h>

#include "pkt/txsend.h"

enum { TXSEND_BATCH = 256 }; /* frames a system call; more did not measure better */

/* A transmit ring, TPACKET_V2: slots that the kernel and we pass to each other. */
struct txring {
	uint8_t *map; /* NULL: no ring */
	size_t map_bytes;
	uint32_t slot_bytes, slots_per_block, block_bytes, n_slots;
	uint64_t head, tail; /* slots filled, and those whose fate is known */
};

struct txsend {
	int fd;
	int ifindex;
	uint16_t hatype;
	uint32_t mtu;
	char dev[IFNAMSIZ];
	struct txsend_stats stats;
	int64_t told_ms; /* the stall (its 'since') that was told of */
	struct txring ring;
	struct xsk *xsk; /* NULL: none */
	struct mmsghdr msg[TXSEND_BATCH];
};

/* One refused frame, or a device that is full, or the end. Returns 1 to go on after the frame, 0 to
 * offer it again, -EINTR when woken, -errno with 'e'. 'since' is when frames last moved, ms. */
int txsend_refused(struct txsend *t, int code, int64_t since, int wake_fd, struct err *e);

int64_t txsend_now_ms(void);

/* Makes a ring for frames of up to 'frame_bytes' on the open socket, of about 'bytes' of memory. */
int txring_open(struct txsend *t, size_t frame_bytes, size_t bytes, struct err *e) MUST_USE;
void txring_close(struct txring *r);

/* What the device would say to frame 'f', of which there is room for 'room' bytes: 0, EMSGSIZE or
 * EINVAL (it is too short). */
int txsend_unfit(const struct txsend *t, const struct iovec *f, size_t room);

/* An AF_XDP socket on 'queue' with about 'bytes' (0: a default) of memory; txsend_frames() by it;
 * and whether all frames that the kernel took have left. */
int txxsk_open(struct txsend *t, uint32_t queue, size_t bytes, struct err *e) MUST_USE;
int txxsk_frames(struct txsend *t, const struct iovec *frames, unsigned int n, int wake_fd,
		 struct err *e) MUST_USE;
bool txxsk_idle(struct txsend *t);

/* txsend_frames() by the ring. */
int txring_frames(struct txsend *t, const struct iovec *frames, unsigned int n, int wake_fd,
		  struct err *e) MUST_USE;

#endif
