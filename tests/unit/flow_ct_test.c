// SPDX-License-Identifier: GPL-2.0-or-later
/* flowtop's ct on two messages as a kernel made them (ICMP echo and TCP, with translation), cut at
 * every byte; its table of flows; its filters. */
#include "../../flowtop/ct.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "../../flowtop/filter.h"
#include "../../flowtop/flows.h"
#include "unit.h"

struct buf {
	uint8_t p[1024];
	size_t n;
};

/* An attribute; returns where its length stands, for nests. */
static size_t attr(struct buf *b, uint16_t type, const void *value, size_t n)
{
	size_t at = b->n;
	uint16_t head[2] = { 4 + n, type };

	memcpy(b->p + at, head, 4);
	if (n)
		memcpy(b->p + at + 4, value, n);
	memset(b->p + at + 4 + n, 0, -n & 3);
	b->n = at + 4 + n + (-n & 3);
	return at;
}

static void nest_end(struct buf *b, size_t at)
{
	uint16_t n = b->n - at;

	memcpy(b->p + at, &n, 2);
}

static size_t nest(struct buf *b, uint16_t type)
{
	return attr(b, type | NLA_F_NESTED, NULL, 0);
}

static void tuple(struct buf *b, uint16_t type, const char *src, const char *dst, uint8_t proto,
		  uint16_t sport, uint16_t dport)
{
	size_t whole = nest(b, type), part = nest(b, CTA_TUPLE_IP);
	uint16_t ports[] = { htons(sport), htons(dport) };
	uint8_t addr[16];
	bool v6 = strchr(src, ':');

	inet_pton(v6 ? AF_INET6 : AF_INET, src, addr);
	attr(b, v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, addr, v6 ? 16 : 4);
	inet_pton(v6 ? AF_INET6 : AF_INET, dst, addr);
	attr(b, v6 ? CTA_IP_V6_DST : CTA_IP_V4_DST, addr, v6 ? 16 : 4);
	nest_end(b, part);
	part = nest(b, CTA_TUPLE_PROTO);
	attr(b, CTA_PROTO_NUM, &proto, 1);
	attr(b, CTA_PROTO_SRC_PORT, &ports[0], 2);
	attr(b, CTA_PROTO_DST_PORT, &ports[1], 2);
	nest_end(b, part);
	nest_end(b, whole);
}

static void be32(struct buf *b, uint16_t type, uint32_t v)
{
	v = htonl(v);
	attr(b, type, &v, 4);
}

static void counters(struct buf *b, uint16_t type, uint64_t packets, uint64_t bytes)
{
	size_t at = nest(b, type);
	uint64_t v = htobe64(packets);

	attr(b, CTA_COUNTERS_PACKETS, &v, 8);
	v = htobe64(bytes);
	attr(b, CTA_COUNTERS_BYTES, &v, 8);
	nest_end(b, at);
}

static struct buf tcp_message(uint8_t what)
{
	struct nlmsghdr h = { .nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | what };
	struct nfgenmsg g = { .nfgen_family = AF_INET };
	struct buf b = { .n = NLMSG_HDRLEN + sizeof(g) };
	uint8_t state = 3;
	size_t info, tcp;

	tuple(&b, CTA_TUPLE_ORIG, "10.0.0.2", "192.0.2.1", IPPROTO_TCP, 40000, 443);
	tuple(&b, CTA_TUPLE_REPLY, "10.9.9.9", "198.51.100.7", IPPROTO_TCP, 8443, 1024);
	info = nest(&b, CTA_PROTOINFO);
	tcp = nest(&b, CTA_PROTOINFO_TCP);
	attr(&b, CTA_PROTOINFO_TCP_STATE, &state, 1);
	nest_end(&b, tcp);
	nest_end(&b, info);
	counters(&b, CTA_COUNTERS_ORIG, 10, 1000);
	counters(&b, CTA_COUNTERS_REPLY, 20, 30000);
	be32(&b, CTA_STATUS, IPS_ASSURED | IPS_SEEN_REPLY);
	be32(&b, CTA_TIMEOUT, 300);
	be32(&b, CTA_ID, 77);
	be32(&b, CTA_MARK, 5);
	h.nlmsg_len = b.n;
	memcpy(b.p, &h, sizeof(h));
	memcpy(b.p + NLMSG_HDRLEN, &g, sizeof(g));
	return b;
}

static void message_is_read(void **state)
{
	struct buf b = tcp_message(IPCTNL_MSG_CT_NEW);
	struct ct c;

	(void)state;
	assert_int_equal(ct_parse(b.p, b.n, &c), CT_NEW);
	assert_int_equal(c.key.family, AF_INET);
	assert_int_equal(c.key.proto, IPPROTO_TCP);
	assert_int_equal(c.key.orig.src.port, 40000);
	assert_int_equal(c.reply.src.port, 8443);
	assert_string_equal(ct_state_name(c.key.proto, c.state), "ESTABLISHED");
	assert_true(c.has_counters && ct_has_snat(&c) && ct_has_dnat(&c));
	assert_int_equal(c.packets[CT_REPLY], 20);
	assert_int_equal(c.bytes[CT_REPLY], 30000);
	assert_int_equal(c.id, 77);
	assert_int_equal(c.timeout_s, 300);
	b = tcp_message(IPCTNL_MSG_CT_DELETE);
	assert_int_equal(ct_parse(b.p, b.n, &c), CT_DESTROY);
}

