// SPDX-License-Identifier: GPL-2.0-or-later
/* work - see work.h. The namespace is entered before anything is opened. */
#include "work.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/if_packet.h>

#include "sampler.h"
#include "stream.h"
#include "sys/fd.h"
#include "sys/netdev.h"
#include "sys/netns.h"
#include "sys/priv.h"
#include "tui.h"

/* Promiscuous mode for as long as the socket '*ret_fd' is open, however the process ends. */
static int promiscuous(const char *dev, int *ret_fd, struct err *e)
{
	AUTO(close_p) int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	AUTO(netdev_close_p) struct netdev_ctl *ctl = NULL;
	struct packet_mreq m = { .mr_type = PACKET_MR_PROMISC };
	struct netdev d;
	int rc;

	if (fd < 0)
		return priv_fail(e, errno, CAP_NET_RAW, "promiscuous mode (-p)");
	rc = netdev_open(&ctl, e);
	if (!rc)
		rc = netdev_get(ctl, dev, 0, &d, e);
	if (rc)
		return rc;
	m.mr_ifindex = d.ifindex;
	if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)))
		return err_sys(e, errno, "promiscuous mode of %s", dev);
	*ret_fd = TAKE(fd, -1);
	return 0;
}

int work(const struct job *job, struct err *e)
{
	AUTO(sampler_close_p) struct sampler *sampler = NULL;
	AUTO(close_p) int promisc = -1;
	int rc = netns_enter_named(job->netns, e);

	if (!rc && job->promisc)
		rc = promiscuous(job->device, &promisc, e);
	if (!rc)
		rc = sampler_open(job, &sampler, e);
	if (rc)
		return rc;
	return job->mode == MODE_SCREEN ? tui(job, sampler, e) : stream(job, sampler, e);
}
