// SPDX-License-Identifier: GPL-2.0-or-later
/* setup - see setup.h. */
#include "setup.h"

#include <errno.h>
#include <net/if.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "confine.h"
#include "filterfile.h"
#include "livefilter.h"
#include "proto/linktype.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/netns.h"
#include "sys/priv.h"
#include "sys/sandbox.h"
#include "sys/sig.h"
#include "tune.h"

enum {
	RETIRE_FILE_MS = 100, /* fewer, fuller blocks: each starts a new unit in the file */
	RETIRE_SOON_MS = 20,  /* somebody is watching */
	RETIRE_FLUSH_MS = 1,
	/* A block is what the recorder keeps or lets go: small ones, and filled, so that the memory
	 * asked for reaches far back when there is little traffic. */
	RETIRE_FLIGHT_MS = 500,
	FLIGHT_BLOCK_BYTES = 128 << 10,
	BLOCK_BYTES = 1 << 20,
	SPARES = 4,
	SPARE_BYTES = 4 << 20,
	RETIRE_MAX_MS = 500, /* a capture that ends waits for the block that is open */
};

static uint32_t retire_ms(const struct job *job)
{
	if (job->kernel_pull_ns != OPT_UNSET && !job->flush) {
		uint64_t asked_ms = (job->kernel_pull_ns + NS_PER_MS - 1) / NS_PER_MS;

		if (asked_ms > RETIRE_MAX_MS)
			log_warn("-k: packets are gathered for %d ms, the most a capture takes",
				 RETIRE_MAX_MS);
		return MIN(asked_ms, (uint64_t)RETIRE_MAX_MS);
	}
	if (job->flush || job->sink == SINK_DEVICE)
		return RETIRE_FLUSH_MS;
	if (job->flight_bytes != OPT_UNSET)
		return RETIRE_FLIGHT_MS;
	if (job->sink == SINK_FILE || job->sink == SINK_FOLDER)
		return job->print == PRINT_NONE ? RETIRE_FILE_MS : RETIRE_SOON_MS;
	return RETIRE_SOON_MS;
}

static int enter_netns(struct setup *s, struct err *e)
{
	AUTO(close_p) int fd = -1;
	int rc;

	if (!s->job->netns)
		return 0;
	rc = netns_open(s->job->netns, &fd, e);
	if (!rc)
		rc = netns_watch_open(s->job->netns, fd, &s->netns_watch, e);
	if (!rc)
		rc = netns_enter(fd, e);
	return rc ? err_prefix(e, "--netns %s", s->job->netns) : 0;
}

/* The devices named by -i; "any" is all of them that are up. */
static int pick_devices(struct setup *s, struct netdev **ret_d, size_t *ret_n, struct err *e)
{
	const struct opt_list *in = &s->in;
	struct netdev *all = NULL;
	size_t n_all, i;
	int rc;

	s->all_devices = !in->n;
	for (i = 0; i < in->n; i++)
		s->all_devices |= streq(in->v[i], "any");
	if (s->all_devices) {
		rc = netdev_list(s->ctl, &all, &n_all, e);
		for (i = *ret_n = 0; !rc && i < n_all; i++)
			if (all[i].flags & 1 /* IFF_UP */)
				all[(*ret_n)++] = all[i];
		if (!rc && !*ret_n)
			rc = err_set(e, ENODEV, "any: no interface is up");
	} else {
		all = calloc(in->n, sizeof(*all));
		rc = all ? 0 : err_set(e, ENOMEM, "out of memory");
		for (i = 0; !rc && i < in->n; i++)
			rc = netdev_get(s->ctl, in->v[i], 0, &all[i], e);
		*ret_n = in->n;
	}
	if (rc) {
		free(all);
		return rc;
	}
	*ret_d = all;
	return 0;
}

static uint32_t fanout_arg(const struct job *job, uint16_t group)
{
	static const uint16_t types[] = {
		[FANOUT_HASH] = PACKET_FANOUT_HASH, [FANOUT_LB] = PACKET_FANOUT_LB,
		[FANOUT_CPU] = PACKET_FANOUT_CPU, [FANOUT_RND] = PACKET_FANOUT_RND,
		[FANOUT_ROLL] = PACKET_FANOUT_ROLLOVER, [FANOUT_QM] = PACKET_FANOUT_QM,
	};
	uint32_t type = types[job->fanout_type];

	if (job->fanout_opts & FANOUT_OPT_DEFRAG)
		type |= PACKET_FANOUT_FLAG_DEFRAG;
	if (job->fanout_opts & FANOUT_OPT_ROLL)
		type |= PACKET_FANOUT_FLAG_ROLLOVER;
	return group | type << 16;
}

static bool is_expr(const struct job *job)
{
	return job->filter && filterfile_is_expr(job->filter);
}

