// SPDX-License-Identifier: GPL-2.0-or-later
/* txsend - see txsend.h. */
#include "pkt/txsend.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "pkt/txsend_priv.h"
#include "pkt/xsk.h"

enum {
	QUEUE_BYTES = 4 << 20, /* enough for 5000 small frames in a qdisc */
	TELL_MS = 1000,
	STALL_MS = 5000,       /* a device that is up and takes nothing for so long is broken */
};

int64_t txsend_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int fail_gone(const struct txsend *t, struct err *e)
{
	return err_set(e, ENODEV, "%s: the device was removed", t->dev);
}

static int fail_down(const struct txsend *t, struct err *e)
{
	return err_set(e, ENETDOWN, "%s: the device is down (ip link set %s up)", t->dev, t->dev);
}

int txsend_check(const struct txsend *t, struct err *e)
{
	struct ifreq r = { .ifr_ifindex = t->ifindex };

	/* By index: the device may have been renamed, and its name given to another. */
	if (ioctl(t->fd, SIOCGIFNAME, &r) < 0 || ioctl(t->fd, SIOCGIFFLAGS, &r) < 0)
		return fail_gone(t, e);
	if (!(r.ifr_flags & IFF_UP))
		return fail_down(t, e);
	if (!(r.ifr_flags & IFF_RUNNING))
		return err_set(e, ENETDOWN,
			       "%s: the device has no carrier (cable, or the other end of a veth, "
			       "is down)",
			       t->dev);
	return 0;
}

/* Reads what the ioctls tell of device t->dev. */
static int read_device(struct txsend *t, struct err *e)
{
	struct ifreq r = { 0 };

	memcpy(r.ifr_name, t->dev, sizeof(r.ifr_name));
	if (ioctl(t->fd, SIOCGIFINDEX, &r) < 0)
		return err_set(e, ENODEV, "%s: no such device", t->dev);
	t->ifindex = r.ifr_ifindex;
	if (ioctl(t->fd, SIOCGIFHWADDR, &r) < 0)
		return err_sys(e, errno, "%s: hardware type", t->dev);
	t->hatype = r.ifr_hwaddr.sa_family;
	if (ioctl(t->fd, SIOCGIFMTU, &r) < 0)
		return err_sys(e, errno, "%s: MTU", t->dev);
	t->mtu = r.ifr_mtu;
	return txsend_check(t, e);
}

int txsend_unfit(const struct txsend *t, const struct iovec *f, size_t room)
{
	size_t most = t->mtu + ETH_HLEN;

	if (t->hatype != ARPHRD_ETHER)
		return f->iov_len > room ? EMSGSIZE : 0;
	if (f->iov_len < ETH_HLEN)
		return EINVAL;
	if (get_be16((const uint8_t *)f->iov_base + 12) == ETH_P_8021Q)
		most += 4;
	return f->iov_len > MIN(most, room) ? EMSGSIZE : 0;
}

static int set_up_socket(struct txsend *t, const struct txsend_opts *o, struct err *e)
{
	/* Protocol 0 receives nothing, and leaves skb->protocol to the link header. */
	struct sockaddr_ll ll = { .sll_family = AF_PACKET };
	int queue = o->queue_bytes ? (int)MIN(o->queue_bytes, (size_t)1 << 30) : QUEUE_BYTES;
	int one = 1, r;

	t->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (t->fd < 0 && errno == EPERM)
		return err_set(e, EPERM,
			       "%s: sending needs CAP_NET_RAW (root, or file capabilities)",
			       o->dev);
	if (t->fd < 0)
		return err_sys(e, errno, "%s: packet socket", o->dev);
	r = read_device(t, e);
	if (r < 0)
		return r;
	/* Beyond wmem_max only with CAP_NET_ADMIN; without, as much as is allowed. */
	if (setsockopt(t->fd, SOL_SOCKET, SO_SNDBUFFORCE, &queue, sizeof(queue)) < 0)
		(void)!setsockopt(t->fd, SOL_SOCKET, SO_SNDBUF, &queue, sizeof(queue));
	if (o->qdisc_bypass &&
	    setsockopt(t->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) < 0)
		return err_sys(e, errno, "%s: bypassing the qdisc", o->dev);
	if (o->vnet_hdr && setsockopt(t->fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) < 0)
		return err_sys(e, errno, "%s: headers of segmentation", o->dev);
	ll.sll_ifindex = t->ifindex;
	if (bind(t->fd, (struct sockaddr *)&ll, sizeof(ll)) < 0)
		return err_sys(e, errno, "%s: bind", o->dev);
	return 0;
}

int txsend_open(const struct txsend_opts *o, struct txsend **ret_t, struct err *e)
{
	AUTO(txsend_close_p) struct txsend *t = NULL;
	int r;

	if (strlen(o->dev) >= IFNAMSIZ)
		return err_set(e, ENODEV, "%s: no such device", o->dev);
	t = calloc(1, sizeof(*t));
	if (!t)
		return err_set(e, ENOMEM, "%s: out of memory", o->dev);
	strcpy(t->dev, o->dev);
	t->fd = -1;
	r = set_up_socket(t, o, e);
	if (r < 0)
		return r;
	if (o->ring_frame_bytes) {
		r = txring_open(t, o->ring_frame_bytes, o->queue_bytes, e);
		if (r < 0)
			return r;
	}
	if (o->xsk) {
		r = txxsk_open(t, o->xsk_queue, o->queue_bytes, e);
		if (r < 0)
			return r;
	}
	for (int i = 0; i < TXSEND_BATCH; i++)
		t->msg[i].msg_hdr.msg_iovlen = 1;
	*ret_t = TAKE(t, NULL);
	return 0;
}

