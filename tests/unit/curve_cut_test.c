// SPDX-License-Identifier: GPL-2.0-or-later
/* curvetun's cut, join, inner and owners: super-packets are cut into valid packets and joined to
 * what they were; nothing is joined that cutting would not give back; addresses have one owner. */
#include "../../curvetun/cut.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "../../curvetun/join.h"
#include "../../curvetun/msg.h"
#include "../../curvetun/mtu.h"
#include "../../curvetun/owners.h"
#include "base/bytes.h"
#include "proto/csum.h"
#include "sys/uapi.h"
#include "unit.h"

enum { MAX = 65536, PIECES = 64 };

/* A super-packet, what it was cut into, and what came of joining it. */
struct set {
	struct virtio_net_hdr h;
	size_t n;
	uint8_t pkt[MAX];
	unsigned int n_pieces;
	size_t len[PIECES];
	uint8_t piece[PIECES][2048];
	uint8_t flags;
};

static void make(struct set *s, bool v6, bool udp, size_t payload, size_t gso)
{
	size_t l4 = v6 ? 40 : 20, head = l4 + (udp ? 8 : 32);
	struct inner ip;

	memset(s, 0, sizeof(*s));
	s->n = head + payload;
	randombytes_buf(s->pkt, s->n);
	s->pkt[0] = v6 ? 0x60 : 0x45;
	if (v6) {
		put_be16(s->pkt + 4, s->n - 40);
		s->pkt[6] = udp ? INNER_UDP : INNER_TCP;
	} else {
		put_be16(s->pkt + 2, s->n);
		put_be16(s->pkt + 6, 0x4000);
		s->pkt[9] = udp ? INNER_UDP : INNER_TCP;
	}
	if (udp) {
		put_be16(s->pkt + l4 + 4, s->n - l4);
	} else {
		s->pkt[l4 + 12] = 0x80;
		s->pkt[l4 + 13] = 0x98; /* CWR, ACK, PSH */
		put_be32(s->pkt + l4 + 4, 0xfffff000u);
	}
	assert_true(inner_read(s->pkt, s->n, &ip));
	inner_set_length(s->pkt, &ip, s->n);
	s->h.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	s->h.gso_type = udp ? VIRTIO_NET_HDR_GSO_UDP_L4 :
			v6 ? VIRTIO_NET_HDR_GSO_TCPV6 | VIRTIO_NET_HDR_GSO_ECN :
			     VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN;
	s->h.gso_size = gso;
	s->h.hdr_len = head;
	s->h.csum_start = l4;
	s->h.csum_offset = udp ? 6 : 16;
	put_be16(s->pkt + l4 + s->h.csum_offset,
		 ~csum_fold(inner_pseudo(&ip, ip.proto, s->n - l4)));
}

static void cut_all(struct set *s, bool may_stay_open)
{
	struct cut c;
	size_t n;

	assert_true(cut_begin(&c, &s->h, s->pkt, s->n, may_stay_open));
	s->flags = c.flags;
	for (s->n_pieces = 0; (n = cut_next_bytes(&c)); s->n_pieces++) {
		assert_true(n <= sizeof(s->piece[0]) && s->n_pieces < PIECES);
		cut_next(&c, s->piece[s->n_pieces]);
		s->len[s->n_pieces] = n;
	}
}

static bool add(struct join *j, struct set *s, unsigned int i)
{
	struct inner ip;

	assert_true(inner_read(s->piece[i], s->len[i], &ip));
	return join_add(j, s->piece[i], s->len[i], &ip, s->flags);
}

/* What is written to the device is the super-packet again. */
static void expect_same(struct join *j, const struct set *s)
{
	uint8_t all[MAX];
	size_t n = 0;

	join_finish(j);
	for (unsigned int i = 1; i <= j->n; i++) {
		memcpy(all + n, j->iov[i].iov_base, j->iov[i].iov_len);
		n += j->iov[i].iov_len;
	}
	assert_int_equal(n, s->n);
	assert_memory_equal(all, s->pkt, n);
	assert_memory_equal(&j->hdr, &s->h, sizeof(s->h));
}