/* With -i any, by one thread: rings that wait for interfaces, opened while that is allowed. */
static int open_spares(struct setup *s, struct lane_setup *ls, struct err *e)
{
	int rc = 0;

	if (!s->all_devices || s->n_threads > 1 || s->job->engine == ENGINE_XSK || ls->has_fanout ||
	    s->job->flight_bytes != OPT_UNSET)
		return 0;
	ls->ring_bytes = SPARE_BYTES;
	while (!rc && s->n_spares < SPARES) {
		struct lane *l = &s->lanes[s->n_lanes + s->n_spares];

		rc = lane_open_spare(l, ls, e);
		l->lock = &s->locks[0];
		s->n_spares += !rc;
	}
	/* A filter that says nothing of Ethernet, little memory: it goes without. */
	if (rc)
		log_info("interfaces that come later are not captured: %s", e->text);
	return 0;
}

/* The most that a block may have; 0: no matter. Files that end by size end with a block. */
static uint32_t most_block_bytes(const struct job *job)
{
	uint32_t n = BLOCK_BYTES;

	if (job->flight_bytes != OPT_UNSET)
		return FLIGHT_BLOCK_BYTES;
	if (job->rotate != ROTATE_BYTES)
		return 0;
	while (n > OUT_DIRECT_MIN_BYTES / 2 && n > job->rotate_every / 2)
		n /= 2;
	return n;
}

static int open_lanes(struct setup *s, struct err *e)
{
	const struct job *job = s->rx;
	struct lane_setup ls = {
		.job = job,
		.sig_fd = s->sig_fd,
		.filter = is_expr(job) ? NULL : &s->filter,
		.retire_ms = s->retire_ms,
		.n_threads = s->n_threads,
		.has_fanout = job->fanout_group != OPT_UNSET,
		.block_bytes = most_block_bytes(job),
	};
	struct netdev *devs = NULL;
	size_t n_devs = 0, n, i;
	int rc;

	rc = pick_devices(s, &devs, &n_devs, e);
	if (rc)
		return rc;
	n = n_devs * s->n_threads;
	ls.n_lanes = n;
	if (job->flight_bytes != OPT_UNSET)
		ls.ring_bytes = MAX((job->flight_bytes + FLIGHT_EXTRA_BYTES) / n, 1ul << 20);
	else if (job->ring_bytes != OPT_UNSET)
		ls.ring_bytes = MAX(job->ring_bytes / n, 1ul << 20);
	if (ls.has_fanout)
		ls.fanout = fanout_arg(job, job->fanout_group);
	s->lanes = calloc(n + SPARES, sizeof(*s->lanes));
	if (!s->lanes)
		rc = err_set(e, ENOMEM, "out of memory");
	for (i = 0; !rc && i < n; i++) {
		ls.thread = i / n_devs;
		ls.gate = ls.thread ? s->lanes[i % n_devs].gate : NULL;
		rc = lane_open(&s->lanes[i], &ls, &devs[i % n_devs], e);
		s->lanes[i].thread = i / n_devs;
		s->lanes[i].lock = &s->locks[i / n_devs];
		s->n_lanes += !rc;
	}
	free(devs);
	return rc ? rc : open_spares(s, &ls, e);
}

static struct pcapng_stats stats_of_lane(void *arg, bool nic)
{
	return lane_stats(arg, nic);
}

int setup_adopt(struct setup *s, const struct netdev *dev, struct err *e)
{
	struct lane *l = &s->lanes[s->n_lanes];
	int rc;

	if (!s->n_spares)
		return err_set(e, ENOBUFS, "no ring was opened for it");
	rc = lane_adopt(l, s->rx, dev, s->ctl, &s->ctl_lock, e);
	if (!rc && s->outs) {
		struct out_iface iface = { &l->iface, stats_of_lane, l };

		rc = out_iface(s->outs[0], &iface, e);
	}
	if (!rc) {
		s->n_spares--;
		s->n_lanes++;
	}
	return rc;
}

static const struct pkt_iface *live_iface(struct source *src, uint32_t i)
{
	struct setup *s = (struct setup *)((char *)src - offsetof(struct setup, as_source));

	return i < s->n_lanes ? &s->lanes[i].iface : NULL;
}

static const struct source_ops live_ops = { .iface = live_iface };

