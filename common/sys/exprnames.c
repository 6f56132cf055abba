// SPDX-License-Identifier: GPL-2.0-or-later
/* exprnames - see exprnames.h. The C library reads the files of /etc; only its reentrant calls are
 * used. */
#include "sys/exprnames.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <string.h>

enum { ANSWER_BYTES = 4096 };

static void addrinfo_free(struct addrinfo **ai)
{
	if (*ai)
		freeaddrinfo(*ai);
}

static bool have_host(const struct expr_host *list, unsigned int n, const struct expr_host *h)
{
	for (unsigned int i = 0; i < n; i++)
		if (list[i].is_ip6 == h->is_ip6 && memcmp(list[i].addr, h->addr, 16) == 0)
			return true;
	return false;
}

static int find_host(void *ctx UNUSED, const char *name, struct expr_host *ret, unsigned int max,
		     struct err *e)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	AUTO(addrinfo_free) struct addrinfo *ai = NULL;
	unsigned int n = 0;
	int rc = getaddrinfo(name, NULL, &hints, &ai);

	if (rc == EAI_NONAME || rc == EAI_NODATA || rc == EAI_ADDRFAMILY)
		return -ENOENT;
	if (rc)
		return err_set(e, EAGAIN, "resolving '%s': %s", name, gai_strerror(rc));
	for (const struct addrinfo *a = ai; a && n < max; a = a->ai_next) {
		struct expr_host h = { .is_ip6 = a->ai_family == AF_INET6 };

		if (h.is_ip6)
			memcpy(h.addr, &((struct sockaddr_in6 *)a->ai_addr)->sin6_addr, 16);
		else if (a->ai_family == AF_INET)
			memcpy(h.addr, &((struct sockaddr_in *)a->ai_addr)->sin_addr, 4);
		else
			continue;
		if (!have_host(ret, n, &h))
			ret[n++] = h;
	}
	return n ? (int)n : -ENOENT;
}

static int find_net(void *ctx UNUSED, const char *name, uint32_t *ret_net, struct err *e UNUSED)
{
	struct netent ent, *found = NULL;
	char buf[ANSWER_BYTES];
	int h_err;

	if (getnetbyname_r(name, &ent, buf, sizeof(buf), &found, &h_err) || !found)
		return -ENOENT;
	*ret_net = found->n_net;
	/* The C library gives 10.20 as 0x0a14: network numbers are left-aligned here. */
	while (*ret_net && !(*ret_net & 0xff000000))
		*ret_net <<= 8;
	return 0;
}

static int service(const char *name, const char *proto)
{
	struct servent ent, *found = NULL;
	char buf[ANSWER_BYTES];

	if (getservbyname_r(name, proto, &ent, buf, sizeof(buf), &found) || !found)
		return -1;
	return ntohs(found->s_port);
}

static int find_port(void *ctx UNUSED, const char *name, int *ret_tcp, int *ret_udp, int *ret_sctp,
		     struct err *e UNUSED)
{
	*ret_tcp = service(name, "tcp");
	*ret_udp = service(name, "udp");
	*ret_sctp = service(name, "sctp");
	return *ret_tcp < 0 && *ret_udp < 0 && *ret_sctp < 0 ? -ENOENT : 0;
}

static int find_proto(void *ctx UNUSED, const char *name, unsigned int *ret, struct err *e UNUSED)
{
	struct protoent ent, *found = NULL;
	char buf[ANSWER_BYTES];

	if (getprotobyname_r(name, &ent, buf, sizeof(buf), &found) || !found)
		return -ENOENT;
	*ret = found->p_proto;
	return 0;
}

static int find_ether(void *ctx UNUSED, const char *name, uint8_t ret[6], struct err *e UNUSED)
{
	struct ether_addr addr;

	if (ether_hostton(name, &addr))
		return -ENOENT;
	memcpy(ret, addr.ether_addr_octet, 6);
	return 0;
}

static int find_ifindex(void *ctx UNUSED, const char *name, unsigned int *ret, struct err *e UNUSED)
{
	*ret = if_nametoindex(name);
	return *ret ? 0 : -ENOENT;
}

const struct expr_names *exprnames_system(void)
{
	static const struct expr_names names = {
		.host = find_host,
		.net = find_net,
		.port = find_port,
		.proto = find_proto,
		.ether = find_ether,
		.ifindex = find_ifindex,
	};

	return &names;
}
