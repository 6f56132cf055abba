// SPDX-License-Identifier: GPL-2.0-or-later
/* work - see work.h. */
#include "work.h"

#include <errno.h>
#include <poll.h>

#include "base/atomic.h"
#include "sys/clock.h"

enum { PLAIN_FRAME_BYTES = 2048, LOOK_NS = 20 * NS_PER_MS };

#define GRACE_NS (50 * NS_PER_MS)

bool work_stopped(const struct worker *w)
{
	struct pollfd p = { .fd = w->stop_fd, .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

bool work_over(const struct worker *w, int64_t now_ns, int64_t due_ns)
{
	if (!w->plan->paced || now_ns < w->end_ns)
		return now_ns >= w->end_ns;
	return due_ns >= w->end_ns ||
	       now_ns - w->end_ns > MIN(GRACE_NS, (w->end_ns - w->start_ns) / 20);
}

int work_open(struct work *k, struct worker *w, const struct outlet *outlet, void *out,
	      struct err *e)
{
	/* the moments are those of the plan, which this adds no rate to */
	struct pace_spec pace = { .mode = w->plan->paced ? PACE_ORIG : PACE_FAST, .speed = 1 };
	int rc;

	k->w = w;
	k->outlet = outlet;
	k->out = out;
	pace_init(&k->pace, &pace);
	rc = maker_open(w->plan, w->index, WORK_BATCH + 1, &k->maker, e);
	if (!rc && w->job->smoke)
		rc = smoke_open(w->job->smoke, &k->smoke, e);
	return rc;
}

void work_close(struct work *k)
{
	maker_close(&k->maker);
	smoke_close(k->smoke);
}

/* Asks the host after packet 'f', the last one sent. */
static int probe(struct work *k, const struct iovec *f)
{
	struct worker *w = k->w;
	int rc = smoke_alive(k->smoke, w->stop_fd, &w->err);

	if (rc < 0)
		return rc;
	if (rc > 0)
		return 0;
	smoke_script(f->iov_base, f->iov_len, &w->dead);
	return err_set(&w->err, EHOSTDOWN, "%s does not answer since packet %llu (-E %llu), which is "
		       "on standard output", w->job->smoke, (unsigned long long)w->tally.made,
		       (unsigned long long)w->prog->seed);
}

uint64_t work_so_far(const struct worker *w)
{
	return counter_get(&w->tally.made);
}

/* Sends what is gathered. 0, -EINTR when told to stop, or another -errno. */
static int flush(struct work *k)
{
	unsigned int n = k->n;
	int done;

	if (!n)
		return 0;
	k->n = 0;
	done = k->outlet->send(k->out, k->frames, n, k->w->stop_fd, &k->w->err);
	if (k->w->plan->paced) {
		int64_t now = clock_mono_ns();

		for (int i = 0; i < done; i++)
			pace_record(&k->pace, k->due[i], now);
	}
	if (done < 0)
		return done;
	if ((unsigned int)done < n)
		return -EINTR;
	return k->smoke ? probe(k, &k->frames[n - 1]) : 0;
}

/* Gathers one packet, sending what came before where it is not yet due. */
static int gather(struct work *k)
{
	struct worker *w = k->w;
	uint64_t i = w->tally.made;
	struct iovec f = maker_next(&k->maker);
	int64_t now, ts;
	int rc = 0;

	counter_add(&w->tally.made, 1);
	w->tally.made_bytes += f.iov_len;
	if (!w->job->jumbo && f.iov_len > PLAIN_FRAME_BYTES) {
		w->tally.too_long++;
		return 0;
	}
	if (w->plan->paced) {
		now = clock_mono_ns();
		ts = plan_moment_ns(w->plan, w->index, i);
		k->due[k->n] = pace_due(&k->pace, now, ts, f.iov_len);
		if (k->due[k->n] > now) {
			int64_t due = k->due[k->n];

			rc = flush(k);
			if (!rc)
				rc = pace_wait(due, w->stop_fd);
			k->due[0] = due;
		}
	}
	if (rc)
		return rc;
	k->frames[k->n++] = f;
	return k->n == WORK_BATCH || k->smoke ? flush(k) : 0;
}

int work_run(struct work *k)
{
	struct worker *w = k->w;
	int64_t start = clock_mono_ns(), looked = start;
	int rc = 0;

	if (w->plan->paced)
		pace_prepare();
	while (!rc && w->tally.made < w->n_packets) {
		rc = gather(k);
		if (w->tally.made % WORK_BATCH && !w->plan->paced)
			continue;
		if (w->end_ns != INT64_MAX || w->plan->paced || w->tally.made % 4096 == 0) {
			int64_t now = clock_mono_ns();

			if (work_over(w, now, k->due[k->n ? k->n - 1 : 0]))
				break;
			if (now - looked > LOOK_NS) {
				looked = now;
				if (work_stopped(w))
					rc = -EINTR;
			}
		}
	}
	if (!rc)
		rc = flush(k);
	w->tally.duration_ns = clock_mono_ns() - start;
	w->tally.late = k->pace.hist;
	return rc == -EINTR ? 0 : rc;
}
