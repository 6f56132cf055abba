// SPDX-License-Identifier: GPL-2.0-or-later
/* xsk_rx - see xsk_rx.h. A frame goes back to the kernel as soon as its bytes are in a block. */
#include "pkt/xsk_rx.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "cbpf/vm.h"
#include "pkt/xsk.h"
#include "proto/linktype.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum {
	BLOCK_BYTES = 256 << 10,
	MIN_BLOCKS = 4,
	BATCH = 64,
	MIN_FRAMES = 256,
	MAX_FRAMES = 8192,
	/* Before a packet, as the kernel puts it for a reserve of two bytes (ring_rx.c). */
	TO_DATA = 84,
	TO_NET = TO_DATA + ETH_HLEN,
	FRAME_ROOM = TO_DATA + XSK_MAX_FRAME + 8,
};

struct queue {
	struct xsk *xsk;
	uint32_t number;
};

struct xsk_rx {
	struct xsk_rx_conf conf;
	struct queue *queues;
	uint32_t n_queues;
	int poll_fd, timer_fd, promisc_fd;
	struct vm *filter; /* NULL: none */
	bool stopped;

	uint8_t *blocks;
	uint32_t n_blocks;
	uint64_t got, put; /* blocks lent and blocks put back, ever */

	/* the block that is being filled */
	uint32_t used, n_pkts, last; /* bytes, packets, where the last one's header is */
	int64_t due_ns;		     /* when to lend it; 0: nothing in it */

	struct ring_rx_count count;
	uint64_t rejected, told_drops;
};

static uint8_t *block_at(const struct xsk_rx *r, uint64_t seq)
{
	return r->blocks + (size_t)(seq % r->n_blocks) * BLOCK_BYTES;
}

static void begin_block(struct xsk_rx *r)
{
	r->used = BLOCK_DESC_BYTES;
	r->n_pkts = 0;
	r->due_ns = 0;
}

static int watch(struct xsk_rx *r, int fd, struct err *e)
{
	struct epoll_event ev = { .events = EPOLLIN };

	return epoll_ctl(r->poll_fd, EPOLL_CTL_ADD, fd, &ev) < 0 ?
		       err_sys(e, errno, "wait for AF_XDP sockets") : 0;
}

static int open_queue(struct xsk_rx *r, uint32_t number, uint32_t n_frames, struct err *e)
{
	struct queue *q = &r->queues[r->n_queues];
	int rc = xsk_open_rx(r->conf.dev, number, n_frames, &q->xsk, e);

	if (rc)
		return rc;
	q->number = number;
	r->n_queues++;
	rc = xsk_gate_put(r->conf.gate, number, xsk_fd(q->xsk), e);
	return rc ? rc : watch(r, xsk_fd(q->xsk), e);
}

/* Half of the memory for frames of the kernel's, half for blocks. */
static int open_queues(struct xsk_rx *r, struct err *e)
{
	const struct xsk_rx_conf *c = &r->conf;
	uint32_t n = (c->n_queues - c->first_queue + c->step - 1) / c->step;
	uint32_t n_frames = MIN_FRAMES;
	int rc = 0;

	while (n_frames < MAX_FRAMES &&
	       (size_t)n * n_frames * 2 * XSK_MAX_FRAME <= c->ring_bytes / 2)
		n_frames *= 2;
	r->queues = calloc(n, sizeof(*r->queues));
	if (!r->queues)
		return err_sys(e, ENOMEM, "%s: AF_XDP", c->dev);
	for (uint32_t i = c->first_queue; !rc && i < c->n_queues; i += c->step)
		rc = open_queue(r, i, n_frames, e);
	return rc;
}