static void test_cut_and_joined_it_is_the_same(void **state UNUSED)
{
	struct join j = { .tso = true, .uso = true };
	static struct set s;

	for (int i = 0; i < 64; i++) {
		make(&s, i & 1, i & 2, 1 + randombytes_uniform(60000),
		     1000 + randombytes_uniform(400));
		if (s.n - s.h.hdr_len <= s.h.gso_size)
			continue;
		cut_all(&s, i & 4);
		for (unsigned int k = 0; k < s.n_pieces; k++)
			assert_true(add(&j, &s, k));
		expect_same(&j, &s);
		join_done(&j);
	}
}

static void test_pieces_are_valid_packets(void **state UNUSED)
{
	static struct set s;
	struct inner ip;

	for (int i = 0; i < 4; i++) {
		make(&s, i & 1, i & 2, 5000, 1200);
		cut_all(&s, false);
		assert_int_equal(s.n_pieces, 5);
		for (unsigned int k = 0; k < s.n_pieces; k++) {
			uint8_t *p = s.piece[k];
			size_t n = s.len[k];

			assert_true(inner_read(p, n, &ip));
			assert_int_equal(csum_fold(csum_add(inner_pseudo(&ip, ip.proto, n - ip.l4),
							    p + ip.l4, n - ip.l4)), 0);
			if (!ip.v6)
				assert_int_equal(csum_fold(csum_add(0, p, 20)), 0);
			if (ip.proto == INNER_TCP) {
				assert_int_equal(p[ip.l4 + 13] & 8, k == 4 ? 8 : 0);
				assert_int_equal(p[ip.l4 + 13] & 0x80, k ? 0 : 0x80);
				assert_int_equal(get_be32(p + ip.l4 + 4), 0xfffff000u + k * 1200);
			}
		}
	}
}

/* Each of these changes forbids joining. */
static void test_what_differs_is_not_joined(void **state UNUSED)
{
	static const struct {
		unsigned int at;
		bool udp;
	} change[] = { { 1, 0 },  { 8, 0 },  { 12, 0 }, { 16, 0 }, { 20, 0 },
		       { 22, 0 }, { 24, 0 }, { 28, 0 }, { 33, 0 }, { 34, 0 },
		       { 38, 0 }, { 40, 0 }, { 20, 1 }, { 23, 1 }, { 1, 1 } };
	struct join j = { .tso = true, .uso = true };
	static struct set s;

	for (size_t i = 0; i < ARRAY_SIZE(change); i++) {
		make(&s, false, change[i].udp, 3000, 1000);
		cut_all(&s, true);
		s.piece[1][change[i].at] ^= change[i].at == 33 ? 0x04 : 0x01;
		assert_true(add(&j, &s, 0));
		assert_false(add(&j, &s, 1));
		join_done(&j);
		assert_true(add(&j, &s, 1));
		join_done(&j);
	}
}

static void test_order_and_gaps(void **state UNUSED)
{
	struct join j = { .tso = true };
	static struct set s;

	make(&s, true, false, 3000, 1000);
	cut_all(&s, true);
	assert_true(add(&j, &s, 0));
	assert_false(add(&j, &s, 2));
	join_done(&j);
	assert_true(add(&j, &s, 1));
	assert_false(add(&j, &s, 0));
	join_done(&j);
	/* Behind PSH, or a shorter one, nothing follows. */
	assert_true(add(&j, &s, 2));
	assert_false(add(&j, &s, 0));
}

static void test_a_wrong_checksum_is_not_hidden(void **state UNUSED)
{
	struct join j = { .tso = true };
	static struct set s;

	make(&s, false, false, 3000, 1000);
	cut_all(&s, false);
	assert_int_equal(s.flags, 0);
	s.piece[1][100] ^= 1;
	assert_true(add(&j, &s, 0));
	assert_false(add(&j, &s, 1));
	join_done(&j);
	assert_true(add(&j, &s, 1));
	assert_false(add(&j, &s, 2));
	join_finish(&j);
	assert_int_equal(j.hdr.flags, 0);
}

