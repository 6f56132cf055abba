// SPDX-License-Identifier: GPL-2.0-or-later
/* stun - see stun.h. */
#include "stun.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/str.h"
#include "sys/clock.h"

enum {
	BINDING = 1,
	SUCCESS = 0x101,
	MAPPED_ADDRESS = 1,
	XOR_MAPPED_ADDRESS = 0x20,
	COOKIE = 0x2112a442,
	TRIES = 6,
	WAIT_MS = 500,
};

void stun_request(const uint8_t id[STUN_ID], uint8_t out[STUN_REQUEST])
{
	put_be16(out, BINDING);
	put_be16(out + 2, 0);
	put_be32(out + 4, COOKIE);
	memcpy(out + 8, id, STUN_ID);
}

/* An address attribute; 'mask' (cookie and id) is what an XOR-MAPPED-ADDRESS is hidden by. */
static bool address(struct cur a, const uint8_t *mask, struct sockaddr_in6 *ret_at)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6 };
	const uint8_t *p;
	unsigned int family, i, n;
	uint16_t port;

	cur_skip(&a, 1);
	family = cur_u8(&a);
	port = cur_be16(&a);
	n = family == 1 ? 4 : family == 2 ? 16 : 0;
	p = cur_take(&a, n);
	if (!n || !p)
		return false;
	if (n == 4)
		memset(at.sin6_addr.s6_addr + 10, 0xff, 2);
	memcpy(at.sin6_addr.s6_addr + 16 - n, p, n);
	for (i = 0; mask && i < n; i++)
		at.sin6_addr.s6_addr[16 - n + i] ^= mask[i];
	at.sin6_port = htons(mask ? port ^ get_be16(mask) : port);
	*ret_at = at;
	return true;
}

bool stun_answer(const uint8_t *msg, size_t n, const uint8_t id[STUN_ID],
		 struct sockaddr_in6 *ret_at)
{
	struct cur c = cur_of(msg, n), a;
	bool found = false;
	uint16_t type, len;

	if (cur_be16(&c) != SUCCESS || cur_be16(&c) != n - STUN_REQUEST || cur_be32(&c) != COOKIE)
		return false;
	if (cur_left(&c) < STUN_ID || memcmp(cur_take(&c, STUN_ID), id, STUN_ID))
		return false;
	while (cur_left(&c) >= 4) {
		type = cur_be16(&c);
		len = cur_be16(&c);
		a = cur_sub(&c, len);
		cur_skip(&c, MIN((size_t)-len & 3, cur_left(&c)));
		if (a.failed)
			return false;
		if (type == XOR_MAPPED_ADDRESS)
			return address(a, msg + 4, ret_at);
		if (type == MAPPED_ADDRESS)
			found = address(a, NULL, ret_at) || found;
	}
	return found;
}

static int look_up(const char *server, struct sockaddr_in6 *ret_to, struct err *e)
{
	struct addrinfo hints = { .ai_family = AF_INET6, .ai_socktype = SOCK_DGRAM,
				  .ai_flags = AI_V4MAPPED | AI_NUMERICSERV };
	char host[256], port[8];
	const char *colon = strrchr(server, ':');
	struct addrinfo *a;
	int rc;

	/* More than one colon: an IPv6 address without a port. */
	if (colon && colon != strchr(server, ':'))
		colon = NULL;
	snprintf(port, sizeof(port), "%d", STUN_PORT);
	if (colon)
		snprintf(port, sizeof(port), "%.6s", colon + 1);
	snprintf(host, sizeof(host), "%.*s", (int)(colon ? colon - server : 255), server);
	rc = getaddrinfo(host, port, &hints, &a);
	if (rc)
		return err_set(e, EHOSTUNREACH, "look up the STUN server %.100s: %s", server,
			       gai_strerror(rc));
	memcpy(ret_to, a->ai_addr, sizeof(*ret_to));
	freeaddrinfo(a);
	return 0;
}

int stun_ask(int fd, const char *server, struct sockaddr_in6 *ret_at, struct err *e)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t id[STUN_ID], msg[STUN_REQUEST], got[1500];
	struct sockaddr_in6 to;
	int64_t until_ns;
	int i, left, rc = look_up(server, &to, e);
	ssize_t n;

	if (rc)
		return rc;
	randombytes_buf(id, sizeof(id));
	stun_request(id, msg);
	for (i = 0; i < TRIES; i++) {
		if (sendto(fd, msg, sizeof(msg), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
			return err_sys(e, errno, "ask the STUN server %.100s", server);
		until_ns = clock_mono_ns() + WAIT_MS * NS_PER_MS;
		while ((left = (until_ns - clock_mono_ns()) / NS_PER_MS) > 0) {
			if (poll(&p, 1, left) <= 0)
				break;
			n = recv(fd, got, sizeof(got), MSG_DONTWAIT);
			if (n > 0 && stun_answer(got, n, id, ret_at))
				return 0;
		}
	}
	return err_set(e, ETIMEDOUT, "the STUN server %.100s does not answer", server);
}
