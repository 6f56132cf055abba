// SPDX-License-Identifier: GPL-2.0-or-later
/* lane - see lane.h. */
#include "lane.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/log.h"
#include "pkt/pcapng_enc.h"
#include "livefilter.h"
#include "proto/linktype.h"
#include "sys/ethtool.h"
#include "sys/clock.h"
#include "sys/sig.h"
#include "ui/progress.h"

/* The link type of what 'dev' delivers. Returns true where the link header has to be replaced by a
 * cooked one: because -w asks for it, files do not know it, or (netlink) it is one. */
static bool link_of_device(const struct netdev *dev, bool cooked, uint16_t *ret_linktype)
{
	unsigned int linktype = linktype_of_arphrd(dev->hatype);

	if (linktype == LINKTYPE_NETLINK) {
		*ret_linktype = LINKTYPE_NETLINK;
		return true;
	}
	if (cooked || linktype == LINKTYPE_LINUX_SLL2) {
		*ret_linktype = LINKTYPE_LINUX_SLL;
		return true;
	}
	*ret_linktype = linktype;
	return false;
}

/* While the kernel allocates a ring: how far it is, judged by the memory that is gone. */
struct ring_wait {
	int sig_fd;
	struct progress progress;
	uint64_t free_bytes, ring_bytes; /* free at the start */
};

static uint64_t free_memory(void)
{
	struct sysinfo info;

	return sysinfo(&info) == 0 ? (uint64_t)info.freeram * info.mem_unit : 0;
}

static int waiting(void *arg)
{
	struct ring_wait *w = arg;
	uint64_t now = free_memory(), gone = w->free_bytes - MIN(now, w->free_bytes);

	progress_bytes(&w->progress, clock_mono_ns(), MIN(gone, w->ring_bytes), w->ring_bytes);
	return sig_next(w->sig_fd) == SIG_EVENT_STOP;
}

static int open_ring(struct lane *l, const struct lane_setup *s, const struct ring_rx_conf *conf,
		     struct err *e)
{
	struct ring_wait w = {
		.sig_fd = s->sig_fd,
		.progress = progress_begin(STDERR_FILENO, "allocating the ring", clock_mono_ns()),
		.free_bytes = free_memory(),
		.ring_bytes = conf->ring_bytes,
	};
	int rc = ring_rx_open(conf, waiting, &w, &l->ring, e);

	progress_end(&w.progress);
	return rc;
}

static size_t ring_size(const struct lane *l, const struct lane_setup *s)
{
	struct sysinfo info;
	uint64_t ram = 0, bytes;

	if (s->ring_bytes)
		return s->ring_bytes;
	if (sysinfo(&info) == 0)
		ram = (uint64_t)info.totalram * info.mem_unit;
	bytes = ring_rx_default_bytes(l->speed_bps, ram / s->n_lanes);
	return MAX(bytes, 1ull << 20);
}

static void describe(struct lane *l, const struct job *job)
{
	l->iface = (struct pkt_iface){
		.linktype = l->iface.linktype,
		.snaplen = job->snaplen,
		.name = l->dev.name,
		.os = l->os[0] ? l->os : NULL,
		.hardware = l->hardware[0] ? l->hardware : NULL,
		.speed_bps = l->speed_bps,
		.has_mac = l->dev.mac_bytes == 6,
		.ifindex = l->dev.ifindex,
		.tsresol = 9,
		.opts = l->iface.opts,
		.opts_bytes = l->iface.opts_bytes,
	};
	memcpy(l->iface.mac, l->dev.mac, 6);
}

/* The filter goes into files as what it is here, byte code: an if_filter option whose first octet
 * is 1 (draft-ietf-opsawg-pcapng 4.2, as Wireshark reads and writes it). */
