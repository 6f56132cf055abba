// SPDX-License-Identifier: GPL-2.0-or-later
/* smoke - see smoke.h. Source: RFC 792, RFC 4443 section 4. */
#include "smoke.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "proto/csum.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum { TRIES = 5, WAIT_MS = 400, ECHO_BYTES = 16 };

struct smoke {
	int fd;
	bool v6;
	uint16_t id, seq;
	const char *host;
};

static int connect_to(struct smoke *s, struct err *e)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	int rc;

	s->v6 = inet_pton(AF_INET6, s->host, &in6.sin6_addr) == 1;
	if (!s->v6 && inet_pton(AF_INET, s->host, &in4.sin_addr) != 1)
		return err_set(e, EINVAL, "-s %s: no IPv4 or IPv6 address", s->host);
	s->fd = socket(s->v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       s->v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	if (s->fd < 0)
		return err_sys(e, errno, "-s %s: a socket for echo requests", s->host);
	rc = s->v6 ? connect(s->fd, (struct sockaddr *)&in6, sizeof(in6)) :
		     connect(s->fd, (struct sockaddr *)&in4, sizeof(in4));
	return rc < 0 ? err_sys(e, errno, "-s %s", s->host) : 0;
}

int smoke_open(const char *host, struct smoke **ret_s, struct err *e)
{
	struct smoke *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return err_sys(e, ENOMEM, "-s %s", host);
	*s = (struct smoke){ .fd = -1, .host = host };
	rc = connect_to(s, e);
	if (!rc && getrandom(&s->id, sizeof(s->id), 0) < 0)
		rc = err_sys(e, errno, "-s %s: a random number", host);
	if (!rc) {
		rc = smoke_alive(s, -1, e);
		if (!rc)
			rc = err_set(e, EHOSTUNREACH, "-s %s does not answer, and nothing was sent "
				     "yet", host);
	}
	if (rc < 0) {
		smoke_close(s);
		return rc;
	}
	*ret_s = s;
	return 0;
}

void smoke_close(struct smoke *s)
{
	if (!s)
		return;
	close_p(&s->fd);
	free(s);
}

/* A host that is gone may be reported by its router or by our own stack: no answer, either way. */
static void ask(struct smoke *s)
{
	uint8_t msg[ECHO_BYTES] = { s->v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO };

	put_be16(msg + 4, s->id);
	put_be16(msg + 6, ++s->seq);
	if (!s->v6)
		put_be16(msg + 2, csum_fold(csum_add(0, msg, sizeof(msg))));
	if (send(s->fd, msg, sizeof(msg), 0) < 0)
		return;
}

/* Reads what has come. True when the answer to the last request is among it. */
static bool answered(struct smoke *s)
{
	uint8_t msg[1500], *p;
	ssize_t n;

	while ((n = recv(s->fd, msg, sizeof(msg), 0)) >= 0) {
		uint32_t skip = s->v6 ? 0 : n ? (msg[0] & 15) * 4u : 0;

		p = msg + skip;
		if (n >= (ssize_t)(skip + 8) &&
		    p[0] == (s->v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) &&
		    get_be16(p + 4) == s->id && get_be16(p + 6) == s->seq)
			return true;
	}
	return false;
}

int smoke_alive(struct smoke *s, int wake_fd, struct err *e)
{
	struct pollfd p[2] = { { .fd = s->fd, .events = POLLIN },
			       { .fd = wake_fd, .events = POLLIN } };

	for (unsigned int i = 0; i < TRIES; i++) {
		int64_t end = clock_mono_ns() + WAIT_MS * NS_PER_MS, left;

		ask(s);
		while ((left = end - clock_mono_ns()) > 0) {
			p[0].revents = p[1].revents = 0;
			if (poll(p, 2, left / NS_PER_MS + 1) < 0 && errno != EINTR)
				return err_sys(e, errno, "-s %s: wait for the answer", s->host);
			if (p[1].revents)
				return -EINTR;
			if (answered(s))
				return 1;
		}
	}
	return 0;
}

void smoke_script(const uint8_t *bytes, uint32_t n, struct str *out)
{
	str_addc(out, '{');
	for (uint32_t i = 0; i < n; i++) {
		str_add(out, i % 12 ? " 0x" : "\n  0x");
		str_add_hex(out, bytes[i], 2);
		str_addc(out, ',');
	}
	str_add(out, "\n}\n");
}
