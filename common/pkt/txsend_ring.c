// SPDX-License-Identifier: GPL-2.0-or-later
/* txsend_ring - txsend by a transmit ring (PACKET_TX_RING, TPACKET_V2): frames are copied into
 * slots that one system call hands to the kernel, which sends them from there.
 *
 * Without PACKET_LOSS the kernel stops at a frame that the driver refuses and leaves it for the
 * next call, so each frame is answered for. It would also stop for good at one that is too long:
 * these are sorted out before. Source: packet_mmap.rst, tpacket_snd() in net/packet/af_packet.c. */
#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/atomic.h"
#include "pkt/txsend_priv.h"

enum {
	RING_BYTES = 4 << 20,
	BLOCK_MIN_BYTES = 64 << 10,
	DATA_OFF = TPACKET2_HDRLEN - sizeof(struct sockaddr_ll),
	MIN_SLOTS = 64,
};

static struct tpacket2_hdr *slot_of(const struct txring *r, uint64_t i)
{
	uint32_t at = i % r->n_slots;

	return (struct tpacket2_hdr *)(r->map +
				       (size_t)(at / r->slots_per_block) * r->block_bytes +
				       (size_t)(at % r->slots_per_block) * r->slot_bytes);
}

int txring_open(struct txsend *t, size_t frame_bytes, size_t bytes, struct err *e)
{
	struct txring *r = &t->ring;
	struct tpacket_req req;
	int version = TPACKET_V2;
	uint32_t slot = 256;

	bytes = bytes ? bytes : RING_BYTES;
	while (slot < frame_bytes + DATA_OFF)
		slot *= 2;
	r->slot_bytes = slot;
	r->block_bytes = MAX(slot, (uint32_t)BLOCK_MIN_BYTES);
	r->slots_per_block = r->block_bytes / slot;
	r->n_slots = MAX(bytes / slot, (size_t)MIN_SLOTS) / r->slots_per_block *
		     r->slots_per_block;
	r->n_slots = MAX(r->n_slots, r->slots_per_block);
	req = (struct tpacket_req){ .tp_block_size = r->block_bytes,
				    .tp_block_nr = r->n_slots / r->slots_per_block,
				    .tp_frame_size = slot, .tp_frame_nr = r->n_slots };
	if (setsockopt(t->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(t->fd, SOL_PACKET, PACKET_TX_RING, &req, sizeof(req)) < 0)
		return err_sys(e, errno, "%s: transmit ring of %zu bytes", t->dev, bytes);
	r->map_bytes = (size_t)req.tp_block_nr * r->block_bytes;
	r->map = mmap(NULL, r->map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, t->fd, 0);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return err_sys(e, errno, "%s: map the transmit ring", t->dev);
	}
	return 0;
}

void txring_close(struct txring *r)
{
	if (r->map)
		munmap(r->map, r->map_bytes);
	r->map = NULL;
}

/* Fills slots with as many of the frames as there is room for. Returns how many were dealt with. */
static unsigned int fill(struct txsend *t, const struct iovec *frames, unsigned int n)
{
	struct txring *r = &t->ring;
	unsigned int i;

	for (i = 0; i < n && i < TXSEND_BATCH && r->head - r->tail < r->n_slots; i++) {
		struct tpacket2_hdr *h = slot_of(r, r->head);
		int code = txsend_unfit(t, &frames[i], r->slot_bytes - DATA_OFF);

		if (code == EMSGSIZE) {
			t->stats.too_long++;
			continue;
		}
		if (code) {
			t->stats.too_short++;
			continue;
		}
		/* the frame that was here before is still in the driver */
		if (atomic_get(&h->tp_status) != TP_STATUS_AVAILABLE)
			break;
		memcpy((uint8_t *)h + DATA_OFF, frames[i].iov_base, frames[i].iov_len);
		h->tp_len = frames[i].iov_len;
		atomic_put(&h->tp_status, TP_STATUS_SEND_REQUEST);
		r->head++;
	}
	return i;
}

/* A slot that the kernel will never take: frames behind it move up. */
static void drop_slot(struct txring *r)
{
	for (uint64_t i = r->tail; i + 1 < r->head; i++) {
		struct tpacket2_hdr *to = slot_of(r, i), *from = slot_of(r, i + 1);

		memcpy((uint8_t *)to + DATA_OFF, (uint8_t *)from + DATA_OFF, from->tp_len);
		to->tp_len = from->tp_len;
		atomic_put(&to->tp_status, TP_STATUS_SEND_REQUEST);
	}
	atomic_put(&slot_of(r, --r->head)->tp_status, TP_STATUS_AVAILABLE);
}

/* Counts what the kernel took. Returns how many frames. */
static unsigned int reap(struct txsend *t)
{
	struct txring *r = &t->ring;
	unsigned int n = 0;

	while (r->tail != r->head) {
		struct tpacket2_hdr *h = slot_of(r, r->tail);
		uint32_t status = atomic_get(&h->tp_status);

		if (status & TP_STATUS_WRONG_FORMAT) {
			t->stats.too_long++;
			drop_slot(r);
			continue;
		}
		if (status & TP_STATUS_SEND_REQUEST)
			break;
		t->stats.sent++;
		t->stats.sent_bytes += h->tp_len;
		r->tail++;
		n++;
	}
	return n;
}

/* Takes back what the kernel did not take. */
static unsigned int withdraw(struct txring *r)
{
	unsigned int n = r->head - r->tail;

	while (r->head != r->tail)
		atomic_put(&slot_of(r, --r->head)->tp_status, TP_STATUS_AVAILABLE);
	return n;
}

int txring_frames(struct txsend *t, const struct iovec *frames, unsigned int n, int wake_fd,
		  struct err *e)
{
	struct txring *r = &t->ring;
	unsigned int at = 0;
	int64_t since = 0;
	int rc, code;

	while (at < n || r->head != r->tail) {
		at += fill(t, frames + at, n - at);
		if (at == n && r->head == r->tail)
			break;
		t->stats.calls++;
		rc = sendto(t->fd, NULL, 0, MSG_DONTWAIT, NULL, 0);
		code = rc < 0 ? errno : EAGAIN;
		if (reap(t)) {
			since = 0;
			continue;
		}
		since = since ? since : txsend_now_ms();
		rc = txsend_refused(t, code, since, wake_fd, e);
		if (rc < 0) {
			at -= withdraw(r);
			return rc == -EINTR ? (int)at : rc;
		}
	}
	return at;
}