/* A message cut anywhere says less, and nothing else: memory behind it is not looked at. */
static void cut_messages(void **state)
{
	struct buf b = tcp_message(IPCTNL_MSG_CT_NEW);
	struct ct c;

	(void)state;
	for (size_t n = 0; n < b.n; n++) {
		uint8_t *copy = malloc(n ?: 1);
		uint32_t len = n;

		assert_non_null(copy);
		memcpy(copy, b.p, n);
		if (n >= 4)
			memcpy(copy, &len, 4);
		if (ct_parse(copy, n, &c) == CT_NEW)
			assert_int_equal(c.key.orig.dst.port, 443);
		free(copy);
	}
	/* A header that claims more than there is. */
	assert_int_equal(ct_parse(b.p, b.n - 4, &c), CT_OTHER);
}

static struct ct flow_number(uint32_t i)
{
	struct ct c = { .key = { .family = AF_INET6, .proto = IPPROTO_UDP }, .id = i };

	memcpy(c.key.orig.src.addr, &i, 4);
	return c;
}

static void a_table_finds_what_is_in_it(void **state)
{
	enum { N = 50000 };
	struct flows *t;
	struct err e = { 0 };
	struct ct c;
	uint32_t at = 0, row;

	(void)state;
	assert_int_equal(flows_new(1, &t, &e), 0);
	for (uint32_t i = 0; i < N; i++) {
		c = flow_number(i);
		row = flows_add(t, &c);
		assert_int_not_equal(row, FLOWS_NONE);
		flows_set_expiry(t, row, i % 100);
	}
	for (uint32_t i = 0; i < N; i += 2) {
		c = flow_number(i);
		row = flows_find(t, &c.key);
		assert_int_equal(flows_at(t, row)->ct.id, i);
		flows_del(t, row);
		assert_int_equal(flows_find(t, &c.key), FLOWS_NONE);
	}
	assert_int_equal(flows_count(t), N / 2);
	for (uint32_t n = 0; flows_expired(t, 9, &at, &row); n++) {
		assert_true(flows_at(t, row)->ct.id % 100 <= 9 && n < N / 20);
	}
	/* Free rows are used again. */
	for (uint32_t i = 0; i < N; i += 2) {
		c = flow_number(i);
		assert_int_not_equal(flows_add(t, &c), FLOWS_NONE);
	}
	assert_int_equal(flows_rows(t), N);
	flows_free(t);
}

static void rates(void **state)
{
	struct flow f = { .ct = { .has_counters = true }, .counted_ns = 1000000000 };
	struct ct c = { .has_counters = true, .bytes = { 1000, 0 }, .packets = { 10, 0 } };

	(void)state;
	flow_count(&f, &c, 3000000000);
	assert_true(f.has_rate && f.byte_rate[0] == 500 && f.packet_rate[0] == 5);
	c.bytes[0] = 10; /* counters that go back are another flow's: no rate of 2^64 */
	flow_count(&f, &c, 4000000000);
	assert_int_equal(f.ct.bytes[0], 10);
	assert_true(f.byte_rate[0] == 500);
}

static bool accepts(const char *text, const struct flow *f)
{
	struct filter_env env = { .now_ns = 1, .real_ns = 1 };
	struct filter *filter = NULL;
	struct err e = { 0 };
	bool is;

	assert_int_equal(filter_parse(text, &filter, &e), 0);
	is = filter_match(filter, f, &env);
	filter_free(filter);
	return is;
}

static void filters(void **state)
{
	static const char *const right[] = {
		"", "tcp", "ip and tcp", "tcp dport 443", "not udp", "udp or tcp", "host 10.9.9.9",
		"net 192.0.2.0/25", "src 10.0.0.0/8 and dst 192.0.2.1", "port 8443",
		"state established", "nat", "snat dnat", "assured and not unreplied", "mark 5",
		"bytes > 30k", "bytes = 31000B", "packets >= 30", "(udp or tcp) and (sport 40000)",
		"not (udp or icmp)", "host ::1 or host 10.0.0.2", "net 0.0.0.0/0",
	};
	static const char *const wrong[] = {
		"udp", "ip6", "host 10.0.0.3", "net 192.0.2.128/25", "dport 80", "rate > 0",
		"rate < 1G", "process curl", "not tcp", "unreplied", "bytes < 31000B", "offload",
		"country DE", "as 1", "user root", "zone 1", "helper ftp", "net ::/0",
	};
	static const char *const bad[] = {
		"tcp and", "foo", "dport", "dport x", "dport 70000000000", "rate 5", "rate >",
		"(tcp", "tcp)", "host 1.2.3", "net 1.2.3.4/33", "and tcp", "not", "((", "rate > 1x",
	};
	struct buf b = tcp_message(IPCTNL_MSG_CT_NEW);
	struct flow f = { .used = true };
	struct filter *filter = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(ct_parse(b.p, b.n, &f.ct), CT_NEW);
	for (size_t i = 0; i < ARRAY_SIZE(right); i++)
		if (!accepts(right[i], &f))
			fail_msg("rejected: %s", right[i]);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		if (accepts(wrong[i], &f))
			fail_msg("accepted: %s", wrong[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		e = (struct err){ 0 };
		if (filter_parse(bad[i], &filter, &e) != -EINVAL && e.code != ERANGE)
			fail_msg("parsed: %s", bad[i]);
		assert_true(e.text[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_is_read), cmocka_unit_test(cut_messages),
		cmocka_unit_test(a_table_finds_what_is_in_it), cmocka_unit_test(rates),
		cmocka_unit_test(filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
