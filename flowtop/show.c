// SPDX-License-Identifier: GPL-2.0-or-later
/* show - see show.h. */
#include "show.h"

#include <arpa/inet.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "proto/names.h"
#include "sys/clock.h"
#include "ui/fmt.h"

const struct grid_column show_cols[N_COLS] = {
	[COL_PROTO] = { "proto", "Proto", "protocol", 6, 2, 0, .left = true, .rising = true },
	[COL_STATE] = { "state", "State", "state of the connection", 11, 0, 5, .left = true, .rising = true },
	[COL_SRC] = { "src", "Source", "address of the initiator", 15, 25, 2, .left = true, .hidden = true, .rising = true },
	[COL_SPORT] = { "sport", "SPort", "port of the initiator", 6, 4, 12, .left = true, .hidden = true, .rising = true },
	[COL_DST] = { "dst", "Destination", "address asked for", 15, 25, 0, .left = true, .rising = true },
	[COL_DPORT] = { "dport", "Port", "port asked for, or its service", 7, 5, 0, .left = true, .rising = true },
	[COL_PLACE] = { "place", "Place", "country and city of the destination", 2, 16, 8, .left = true, .rising = true },
	[COL_AS] = { "as", "AS", "autonomous system of the destination", 8, 12, 11, .left = true, .rising = true },
	[COL_PROCESS] = { "process", "Process", "whose socket it is; ? likely", 8, 8, 3, .left = true, .rising = true },
	[COL_PID] = { "pid", "PID", "number of the process", 7, 0, 9, .hidden = true, .rising = true },
	[COL_USER] = { "user", "User", "user of the socket", 8, 4, 9, .left = true, .rising = true },
	[COL_CGROUP] = { "cgroup", "Group", "control group: service or container", 10, 30, 10, .left = true, .hidden = true, .rising = true },
	[COL_TX] = { "tx", "Sent/s", "rate of the initiator", 11, 0, 1, .left = false },
	[COL_RX] = { "rx", "Recv/s", "rate of the replies", 11, 0, 1, .left = false },
	[COL_RATE] = { "rate", "Rate", "rate of both directions", 11, 0, 9, .hidden = true },
	[COL_BYTES] = { "bytes", "Bytes", "both directions, since it began", 9, 0, 6, .left = false },
	[COL_PACKETS] = { "packets", "Packets", "both directions, since it began", 9, 0, 9, .hidden = true },
	[COL_AGE] = { "age", "Age", "how old the counters are", 7, 0, 10, .hidden = true },
	[COL_DURATION] = { "duration", "Duration", "since it began", 12, 0, 7, .left = false },
	[COL_TIMEOUT] = { "timeout", "Timeout", "until it is forgotten", 9, 0, 10, .hidden = true },
	[COL_FLAGS] = { "flags", "Flags", "A assured, U unreplied, O offloaded, S D translated", 5, 0, 10, .left = true, .rising = true },
	[COL_NAT] = { "nat", "Translated to", "where the packets really go, and come from", 20, 20, 10, .left = true, .hidden = true, .rising = true },
	[COL_ZONE] = { "zone", "Zone", "conntrack zone", 5, 0, 10, .hidden = true, .rising = true },
	[COL_MARK] = { "mark", "Mark", "conntrack mark", 10, 0, 10, .hidden = true, .rising = true },
	[COL_HELPER] = { "helper", "Helper", "conntrack helper", 8, 0, 10, .left = true, .hidden = true, .rising = true },
};

void show_addr(const struct show *s, uint8_t family, const uint8_t *addr, struct str *out)
{
	char text[INET6_ADDRSTRLEN];
	const char *name = s->dns ? dns_name(s->dns, family, addr) : NULL;

	if (name && *name)
		str_add(out, name);
	else if (inet_ntop(family, addr, text, sizeof(text)))
		str_add(out, text);
}

static bool is_icmp(const struct ct *c)
{
	return c->key.proto == IPPROTO_ICMP || c->key.proto == IPPROTO_ICMPV6;
}

static void add_port(const struct show *s, const struct ct *c, const struct ct_end *end,
		     struct str *out)
{
	enum registry reg = c->key.proto == IPPROTO_TCP ? REG_TCP_PORT : REG_UDP_PORT;
	const char *name = names_port(s->services, reg, end->port);

