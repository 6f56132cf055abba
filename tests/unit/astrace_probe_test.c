// SPDX-License-Identifier: GPL-2.0-or-later
/* astrace's probe and answer: what is built is recognised in quotes and replies, in whatever way
 * routers quote it; what somebody made up is not; headers that load balancers hash are constant. */
#include "unit.h"

#include <errno.h>

#include "../../astrace/probe.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "proto/csum.h"
#include "proto/linktype.h"
#include "proto/walk.h"

static struct probe_kind kind_of(enum method m, int family)
{
	struct probe_kind k = { .method = m,
				.sport = 20000,
				.dport = 33434,
				.tcp_flags = 2,
				.key = 0x1234567890abcdefull };

	if (family == AF_INET) {
		assert_true(addr_parse("192.0.2.1", &k.src) && addr_parse("198.51.100.7", &k.dst));
	} else {
		assert_true(addr_parse("2001:db8::1", &k.src));
		assert_true(addr_parse("2001:db8:9::7", &k.dst));
	}
	return k;
}

/* An ICMP error of 'type' from 'from' that quotes 'n' bytes of 'probe'. */
static uint32_t error_of(const struct probe_kind *k, uint8_t type, uint8_t code,
			 const uint8_t *probe, uint32_t n, uint8_t *out)
{
	bool six = k->src.family == AF_INET6;
	uint32_t at = six ? 40 : 20, size = at + 8 + n;
	struct addr from;

	memset(out, 0, size);
	assert_true(addr_parse(six ? "2001:db8:5::5" : "203.0.113.5", &from));
	memcpy(out + at + 8, probe, n);
	out[at] = type;
	out[at + 1] = code;
	if (six) {
		out[0] = 0x60;
		put_be16(out + 4, 8 + n);
		out[6] = IPPROTO_ICMPV6;
		out[7] = 60;
		memcpy(out + 8, from.b, 16);
		memcpy(out + 24, k->src.b, 16);
		put_be16(out + at + 2, csum_fold(csum_add(csum_pseudo6(from.b, k->src.b, 58, 8 + n),
							  out + at, 8 + n)));
		return size;
	}
	out[0] = 0x45;
	put_be16(out + 2, size);
	out[8] = 60;
	out[9] = IPPROTO_ICMP;
	memcpy(out + 12, from.b, 4);
	memcpy(out + 16, k->src.b, 4);
	put_be16(out + at + 2, csum_fold(csum_add(0, out + at, 8 + n)));
	return size;
}

static enum match match_of(const struct probe_kind *k, const uint8_t *packet, uint32_t n,
			   struct probe_id *ret)
{
	struct answer a;

	return answer_parse(packet, n, &a) ? probe_match(k, &a, ret) : MATCH_OTHER;
}

static const enum method methods[] = { METHOD_UDP, METHOD_ICMP, METHOD_TCP };
static const int families[] = { AF_INET, AF_INET6 };

#define EACH_KIND(k)                                                                             \
	for (unsigned int m_ = 0; m_ < 3; m_++)                                                  \
		for (unsigned int f_ = 0; f_ < 2; f_++)                                          \
			for (struct probe_kind k = kind_of(methods[m_], families[f_]), *p_ = &k; \
			     p_; p_ = NULL)

static void each_probe_is_valid_and_recognised(void **state)
{
	static struct walk w;
	uint8_t buf[PROBE_MAX], packet[PROBE_MAX];
	struct probe_id got;
	uint32_t should, n;

	(void)state;
	EACH_KIND(k)
	{
		for (unsigned int i = 0; i < 3000; i++) {
			struct probe_id id = { i % 7, 1 + i % 255, i / 11 };

			n = probe_build(&k, id, buf);
			walk_packet(101, buf, n, n, &w);
			/* the payload may look like something by chance */
			assert_true(w.n_layers >= 2 && !w.cut);
			for (unsigned int l = 0; l < 2; l++) {
				assert_int_equal(w.layers[l].why, WALK_FINE);
				assert_int_not_equal(walk_csum(&w, &w.layers[l], &should),
						     CSUM_STATE_WRONG);
			}
			n = error_of(&k, k.src.family == AF_INET6 ? 3 : 11, 0, buf, n, packet);
			assert_int_equal(match_of(&k, packet, n, &got), MATCH_OK);
			assert_true(got.ttl == id.ttl && got.seq == id.seq && got.flow == id.flow);
		}
	}
}

/* RFC 792 asks for 8 bytes of payload only; IPv6 for all that fits (RFC 4443 section 2.4 c). */
static void eight_bytes_are_enough(void **state)
{
	uint8_t buf[PROBE_MAX], packet[PROBE_MAX];
	struct probe_id id = { 3, 17, 2 }, got;
	uint32_t n;

	(void)state;
	EACH_KIND(k)
	{
		if (k.src.family == AF_INET6 && k.method != METHOD_TCP)
			continue;
		assert_true(probe_build(&k, id, buf) >= probe_l4(&k) + 8);
		n = error_of(&k, k.src.family == AF_INET6 ? 3 : 11, 0, buf, probe_l4(&k) + 8,
			     packet);
		assert_int_equal(match_of(&k, packet, n, &got), MATCH_OK);
		assert_true(got.ttl == 17 && got.seq == 2 && got.flow == 3);
	}
}

/* Whatever a load balancer may hash: addresses, first four bytes of the payload's header, TOS,
 * protocol, flow label. */
