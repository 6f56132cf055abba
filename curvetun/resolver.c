// SPDX-License-Identifier: GPL-2.0-or-later
/* resolver - see resolver.h. */
#include "resolver.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/priv.h"

struct question {
	uint16_t port;
	char hosts[RESOLVER_HOSTS];
};

struct answer {
	unsigned int n;
	struct sockaddr_in6 addrs[RESOLVER_ADDRS];
};

static void look_up(const char *host, uint16_t port, struct answer *out)
{
	struct addrinfo hints = { .ai_family = AF_INET6, .ai_socktype = SOCK_DGRAM,
				  .ai_flags = AI_V4MAPPED | AI_ALL | AI_NUMERICSERV };
	struct addrinfo *all, *a;
	char number[8];

	snprintf(number, sizeof(number), "%u", port);
	if (getaddrinfo(host, number, &hints, &all))
		return;
	for (a = all; a && out->n < RESOLVER_ADDRS; a = a->ai_next)
		memcpy(&out->addrs[out->n++], a->ai_addr, sizeof(out->addrs[0]));
	freeaddrinfo(all);
}

static void serve(int fd)
{
	struct question q;
	struct answer a;
	char *rest, *host;

	while (recv(fd, &q, sizeof(q), 0) == sizeof(q)) {
		q.hosts[sizeof(q.hosts) - 1] = '\0';
		a = (struct answer){ 0 };
		rest = q.hosts;
		while ((host = strsep(&rest, ",")))
			look_up(host, q.port, &a);
		if (send(fd, &a, sizeof(a), MSG_NOSIGNAL) < 0)
			return;
	}
}

int resolver_start(const char *user, struct resolver *ret_r, struct err *e)
{
	struct priv_user u;
	int pair[2], rc;
	sigset_t all;
	pid_t pid;

	rc = user ? priv_lookup(user, NULL, &u, e) : 0;
	if (rc)
		return rc;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, errno, "talk to a process that looks names up");
	pid = fork();
	if (!pid) {
		dup2(pair[1], STDERR_FILENO + 1);
		close_range(STDERR_FILENO + 2, ~0u, 0);
		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		prctl(PR_SET_NAME, "curvetun-names");
		if (!priv_drop(user ? &u : NULL, NULL, 0, NULL))
			serve(STDERR_FILENO + 1);
		_exit(0);
	}
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return err_sys(e, errno, "start a process that looks names up");
	}
	ret_r->fd = pair[0];
	return 0;
}

void resolver_stop(struct resolver *r)
{
	close_p(&r->fd);
	r->fd = -1;
}

void resolver_ask(struct resolver *r)
{
	struct question q = { .port = r->port };

	memcpy(q.hosts, r->hosts, sizeof(q.hosts));
	if (r->fd >= 0)
		(void)!send(r->fd, &q, sizeof(q), MSG_NOSIGNAL | MSG_DONTWAIT);
}

int resolver_answer(struct resolver *r, struct sockaddr_in6 ret_addrs[RESOLVER_ADDRS])
{
	struct answer a;

	if (recv(r->fd, &a, sizeof(a), 0) != sizeof(a) || a.n > RESOLVER_ADDRS)
		return -EPIPE;
	memcpy(ret_addrs, a.addrs, sizeof(a.addrs));
	return a.n;
}
