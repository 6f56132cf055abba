// SPDX-License-Identifier: GPL-2.0-or-later
/* mmsg - the engines of packet sockets (pkt/txsend), by way of the qdisc or past it: mmsg, a batch of
 * frames in one system call, which every device takes; and ring, from a transmit ring. */
#include <errno.h>

#include "base/log.h"
#include "pkt/txsend.h"
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

static int open_sender(struct worker *w, size_t ring_frame_bytes, struct err *e)
{
	const struct job *job = w->job;
	struct mmsg *m = calloc(1, sizeof(*m));
	int rc;

	if (!m)
		return err_sys(e, ENOMEM, "worker %u", w->index);
	w->state = m;
	rc = txsend_open(&(struct txsend_opts){ .dev = job->out,
						.qdisc_bypass = !job->qdisc_path,
						.ring_frame_bytes = ring_frame_bytes,
						.queue_bytes = job->queue_bytes == OPT_UNSET ?
								       0 : job->queue_bytes },
			 &m->tx, e);
	return rc ? rc : work_open(&m->work, w, &outlet, m->tx, e);
}

static int open_mmsg(struct worker *w, struct err *e)
{
	return open_sender(w, 0, e);
}

static int open_ring(struct worker *w, struct err *e)
{
	return open_sender(w, MIN(w->prog->max_bytes, (uint32_t)TXSEND_MAX_FRAME), e);
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

static void count(struct worker *w)
{
	struct mmsg *m = w->state;
	struct txsend_stats st;

	txsend_get_stats(m->tx, &st);
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
};

const struct engine engine_ring = {
	.name = "ring",
	.sandbox = SANDBOX_SEND,
	.open_worker = open_ring,
	.close_worker = close_worker,
	.work = work,
	.count = count,
};
