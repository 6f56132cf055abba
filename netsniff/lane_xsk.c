// SPDX-License-Identifier: GPL-2.0-or-later
/* lane_xsk - a lane that receives through AF_XDP (pkt/xsk_rx): its part of the device's queues, and
 * what is to be said before packets are taken away from the network stack. */
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>

#include "base/log.h"
#include "lane.h"
#include "sys/ethtool.h"
#include "sys/sshguard.h"

#define DEFAULT_BYTES (64ull << 20)

static int check_device(const struct lane *l, const struct job *job, struct err *e)
{
	const char *name = l->dev.name;

	if (l->dev.hatype != ARPHRD_ETHER && l->dev.hatype != ARPHRD_LOOPBACK)
		return err_set(e, EPROTOTYPE, "--engine xsk: is for Ethernet devices");
	if (!job->force && sshguard_carries(name))
		return err_set(e, EPERM, "--engine xsk: your ssh session comes in by %s and would be "
			       "cut off; --force does it all the same", name);
	return 0;
}

/* The first lane of a device finds the queues and makes the gate for all. */
static int open_gate(struct lane *l, const struct lane_setup *s, uint32_t n_queues, struct err *e)
{
	l->gate = s->gate;
	if (l->gate)
		return 0;
	log_warn("%s: the packets that arrive go to this capture alone: the network stack does not "
		 "get them while it lasts", l->dev.name);
	return xsk_gate_open(n_queues, &l->gate, e);
}

int lane_open_xsk(struct lane *l, const struct lane_setup *s, const struct sock_fprog *f,
		  struct err *e)
{
	const struct job *job = s->job;
	uint32_t n_queues = MAX(ethtool_rx_queues(l->dev.name), 1u);
	struct xsk_rx_conf conf = {
		.dev = l->dev.name, .ifindex = l->dev.ifindex, .hatype = l->dev.hatype,
		.first_queue = s->thread, .step = s->n_threads, .n_queues = n_queues,
		.ring_bytes = s->ring_bytes ? s->ring_bytes : DEFAULT_BYTES / s->n_lanes,
		.retire_ms = s->retire_ms, .snaplen = job->snaplen,
		.promisc = !job->no_promisc && !(l->dev.flags & IFF_LOOPBACK), .filter = f,
	};
	int rc = check_device(l, job, e);

	l->thread = s->thread;
	if (!rc && s->n_threads > n_queues)
		rc = err_set(e, EINVAL, "--threads %u: it has %u receive %s, and each thread needs "
			     "one of its own", s->n_threads, n_queues,
			     n_queues == 1 ? "queue" : "queues");
	if (!rc)
		rc = open_gate(l, s, n_queues, e);
	memcpy(conf.mac, l->dev.mac, sizeof(conf.mac));
	conf.gate = l->gate;
	if (!rc)
		rc = xsk_rx_open(&conf, &l->xsk, e);
	if (!rc)
		log_info("%s: AF_XDP on %u of %u receive queues, %s, %u blocks, retire %u ms",
			 l->dev.name, (n_queues - s->thread + s->n_threads - 1) / s->n_threads,
			 n_queues, xsk_rx_zero_copy(l->xsk) ? "zero copy" :
			 "the kernel copies each packet", xsk_rx_n_blocks(l->xsk), s->retire_ms);
	return rc;
}

/* Reception begins for all lanes of the device with the first one. */
int lane_start_xsk(struct lane *l, struct err *e)
{
	bool in_driver;
	int rc;

	if (l->thread)
		return 0;
	rc = xsk_gate_start(l->gate, l->dev.ifindex, &in_driver, e);
	if (!rc)
		log_info("%s: the XDP program runs %s", l->dev.name,
			 in_driver ? "in the driver" : "on packets of the stack");
	return rc;
}

void lane_close_xsk(struct lane *l)
{
	xsk_rx_close(l->xsk);
	if (!l->thread)
		xsk_gate_close(l->gate);
	l->xsk = NULL;
	l->gate = NULL;
}
