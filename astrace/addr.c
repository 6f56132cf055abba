// SPDX-License-Identifier: GPL-2.0-or-later
/* addr - see addr.h. */
#include "addr.h"

#include <arpa/inet.h>

struct addr addr_of(int family, const void *p)
{
	struct addr a = { .family = family };

	memcpy(a.b, p, addr_bytes(&a));
	return a;
}

struct addr_text addr_text(const struct addr *a)
{
	struct addr_text t = { "-" };

	if (a->family)
		inet_ntop(a->family, a->b, t.s, sizeof(t.s));
	return t;
}

bool addr_parse(const char *text, struct addr *ret)
{
	struct addr a = { .family = AF_INET };

	if (inet_pton(AF_INET, text, a.b) != 1) {
		a.family = AF_INET6;
		if (inet_pton(AF_INET6, text, a.b) != 1)
			return false;
	}
	*ret = a;
	return true;
}

socklen_t addr_sockaddr(const struct addr *a, uint16_t port, uint32_t scope,
			struct sockaddr_storage *ret)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;
	struct sockaddr_in *in = (struct sockaddr_in *)ret;

	memset(ret, 0, sizeof(*ret));
	if (a->family == AF_INET6) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		memcpy(&six->sin6_addr, a->b, 16);
		if (IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr))
			six->sin6_scope_id = scope;
		return sizeof(*six);
	}
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	memcpy(&in->sin_addr, a->b, 4);
	return sizeof(*in);
}

struct addr addr_from_sockaddr(const struct sockaddr_storage *ss)
{
	if (ss->ss_family == AF_INET)
		return addr_of(AF_INET, &((const struct sockaddr_in *)ss)->sin_addr);
	if (ss->ss_family == AF_INET6)
		return addr_of(AF_INET6, &((const struct sockaddr_in6 *)ss)->sin6_addr);
	return (struct addr){ 0 };
}