static void test_plain_packets(void **state UNUSED)
{
	struct join j = { .tso = true };
	static struct set s;
	struct inner ip;

	make(&s, false, false, 500, 0);
	s.h.gso_type = 0;
	cut_all(&s, true);
	assert_int_equal(s.n_pieces, 1);
	assert_int_equal(s.flags, MSG_F_PARTIAL);
	assert_true(add(&j, &s, 0));
	join_finish(&j);
	assert_int_equal(j.hdr.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	assert_memory_equal(s.piece[0], s.pkt, s.n);
	cut_all(&s, false);
	assert_int_equal(s.flags, 0);
	assert_true(inner_read(s.piece[0], s.n, &ip));
	assert_int_equal(csum_fold(csum_add(inner_pseudo(&ip, 6, s.n - 20), s.piece[0] + 20,
					    s.n - 20)), 0);
}

static void test_nonsense_is_refused(void **state UNUSED)
{
	static struct set s;
	struct inner ip;
	struct cut c;

	make(&s, false, false, 3000, 1000);
	for (size_t n = 0; n < s.n; n++)
		assert_false(inner_read(s.pkt, n, &ip));
	s.h.gso_size = 0;
	assert_false(cut_begin(&c, &s.h, s.pkt, s.n, true));
	s.h.gso_size = 1000;
	s.h.csum_start = 3040;
	assert_false(cut_begin(&c, &s.h, s.pkt, s.n, true));
	s.h.csum_start = 20;
	s.pkt[32] = 0x10;
	assert_false(cut_begin(&c, &s.h, s.pkt, s.n, true));
	s.pkt[0] = 0x75;
	assert_false(inner_read(s.pkt, s.n, &ip));
}

/* Random bytes as packets: no fault, whatever becomes of them. */
static void test_random_packets(void **state UNUSED)
{
	struct join j = { .tso = true, .uso = true };
	static struct set s;
	struct inner ip;

	for (int i = 0; i < 100000; i++) {
		size_t n = 1 + randombytes_uniform(120);

		make(&s, i & 1, i & 2, 100, 10);
		for (int k = randombytes_uniform(6); k >= 0; k--)
			s.pkt[randombytes_uniform(60)] = randombytes_random();
		put_be16(s.pkt + (i & 1 ? 4 : 2), i & 1 ? n - 40 : n);
		if (inner_read(s.pkt, n, &ip) && !join_add(&j, s.pkt, n, &ip, i >> 3 & 3))
			join_done(&j);
		if (j.n && j.first != s.pkt)
			join_done(&j);
		if (j.n)
			join_finish(&j);
		join_done(&j);
	}
}

/* A SYN with padding before its MSS, at an even or an odd place. */
static void test_segment_sizes_are_lowered(void **state UNUSED)
{
	static struct set s;
	struct inner ip;

	for (int i = 0; i < 8; i++) {
		size_t at, n, mss = i & 1 ? 1220 : 1240, odd = i >> 1 & 1;
		uint8_t *tcp;

		make(&s, i & 1, false, 100, 0);
		s.h.gso_type = 0;
		at = s.h.csum_start;
		tcp = s.pkt + at;
		tcp[13] = 2;
		memset(tcp + 20, 1, 12);
		memcpy(tcp + 20 + (i >> 1 & 1), (uint8_t[]){ 2, 4, 0x05, 0xb4 }, 4);
		cut_all(&s, i & 4);
		n = s.len[0];
		assert_true(inner_read(s.piece[0], n, &ip));
		mtu_clamp(s.piece[0], n, &ip, 1280, i & 4);
		assert_int_equal(get_be16(s.piece[0] + at + 22 + odd), mss);
		if (!(i & 4))
			assert_int_equal(csum_fold(csum_add(inner_pseudo(&ip, 6, n - at),
							    s.piece[0] + at, n - at)), 0);
		mtu_clamp(s.piece[0], n, &ip, 1400, i & 4);
		assert_int_equal(get_be16(s.piece[0] + at + 22 + odd), mss);
		/* Options that lie change nothing. */
		tcp[21] = 200;
		memcpy(s.piece[1], s.pkt, s.n);
		mtu_clamp(s.piece[1], s.n, &ip, 600, true);
		if (!(i & 2))
			assert_memory_equal(s.piece[1], s.pkt, s.n);
	}
}

static void test_what_is_too_long_is_made_to_fit_or_answered(void **state UNUSED)
{
	uint8_t out[MTU_ANSWER];
	static struct set s;
	struct inner ip;
	struct cut c;
	size_t n;

	for (int v6 = 0; v6 < 2; v6++) {
		make(&s, v6, false, 5000, 1300);
		assert_true(cut_begin(&c, &s.h, s.pkt, s.n, true));
		assert_true(mtu_fit(&c, 1000));
		while ((n = cut_next_bytes(&c))) {
			assert_true(n <= 1000);
			cut_next(&c, s.piece[0]);
		}
		make(&s, v6, true, 1300, 0);
		s.h.gso_type = 0;
		assert_true(cut_begin(&c, &s.h, s.pkt, s.n, true));
		assert_true(mtu_fit(&c, 1400));
		assert_false(mtu_fit(&c, 1300));
		n = mtu_too_big(s.pkt, s.n, &c.ip, 1300, out);
		assert_true(inner_read(out, n, &ip));
		assert_memory_equal(ip.dst, c.ip.src, v6 ? 16 : 4);
		assert_int_equal(v6 ? get_be32(out + 44) : get_be16(out + 26), 1300);
		assert_int_equal(csum_fold(csum_add(v6 ? inner_pseudo(&ip, 58, n - 40) : 0,
						    out + ip.l4, n - ip.l4)), 0);
		put_be16(s.pkt + 6, 0);
		assert_true(v6 || mtu_fit(&c, 1300));
	}
	assert_int_equal(mtu_candidate(1420, 0), 1420);
	for (int i = 0; (n = mtu_candidate(1420, i)); i++)
		assert_true(n >= MTU_LEAST && n > mtu_candidate(1420, i + 1));
}

static void test_owners(void **state UNUSED)
{
	uint8_t a[16] = { [10] = 0xff, 0xff, 10, 0, 0, 1 };
	struct peer p = { .has_nets = true }, q = { .heard_ns = 1 }, r = { 0 };
	struct owners *o;
	struct net n;
	struct err e;

	assert_int_equal(owners_new(2, 3, &o, &e), 0);
	assert_int_equal(lists_net("10.0.0.0/8", &n, &e), 0);
	assert_int_equal(owners_give(o, &n, &p, &e), 0);
	assert_int_equal(owners_give(o, &n, &q, &e), -EEXIST);
	assert_int_equal(lists_net("10.1.0.0/16", &n, &e), 0);
	assert_int_equal(owners_give(o, &n, &q, &e), 0);
	assert_ptr_equal(owners_find(o, a), &p);
	assert_true(owners_may(o, a, &p, 0));
	assert_false(owners_may(o, a, &q, 0));
	a[13] = 1;
	assert_ptr_equal(owners_find(o, a), &q);
	assert_false(owners_may(o, a, &p, 0));
	/* Learned: the first keeps it until it is silent. */
	a[12] = 192;
	assert_null(owners_find(o, a));
	assert_false(owners_may(o, a, &p, 0));
	assert_true(owners_may(o, a, &q, 0));
	assert_ptr_equal(owners_find(o, a), &q);
	assert_false(owners_may(o, a, &r, OWNERS_SILENT_NS));
	assert_true(owners_may(o, a, &r, OWNERS_SILENT_NS + 1));
	assert_ptr_equal(owners_find(o, a), &r);
	assert_int_equal(q.n_learned, 0);
	/* Only so many, and never groups or the host's own. */
	for (int i = 1; i < OWNERS_LEARNED; i++) {
		a[15] = 1 + i;
		assert_true(owners_may(o, a, &r, 0));
	}
	a[15] = 200;
	assert_false(owners_may(o, a, &r, 0));
	a[12] = 224;
	assert_false(owners_may(o, a, &q, 0));
	a[12] = 127;
	assert_false(owners_may(o, a, &q, 0));
	owners_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_and_joined_it_is_the_same),
		cmocka_unit_test(test_pieces_are_valid_packets),
		cmocka_unit_test(test_what_differs_is_not_joined),
		cmocka_unit_test(test_order_and_gaps),
		cmocka_unit_test(test_a_wrong_checksum_is_not_hidden),
		cmocka_unit_test(test_plain_packets),
		cmocka_unit_test(test_nonsense_is_refused),
		cmocka_unit_test(test_random_packets),
		cmocka_unit_test(test_segment_sizes_are_lowered),
		cmocka_unit_test(test_what_is_too_long_is_made_to_fit_or_answered),
		cmocka_unit_test(test_owners),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
