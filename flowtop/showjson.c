// SPDX-License-Identifier: GPL-2.0-or-later
/* showjson - a flow as a JSON object; see show.h. What is not known is null, never zero. */
#include "show.h"

#include <arpa/inet.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <netinet/in.h>

#include "base/attr.h"
#include "sys/clock.h"

static void add_addr(struct jsonw *j, const char *key, uint8_t family, const uint8_t *addr)
{
	char text[INET6_ADDRSTRLEN];

	jsonw_str(j, key, inet_ntop(family, addr, text, sizeof(text)));
}

static void add_tuple(struct jsonw *j, const struct ct *c, const struct ct_tuple *t)
{
	bool icmp = c->key.proto == IPPROTO_ICMP || c->key.proto == IPPROTO_ICMPV6;

	add_addr(j, "src", c->key.family, t->src.addr);
	jsonw_u64(j, icmp ? "icmp_id" : "sport", t->src.port);
	add_addr(j, "dst", c->key.family, t->dst.addr);
	if (icmp) {
		jsonw_u64(j, "icmp_type", t->dst.port >> 8);
		jsonw_u64(j, "icmp_code", t->dst.port & 255);
	} else {
		jsonw_u64(j, "dport", t->dst.port);
	}
}

static void add_status(struct jsonw *j, const struct ct *c)
{
	const struct {
		const char *name;
		bool is;
	} marks[] = {
		{ "assured", c->status & IPS_ASSURED },
		{ "unreplied", !(c->status & IPS_SEEN_REPLY) },
		{ "offload", c->status & IPS_OFFLOAD },
		{ "hw_offload", c->status & IPS_HW_OFFLOAD },
		{ "snat", ct_has_snat(c) },
		{ "dnat", ct_has_dnat(c) },
	};

	jsonw_array(j, "status");
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (marks[i].is)
			jsonw_str(j, NULL, marks[i].name);
	jsonw_end(j);
}

static void add_counts(struct jsonw *j, const struct show *s, const struct flow *f)
{
	static const char *const names[CT_DIRS][4] = {
		{ "tx_packets", "tx_bytes", "tx_packets_per_s", "tx_bytes_per_s" },
		{ "rx_packets", "rx_bytes", "rx_packets_per_s", "rx_bytes_per_s" },
	};
	const struct ct *c = &f->ct;

	for (unsigned int d = 0; d < CT_DIRS; d++) {
		if (c->has_counters) {
			jsonw_u64(j, names[d][0], c->packets[d]);
			jsonw_u64(j, names[d][1], c->bytes[d]);
		} else {
			jsonw_null(j, names[d][0]);
			jsonw_null(j, names[d][1]);
		}
		if (f->has_rate) {
			jsonw_fixed(j, names[d][2], f->packet_rate[d] * 10, 1);
			jsonw_fixed(j, names[d][3], f->byte_rate[d] * 10, 1);
		} else {
			jsonw_null(j, names[d][2]);
			jsonw_null(j, names[d][3]);
		}
	}
	if (f->counted_ns)
		jsonw_fixed(j, "counted_s_ago", (s->env.now_ns - f->counted_ns) / NS_PER_MS, 3);
	else
		jsonw_null(j, "counted_s_ago");
}

static void add_times(struct jsonw *j, const struct show *s, const struct flow *f)
{
	int64_t end = f->ct.stop_ns ? (int64_t)f->ct.stop_ns : s->env.real_ns;

	if (f->ct.start_ns) {
		jsonw_fixed(j, "start", f->ct.start_ns / 1000, 6);
		jsonw_fixed(j, "duration_s", MAX(end - (int64_t)f->ct.start_ns, 0) / 1000, 6);
	} else {
		jsonw_null(j, "start");
		jsonw_null(j, "duration_s");
	}
	if (f->told_ns)
		jsonw_fixed(j, "timeout_s",
			    MAX((int64_t)f->ct.timeout_s * NS_PER_S - (s->env.now_ns - f->told_ns),
				0ll) / NS_PER_MS, 3);
	else
		jsonw_null(j, "timeout_s");
}

static void add_owner(struct jsonw *j, const struct show *s, const struct flow *f)
{
	static const char *const sure[] = { "unknown", "likely", "sure" };
	const struct owner *o = owners_get(s->env.owners, f->owner);

	jsonw_str(j, "owner", sure[o ? f->owner_sure : OWNER_UNKNOWN]);
	if (!o)
		return;
	jsonw_str(j, "process", o->process[0] ? o->process : NULL);
	if (o->pid)
		jsonw_u64(j, "pid", o->pid);
	jsonw_u64(j, "uid", o->uid);
	jsonw_str(j, "user", o->user);
	if (o->cgroup_id)
		jsonw_u64(j, "cgroup_id", o->cgroup_id);
	jsonw_str(j, "cgroup", o->cgroup[0] ? o->cgroup : NULL);
}

static void add_place(struct jsonw *j, const struct show *s, const char *key, uint8_t family,
		      const uint8_t *addr)
{
	struct geo_place p;

	if (!s->env.geo || !geo_find(s->env.geo, family, addr, &p))
		return;
	jsonw_object(j, key);
	if (p.country[0])
		jsonw_str(j, "country", p.country);
	if (p.city[0])
		jsonw_str(j, "city", p.city);
	if (p.asn)
		jsonw_u64(j, "asn", p.asn);
	if (p.as_name[0])
		jsonw_str(j, "as_name", p.as_name);
	jsonw_end(j);
}

void show_json(const struct show *s, const struct flow *f, struct jsonw *j)
{
	const struct ct *c = &f->ct;
	const struct ct_key *k = &c->key;
	const char *name = ct_proto_name(k->proto);
	const uint8_t *ends[] = { k->orig.src.addr, k->orig.dst.addr };
	static const char *const name_keys[] = { "src_name", "dst_name" };
	static const char *const place_keys[] = { "src_geo", "dst_geo" };

	jsonw_u64(j, "id", c->id);
	jsonw_str(j, "family", k->family == AF_INET6 ? "ip6" : "ip");
	jsonw_str(j, "proto", name);
	jsonw_u64(j, "proto_number", k->proto);
	jsonw_str(j, "state", ct_state_name(k->proto, c->state));
	add_tuple(j, c, &k->orig);
	jsonw_object(j, "reply");
	add_tuple(j, c, &c->reply);
	jsonw_end(j);
	add_status(j, c);
	jsonw_u64(j, "zone", k->zone);
	jsonw_u64(j, "mark", c->mark);
	if (c->helper[0])
		jsonw_str(j, "helper", (const char *)c->helper);
	add_counts(j, s, f);
	add_times(j, s, f);
	add_owner(j, s, f);
	for (unsigned int i = 0; i < ARRAY_SIZE(ends); i++) {
		const char *host = s->dns ? dns_name(s->dns, k->family, ends[i]) : NULL;

		if (host && *host)
			jsonw_str(j, name_keys[i], host);
		add_place(j, s, place_keys[i], k->family, ends[i]);
	}
}
