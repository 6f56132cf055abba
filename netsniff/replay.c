// SPDX-License-Identifier: GPL-2.0-or-later
/* replay - see replay.h. Packets gather as references to where they lie until one is not due yet or
 * the batch is full; then one system call sends them. Nothing is copied but packets whose VLAN tag
 * has to be put back. */
#include "replay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "pkt/txsend.h"
#include "proto/linktype.h"
#include "sys/clock.h"
#include "sys/netdev.h"

enum {
	BATCH = 256,
	MOVED_BYTES = 4 * 65536,    /* room for packets of a batch that get a tag */
	LOOK_NS = 20 * NS_PER_MS,   /* how often the wake-up descriptor is looked at */
	SLICE_NS = 250 * NS_PER_MS, /* how often the device is looked at in a long gap */
	DRAIN_MS = 2000,
};

struct replay {
	struct replay_conf conf;
	struct txsend *tx;
	struct netdev_ctl *ctl;
	struct netdev_stats before;
	bool has_before;
	unsigned int linktype; /* of the device */
	struct pace pace;
	struct replay_account acc; /* what is counted here; the rest is filled in when asked */
	uint64_t random;
	int64_t first_ns, last_ns, looked_ns;

	unsigned int n; /* gathered */
	struct iovec frame[BATCH];
	int64_t due[BATCH];
	uint32_t n_moved; /* bytes used of 'moved' */
	uint8_t moved[MOVED_BYTES];
};

int replay_open(const struct replay_conf *conf, struct replay **ret_r, struct err *e)
{
	AUTO(replay_close_p) struct replay *r = calloc(1, sizeof(*r));
	int code;

	if (!r)
		return err_set(e, ENOMEM, "%s: out of memory", conf->dev);
	r->conf = *conf;
	r->random = conf->seed;
	pace_init(&r->pace, &conf->pace);
	code = txsend_open(
		&(struct txsend_opts){.dev = conf->dev, .queue_bytes = conf->queue_bytes}, &r->tx,
		e);
	if (code < 0)
		return code;
	r->linktype = linktype_of_arphrd(txsend_hatype(r->tx));
	strncpy(r->acc.dev, conf->dev, sizeof(r->acc.dev) - 1);
	r->acc.mtu = txsend_mtu(r->tx);
	r->acc.paced = conf->pace.mode != PACE_FAST;
	/* Without its counters the device can still send. */
	r->has_before = netdev_open(&r->ctl, NULL) == 0 &&
			netdev_stats(r->ctl, txsend_ifindex(r->tx), &r->before, NULL) == 0;
	if (r->acc.paced)
		pace_prepare();
	*ret_r = TAKE(r, NULL);
	return 0;
}

void replay_close(struct replay *r)
{
	if (!r)
		return;
	txsend_close(r->tx);
	netdev_close(r->ctl);
	free(r);
}

void replay_close_p(struct replay **r)
{
	replay_close(*r);
}

static bool woken(struct replay *r, int64_t now)
{
	struct pollfd p = {.fd = r->conf.wake_fd, .events = POLLIN};

	if (p.fd < 0 || now - r->looked_ns < LOOK_NS)
		return false;
	r->looked_ns = now;
	return poll(&p, 1, 0) > 0;
}

/* Mixes the gathered frames (Fisher and Yates). */
static void shuffle(struct replay *r)
{
	for (unsigned int i = r->n; i > 1; i--) {
		unsigned int k = hash_u64(r->random += 0x9e3779b97f4a7c15ull) % i;
		struct iovec tmp = r->frame[k];

		r->frame[k] = r->frame[i - 1];
		r->frame[i - 1] = tmp;
	}
}

/* Sends what is gathered. Returns 0, -EINTR when woken, or -errno with 'e'. */
static int flush(struct replay *r, struct err *e)
{
	unsigned int n = r->n;
	int64_t now;
	int done;

	if (!n)
		return 0;
	if (!r->first_ns)
		r->first_ns = clock_mono_ns();
	if (r->conf.random_order)
		shuffle(r);
	r->n = 0;
	r->n_moved = 0;
	done = txsend_frames(r->tx, r->frame, n, r->conf.wake_fd, e);
	now = clock_mono_ns();
	r->last_ns = now;
	for (int i = 0; r->acc.paced && i < done; i++)
		pace_record(&r->pace, r->due[i], now);
	if (done < 0)
		return done;
	return (unsigned int)done < n || woken(r, now) ? -EINTR : 0;
}

/* Waits until 'due', and longer if a system call was made just before. As flush(). */
static int wait_for_time(struct replay *r, int64_t due, struct err *e)
{
	int64_t at = MAX(due, r->last_ns + r->conf.gather_ns);
	int64_t now = clock_mono_ns();
	int code;

	while (at - now > SLICE_NS) {
		if (pace_wait(now + SLICE_NS, r->conf.wake_fd) < 0)
			return -EINTR;
		/* A device that went away is noticed in the gap, not after it. */
		code = txsend_check(r->tx, e);
		if (code < 0)
			return code;
		now = clock_mono_ns();
	}
	if (pace_wait(at, r->conf.wake_fd) < 0)
		return -EINTR;
	return 0;
}

