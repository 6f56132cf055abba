// SPDX-License-Identifier: GPL-2.0-or-later
/* mmsg - the engines of pkt/txsend: mmsg, a batch of frames in one system call, which every device
 * takes; ring, from the transmit ring of a packet socket; xsk, by an AF_XDP socket a queue. */
#include <errno.h>

#include "base/log.h"
#include "pkt/txsend.h"
#include "pkt/xsk.h"
#include "sys/sandbox.h"
#include "work.h"

enum { DRAIN_MS = 2000 };

struct mmsg {
	struct work work;
	struct txsend *tx;
};

static int send_frames(void *out, const struct iovec *frames, unsigned int n, int wake_fd,
		       struct err *e)
{
	return txsend_frames(out, frames, n, wake_fd, e);
}

static const struct outlet outlet = { send_frames };

static void close_worker(struct worker *w)
{
	struct mmsg *m = w->state;

	if (!m)
		return;
	work_close(&m->work);
	txsend_close(m->tx);
	free(m);
}

static int open_sender(struct worker *w, struct txsend_opts o, struct err *e)
{
	const struct job *job = w->job;
	struct mmsg *m = calloc(1, sizeof(*m));
	int rc;

	if (!m)
		return err_sys(e, ENOMEM, "worker %u", w->index);
	w->state = m;
	o.dev = job->out;
	o.qdisc_bypass = !job->qdisc_path;
	o.queue_bytes = job->queue_bytes == OPT_UNSET ? 0 : job->queue_bytes;
	rc = txsend_open(&o, &m->tx, e);
	return rc ? rc : work_open(&m->work, w, &outlet, m->tx, e);
}

static int open_mmsg(struct worker *w, struct err *e)
{
	return open_sender(w, (struct txsend_opts){ 0 }, e);
}

static int open_ring(struct worker *w, struct err *e)
{
	size_t most = MIN(w->prog->max_bytes, (uint32_t)TXSEND_MAX_FRAME);

	return open_sender(w, (struct txsend_opts){ .ring_frame_bytes = most }, e);
}

/* A worker a queue: two sockets cannot share one. */
static int open_xsk(struct worker *w, struct err *e)
{
	const struct mmsg *m;
	int rc;

	if (w->job->qdisc_path)
		return err_set(e, EOPNOTSUPP, "its frames go past the queueing discipline (-q)");
	if (w->prog->max_bytes > XSK_MAX_FRAME)
		return err_set(e, EMSGSIZE, "its frames have %u bytes at most, not %u",
			       XSK_MAX_FRAME, w->prog->max_bytes);
	rc = open_sender(w, (struct txsend_opts){ .xsk = true, .xsk_queue = w->index }, e);
	m = w->state;
	if (rc && w->index && m)
		return err_prefix(e, "worker %u of %u, each with its own queue (-P says how many)",
				  w->index, w->plan->n_workers);
	if (!rc && !w->index)
		log_info("AF_XDP on %s: %s", w->job->out, txsend_zero_copy(m->tx) ? "zero copy" :
			 "the kernel copies each frame, the driver cannot do without");
	return rc;
}

static int work(struct worker *w)
{
	struct mmsg *m = w->state;
	int rc = work_run(&m->work);

	/* frames that the driver still holds are sent: the report counts them either way */
	if (!rc && txsend_drain(m->tx, DRAIN_MS, w->stop_fd) == -ETIMEDOUT)
		log_warn("%s still holds packets", w->job->out);
	return rc;
}

static void count(struct worker *w, uint64_t *streams)
{
	struct mmsg *m = w->state;
	struct txsend_stats st;

	txsend_get_stats(m->tx, &st);
	for (size_t i = 0; i < w->prog->n_packets; i++)
		streams[i] += m->work.maker.n_made[i];
	w->tally.sent = st.sent;
	w->tally.sent_bytes = st.sent_bytes;
	w->tally.too_long += st.too_long;
	w->tally.too_short += st.too_short;
	w->tally.busy = st.busy;
	w->tally.calls = st.calls;
}

const struct engine engine_mmsg = {
	.name = "mmsg",
	.sandbox = SANDBOX_SEND,
	.open_worker = open_mmsg,
	.close_worker = close_worker,
	.work = work,
	.count = count,
	.so_far = work_so_far,
};

const struct engine engine_ring = {
	.name = "ring",
	.sandbox = SANDBOX_SEND,
	.open_worker = open_ring,
	.close_worker = close_worker,
	.work = work,
	.count = count,
	.so_far = work_so_far,
};

const struct engine engine_xsk = {
	.name = "xsk",
	.sandbox = SANDBOX_SEND,
	.open_worker = open_xsk,
	.close_worker = close_worker,
	.work = work,
	.count = count,
	.so_far = work_so_far,
};