static int describe_filter(struct lane *l, const struct sock_fprog *f, struct err *e)
{
	size_t n = f ? f->len * sizeof(*f->filter) : 0, room = 4 + ALIGN_UP(n + 1, (size_t)4);
	struct wcur w;

	if (!n)
		return 0;
	l->opts = calloc(1, room);
	if (!l->opts)
		return err_set(e, ENOMEM, "out of memory");
	w = wcur_of(l->opts, room);
	wcur_le16(&w, PCAPNG_IF_FILTER);
	wcur_le16(&w, n + 1);
	wcur_u8(&w, 1);
	wcur_bytes(&w, f->filter, n);
	l->iface.opts = l->opts;
	l->iface.opts_bytes = room;
	return 0;
}

static int attach_filter(struct lane *l, const struct sock_fprog *f, struct err *e)
{
	const char *why;
	int rc;

	if (!f->len)
		return 0;
	l->filtered = true;
	rc = filter_attach(ring_rx_fd(l->ring), f, &l->filter, e);
	if (rc)
		return rc;
	why = filter_count_why(l->filter);
	if (why)
		log_info("%s: what the filter rejects is not counted: %s", l->dev.name, why);
	return 0;
}

static bool is_xsk(const struct job *job)
{
	return job->engine == ENGINE_XSK;
}

int lane_open(struct lane *l, const struct lane_setup *s, const struct netdev *dev, struct err *e)
{
	struct ring_rx_conf conf = { 0 };
	struct ethtool_info info = { 0 };
	const struct sock_fprog *f = s->filter;
	struct utsname u;
	int rc = 0;

	*l = (struct lane){ .dev = *dev };
	if (ethtool_get(dev->name, &info, NULL) == 0) {
		l->speed_bps = info.speed_bps;
		l->merges = ethtool_merges(&info);
		snprintf(l->hardware, sizeof(l->hardware), "%s%s%s", info.driver,
			 info.bus[0] ? " " : "", info.bus);
	}
	conf.cooked = link_of_device(dev, s->job->cooked, &conf.linktype);
	l->iface.linktype = conf.linktype;
	conf.ifindex = dev->ifindex;
	conf.ring_bytes = ring_size(l, s);
	conf.block_bytes = s->block_bytes;
	conf.retire_ms = s->retire_ms;
	conf.snaplen = s->job->snaplen;
	conf.promisc = !s->job->no_promisc && !(dev->flags & IFF_LOOPBACK) && dev->ifindex;
	/* Loopback shows what is sent a second time when it is received, and what is passed on
	 * must not be passed on again, by us or by a run in the other direction. */
	conf.ignore_outgoing = (dev->flags & IFF_LOOPBACK || s->job->sink == SINK_DEVICE) &&
			       s->job->packet_type != PKT_DIR_OUTGOING;
	conf.hwtimestamp = s->job->hwtimestamp;
	conf.has_fanout = s->has_fanout;
	conf.fanout = s->fanout;
	if (uname(&u) == 0)
		snprintf(l->os, sizeof(l->os), "%s %s", u.sysname, u.release);
	describe(l, s->job);
	if (!f) {
		rc = livefilter_load("-f", s->job->filter, conf.linktype, !is_xsk(s->job),
				     s->job->packet_type, s->job->snaplen, &l->expr, e);
		f = &l->expr;
	}
	if (!rc && is_xsk(s->job)) {
		l->filtered = f->len;
		rc = lane_open_xsk(l, s, f, e);
	} else if (!rc) {
		rc = open_ring(l, s, &conf, e);
		if (!rc)
			rc = attach_filter(l, f, e);
	}
	if (!rc)
		rc = describe_filter(l, f, e);
	if (rc) {
		lane_close(l);
		return err_prefix(e, "%s", dev->name);
	}
	if (l->ring)
		log_info("%s: ring of %zu MiB in %u blocks, link type %u%s, retire %u ms", dev->name,
		 conf.ring_bytes >> 20, ring_rx_n_blocks(l->ring), conf.linktype,
		 conf.cooked ? " (cooked)" : "", conf.retire_ms);
	return 0;
}