static void a_flow_is_constant(void **state)
{
	uint8_t first[PROBE_MAX], buf[PROBE_MAX];

	(void)state;
	EACH_KIND(k)
	{
		uint32_t at = probe_l4(&k),
			 n = probe_build(&k, (struct probe_id){ 5, 1, 0 }, first);

		for (unsigned int i = 1; i < 2000; i++) {
			struct probe_id id = { 5, 1 + i % 255, i / 3 };

			assert_int_equal(probe_build(&k, id, buf), n);
			assert_memory_equal(buf + at, first + at, 4);
			if (k.method == METHOD_ICMP)
				assert_memory_equal(buf + at + 4, first + at + 4, 2);
			assert_memory_equal(buf, first, k.src.family == AF_INET6 ? 6 : 4);
			if (k.src.family == AF_INET6)
				assert_memory_equal(buf + 8, first + 8, 32);
			else
				assert_memory_equal(buf + 12, first + 12, 8);
		}
	}
}

static void flows_differ(void **state)
{
	uint8_t a[PROBE_MAX], b[PROBE_MAX];

	(void)state;
	EACH_KIND(k)
	{
		uint32_t at = probe_l4(&k);

		(void)!probe_build(&k, (struct probe_id){ 1, 9, 0 }, a);
		(void)!probe_build(&k, (struct probe_id){ 2, 9, 0 }, b);
		assert_memory_not_equal(a + at, b + at, k.method == METHOD_ICMP ? 6 : 2);
	}
}

/* Of a million made-up answers that look right in all that an outsider can know. */
static void made_up_answers_do_not_match(void **state)
{
	uint8_t buf[PROBE_MAX], packet[PROBE_MAX];
	unsigned int n_ok = 0, n_false = 0;
	struct probe_id got;
	uint64_t x = 1;
	uint32_t n;

	(void)state;
	EACH_KIND(k)
	{
		uint32_t at = probe_l4(&k), size;

		for (unsigned int i = 0; i < 30000; i++) {
			size = probe_build(&k, (struct probe_id){ 0, 1 + i % 30, 0 }, buf);
			for (uint32_t b = at + 4; b < size; b++)
				if (k.method != METHOD_ICMP || b >= at + 6)
					buf[b] = x = hash_u64(x + b);
			if (k.src.family == AF_INET)
				put_be16(buf + 4, x = hash_u64(x + 3));
			n = error_of(&k, k.src.family == AF_INET6 ? 3 : 11, 0, buf, size, packet);
			switch (match_of(&k, packet, n, &got)) {
			case MATCH_FALSE:
				n_false++;
				break;
			case MATCH_OTHER:
				break;
			default:
				n_ok++;
			}
		}
	}
	/* a tag has 16 bits in the header: about one in 65536 is right by chance */
	assert_true(n_ok < 20);
	assert_true(n_false > 150000);
}

/* A NAT that puts addresses and ports back but not the checksum. */
static void a_changed_checksum_is_told_from_a_false_answer(void **state)
{
	struct probe_kind k = kind_of(METHOD_UDP, AF_INET);
	uint8_t buf[PROBE_MAX], packet[PROBE_MAX];
	struct probe_id got;
	uint32_t n;

	(void)state;
	n = probe_build(&k, (struct probe_id){ 0, 4, 1 }, buf);
	put_be16(buf + 26, get_be16(buf + 26) + 999);
	n = error_of(&k, 11, 0, buf, n, packet);
	assert_int_equal(match_of(&k, packet, n, &got), MATCH_NAT);
	assert_true(got.ttl == 4 && got.seq == 1);
}

static void echo_replies_match(void **state)
{
	uint8_t buf[PROBE_MAX];
	struct probe_id got;
	struct answer a;
	uint32_t n;

	(void)state;
	for (unsigned int f = 0; f < 2; f++) {
		struct probe_kind k = kind_of(METHOD_ICMP, families[f]), back = k;
		uint32_t at = probe_l4(&k);

		back.src = k.dst;
		back.dst = k.src;
		n = probe_build(&back, (struct probe_id){ 2, 30, 7 }, buf);
		buf[at] = k.src.family == AF_INET6 ? 129 : 0;
		put_be16(buf + at + 2, 0);
		put_be16(buf + at + 2,
			 csum_fold(csum_add(f ? csum_pseudo6(buf + 8, buf + 24, 58, n - at) : 0,
					    buf + at, n - at)));
		assert_true(answer_parse(buf, n, &a));
		assert_int_equal(probe_match(&k, &a, &got), MATCH_OK);
		assert_true(got.ttl == 30 && got.seq == 7 && got.flow == 2);
		buf[n - 1] ^= 1;
		buf[at + 2] ^= 1;
		assert_false(answer_parse(buf, n, &a) && probe_match(&k, &a, &got) == MATCH_OK);
	}
}

static void sizes_are_checked(void **state)
{
	struct probe_kind k = kind_of(METHOD_UDP, AF_INET);
	struct err e;

	(void)state;
	assert_int_equal(probe_size(&k, &e), 36);
	k.payload = (const uint8_t *)"abc";
	k.payload_bytes = 3;
	assert_int_equal(probe_size(&k, &e), 40);
	k.total_bytes = 39;
	assert_int_equal(probe_size(&k, &e), -EMSGSIZE);
	k.total_bytes = 1401;
	assert_int_equal(probe_size(&k, &e), 1401);
	k = kind_of(METHOD_TCP, AF_INET6);
	assert_int_equal(probe_size(&k, &e), 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_probe_is_valid_and_recognised),
		cmocka_unit_test(eight_bytes_are_enough),
		cmocka_unit_test(a_flow_is_constant),
		cmocka_unit_test(flows_differ),
		cmocka_unit_test(made_up_answers_do_not_match),
		cmocka_unit_test(a_changed_checksum_is_told_from_a_false_answer),
		cmocka_unit_test(echo_replies_match),
		cmocka_unit_test(sizes_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