/* The sender of a redirection. Its frames must not come back as new ones. */
static int open_sender(struct setup *s, struct err *e)
{
	struct replay_conf conf = replay_conf_of(s->job);
	struct netdev out;
	uint32_t i;
	int rc;

	rc = netdev_get(s->ctl, s->job->out, 0, &out, e);
	if (rc)
		return rc;
	for (i = 0; i < s->n_lanes; i++) {
		if (s->lanes[i].dev.ifindex != out.ifindex)
			continue;
		if (out.flags & IFF_LOOPBACK)
			return err_set(e, ELOOP, "-o %s: what is sent on a loopback interface "
				       "comes back on it; read from another one", out.name);
		if (s->job->packet_type == PKT_DIR_OUTGOING)
			return err_set(e, ELOOP, "-t outgoing: what is sent on %s would be sent "
				       "on it again", out.name);
	}
	s->out_ifindex = out.ifindex;
	return replay_open(&conf, &s->replay, e);
}

static int open_output(struct setup *s, struct err *e)
{
	const struct job *job = s->job;
	uint32_t i;
	int rc;

	s->as_source.ops = &live_ops;
	rc = sink_screen_open(job, &s->print, e);
	if (rc || job->sink == SINK_NONE)
		return rc;
	if (job->sink == SINK_DEVICE)
		return open_sender(s, e);
	s->outs = calloc(s->n_threads, sizeof(*s->outs));
	s->names = calloc(s->n_threads, sizeof(*s->names));
	if (!s->outs || !s->names)
		return err_set(e, ENOMEM, "out of memory");
	for (i = 0; !rc && i < s->n_threads; i++) {
		if (job->sink != SINK_STDOUT)
			rc = outname_open(job, s->n_threads > 1 ? (int)i : -1, &s->names[i], e);
		if (!rc)
			rc = out_open(job, s->names[i], s->writer_cpu, &s->outs[i], e);
	}
	for (i = 0; !rc && i < s->n_lanes; i++) {
		struct out_iface iface = { &s->lanes[i].iface, stats_of_lane, &s->lanes[i] };

		rc = out_iface(s->outs[s->lanes[i].thread], &iface, e);
	}
	return rc;
}

/* A filter file; standard input is read before anything else is set up. */
static int open_filter(struct setup *s, struct err *e)
{
	const struct job *job = s->rx;
	int rc;

	if (is_expr(job))
		return 0; /* each lane compiles it for its link type */
	rc = livefilter_load("-f", job->filter, 0, true, job->packet_type, job->snaplen, &s->filter,
			     e);
	return rc || !job->dump_bpf ? rc : filterfile_dump(job, &s->filter, e);
}

/* What needs the link type of the devices. */
static int open_expressions(struct setup *s, struct err *e)
{
	const struct job *job = s->rx;
	int rc = 0;

	if (is_expr(job) && job->dump_bpf)
		rc = filterfile_dump(job, &s->lanes[0].expr, e);
	if (rc || !job->trigger)
		return rc;
	for (uint32_t i = 1; i < s->n_lanes && filterfile_is_expr(job->trigger); i++)
		if (s->lanes[i].iface.linktype != s->lanes[0].iface.linktype)
			return err_set(e, EINVAL, "--trigger '%s': %s and %s have different link types, "
				       "give a filter file", job->trigger, s->lanes[0].dev.name,
				       s->lanes[i].dev.name);
	rc = livefilter_load("--trigger", job->trigger, s->lanes[0].iface.linktype, true,
			     PACKET_ANY, 0, &s->trigger_prog, e);
	return rc ? rc : vm_new(&s->trigger_prog, &s->trigger, e);
}

/* What is in tunnels is no business of the kernel's: its filter is left -t alone. */
static int open_unwraps(struct setup *s, struct err *e)
{
	int rc = 0;

	s->outer = *s->job;
	s->outer.filter = NULL;
	s->outer.snaplen = 0;
	s->outer.dump_bpf = false;
	s->rx = &s->outer;
	s->unwraps = calloc(s->n_threads, sizeof(*s->unwraps));
	if (!s->unwraps)
		return err_set(e, ENOMEM, "out of memory");
	for (uint32_t i = 0; !rc && i < s->n_threads; i++)
		rc = unwrap_open(s->job, i == 0, &s->unwraps[i], e);
	return rc;
}

static int open_all(struct setup *s, struct err *e)
{
	const struct job *job = s->job;
	static const unsigned int need[] = { CAP_NET_RAW };
	int rc;

	rc = job->decap ? open_unwraps(s, e) : 0;
	if (!rc)
		rc = open_filter(s, e);
	if (!rc)
		rc = sig_open(&s->sig_fd, e);
	if (!rc)
		rc = tune_host(s, e);
	if (!rc)
		rc = enter_netns(s, e);
	if (!rc)
		rc = netdev_open(&s->ctl, e);
	if (!rc)
		rc = netmon_open(&s->netmon, e);
	if (!rc)
		rc = priv_need(need, 1, job->sink == SINK_DEVICE ? "redirection" : "capture", e);
	if (!rc)
		rc = tune_devices(s, e);
	if (!rc)
		rc = open_lanes(s, e);
	if (!rc)
		rc = open_expressions(s, e);
	if (!rc)
		rc = tune_place(s, e);
	if (!rc)
		rc = open_output(s, e);
	if (!rc)
		rc = confine_priority(job, e);
	return rc;
}

