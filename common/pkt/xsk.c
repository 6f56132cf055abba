// SPDX-License-Identifier: GPL-2.0-or-later
/* xsk - see xsk.h. A frame is free, put (in the transmit ring), taken by the kernel, or done (in
 * the completion ring): their number never changes, so that none leaks. */
#include "pkt/xsk.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <xdp/libxdp.h>
#include <xdp/xsk.h>

#include "base/atomic.h"
#include "base/attr.h"

enum { BUSY_TRIES = 50, BUSY_MS = 4, UNUSED_RING = 64 /* there has to be one */ };

struct xsk {
	struct xsk_umem *umem;
	struct xsk_socket *sock;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons comp, rx;
	bool receives;
	uint8_t *area;
	size_t area_bytes;
	uint32_t n_frames, n_free;
	uint64_t *free; /* addresses of free frames; receiving, of those that are lent */
	bool zero_copy;
};

static int make_area(struct xsk *x, const char *dev, struct err *e)
{
	struct xsk_umem_config cfg = { .fill_size = x->receives ? x->n_frames : UNUSED_RING,
				       .comp_size = x->receives ? UNUSED_RING : x->n_frames,
				       .frame_size = XSK_MAX_FRAME };
	int rc;

	x->area_bytes = (size_t)x->n_frames * XSK_MAX_FRAME;
	x->area = mmap(NULL, x->area_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);
	if (x->area == MAP_FAILED) {
		x->area = NULL;
		return err_sys(e, errno, "%s: memory of an AF_XDP socket", dev);
	}
	rc = xsk_umem__create(&x->umem, x->area, x->area_bytes, &x->fill, &x->comp, &cfg);
	if (rc == -EPERM)
		return err_set(e, EPERM, "%s: an AF_XDP socket needs CAP_NET_RAW", dev);
	return rc ? err_sys(e, -rc, "%s: AF_XDP memory of %zu bytes", dev, x->area_bytes) : 0;
}

/* One attempt. What failed has used the area up, so there is a new one then. */
static int try_socket(struct xsk *x, const char *dev, uint32_t queue, uint16_t mode, struct err *e)
{
	struct xsk_socket_config cfg = { .tx_size = x->n_frames, .rx_size = x->n_frames,
					 .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
					 .bind_flags = mode | XDP_USE_NEED_WAKEUP };
	int rc = xsk_socket__create(&x->sock, dev, queue, x->umem, x->receives ? &x->rx : NULL,
				    x->receives ? NULL : &x->tx, &cfg), made;

	if (!rc)
		return 0;
	xsk_umem__delete(TAKE(x->umem, NULL));
	munmap(TAKE(x->area, NULL), x->area_bytes);
	made = make_area(x, dev, e);
	return made ? made : rc;
}

/* In zero-copy mode, or else in copy mode. The kernel takes a moment to see that the socket before
 * us on this queue is closed. */
static int make_socket(struct xsk *x, const char *dev, uint32_t queue, struct err *e)
{
	struct xdp_options o = { 0 };
	socklen_t n = sizeof(o);
	int rc = -EBUSY;

	for (unsigned int i = 0; rc == -EBUSY && i < BUSY_TRIES; i++) {
		if (i)
			poll(NULL, 0, BUSY_MS);
		rc = try_socket(x, dev, queue, XDP_ZEROCOPY, e);
		if (rc && rc != -EBUSY)
			rc = try_socket(x, dev, queue, XDP_COPY, e);
	}
	if (rc == -EBUSY)
		return err_set(e, EBUSY, "%s: queue %u has an AF_XDP socket already", dev, queue);
	if (rc == -EINVAL)
		return err_set(e, EINVAL, "%s has no queue %u for an AF_XDP socket", dev, queue);
	if (rc)
		return err_sys(e, -rc, "%s: AF_XDP socket on queue %u", dev, queue);
	if (!getsockopt(xsk_fd(x), SOL_XDP, XDP_OPTIONS, &o, &n))
		x->zero_copy = o.flags & XDP_OPTIONS_ZEROCOPY;
	return 0;
}