static int make_blocks(struct xsk_rx *r, struct err *e)
{
	r->n_blocks = MAX(r->conf.ring_bytes / 2 / BLOCK_BYTES, (size_t)MIN_BLOCKS);
	r->blocks = mmap(NULL, (size_t)r->n_blocks * BLOCK_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (r->blocks == MAP_FAILED) {
		r->blocks = NULL;
		return err_sys(e, errno, "blocks of %u KiB in all; try a smaller -S",
			       r->n_blocks * (BLOCK_BYTES >> 10));
	}
	begin_block(r);
	return 0;
}

/* The device is promiscuous as long as this socket is open. */
static int set_promisc(struct xsk_rx *r, struct err *e)
{
	struct packet_mreq mreq = { .mr_ifindex = r->conf.ifindex, .mr_type = PACKET_MR_PROMISC };

	if (!r->conf.promisc)
		return 0;
	r->promisc_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (r->promisc_fd < 0 ||
	    setsockopt(r->promisc_fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq, sizeof(mreq)) < 0)
		return err_sys(e, errno, "promiscuous mode (-M does without)");
	return 0;
}

int xsk_rx_open(const struct xsk_rx_conf *conf, struct xsk_rx **ret_r, struct err *e)
{
	struct xsk_rx *r = calloc(1, sizeof(*r));
	int rc = 0;

	if (!r)
		return err_sys(e, ENOMEM, "%s: AF_XDP", conf->dev);
	*r = (struct xsk_rx){ .conf = *conf, .poll_fd = -1, .timer_fd = -1, .promisc_fd = -1 };
	r->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	r->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (r->poll_fd < 0 || r->timer_fd < 0)
		rc = err_sys(e, errno, "%s: AF_XDP", conf->dev);
	if (!rc)
		rc = watch(r, r->timer_fd, e);
	if (!rc)
		rc = make_blocks(r, e);
	if (!rc)
		rc = open_queues(r, e);
	if (!rc && conf->filter->len)
		rc = vm_new(conf->filter, &r->filter, e);
	if (!rc)
		rc = set_promisc(r, e);
	if (rc)
		xsk_rx_close(r);
	else
		*ret_r = r;
	return rc;
}

void xsk_rx_close(struct xsk_rx *r)
{
	if (!r)
		return;
	for (uint32_t i = 0; i < r->n_queues; i++)
		xsk_close(r->queues[i].xsk);
	free(r->queues);
	if (r->blocks)
		munmap(r->blocks, (size_t)r->n_blocks * BLOCK_BYTES);
	vm_free(r->filter);
	close_p(&r->promisc_fd);
	close_p(&r->timer_fd);
	close_p(&r->poll_fd);
	free(r);
}

int xsk_rx_fd(const struct xsk_rx *r)
{
	return r->poll_fd;
}

uint32_t xsk_rx_n_blocks(const struct xsk_rx *r)
{
	return r->n_blocks;
}

uint64_t xsk_rx_rejected(const struct xsk_rx *r)
{
	return r->rejected;
}

bool xsk_rx_zero_copy(const struct xsk_rx *r)
{
	return r->n_queues && xsk_zero_copy(r->queues[0].xsk);
}

void xsk_rx_stop(struct xsk_rx *r)
{
	r->stopped = true;
}

static uint8_t dir_of(const struct xsk_rx *r, const uint8_t *frame)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (frame[0] & 1)
		return memcmp(frame, all, 6) == 0 ? PKT_DIR_BROADCAST : PKT_DIR_MULTICAST;
	return memcmp(frame, r->conf.mac, 6) == 0 ? PKT_DIR_HOST : PKT_DIR_OTHERHOST;
}

/* How many bytes of the frame to keep; 0: the filter rejects it. */
static uint32_t wanted(const struct xsk_rx *r, const struct iovec *f, uint8_t dir)
{
	const uint8_t *frame = f->iov_base;
	struct vm_aux aux = { .net_off = ETH_HLEN, .pkttype = dir, .ifindex = r->conf.ifindex,
			      .hatype = r->conf.hatype, .protocol = get_be16(frame + 12) };
	uint32_t n = f->iov_len;

	if (r->filter)
		n = MIN(n, vm_run(r->filter, frame, n, n, &aux));
	return r->conf.snaplen ? MIN(n, r->conf.snaplen) : n;
}