int lane_start(struct lane *l, struct netdev_ctl *ctl, pthread_mutex_t *ctl_lock, struct err *e)
{
	l->ctl = ctl;
	l->ctl_lock = ctl_lock;
	lane_read_nic(l);
	l->nic_start = l->nic;
	if (l->xsk ? lane_start_xsk(l, e) : ring_rx_start(l->ring, e))
		return err_prefix(e, "%s", l->dev.name);
	return 0;
}

int lane_open_spare(struct lane *l, const struct lane_setup *s, struct err *e)
{
	struct netdev none = { .name = "later", .hatype = ARPHRD_ETHER, .mac_bytes = 6 };

	return lane_open(l, s, &none, e);
}

int lane_adopt(struct lane *l, const struct job *job, const struct netdev *dev,
	       struct netdev_ctl *ctl, pthread_mutex_t *ctl_lock, struct err *e)
{
	int rc;

	if (dev->hatype != ARPHRD_ETHER)
		return err_set(e, EPROTOTYPE, "it is no Ethernet interface");
	rc = ring_rx_adopt(l->ring, dev->ifindex, !job->no_promisc, e);
	if (rc)
		return rc;
	l->dev = *dev;
	l->ctl = ctl;
	l->ctl_lock = ctl_lock;
	describe(l, job);
	lane_read_nic(l);
	l->nic_start = l->nic;
	return 0;
}

void lane_close(struct lane *l)
{
	livefilter_free(&l->expr);
	filter_count_free(l->filter);
	ring_rx_close(l->ring);
	lane_close_xsk(l);
	free(l->opts);
	l->opts = NULL;
	l->filter = NULL;
	l->ring = NULL;
}

void lane_read_nic(struct lane *l)
{
	struct netdev_stats now;

	pthread_mutex_lock(l->ctl_lock);
	if (!atomic_get(&l->gone) && netdev_stats(l->ctl, l->dev.ifindex, &now, NULL) == 0)
		l->nic = now;
	pthread_mutex_unlock(l->ctl_lock);
}

struct pcapng_stats lane_stats(struct lane *l, bool nic)
{
	struct pcapng_stats s = PCAPNG_STATS_UNKNOWN;
	struct ring_rx_count c;

	lane_count(l, &c);
	s.filter_accept = c.offered;
	s.os_drop = c.dropped;
	s.delivered = c.in_blocks;
	if (nic) {
		lane_read_nic(l);
		s.if_recv = l->nic.rx_packets - l->nic_start.rx_packets;
		s.if_drop = l->nic.rx_dropped - l->nic_start.rx_dropped + l->nic.rx_missed -
			    l->nic_start.rx_missed;
	}
	return s;
}

int lane_fd(const struct lane *l)
{
	return l->xsk ? xsk_rx_fd(l->xsk) : ring_rx_fd(l->ring);
}

int lane_get(struct lane *l, struct block *ret_b)
{
	return l->xsk ? xsk_rx_get(l->xsk, ret_b) : ring_rx_get(l->ring, ret_b);
}

void lane_put(struct lane *l)
{
	if (l->xsk)
		xsk_rx_put(l->xsk);
	else
		ring_rx_put(l->ring);
}

int lane_stop(struct lane *l, struct err *e)
{
	if (!l->xsk)
		return ring_rx_stop(l->ring, e);
	xsk_gate_stop(l->gate);
	xsk_rx_stop(l->xsk);
	return 0;
}

bool lane_idle(struct lane *l)
{
	return l->xsk ? xsk_rx_idle(l->xsk) : ring_rx_idle(l->ring);
}

void lane_count(struct lane *l, struct ring_rx_count *ret_c)
{
	if (l->xsk)
		xsk_rx_count(l->xsk, ret_c);
	else
		ring_rx_count(l->ring, ret_c);
}

bool lane_rejected(const struct lane *l, uint64_t *ret_n)
{
	uint64_t bytes;

	if (l->xsk)
		*ret_n = xsk_rx_rejected(l->xsk);
	return l->xsk || (l->filter && filter_count_read(l->filter, ret_n, &bytes) == 0);
}