	if (is_icmp(c) && end == &c->key.orig.src)
		str_addf(out, "id %u", end->port);
	else if (is_icmp(c))
		str_addf(out, "%u/%u", end->port >> 8, end->port & 255);
	else if (name && !s->job->no_dns)
		str_add(out, name);
	else
		str_addf(out, "%u", end->port);
}

static bool place_of(const struct show *s, const struct ct *c, struct geo_place *ret)
{
	return s->env.geo && geo_find(s->env.geo, c->key.family, c->key.orig.dst.addr, ret);
}

static void add_place(const struct show *s, const struct ct *c, bool as, struct str *out)
{
	struct geo_place p;

	if (!place_of(s, c, &p))
		return;
	if (!as)
		str_addf(out, "%s%s%s", p.country, p.city[0] ? " " : "", p.city);
	else if (p.asn)
		str_addf(out, "AS%u%s%s", p.asn, p.as_name[0] ? " " : "", p.as_name);
}

void show_rate(const struct show *s, double v, struct str *out)
{
	str_add(out, s->job->bits ? fmt_bits_per_s(8 * v).s : fmt_bytes_per_s(v).s);
}

static void add_flags(const struct ct *c, struct str *out)
{
	str_addc(out, c->status & IPS_ASSURED ? 'A' : '-');
	str_addc(out, c->status & IPS_SEEN_REPLY ? '-' : 'U');
	str_addc(out, c->status & (IPS_OFFLOAD | IPS_HW_OFFLOAD) ? 'O' : '-');
	str_addc(out, ct_has_snat(c) ? 'S' : '-');
	str_addc(out, ct_has_dnat(c) ? 'D' : '-');
}

static void add_end(const struct ct *c, const struct ct_end *end, struct str *out)
{
	char text[INET6_ADDRSTRLEN];
	bool v6 = c->key.family == AF_INET6;

	if (!inet_ntop(c->key.family, end->addr, text, sizeof(text)))
		return;
	str_addf(out, v6 ? "[%s]" : "%s", text);
	if (!is_icmp(c))
		str_addf(out, ":%u", end->port);
}

static void add_nat(const struct ct *c, struct str *out)
{
	if (ct_has_dnat(c)) {
		str_add(out, "to ");
		add_end(c, &c->reply.src, out);
	}
	if (ct_has_snat(c)) {
		str_add(out, out->len ? " from " : "from ");
		add_end(c, &c->reply.dst, out);
	}
}

static void add_owner(const struct show *s, const struct flow *f, enum show_col col,
		      struct str *out)
{
	const struct owner *o = owners_get(s->env.owners, f->owner);

	if (!o)
		return;
	if (col == COL_PROCESS && o->process[0])
		str_addf(out, "%s%s", o->process, f->owner_sure == OWNER_LIKELY ? "?" : "");
	else if (col == COL_PID && o->pid)
		str_addf(out, "%u", o->pid);
	else if (col == COL_USER)
		str_add(out, o->user);
	else if (col == COL_CGROUP)
		str_add(out, o->cgroup);
}

/* Nanoseconds: since it began, since it was counted, until it is forgotten; -1 where not known. */
static int64_t time_of(const struct show *s, const struct flow *f, enum show_col col)
{
	int64_t left;

	if (col == COL_AGE)
		return f->counted_ns ? s->env.now_ns - f->counted_ns : -1;
	if (col == COL_DURATION)
		return f->ct.start_ns ? MAX(s->env.real_ns - (int64_t)f->ct.start_ns, 0) : -1;
	left = (int64_t)f->ct.timeout_s * NS_PER_S - (s->env.now_ns - f->told_ns);
	return f->told_ns ? MAX(left, 0) : -1;
}

/* Numbers that columns sort by; NAN where nothing is known. */
static double number_of(const struct show *s, const struct flow *f, enum show_col col)
{
	const struct owner *o;
	int64_t t;

	switch (col) {
	case COL_TX:
		return f->has_rate ? f->byte_rate[CT_ORIG] : NAN;
	case COL_RX:
		return f->has_rate ? f->byte_rate[CT_REPLY] : NAN;
	case COL_RATE:
		return f->has_rate ? f->byte_rate[CT_ORIG] + f->byte_rate[CT_REPLY] : NAN;
	case COL_BYTES:
		return f->ct.has_counters ? f->ct.bytes[CT_ORIG] + f->ct.bytes[CT_REPLY] : NAN;
	case COL_PACKETS:
		return f->ct.has_counters ? f->ct.packets[CT_ORIG] + f->ct.packets[CT_REPLY] : NAN;
	case COL_AGE:
	case COL_DURATION:
	case COL_TIMEOUT:
		t = time_of(s, f, col);
		return t < 0 ? NAN : t;
	case COL_PID:
		o = owners_get(s->env.owners, f->owner);
		return o && o->pid ? o->pid : NAN;
	case COL_SPORT:
		return f->ct.key.orig.src.port;
	case COL_DPORT:
		return f->ct.key.orig.dst.port;
	case COL_ZONE:
		return f->ct.key.zone;
	default:
		return f->ct.mark;
	}
}