/* libxdp's own words would stand between ours; each error has its sentence. */
static int be_silent(enum libxdp_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int open_socket(const char *dev, uint32_t queue, uint32_t n_frames, bool receives,
		       struct xsk **ret_x, struct err *e)
{
	struct xsk *x = calloc(1, sizeof(*x));
	int rc;

	if (!x)
		return err_sys(e, ENOMEM, "%s: AF_XDP socket", dev);
	libxdp_set_print(be_silent);
	x->n_frames = n_frames;
	x->receives = receives;
	x->free = calloc(n_frames, sizeof(*x->free));
	rc = x->free ? make_area(x, dev, e) : err_sys(e, ENOMEM, "%s: AF_XDP socket", dev);
	if (!rc)
		rc = make_socket(x, dev, queue, e);
	if (rc) {
		xsk_close(x);
		return rc;
	}
	for (uint32_t i = 0; i < n_frames; i++)
		x->free[x->n_free++] = (uint64_t)i * XSK_MAX_FRAME;
	*ret_x = x;
	return 0;
}

int xsk_open(const char *dev, uint32_t queue, uint32_t n_frames, struct xsk **ret_x, struct err *e)
{
	return open_socket(dev, queue, n_frames, false, ret_x, e);
}

int xsk_open_rx(const char *dev, uint32_t queue, uint32_t n_frames, struct xsk **ret_x,
		struct err *e)
{
	int rc = open_socket(dev, queue, n_frames, true, ret_x, e);

	if (!rc)
		xsk_give_back(*ret_x);
	return rc;
}

void xsk_close(struct xsk *x)
{
	if (!x)
		return;
	if (x->sock)
		xsk_socket__delete(x->sock);
	if (x->umem)
		xsk_umem__delete(x->umem);
	if (x->area)
		munmap(x->area, x->area_bytes);
	free(x->free);
	free(x);
}

bool xsk_zero_copy(const struct xsk *x)
{
	return x->zero_copy;
}

int xsk_fd(const struct xsk *x)
{
	return xsk_socket__fd(x->sock);
}

bool xsk_put(struct xsk *x, const void *data, uint32_t n)
{
	struct xdp_desc *d;
	uint32_t at;

	if (!x->n_free || xsk_ring_prod__reserve(&x->tx, 1, &at) != 1)
		return false;
	d = xsk_ring_prod__tx_desc(&x->tx, at);
	*d = (struct xdp_desc){ .addr = x->free[--x->n_free], .len = n };
	memcpy(x->area + d->addr, data, n);
	xsk_ring_prod__submit(&x->tx, 1);
	return true;
}

int xsk_kick(struct xsk *x)
{
	if (!xsk_ring_prod__needs_wakeup(&x->tx))
		return 0;
	return sendto(xsk_fd(x), NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -errno : 0;
}

uint32_t xsk_waiting(const struct xsk *x)
{
	return *x->tx.producer - atomic_get(x->tx.consumer);
}

uint32_t xsk_reap(struct xsk *x)
{
	uint32_t at, n = xsk_ring_cons__peek(&x->comp, x->n_frames, &at);

	for (uint32_t i = 0; i < n; i++)
		x->free[x->n_free++] = *xsk_ring_cons__comp_addr(&x->comp, at + i);
	xsk_ring_cons__release(&x->comp, n);
	return n;
}

uint32_t xsk_under_way(const struct xsk *x)
{
	return x->n_frames - x->n_free;
}

unsigned int xsk_take(struct xsk *x, struct iovec *ret_f, unsigned int max)
{
	uint32_t at, n = xsk_ring_cons__peek(&x->rx, max, &at);

	for (uint32_t i = 0; i < n; i++) {
		const struct xdp_desc *d = xsk_ring_cons__rx_desc(&x->rx, at + i);

		ret_f[i] = (struct iovec){ x->area + d->addr, d->len };
		x->free[x->n_free++] = d->addr / XSK_MAX_FRAME * XSK_MAX_FRAME;
	}
	xsk_ring_cons__release(&x->rx, n);
	return n;
}

/* There is a place in the fill ring for every frame. */
void xsk_give_back(struct xsk *x)
{
	uint32_t at, n = xsk_ring_prod__reserve(&x->fill, x->n_free, &at);

	for (uint32_t i = 0; i < n; i++)
		*xsk_ring_prod__fill_addr(&x->fill, at + i) = x->free[--x->n_free];
	xsk_ring_prod__submit(&x->fill, n);
	/* a driver that found the ring empty may wait for a call */
	if (xsk_ring_prod__needs_wakeup(&x->fill))
		(void)!recvfrom(xsk_fd(x), NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

int xsk_lost(const struct xsk *x, struct xsk_lost *ret_l)
{
	struct xdp_statistics s = { 0 };
	socklen_t n = sizeof(s);

	if (getsockopt(xsk_fd(x), SOL_XDP, XDP_STATISTICS, &s, &n) < 0)
		return -errno;
	*ret_l = (struct xsk_lost){ s.rx_dropped, s.rx_ring_full, s.rx_fill_ring_empty_descs };
	return 0;
}
