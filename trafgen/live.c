// SPDX-License-Identifier: GPL-2.0-or-later
/* live - the engine in the kernel: an XDP program a worker (livegen.c), run on live frames
 * (BPF_PROG_TEST_RUN with BPF_F_TEST_XDP_LIVE_FRAMES), writes the packets and redirects them to the
 * device. Kernel contract: Documentation/bpf/bpf_prog_run.rst.
 *
 * Surprises: a run returns 0 whatever becomes of the frames, so two more programs keep the account
 * (livemap.c), and what was lost is sent again. A device that takes no frames is only known by
 * trying, so the first packet is the probe. Each run of more than one frame waits for RCU (25 ms)
 * to put the program into the XDP dispatcher, unless it is there already: so it stays attached to
 * the loopback device of a network namespace that our descriptor alone keeps. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/log.h"
#include "base/str.h"
#include "due.h"
#include "engine.h"
#include "livegen.h"
#include "livemap.h"
#include "pkt/txsend.h"
#include "sys/bpf.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/netdev.h"
#include "sys/netns.h"
#include "sys/sandbox.h"
#include "work.h"

enum {
	LOOPBACK = 1,
	BATCH = 64,
	MIN_FRAME = 14,
	MAX_FRAME = 3400, /* a page less what the kernel keeps in it */
	PLAIN_FRAME = 2048,
	LINK_HEADER = 14,
	FEW_PACKETS = 20000, /* less do not repay the set-up ... */
	EACH_PACKETS = 200,  /* ... for each that changes */
	SLOW_PPS = 50000,
	MIN_RUN = 256,
	MAX_RUN = 1 << 20,
	PROBES = 200,
	FULL_WAIT_US = 20,
};

#define RUN_NS	 (10 * NS_PER_MS) /* so often is looked whether to stop */
#define TELL_NS	 NS_PER_S
#define STALL_NS (5 * NS_PER_S)

struct live {
	struct livemap map;
	struct livepool pool;
	struct txsend *tx; /* tells whether the device is there and up */
	int ifindex;
	bool proved;
};

struct live_worker {
	struct worker *w;
	struct live *live;
	struct live_state *state;
	int prog_fd, parts_fd, link_fd, netns_fd, slots_fd;
	struct live_slot *slots; /* as in the plan; NULL: it has one */
	size_t slots_bytes;
	uint8_t *frame; /* as each begins; its bytes do not matter */
	uint32_t frame_bytes;
	uint64_t again[4 * LIVE_LOST]; /* packets that were lost */
	unsigned int n_again;
	uint64_t n_lost, n_busy; /* in all */
	int64_t told_ns;	 /* the stall (its 'since') that was told of */
	struct due due;
};

static bool asked_for(const struct job *job)
{
	return job->engine == ENGINE_LIVE;
}

/* What a script or the options ask that this engine cannot do. */
static int check_job(const struct job *job, const struct plan *plan, uint32_t mtu, struct err *e)
{
	const struct prog *g = plan->prog;
	uint64_t n_changing = 0;

	if (job->smoke)
		return err_set(e, EOPNOTSUPP, "a smoke test (-s) asks after each packet");
	if (job->qdisc_path)
		return err_set(e, EOPNOTSUPP, "its frames go past the queueing discipline (-q)");
	for (size_t i = 0; i < g->n_packets; i++) {
		const struct packet *p = &g->packets[i];
		uint32_t most = MIN((uint32_t)MAX_FRAME, mtu + LINK_HEADER);

		n_changing += p->n_ops > 0;
		if (!job->jumbo)
			most = MIN(most, (uint32_t)PLAIN_FRAME);
		if (p->len < MIN_FRAME || p->len > most)
			return err_set(e, EMSGSIZE, "the packet of line %u has %u bytes, it takes "
				       "%u to %u", p->line, p->len, MIN_FRAME, most);
	}
	if (asked_for(job))
		return 0;
	if (job->n_packets && job->n_packets < FEW_PACKETS + EACH_PACKETS * n_changing)
		return err_set(e, EOPNOTSUPP, "%llu packets do not repay its set-up",
			       (unsigned long long)job->n_packets);
	if (plan->paced && plan_moment_ns(plan, 0, SLOW_PPS / plan->n_workers) >= NS_PER_S)
		return err_set(e, EOPNOTSUPP, "it is for more than %u packets a second", SLOW_PPS);
	return 0;
}

static void close_live(void *shared)
{
	struct live *l = shared;

	livemap_close(&l->map);
	livepool_close(&l->pool);
	txsend_close(l->tx);
	free(l);
}