void txsend_close(struct txsend *t)
{
	if (!t)
		return;
	xsk_close(t->xsk);
	txring_close(&t->ring);
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

void txsend_close_p(struct txsend **t)
{
	txsend_close(*t);
}

/* Sleeps until 'events' of the socket, 'timeout_us' or 'wake_fd'; true for the latter. */
static bool doze(const struct txsend *t, short events, long timeout_us, int wake_fd)
{
	struct pollfd p[2] = { { .fd = wake_fd, .events = POLLIN },
			       { .fd = t->fd, .events = events } };
	struct timespec ts = { .tv_sec = timeout_us / 1000000,
			       .tv_nsec = timeout_us % 1000000 * 1000 };

	/* With no event asked for, the socket's errors are not to wake us for ever either. */
	if (ppoll(p, events ? 2 : 1, &ts, NULL) < 0)
		return errno == EINTR && wake_fd < 0;
	return p[0].revents;
}

int txsend_refused(struct txsend *t, int code, int64_t since, int wake_fd, struct err *e)
{
	int r;

	switch (code) {
	case EMSGSIZE:
		t->stats.too_long++;
		return 1;
	case EINVAL:
		t->stats.too_short++;
		return 1;
	case EINTR:
		return wake_fd < 0 ? -EINTR : 0;
	case EAGAIN:
	case ENOBUFS:
	case ENETDOWN: /* also reported once for an earlier moment, when the device is back */
		break;
	case ENXIO:
	case ENODEV:
		return fail_gone(t, e);
	default:
		return err_sys(e, code, "%s: send", t->dev);
	}
	t->stats.busy++;
	r = txsend_check(t, e);
	if (r == -ENETDOWN) {
		/* A removal begins with these: look again for what it really was. */
		(void)doze(t, 0, 200000, -1);
		r = txsend_check(t, e);
	}
	if (r < 0)
		return r;
	if (txsend_now_ms() - since > TELL_MS && t->told_ms != since) {
		t->told_ms = since;
		log_warn("%s has taken no frame for a second: its queue is full", t->dev);
	}
	if (txsend_now_ms() - since > STALL_MS)
		return err_set(e, ETIMEDOUT, "%s: the device took no frame for %d seconds", t->dev,
			       STALL_MS / 1000);
	/* EAGAIN: the send buffer is full, POLLOUT tells. ENOBUFS: a queue beyond our sight is. */
	return doze(t, code == EAGAIN ? POLLOUT : 0, code == EAGAIN ? 100000 : 20, wake_fd) ? -EINTR
											    : 0;
}

static uint64_t bytes_of(const struct iovec *frames, int n)
{
	uint64_t bytes = 0;

	for (int i = 0; i < n; i++)
		bytes += frames[i].iov_len;
	return bytes;
}

int txsend_frames(struct txsend *t, const struct iovec *frames, unsigned int n, int wake_fd,
		  struct err *e)
{
	unsigned int at = 0;
	int64_t since = 0;
	int r;

	if (t->xsk)
		return txxsk_frames(t, frames, n, wake_fd, e);
	if (t->ring.map)
		return txring_frames(t, frames, n, wake_fd, e);
	while (at < n) {
		unsigned int k = MIN(n - at, (unsigned int)TXSEND_BATCH);

		for (unsigned int i = 0; i < k; i++)
			t->msg[i].msg_hdr.msg_iov = (struct iovec *)&frames[at + i];
		t->stats.calls++;
		r = sendmmsg(t->fd, t->msg, k, MSG_DONTWAIT);
		if (LIKELY(r > 0)) {
			t->stats.sent += r;
			t->stats.sent_bytes += bytes_of(frames + at, r);
			at += r;
			since = 0;
			continue;
		}
		since = since ? since : txsend_now_ms();
		r = txsend_refused(t, r ? errno : ENOBUFS, since, wake_fd, e);
		if (r == -EINTR)
			break;
		if (r < 0)
			return r;
		at += r;
	}
	return at;
}

int txsend_drain(struct txsend *t, unsigned int timeout_ms, int wake_fd)
{
	int64_t end = txsend_now_ms() + timeout_ms;
	int queued;

	while (t->xsk ? !txxsk_idle(t) : !ioctl(t->fd, SIOCOUTQ, &queued) && queued > 0) {
		if (txsend_now_ms() >= end || txsend_check(t, NULL) < 0)
			return -ETIMEDOUT;
		if (doze(t, 0, 500, wake_fd))
			return -EINTR;
	}
	return 0;
}

void txsend_get_stats(const struct txsend *t, struct txsend_stats *ret_s)
{
	*ret_s = t->stats;
}

int txsend_ifindex(const struct txsend *t)
{
	return t->ifindex;
}

uint16_t txsend_hatype(const struct txsend *t)
{
	return t->hatype;
}

uint32_t txsend_mtu(const struct txsend *t)
{
	return t->mtu;
}

bool txsend_zero_copy(const struct txsend *t)
{
	return t->xsk && xsk_zero_copy(t->xsk);
}
