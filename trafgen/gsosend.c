// SPDX-License-Identifier: GPL-2.0-or-later
/* gsosend - the engine of super-packets: what gso.c joins goes to the kernel as one frame behind a
 * struct virtio_net_hdr, and the device cuts it, or the kernel for it. By way of the qdisc: past it
 * the kernel does not cut, and a device that cannot either would refuse the frame for ever. */
#include <errno.h>

#include "base/log.h"
#include "gso.h"
#include "pkt/txsend.h"
#include "sys/sandbox.h"
#include "work.h"

enum { DRAIN_MS = 2000, LINK_HEADER = 14 };

struct gsosend {
	struct work work;
	struct txsend *tx;
	uint8_t *room; /* of a batch, each behind its header */
	struct iovec frames[WORK_BATCH];
	unsigned int n_packets[WORK_BATCH]; /* in a frame */
	uint64_t bytes[WORK_BATCH];	    /* of these packets */
	uint64_t sent, sent_bytes, supers, joined;
};

/* Joins the packets of a batch. Returns how many frames there are. What is longer than the device
 * takes goes alone, to be refused: of segments nobody asks. */
static unsigned int join(struct gsosend *s, const struct iovec *packets, unsigned int n)
{
	uint32_t most = txsend_mtu(s->tx) + LINK_HEADER, bytes;
	unsigned int n_frames = 0;
	uint8_t *out = s->room;

	for (unsigned int at = 0; at < n; n_frames++) {
		unsigned int left = packets[at].iov_len > most ? 1 : n - at;
		unsigned int k = gso_join(packets + at, left, out, &bytes);

		s->frames[n_frames] = (struct iovec){ out, bytes };
		s->n_packets[n_frames] = k;
		s->bytes[n_frames] = (uint64_t)k * packets[at].iov_len;
		out += bytes;
		at += k;
	}
	return n_frames;
}

/* The kernel dealt with the first 'n' frames and took all of them but 'unfit', which were alone. */
static unsigned int account(struct gsosend *s, unsigned int n, uint64_t unfit)
{
	uint32_t most = txsend_mtu(s->tx) + LINK_HEADER;
	unsigned int packets = 0;

	for (unsigned int i = 0; i < n; i++) {
		packets += s->n_packets[i];
		if (unfit && s->n_packets[i] == 1 &&
		    (s->bytes[i] > most || s->bytes[i] < LINK_HEADER)) {
			unfit--;
			continue;
		}
		s->sent += s->n_packets[i];
		s->sent_bytes += s->bytes[i];
		s->supers += s->n_packets[i] > 1;
		s->joined += s->n_packets[i] > 1 ? s->n_packets[i] : 0;
	}
	return packets;
}

static int send_frames(void *out, const struct iovec *packets, unsigned int n, int wake_fd,
		       struct err *e)
{
	struct gsosend *s = out;
	struct txsend_stats before, after;
	unsigned int n_frames = join(s, packets, n), packets_done;
	uint64_t unfit;
	int rc;

	txsend_get_stats(s->tx, &before);
	rc = txsend_frames(s->tx, s->frames, n_frames, wake_fd, e);
	txsend_get_stats(s->tx, &after);
	unfit = after.too_long + after.too_short - before.too_long - before.too_short;
	packets_done = account(s, after.sent - before.sent + unfit, unfit);
	return rc < 0 ? rc : (int)packets_done;
}

static const struct outlet outlet = { send_frames };

static void close_worker(struct worker *w)
{
	struct gsosend *s = w->state;

	if (!s)
		return;
	work_close(&s->work);
	txsend_close(s->tx);
	free(s->room);
	free(s);
}

/* A script of which nothing can be joined is not for this engine. */
static int check_script(struct gsosend *s, const struct worker *w, struct err *e)
{
	struct iovec packets[WORK_BATCH];
	struct maker m;
	int rc = maker_open(w->plan, w->index, WORK_BATCH, &m, e);

	if (rc)
		return rc;
	for (unsigned int i = 0; i < WORK_BATCH; i++)
		packets[i] = maker_next(&m);
	if (join(s, packets, WORK_BATCH) == WORK_BATCH)
		rc = err_set(e, EOPNOTSUPP, "no packets that follow each other can be joined: UDP or "
			     "TCP, alike but for an IPv4 identification that grows by 1 and a TCP "
			     "sequence number that grows by the payload");
	maker_close(&m);
	return rc;
}

static int open_worker(struct worker *w, struct err *e)
{
	struct gsosend *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return err_sys(e, ENOMEM, "worker %u", w->index);
	w->state = s;
	s->room = malloc((size_t)WORK_BATCH * (GSO_HDR_BYTES + w->prog->max_bytes));
	if (!s->room)
		return err_sys(e, ENOMEM, "worker %u", w->index);
	rc = txsend_open(&(struct txsend_opts){ .dev = w->job->out, .vnet_hdr = true,
						.queue_bytes = w->job->queue_bytes == OPT_UNSET ?
								       0 : w->job->queue_bytes },
			 &s->tx, e);
	if (!rc)
		rc = work_open(&s->work, w, &outlet, s, e);
	return rc || w->idle ? rc : check_script(s, w, e);
}

static int work(struct worker *w)
{
	struct gsosend *s = w->state;
	int rc = work_run(&s->work);

	if (!rc && txsend_drain(s->tx, DRAIN_MS, w->stop_fd) == -ETIMEDOUT)
		log_warn("%s still holds packets", w->job->out);
	return rc;
}

static void count(struct worker *w, uint64_t *streams)
{
	struct gsosend *s = w->state;
	struct txsend_stats st;

	txsend_get_stats(s->tx, &st);
	for (size_t i = 0; i < w->prog->n_packets; i++)
		streams[i] += s->work.maker.n_made[i];
	w->tally.sent = s->sent;
	w->tally.sent_bytes = s->sent_bytes;
	w->tally.supers = s->supers;
	w->tally.joined = s->joined;
	w->tally.too_long += st.too_long;
	w->tally.too_short += st.too_short;
	w->tally.busy = st.busy;
	w->tally.calls = st.calls;
}

const struct engine engine_gso = {
	.name = "gso",
	.in_a_row = WORK_BATCH,
	.sandbox = SANDBOX_SEND,
	.open_worker = open_worker,
	.close_worker = close_worker,
	.work = work,
	.count = count,
	.so_far = work_so_far,
};
