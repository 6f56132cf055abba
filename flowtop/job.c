// SPDX-License-Identifier: GPL-2.0-or-later
/* job - see job.h. */
#include "job.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

int job_validate(struct job *j, struct err *e)
{
	if (j->csv && !j->once)
		return err_set(e, EINVAL, "--csv: needs --once");
	if (j->csv && j->json)
		return err_set(e, EINVAL, "--csv and --json: one of them");
	if (j->ended && !j->json)
		return err_set(e, EINVAL, "--ended: needs --json");
	if (j->ended && j->once)
		return err_set(e, EINVAL, "--ended: goes on until interrupted, so not with --once");
	if (j->ended && j->group)
		return err_set(e, EINVAL, "--ended: tells each flow, so not with --group-by");
	if ((j->metrics || j->listen) && (j->once || j->json || j->group))
		return err_set(e, EINVAL,
			       "--openmetrics and --listen go with none of --once, --json, --group-by");
	if (j->top != OPT_UNSET && !j->once && !j->json)
		return err_set(e, EINVAL, "--top: needs --once or --json; a screen scrolls");
	if (j->play && (j->record || j->ended || j->netns || j->listen || j->metrics))
		return err_set(e, EINVAL,
			       "--play goes with none of --record, --ended, --netns, --openmetrics, --listen");
	if (j->plot && (j->once || j->ended))
		return err_set(e, EINVAL, "--plot: needs more than a moment, so not with --once or --ended");
	if (j->record && (j->once || j->ended))
		return err_set(e, EINVAL, "--record: takes every interval, so not with --once or --ended");
	if (j->geo && j->no_geo)
		return err_set(e, EINVAL, "--geo and -G contradict each other");
	if (j->once || j->json)
		j->speed = 0; /* text has nobody to wait for */
	if (!j->ipv4 && !j->ipv6)
		j->ipv4 = j->ipv6 = true;
	return 0;
}

bool job_wants(const struct job *j, uint8_t family, uint8_t proto)
{
	bool any = !(j->tcp || j->udp || j->dccp || j->icmp || j->sctp);

	if (family == AF_INET6 ? !j->ipv6 : !j->ipv4)
		return false;
	switch (proto) {
	case IPPROTO_TCP:
		return any || j->tcp;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return any || j->udp;
	case IPPROTO_DCCP:
		return any || j->dccp;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return any || j->icmp;
	case IPPROTO_SCTP:
		return any || j->sctp;
	default:
		return any;
	}
}
