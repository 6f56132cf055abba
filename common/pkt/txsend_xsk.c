// SPDX-License-Identifier: GPL-2.0-or-later
/* txsend_xsk - txsend by an AF_XDP socket (pkt/xsk): the kernel takes frames from memory that it
 * shares with us, past qdisc and taps. In copy mode it makes a packet of each in the call that
 * wakes it. The socket does not look at lengths, so those that the device would not take are sorted
 * out before. A frame counts as sent when it comes back. */
#include <errno.h>
#include <string.h>

#include "pkt/txsend_priv.h"
#include "pkt/xsk.h"

enum { N_FRAMES = 1024, MIN_FRAMES = 64, MAX_FRAMES = 1 << 16 };

int txxsk_open(struct txsend *t, uint32_t queue, size_t bytes, struct err *e)
{
	uint32_t n = N_FRAMES;

	if (bytes)
		for (n = MIN_FRAMES; n < MAX_FRAMES && (size_t)n * 2 * XSK_MAX_FRAME <= bytes;)
			n *= 2;
	return xsk_open(t->dev, queue, n, &t->xsk, e);
}

/* What came back is sent. Returns how many frames. */
static uint32_t reap(struct txsend *t)
{
	uint32_t n = xsk_reap(t->xsk);

	t->stats.sent += n;
	return n;
}

/* Puts as many of the frames as there is room for. Returns how many were dealt with. */
static unsigned int fill(struct txsend *t, const struct iovec *frames, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n && i < TXSEND_BATCH; i++) {
		int code = txsend_unfit(t, &frames[i], XSK_MAX_FRAME);

		if (code == EMSGSIZE) {
			t->stats.too_long++;
		} else if (code) {
			t->stats.too_short++;
		} else {
			if (!xsk_put(t->xsk, frames[i].iov_base, frames[i].iov_len))
				break;
			t->stats.sent_bytes += frames[i].iov_len;
		}
	}
	return i;
}

int txxsk_frames(struct txsend *t, const struct iovec *frames, unsigned int n, int wake_fd,
		 struct err *e)
{
	struct xsk *x = t->xsk;
	unsigned int at = 0;
	int64_t since = 0;
	uint32_t waiting;
	int rc;

	while (at < n || xsk_waiting(x)) {
		at += fill(t, frames + at, n - at);
		waiting = xsk_waiting(x);
		t->stats.calls++;
		rc = xsk_kick(x);
		if (rc == -EBUSY) {
			/* the last one comes back, but was dropped: the device was not ready */
			reap(t);
			t->stats.sent--;
			rc = txsend_check(t, e);
			if (rc < 0)
				return rc;
		}
		if (reap(t) || xsk_waiting(x) != waiting) {
			since = 0;
			continue;
		}
		if (at == n && !waiting)
			break;
		since = since ? since : txsend_now_ms();
		rc = txsend_refused(t, rc ? -rc : ENOBUFS, since, wake_fd, e);
		if (rc == -EINTR)
			return at - MIN(at, xsk_waiting(x));
		if (rc < 0)
			return rc;
	}
	return at;
}

bool txxsk_idle(struct txsend *t)
{
	reap(t);
	return xsk_under_way(t->xsk) == xsk_waiting(t->xsk);
}