static int open_live(const struct job *job, const struct plan *plan, void **ret_shared,
		     struct err *e)
{
	struct live *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return err_sys(e, ENOMEM, "the live engine");
	l->map = (struct livemap){ .fd = -1, .prog_fd = { -1, -1 }, .link_fd = { -1, -1 } };
	l->pool.fd = -1;
	rc = txsend_open(&(struct txsend_opts){ .dev = job->out }, &l->tx, e);
	if (!rc)
		rc = check_job(job, plan, txsend_mtu(l->tx), e);
	if (!rc)
		rc = livepool_open(&l->pool, plan, e);
	if (!rc)
		rc = livemap_open(&l->map, plan->n_workers, e);
	if (rc) {
		close_live(l);
		return rc;
	}
	l->ifindex = txsend_ifindex(l->tx);
	*ret_shared = l;
	return 0;
}

/* --- a worker's program -------------------------------------------------------------------- */

static int make_slots(struct live_worker *lw, struct err *e)
{
	const struct plan *p = lw->w->plan;

	if (p->n_slots < 2)
		return 0;
	lw->slots_bytes = p->n_slots * sizeof(*lw->slots);
	lw->slots_fd = sysbpf_array_new("trafgen_slots", lw->slots_bytes, 1, e);
	if (lw->slots_fd < 0)
		return lw->slots_fd;
	lw->slots = mmap(NULL, lw->slots_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, lw->slots_fd,
			 0);
	if (lw->slots == MAP_FAILED) {
		lw->slots = NULL;
		return err_sys(e, errno, "map the memory of a BPF map");
	}
	for (uint32_t i = 0; i < p->n_slots; i++)
		lw->slots[i] = (struct live_slot){ p->slots[i].packet, p->slots[i].nth, 0 };
	return 0;
}

static int make_program(struct live_worker *lw, struct err *e)
{
	const struct live *l = lw->live;
	const struct worker *w = lw->w;
	struct livegen gen = { .g = w->prog, .plan = w->plan, .pool = &l->pool,
			       .ifindex = l->ifindex, .worker = w->index, .state_fd = l->map.fd,
			       .state_off = livemap_off(&l->map, w->index),
			       .n_cpus = l->map.n_cpus, .slots_fd = lw->slots_fd,
			       .frame_bytes = lw->frame_bytes };

	lw->prog_fd = livegen_load(&gen, &lw->parts_fd, e);
	return MIN(lw->prog_fd, 0);
}

/* Attaches the program where nothing ever arrives. See the head of this file. */
static int hold_program(struct live_worker *lw, struct err *e)
{
	AUTO(close_p) int home = -1;
	int rc = netns_open_own(&home, e), back;

	if (rc)
		return rc;
	if (unshare(CLONE_NEWNET) < 0)
		return err_sys(e, errno, "make a network namespace to hold a program in");
	rc = netns_open_own(&lw->netns_fd, e);
	if (!rc)
		rc = MIN(lw->link_fd = sysbpf_xdp_link(lw->prog_fd, LOOPBACK, XDP_IN_STACK, e), 0);
	back = netns_enter(home, rc ? NULL : e);
	return rc ? rc : back;
}

static int run(struct live_worker *lw, uint32_t n)
{
	return sysbpf_run_live(lw->prog_fd, lw->frame, lw->frame_bytes, n, BATCH);
}

/* The sentence for a device that does not take the probe: what is wrong and what would help. */
static int refused(const struct live *l, const char *dev, int64_t code, struct err *e)
{
	AUTO(netdev_close_p) struct netdev_ctl *ctl = NULL;
	struct netdev d = { 0 };
	int rc = txsend_check(l->tx, e);

	if (rc)
		return rc;
	if (!netdev_open(&ctl, NULL) && netdev_get(ctl, NULL, l->ifindex, &d, NULL))
		d.kind[0] = '\0';
	if (!code)
		return err_set(e, ENOBUFS, "%s took no frame: its queue is full", dev);
	if (streq(d.kind, "veth"))
		return err_set(e, EOPNOTSUPP, "the other end of %s takes no redirected frames "
			       "(ethtool -K on that end with 'gro on', or an XDP program there, "
			       "would help)", dev);
	if (code == -EOPNOTSUPP)
		return err_set(e, EOPNOTSUPP, "%s takes no redirected frames: its driver does not, "
			       "or only with an XDP program attached (ip link set %s xdp)", dev, dev);
	return err_sys(e, -code, "%s takes no redirected frames", dev);
}