int setup_open(const struct job *job, struct setup **ret_s, struct err *e)
{
	struct setup *s = calloc(1, sizeof(*s));
	uint32_t i;
	int rc;

	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	s->job = s->rx = job;
	s->sig_fd = -1;
	s->in = job->in;
	pthread_mutex_init(&s->ctl_lock, NULL);
	s->retire_ms = retire_ms(job);
	s->n_threads = job->n_threads;
	s->writer_cpu = OUT_NO_THREAD;
	s->locks = calloc(s->n_threads, sizeof(*s->locks));
	for (i = 0; s->locks && i < s->n_threads; i++)
		fairlock_init(&s->locks[i]);
	rc = s->locks ? open_all(s, e) : err_set(e, ENOMEM, "out of memory");
	if (rc) {
		setup_close(s);
		return rc;
	}
	*ret_s = s;
	return 0;
}

/* Threads share each device by a fanout group of the kernel's choosing, if -C names none. */
static int start_lane(struct setup *s, uint32_t i, uint32_t *groups, struct err *e)
{
	bool share = s->n_threads > 1 && s->job->fanout_group == OPT_UNSET &&
		     s->job->engine == ENGINE_RING;
	uint32_t n_devs = s->n_lanes / s->n_threads;
	struct lane *l = &s->lanes[i];
	int rc;

	if (share && i < n_devs)
		groups[i] = fanout_arg(s->job, 0) | PACKET_FANOUT_FLAG_UNIQUEID << 16;
	if (share)
		ring_rx_set_fanout(l->ring, groups[i % n_devs]);
	rc = lane_start(l, s->ctl, &s->ctl_lock, e);
	if (!rc && share && i < n_devs)
		rc = ring_rx_get_fanout(l->ring, &groups[i], e);
	return rc;
}

int setup_start(struct setup *s, struct err *e)
{
	uint32_t *groups = calloc(s->n_lanes, sizeof(*groups)), i;
	int rc = groups ? 0 : err_set(e, ENOMEM, "out of memory");

	for (i = 0; !rc && i < s->n_lanes; i++)
		rc = start_lane(s, i, groups, e);
	free(groups);
	if (!rc)
		rc = confine(s->job, s->names ? s->names[0] : NULL,
			     SANDBOX_BPF_READ | SANDBOX_FILTER | SANDBOX_THREADS | SANDBOX_SCHED |
				     (s->replay ? SANDBOX_SEND : 0) |
				     (s->n_spares ? SANDBOX_ADOPT : 0), e);
	/* The recorder begins its files when something happens. */
	for (i = 0; !rc && s->outs && s->job->flight_bytes == OPT_UNSET && i < s->n_threads; i++)
		rc = out_begin(s->outs[i], e);
	return rc;
}

void setup_close(struct setup *s)
{
	struct err e = { 0 };
	uint32_t i;

	if (!s)
		return;
	for (i = 0; s->outs && i < s->n_threads; i++) {
		out_close(s->outs[i]);
		outname_close(s->names[i]);
	}
	free(s->outs);
	free(s->names);
	replay_close(s->replay);
	for (i = 0; s->unwraps && i < s->n_threads; i++)
		unwrap_close(&s->unwraps[i]);
	free(s->unwraps);
	if (s->print && s->print->ops->close(s->print, &e) < 0 && e.code != EPIPE)
		log_warn("%s", e.text);
	for (i = s->n_lanes + s->n_spares; i-- > 0;) /* those that share come last */
		lane_close(&s->lanes[i]);
	free(s->lanes);
	free(s->locks);
	tune_stop(&s->tuned_devices);
	tune_stop(&s->tuned_host);
	netns_watch_close(s->netns_watch);
	netmon_close(s->netmon);
	netdev_close(s->ctl);
	close_p(&s->sig_fd);
	vm_free(s->trigger);
	livefilter_free(&s->filter);
	livefilter_free(&s->trigger_prog);
	free(s);
}

bool setup_match(const struct vm *vm, const struct pkt *p)
{
	int net_off = linktype_net_off(p->linktype);
	struct vm_aux aux = {
		.net_off = net_off < 0 ? VM_NO_NET_OFF : (uint32_t)net_off,
		.pkttype = p->dir,
		.ifindex = p->ifindex,
		.protocol = p->protocol,
		.hatype = p->hatype,
		.vlan_tci = p->vlan_tci,
		.vlan_tpid = p->vlan_tpid,
	};

	return vm_run(vm, p->data, p->cap_len, p->len, &aux) > 0;
}
