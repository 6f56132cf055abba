// SPDX-License-Identifier: GPL-2.0-or-later
/* mmsg - sends by sendmmsg() on a packet socket: any device, an order of magnitude slower than
 * live.c. The queueing discipline is bypassed; a full device queue is waited for. */
#include "engine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"

enum { MAX_BATCH = 256 };

struct mmsg {
	const struct frame *frame;
	unsigned int batch;
	int fd;
	uint64_t next;
	struct mmsghdr msgs[MAX_BATCH];
	struct iovec iovs[MAX_BATCH];
	uint8_t data[MAX_BATCH][FRAME_MAX_BYTES];
};

static void mmsg_close(void *state)
{
	struct mmsg *m = state;

	if (m->fd >= 0)
		close(m->fd);
	free(m);
}

static void fill(struct mmsg *m, const struct target *t)
{
	m->frame = t->frame;
	m->batch = MIN(t->batch, (unsigned int)MAX_BATCH);
	m->next = t->seq_start;
	for (unsigned int i = 0; i < MAX_BATCH; i++) {
		memcpy(m->data[i], t->frame->data, t->frame->n_bytes);
		m->iovs[i] = (struct iovec){ m->data[i], t->frame->n_bytes };
		m->msgs[i].msg_hdr.msg_iov = &m->iovs[i];
		m->msgs[i].msg_hdr.msg_iovlen = 1;
	}
}

static int mmsg_open(const struct target *t, void **ret_state, struct err *e)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = t->ifindex };
	struct mmsg *m = calloc(1, sizeof(*m));
	int one = 1, rc = 0;

	if (!m)
		return err_sys(e, ENOMEM, "mmsg engine");
	fill(m, t);
	m->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (m->fd < 0)
		rc = err_sys(e, errno, "open a packet socket (needs CAP_NET_RAW)");
	else if (setsockopt(m->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) < 0)
		rc = err_sys(e, errno, "bypass the queueing discipline");
	else if (bind(m->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		rc = err_sys(e, errno, "bind to the device");
	if (rc < 0) {
		mmsg_close(m);
		return rc;
	}
	*ret_state = m;
	return 0;
}

static int mmsg_send(void *state, unsigned int n, struct err *e)
{
	struct mmsg *m = state;

	while (n) {
		unsigned int want = MIN(n, m->batch), done = 0;

		for (unsigned int i = 0; i < want; i++)
			frame_number(m->frame, m->data[i], m->next + i);
		while (done < want) {
			int rc = sendmmsg(m->fd, m->msgs + done, want - done, 0);

			if (rc < 0 && errno == EINTR)
				return 0;
			if (rc < 0 && errno != ENOBUFS && errno != EAGAIN)
				return err_sys(e, errno, "send");
			if (rc > 0) {
				done += rc;
				m->next += rc;
			}
		}
		n -= want;
	}
	return 0;
}

static uint64_t mmsg_next(void *state)
{
	return ((struct mmsg *)state)->next;
}

const struct engine engine_mmsg = { "mmsg", mmsg_open, mmsg_send, mmsg_next, mmsg_close };