static void add_number(const struct show *s, const struct flow *f, enum show_col col,
		       struct str *out)
{
	double v = number_of(s, f, col);

	if (isnan(v))
		str_add(out, col == COL_PID ? "" : "-");
	else if (col == COL_TX || col == COL_RX || col == COL_RATE)
		show_rate(s, v, out);
	else if (col == COL_BYTES)
		str_add(out, fmt_bytes(v).s);
	else if (col == COL_PACKETS)
		str_add(out, fmt_count(v).s);
	else if (col == COL_MARK)
		str_addf(out, "0x%x", f->ct.mark);
	else if (col == COL_ZONE || col == COL_PID)
		str_addf(out, "%.0f", v);
	else
		str_add(out, fmt_duration((uint64_t)v / 1000000 * 1000000).s);
}

void show_cell(const struct show *s, const struct flow *f, enum show_col col, struct str *out)
{
	const struct ct *c = &f->ct;
	const char *name;

	switch (col) {
	case COL_PROTO:
		name = ct_proto_name(c->key.proto);
		if (name)
			str_add(out, name);
		else
			str_addf(out, "%u", c->key.proto);
		if (c->key.family == AF_INET6 && c->key.proto != IPPROTO_ICMPV6)
			str_add(out, "6");
		break;
	case COL_STATE:
		name = ct_state_name(c->key.proto, c->state);
		str_add(out, name ?: c->status & IPS_SEEN_REPLY ? "REPLIED" : "UNREPLIED");
		break;
	case COL_SRC:
		show_addr(s, c->key.family, c->key.orig.src.addr, out);
		break;
	case COL_DST:
		show_addr(s, c->key.family, c->key.orig.dst.addr, out);
		break;
	case COL_SPORT:
		add_port(s, c, &c->key.orig.src, out);
		break;
	case COL_DPORT:
		add_port(s, c, &c->key.orig.dst, out);
		break;
	case COL_PLACE:
	case COL_AS:
		add_place(s, c, col == COL_AS, out);
		break;
	case COL_PROCESS:
	case COL_PID:
	case COL_USER:
	case COL_CGROUP:
		add_owner(s, f, col, out);
		break;
	case COL_FLAGS:
		add_flags(c, out);
		break;
	case COL_NAT:
		add_nat(c, out);
		break;
	case COL_HELPER:
		str_add(out, (const char *)c->helper);
		break;
	default:
		add_number(s, f, col, out);
	}
}

static bool is_number(enum show_col col)
{
	return (col >= COL_TX && col <= COL_TIMEOUT) || col == COL_PID || col == COL_SPORT ||
	       col == COL_DPORT || col == COL_ZONE || col == COL_MARK;
}

int show_compare(const struct show *s, const struct flow *a, const struct flow *b,
		 enum show_col col)
{
	AUTO(str_free) struct str ta = { 0 }, tb = { 0 };
	double va, vb;

	if (col == COL_SRC || col == COL_DST) {
		const struct ct_tuple *ka = &a->ct.key.orig, *kb = &b->ct.key.orig;

		return memcmp(col == COL_SRC ? ka->src.addr : ka->dst.addr,
			      col == COL_SRC ? kb->src.addr : kb->dst.addr, 16);
	}
	if (is_number(col)) {
		va = number_of(s, a, col);
		vb = number_of(s, b, col);
		return isnan(va) || isnan(vb) ? !isnan(va) - !isnan(vb) : (va > vb) - (va < vb);
	}
	show_cell(s, a, col, &ta);
	show_cell(s, b, col, &tb);
	return strcmp(str_text(&ta), str_text(&tb));
}

bool show_flow_rate(const struct flow *f, double *ret)
{
	*ret = f->has_rate ? f->byte_rate[CT_ORIG] + f->byte_rate[CT_REPLY] : 0;
	return f->has_rate;
}
