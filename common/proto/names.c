// SPDX-License-Identifier: GPL-2.0-or-later
/* names - see names.h. Lists are sorted by number and searched by halves; the names of numbers
 * that a protocol of the table lives at are that protocol's name. */
#include "proto/names.h"

#include "base/str.h"
#include "proto/names_lists.h"

struct list {
	const struct number_name *v;
	size_t n;
};

#define LIST(a) { a, ARRAY_SIZE(a) }

static const struct list lists[N_REGISTRY] = {
	[REG_ETHERTYPE] = LIST(ethertypes), [REG_IP_PROTO] = LIST(ip_protos),
	[REG_TCP_PORT] = LIST(tcp_ports),   [REG_UDP_PORT] = LIST(udp_ports),
	[REG_ARPHRD] = LIST(arphrds),
};

static const char *find(const struct list *l, uint32_t value)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (l->v[mid].value == value)
			return l->v[mid].name;
		if (l->v[mid].value < value)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const char *names_of(enum registry reg, uint32_t value)
{
	if (reg >= N_REGISTRY || reg == REG_TCP_PORT || reg == REG_UDP_PORT)
		return NULL;
	return find(&lists[reg], value);
}

int64_t names_by_name(enum registry reg, const char *name)
{
	const struct proto *p = proto_by_name(name);
	uint32_t value;

	if (reg >= N_REGISTRY)
		return -1;
	for (size_t i = 0; i < lists[reg].n; i++)
		if (streq(lists[reg].v[i].name, name))
			return lists[reg].v[i].value;
	return p && proto_link_value(p, reg, &value) ? (int64_t)value : -1;
}

const char *names_builtin_port(enum registry reg, uint16_t port)
{
	return reg == REG_TCP_PORT || reg == REG_UDP_PORT ? find(&lists[reg], port) : NULL;
}

const char *names_vendor(const uint8_t mac[6])
{
	static const struct list ouis = LIST(vendors);
	uint32_t oui = (uint32_t)mac[0] << 16 | mac[1] << 8 | mac[2];

	if (oui == 0xffffff && mac[3] == 0xff && mac[4] == 0xff && mac[5] == 0xff)
		return "broadcast";
	if (oui >> 8 == 0x3333)
		return "IPv6 multicast";
	return find(&ouis, oui);
}