static bool link_fits(const struct replay *r, uint16_t linktype)
{
	if (linktype == r->linktype)
		return linktype != LINKTYPE_LINUX_SLL2;
	return r->linktype == LINKTYPE_RAW &&
	       (linktype == LINKTYPE_IPV4 || linktype == LINKTYPE_IPV6);
}

/* True if 'p' can go out; else counts why not. */
static bool acceptable(struct replay *r, const struct pkt *p)
{
	if (UNLIKELY(!link_fits(r, p->linktype))) {
		if (!r->acc.wrong_link++)
			r->acc.wrong_link_type = p->linktype;
		return false;
	}
	if (UNLIKELY(p->cap_len > REPLAY_FRAME_BYTES && !r->conf.jumbo)) {
		r->acc.needs_jumbo++;
		return false;
	}
	if (UNLIKELY(p->cap_len > TXSEND_MAX_FRAME)) {
		r->acc.too_long++;
		return false;
	}
	return true;
}

/* Puts a copy of 'p' with its tag at the end of 'moved', where there is room. */
static struct iovec with_tag(struct replay *r, const struct pkt *p)
{
	uint8_t *f = r->moved + r->n_moved;

	memcpy(f, p->data, 12);
	put_be16(f + 12, p->vlan_tpid);
	put_be16(f + 14, p->vlan_tci);
	memcpy(f + 16, p->data + 12, p->cap_len - 12);
	r->n_moved += ALIGN_UP(p->cap_len + 4, 16u);
	return (struct iovec){f, p->cap_len + 4};
}

/* Takes one packet that is due. As flush(). */
static int gather(struct replay *r, const struct pkt *p, int64_t due, struct err *e)
{
	bool tag = p->vlan_tpid && p->linktype == LINKTYPE_ETHERNET && p->cap_len >= 12;
	int code;

	if (r->n == BATCH || (tag && r->n_moved + p->cap_len + 32 > MOVED_BYTES)) {
		code = flush(r, e);
		if (code < 0)
			return code;
	}
	r->acc.cut += p->cap_len < p->len;
	r->due[r->n] = due;
	r->frame[r->n++] = tag ? with_tag(r, p) : (struct iovec){(void *)p->data, p->cap_len};
	return 0;
}

/* One packet at its time. '*now' is a moment not later than the present. As flush(). */
static int put_one(struct replay *r, const struct pkt *p, int64_t *now, struct err *e)
{
	int64_t due = 0;
	int code;

	r->acc.offered++;
	r->acc.offered_bytes += p->cap_len;
	if (r->acc.paced) {
		due = pace_due(&r->pace, *now, p->ts_ns, p->cap_len);
		if (due > *now) {
			code = flush(r, e);
			if (code == 0)
				code = wait_for_time(r, due, e);
			if (code < 0)
				return code;
			*now = clock_mono_ns();
		}
	}
	return acceptable(r, p) ? gather(r, p, due, e) : 0;
}

int replay_put(struct replay *r, const struct pkt *p, unsigned int n, struct err *e)
{
	int64_t now = r->acc.paced ? clock_mono_ns() : 0;
	int code = 0;
	unsigned int i;

	for (i = 0; i < n && code == 0; i++)
		code = put_one(r, &p[i], &now, e);
	if (code == 0)
		code = flush(r, e);
	r->n = 0;
	if (code == -EINTR)
		return (int)i - 1 < 0 ? 0 : (int)i - 1;
	return code < 0 ? code : (int)n;
}

uint64_t replay_offered(const struct replay *r)
{
	return r->acc.offered;
}

uint64_t replay_sent(const struct replay *r)
{
	struct txsend_stats tx;

	txsend_get_stats(r->tx, &tx);
	return tx.sent;
}

void replay_rewind(struct replay *r)
{
	r->acc.n_passes++;
	pace_rewind(&r->pace);
}

void replay_finish(struct replay *r)
{
	(void)!txsend_drain(r->tx, DRAIN_MS, r->conf.wake_fd);
}

void replay_get_account(struct replay *r, struct replay_account *ret_a)
{
	struct replay_account *a = &r->acc;
	struct netdev_stats after;
	struct txsend_stats tx;

	txsend_get_stats(r->tx, &tx);
	*ret_a = *a;
	a = ret_a;
	a->sent = tx.sent;
	a->sent_bytes = tx.sent_bytes;
	a->too_long += tx.too_long;
	a->too_short += tx.too_short;
	a->busy = tx.busy;
	a->calls = tx.calls;
	a->not_sent =
		a->offered - a->sent - a->needs_jumbo - a->too_long - a->too_short - a->wrong_link;
	if (r->has_before && netdev_stats(r->ctl, txsend_ifindex(r->tx), &after, NULL) == 0) {
		a->has_device_dropped = true;
		a->device_dropped = after.tx_dropped - r->before.tx_dropped;
	}
	a->left = a->sent - MIN(a->sent, a->device_dropped);
	a->duration_ns = r->last_ns - r->first_ns;
	a->n_timed = r->pace.hist.n;
	a->late_median_ns = pace_hist_quantile(&r->pace.hist, 500);
	a->late_p99_ns = pace_hist_quantile(&r->pace.hist, 990);
	a->late_max_ns = r->pace.hist.max_ns;
	a->n_backward = r->pace.n_backward;
}