/* Sends the first packet. A full queue may become free. */
static int prove(struct live_worker *lw, struct err *e)
{
	struct live_state *s = lw->state;

	for (unsigned int i = 0; i < PROBES; i++) {
		int rc = run(lw, 1);

		if (rc)
			return err_sys(e, -rc, "run a program on live frames (Linux 5.18 and up)");
		if (s->queued != s->done || (!s->sent && !s->n_lost))
			return err_set(e, EOPNOTSUPP, "the kernel does not tell what became of "
				       "frames");
		if (s->sent) {
			lw->live->proved = true;
			return 0;
		}
		if (s->last_err)
			break;
		/* the first packet again */
		s->list[0] = s->lost[0];
		s->list_at = s->n_lost = 0;
		s->list_n = 1;
		clock_sleep_until(clock_mono_ns() + NS_PER_MS);
	}
	return refused(lw->live, lw->w->job->out, s->last_err, e);
}

static void close_worker(struct worker *w)
{
	struct live_worker *lw = w->state;

	if (!lw)
		return;
	close_p(&lw->link_fd);
	close_p(&lw->netns_fd);
	close_p(&lw->prog_fd);
	close_p(&lw->parts_fd);
	if (lw->slots)
		munmap(lw->slots, lw->slots_bytes);
	close_p(&lw->slots_fd);
	free(lw->frame);
	free(lw);
}

static int open_worker(struct worker *w, struct err *e)
{
	struct live_worker *lw = calloc(1, sizeof(*lw));
	int rc;

	if (!lw)
		return err_sys(e, ENOMEM, "worker %u", w->index);
	w->state = lw;
	lw->w = w;
	lw->live = w->shared;
	lw->state = livemap_state(&lw->live->map, w->index);
	lw->prog_fd = lw->parts_fd = lw->link_fd = lw->netns_fd = lw->slots_fd = -1;
	if (w->idle)
		return 0;
	lw->frame_bytes = w->prog->max_bytes;
	lw->frame = calloc(1, lw->frame_bytes);
	if (!lw->frame)
		return err_sys(e, ENOMEM, "worker %u", w->index);
	due_init(&lw->due, w);
	rc = make_slots(lw, e);
	if (!rc)
		rc = make_program(lw, e);
	if (!rc && !lw->live->proved)
		rc = prove(lw, e);
	return rc ? rc : hold_program(lw, e);
}

/* --- running ------------------------------------------------------------------------------- */

/* The slot of the plan that packet 'i' of this worker is of. */
static uint32_t slot_of(const struct live_worker *lw, uint64_t i)
{
	uint64_t index[N_INDEX];
	uint32_t slot;

	plan_at(lw->w->plan, lw->w->index, i, index, &slot);
	return slot;
}

/* Takes over what was lost, and what of the list did not go. */
static void gather_lost(struct live_worker *lw)
{
	struct live_state *s = lw->state;

	lw->n_lost += s->n_lost;
	lw->n_busy += s->n_refused;
	for (uint64_t i = s->list_at; i < s->list_n; i++)
		lw->again[lw->n_again++] = s->list[i];
	for (uint64_t i = 0; i < s->n_lost; i++) {
		lw->again[lw->n_again++] = s->lost[i];
		if (lw->slots)
			lw->slots[slot_of(lw, s->lost[i])].n_tried--;
	}
	s->n_lost = s->list_n = s->list_at = s->n_refused = 0;
}

/* What was lost goes first. Returns how many. */
static unsigned int offer_lost(struct live_worker *lw)
{
	struct live_state *s = lw->state;
	unsigned int n = MIN(lw->n_again, (unsigned int)LIVE_LOST);

	memcpy(s->list, lw->again, n * sizeof(*s->list));
	lw->n_again -= n;
	memmove(lw->again, lw->again + n, lw->n_again * sizeof(*lw->again));
	s->list_at = 0;
	s->list_n = n;
	return n;
}

/* True when told to stop meanwhile. */
static bool doze(const struct worker *w, long us)
{
	struct pollfd p = { .fd = w->stop_fd, .events = POLLIN };
	struct timespec ts = { .tv_nsec = us * 1000 };

	return ppoll(&p, 1, &ts, NULL) > 0;
}

/* The device took nothing: is it there? 0 to go on, -EINTR when told to stop. 'since': frames last
 * moved. */
static int stuck(struct live_worker *lw, int64_t since)
{
	struct worker *w = lw->w;
	int rc = txsend_check(lw->live->tx, &w->err);

	if (rc == -ENETDOWN) {
		/* a removal begins with this: look again for what it really was */
		doze(w, 200000);
		rc = txsend_check(lw->live->tx, &w->err);
	}
	if (rc)
		return rc;
	if (lw->state->last_err && lw->state->last_err != -ENETDOWN)
		return refused(lw->live, w->job->out, lw->state->last_err, &w->err);
	if (clock_mono_ns() - since > TELL_NS && lw->told_ns != since) {
		lw->told_ns = since;
		log_warn("%s has taken no frame for a second: its queue is full", w->job->out);
	}
	if (clock_mono_ns() - since > STALL_NS)
		return err_set(&w->err, ETIMEDOUT, "%s: the device took no frame for %lld seconds",
			       w->job->out, STALL_NS / NS_PER_S);
	return doze(w, FULL_WAIT_US) ? -EINTR : 0;
}