/* Adds one frame, for which there is room, to the block. */
static void add(struct xsk_rx *r, const struct iovec *f, int64_t now_ns)
{
	uint8_t *block = block_at(r, r->got), *p = block + r->used, *frame = f->iov_base;
	struct tpacket3_hdr *h = (struct tpacket3_hdr *)p;
	struct sockaddr_ll *sll = (struct sockaddr_ll *)(p + TPACKET_ALIGN(sizeof(*h)));
	uint8_t dir;
	uint32_t n;

	if (f->iov_len < ETH_HLEN)
		return; /* no driver hands over less */
	dir = dir_of(r, frame);
	n = wanted(r, f, dir);
	if (!n) {
		r->rejected++;
		return;
	}
	*h = (struct tpacket3_hdr){ .tp_sec = now_ns / NS_PER_S, .tp_nsec = now_ns % NS_PER_S,
				    .tp_snaplen = n, .tp_len = f->iov_len,
				    .tp_mac = TO_DATA, .tp_net = TO_NET };
	*sll = (struct sockaddr_ll){ .sll_family = AF_PACKET, .sll_ifindex = r->conf.ifindex,
				     .sll_hatype = r->conf.hatype, .sll_pkttype = dir,
				     .sll_halen = 6 };
	memcpy(&sll->sll_protocol, frame + 12, 2);
	memcpy(sll->sll_addr, frame + 6, 6);
	memcpy(p + TO_DATA, frame, n);
	if (r->n_pkts++)
		((struct tpacket3_hdr *)(block + r->last))->tp_next_offset = r->used - r->last;
	r->last = r->used;
	r->used += ALIGN_UP(TO_DATA + n, 8u);
}

/* The block is lent at the latest when its first packet has waited for so long. */
static void arm(struct xsk_rx *r, int64_t now_ns)
{
	struct itimerspec at = { 0 };

	if (r->due_ns || !r->n_pkts)
		return;
	r->due_ns = now_ns + r->conf.retire_ms * NS_PER_MS;
	at.it_value.tv_sec = r->due_ns / NS_PER_S;
	at.it_value.tv_nsec = r->due_ns % NS_PER_S;
	timerfd_settime(r->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

/* Takes what has come on all queues, as far as the block has room. True if it is full. */
static bool fill(struct xsk_rx *r)
{
	struct iovec frames[BATCH];
	bool any = true;

	while (any) {
		any = false;
		for (uint32_t i = 0; i < r->n_queues; i++) {
			unsigned int room = MIN((BLOCK_BYTES - r->used) / FRAME_ROOM,
						(uint32_t)BATCH), n;
			int64_t now_ns;

			if (!room)
				return true;
			n = xsk_take(r->queues[i].xsk, frames, room);
			now_ns = n ? clock_real_ns() : 0;
			for (unsigned int k = 0; k < n; k++)
				add(r, &frames[k], now_ns);
			xsk_give_back(r->queues[i].xsk);
			any |= n > 0;
		}
	}
	return false;
}

int xsk_rx_get(struct xsk_rx *r, struct block *ret_b)
{
	struct ring_rx_count c;
	struct itimerspec off = { 0 };
	int64_t now_ns;
	bool full;

	if (r->got - r->put == r->n_blocks)
		return 0;
	full = fill(r);
	now_ns = clock_mono_ns();
	arm(r, now_ns);
	if (!r->n_pkts || (!full && !r->stopped && now_ns < r->due_ns))
		return 0;
	timerfd_settime(r->timer_fd, 0, &off, NULL);
	xsk_rx_count(r, &c);
	*ret_b = (struct block){
		.base = block_at(r, r->got),
		.size_bytes = BLOCK_BYTES,
		.used_bytes = r->used,
		.first = BLOCK_DESC_BYTES,
		.n_pkts = r->n_pkts,
		.seq = ++r->got,
		.drops = c.dropped - r->told_drops,
		.snaplen = UINT32_MAX,
		.linktype = LINKTYPE_ETHERNET,
	};
	r->told_drops = c.dropped;
	r->count.in_blocks += r->n_pkts;
	r->count.blocks++;
	begin_block(r);
	return 1;
}

void xsk_rx_put(struct xsk_rx *r)
{
	r->put++;
}

void xsk_rx_count(struct xsk_rx *r, struct ring_rx_count *ret_c)
{
	uint64_t seen = 0;

	r->count.dropped = r->count.freezes = 0;
	for (uint32_t i = 0; i < r->n_queues; i++) {
		struct xsk_lost lost = { 0 };

		/* what was lost is counted by the gate before, so it is read first */
		if (xsk_lost(r->queues[i].xsk, &lost) == 0) {
			r->count.dropped += lost.no_frame + lost.no_room;
			r->count.freezes += lost.empty;
		}
		seen += xsk_gate_count(r->conf.gate, r->queues[i].number);
	}
	r->count.offered = seen - r->rejected;
	*ret_c = r->count;
}

bool xsk_rx_idle(struct xsk_rx *r)
{
	struct ring_rx_count c;

	xsk_rx_count(r, &c);
	return c.offered - c.dropped == c.in_blocks;
}
