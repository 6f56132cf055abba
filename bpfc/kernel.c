// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel - see kernel.h. */
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cbpf/sympkt.h"
#include "sys/fd.h"

void kernel_open(struct kernel *k)
{
	const int room = 2 * SYMPKT_MAX_BYTES;

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, k->pair) < 0) {
		k->pair[0] = k->pair[1] = -1;
		return;
	}
	/* Where the limit is lower long packets fail to be sent, which is told then. */
	if (setsockopt(k->pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) < 0)
		return;
}

void kernel_close(struct kernel *k)
{
	close_p(&k->pair[0]);
	close_p(&k->pair[1]);
	k->pair[0] = k->pair[1] = -1;
}

int kernel_run(struct kernel *k, const struct sock_fprog *prog, const uint8_t *data, uint32_t n,
	       bool *ret_accepted, uint32_t *ret_kept)
{
	AUTO(free_p) uint8_t *got = malloc(n + 1);
	ssize_t rc;

	if (!got)
		return -ENOMEM;
	if (k->pair[0] < 0)
		return -ENOTSOCK;
	if (setsockopt(k->pair[1], SOL_SOCKET, SO_ATTACH_FILTER, prog, sizeof(*prog)) < 0)
		return -errno;
	rc = send(k->pair[0], data, n, 0);
	if (rc < 0)
		return -errno;
	rc = recv(k->pair[1], got, n + 1, 0);
	if (rc < 0 && errno != EAGAIN)
		return -errno;
	*ret_accepted = rc >= 0;
	*ret_kept = rc > 0 ? rc : 0;
	return 0;
}