/* One run: what was lost before, and 'n' new packets. Returns -EINTR when told to stop, -errno with
 * w->err, or 0. */
static int run_some(struct live_worker *lw, uint32_t n, int64_t *since)
{
	struct live_state *s = lw->state;
	uint64_t sent = s->sent;
	int rc;

	n += offer_lost(lw);
	s->last_err = 0;
	rc = run(lw, n);
	if (rc && rc != -EINTR)
		return err_sys(&lw->w->err, -rc, "run a program on live frames");
	gather_lost(lw);
	if (s->queued != s->done)
		return err_set(&lw->w->err, EIO, "the kernel did not tell what became of %llu "
			       "frames",
			       (unsigned long long)(s->queued - s->done));
	if (s->sent != sent) {
		*since = clock_mono_ns();
		return 0;
	}
	return n ? stuck(lw, *since) : 0;
}

/* So many new packets go with the next run. */
static uint32_t how_many(struct live_worker *lw, uint32_t run_size)
{
	struct worker *w = lw->w;
	uint64_t left = w->n_packets - lw->state->next;

	if (lw->n_again > LIVE_LOST / 2)
		return 0;
	left = MIN(left, (uint64_t)run_size);
	return w->plan->paced ? due_count(&lw->due, clock_mono_ns(), left) : left;
}

static int work(struct worker *w)
{
	struct live_worker *lw = w->state;
	struct live_state *s = lw->state;
	int64_t since = clock_mono_ns(), start = MIN(w->start_ns, since), now = since, before;
	uint32_t run_size = MIN_RUN, n;
	uint64_t lost;
	int rc = 0;

	if (w->plan->paced)
		pace_prepare();
	due_start(&lw->due, w->start_ns, s->next);
	while (!rc && (s->next < w->n_packets || lw->n_again) &&
	       !work_over(w, now, w->plan->paced ? due_next(&lw->due) : now)) {
		n = how_many(lw, run_size);
		if (!n && !lw->n_again) {
			rc = pace_wait(MIN(due_next(&lw->due), w->end_ns), w->stop_fd);
			now = clock_mono_ns();
			continue;
		}
		before = now;
		lost = lw->n_lost;
		rc = run_some(lw, n, &since);
		now = clock_mono_ns();
		due_sent(&lw->due, n, before);
		if (lw->n_lost != lost)
			run_size = MAX(run_size / 2, (uint32_t)MIN_RUN);
		else if (n == run_size && now - before < RUN_NS / 2)
			run_size = MIN(run_size * 2, (uint32_t)MAX_RUN);
		else if (now - before > RUN_NS)
			run_size = MAX(run_size / 2, (uint32_t)MIN_RUN);
		if (!rc && work_stopped(w))
			rc = -EINTR;
	}
	w->tally.duration_ns = now - start;
	w->tally.late = lw->due.late;
	return rc == -EINTR ? 0 : rc;
}

static uint64_t len_of(const struct live_worker *lw, uint32_t slot)
{
	return lw->w->prog->packets[lw->w->plan->slots[slot].packet].len;
}

static void count(struct worker *w, uint64_t *streams)
{
	struct live_worker *lw = w->state;
	const struct plan *p = w->plan;
	struct tally *t = &w->tally;

	if (!lw || w->idle)
		return;
	t->made = lw->state->next;
	t->sent = lw->state->sent;
	t->busy = lw->n_busy;
	t->again = lw->n_lost;
	for (uint32_t i = 0; i < p->n_slots; i++) {
		uint64_t n = lw->slots ? lw->slots[i].n_tried : t->sent;

		t->sent_bytes += n * len_of(lw, i);
		streams[p->slots[i].packet] += n;
	}
	t->made_bytes = t->sent_bytes;
	for (unsigned int i = 0; i < lw->n_again; i++)
		t->made_bytes += len_of(lw, slot_of(lw, lw->again[i]));
}

static uint64_t so_far(const struct worker *w)
{
	const struct live_worker *lw = w->state;

	return counter_get(&lw->state->sent);
}

static const unsigned int caps[] = { CAP_BPF, CAP_NET_ADMIN };

const struct engine engine_live = {
	.name = "live",
	.sandbox = SANDBOX_SEND | SANDBOX_BPF_RUN,
	.caps = caps,
	.n_caps = ARRAY_SIZE(caps),
	.open = open_live,
	.close = close_live,
	.open_worker = open_worker,
	.close_worker = close_worker,
	.work = work,
	.count = count,
	.so_far = so_far,
};
