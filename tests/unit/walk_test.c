// SPDX-License-Identifier: GPL-2.0-or-later
/* walk_test - cut told from bad, every truncation, fragments, quotes, nesting, checksums. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/build.h"
#include "proto/linktype.h"
#include "proto/render.h"
#include "proto/tables.h"

static struct walk w;
static uint8_t buf[4096];
static struct err e;

#define SET(b, layer, p, name, v)                                                                  \
	assert_int_equal(build_set(b, layer, proto_field(&proto_##p, name), v, &e), 0)

/* Builds the stack, ended by NULL, with 'n' bytes of payload. */
static struct build make(const struct proto *const *stack, uint32_t n)
{
	static const uint8_t payload[1500] = "payload";
	struct build b;

	build_init(&b, buf, sizeof(buf));
	for (; *stack; stack++)
		assert_true(build_layer(&b, *stack, &e) >= 0);
	assert_int_equal(build_payload(&b, payload, n, &e), 0);
	assert_int_equal(build_finish(&b, &e), 0);
	return b;
}

#define MAKE(n, ...) make((const struct proto *const[]){ __VA_ARGS__, NULL }, n)

static void plain_packet(void **state)
{
	struct build b = MAKE(10, &proto_eth, &proto_ip, &proto_udp);

	(void)state;
	walk_packet(LINKTYPE_ETHERNET, buf, b.len, b.len, &w);
	assert_int_equal(w.n_layers, 3);
	assert_false(w.cut);
	assert_false(w.bad);
	assert_int_equal(w.payload_off, 42);
	assert_int_equal(w.payload_bytes, 10);
	assert_int_equal(w.trailer_bytes, 0);
	walk_packet(LINKTYPE_ETHERNET, buf, b.len + 6, b.len + 6, &w);
	assert_int_equal(w.payload_bytes, 10);
	assert_int_equal(w.trailer_off, 52);
	assert_int_equal(w.trailer_bytes, 6);
}

static void unknown_link_type(void **state)
{
	(void)state;
	walk_packet(65000, buf, 20, 30, &w);
	assert_int_equal(w.n_layers, 0);
	assert_true(w.cut);
	assert_int_equal(w.payload_bytes, 30);
	assert_int_equal(w.payload_have, 20);
	walk_packet(LINKTYPE_ETHERNET, buf, 0, 0, &w);
	assert_int_equal(w.n_layers, 1);
	assert_int_equal(w.layers[0].why, WALK_SHORT);
}

/* Each truncation is marked cut, never bad, and holds what is before the end. */
static void truncate(unsigned int linktype, uint32_t n)
{
	struct str s = { 0 };
	const struct render_style st = { 0 };
	const struct render_meta m = { .dir = 255 };

	for (uint32_t cap = 0; cap < n; cap++) {
		uint8_t *copy = malloc(cap + !cap);

		assert_non_null(copy);
		memcpy(copy, buf, cap);
		walk_packet(linktype, copy, cap, n, &w);
		if (!w.cut || w.bad)
			fail_msg("%u of %u bytes: cut %d bad %d", cap, n, w.cut, w.bad);
		assert_true(w.n_layers > 0);
		for (unsigned int i = 0; i + 1 < w.n_layers; i++)
			assert_int_equal(w.layers[i].why, WALK_FINE);
		render_text(&s, &w, &m, &st);
		render_less(&s, &w, &m, &st);
		assert_non_null(strstr(s.p, "cut"));
		str_clear(&s);
		render_json(&s, &w, &m, &st);
		assert_non_null(strstr(s.p, "\"cut\":true"));
		str_clear(&s);
		free(copy);
	}
	str_free(&s);
}

static void every_truncation(void **state)
{
	struct build b;
	static const uint8_t opts[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2,
					3, 4, 5, 6, 7, 8, 1, 3, 3, 7 };

	(void)state;
	b = MAKE(20, &proto_eth, &proto_vlan, &proto_vlan, &proto_ip, &proto_udp);
	truncate(LINKTYPE_ETHERNET, b.len);
	b = MAKE(20, &proto_sll2, &proto_ip6, &proto_ip6hop, &proto_ip6route, &proto_ip6dst,
		 &proto_icmp6);
	truncate(LINKTYPE_LINUX_SLL2, b.len);
	b = MAKE(0, &proto_eth, &proto_arp);
	truncate(LINKTYPE_ETHERNET, b.len);
	b = MAKE(9, &proto_eth, &proto_llc, &proto_snap, &proto_ip, &proto_icmp);
	truncate(LINKTYPE_ETHERNET, b.len);
	build_init(&b, buf, sizeof(buf));
	assert_int_equal(build_layer(&b, &proto_ip, &e), 0);
	assert_int_equal(build_layer(&b, &proto_tcp, &e), 1);
	assert_int_equal(build_options(&b, opts, sizeof(opts), &e), 0);
	assert_int_equal(build_payload(&b, opts, 10, &e), 0);
	assert_int_equal(build_finish(&b, &e), 0);
	truncate(LINKTYPE_RAW, b.len);
	truncate(LINKTYPE_IPV4, b.len);
}

/* Puts 'v' into byte 'at' of a fresh eth/ip/tcp packet and tells what the walk says. */
static const struct layer *spoilt(unsigned int layer, uint32_t at, uint8_t v)
{
	struct build b = MAKE(30, &proto_eth, &proto_ip, &proto_tcp);

	buf[at] = v;
	walk_packet(LINKTYPE_ETHERNET, buf, b.len, b.len, &w);
	assert_true(w.n_layers > layer);
	return &w.layers[layer];
}

static void bad_with_reason(void **state)
{
	const struct layer *l;

	(void)state;
	l = spoilt(1, 14, 0x55);
	assert_int_equal(l->why, WALK_VERSION);
	assert_int_equal(l->value, 5);
	l = spoilt(1, 14, 0x42);
	assert_int_equal(l->why, WALK_HDR_SMALL);
	assert_int_equal(l->value, 8);
	assert_int_equal(l->limit, 20);
	l = spoilt(1, 17, 255);
	assert_int_equal(l->why, WALK_TOTAL_LONG);
	assert_int_equal(l->value, 255);
	assert_int_equal(l->limit, 70);
	assert_int_equal(w.n_layers, 3);
	assert_int_equal(walk_csum(&w, l, &(uint32_t){ 0 }), CSUM_STATE_WRONG);
	l = spoilt(1, 17, 19);
	assert_int_equal(l->why, WALK_TOTAL_SMALL);
	l = spoilt(2, 17, 30);
	assert_int_equal(l->why, WALK_SHORT);
	assert_int_equal(l->value, 10);
	l = spoilt(2, 46, 0x40);
	assert_int_equal(l->why, WALK_HDR_SMALL);
	l = spoilt(2, 46, 0xf0);
	assert_int_equal(l->why, WALK_HDR_LONG);
	assert_true(w.bad);
	assert_false(w.cut);
}

static void fragments(void **state)
{
	struct build b;

	(void)state;
	b = MAKE(64, &proto_ip, &proto_udp);
	buf[6] = 0x20; /* more fragments */
	put_be16(buf + 24, 3000);
	walk_packet(LINKTYPE_RAW, buf, b.len, b.len, &w);
	assert_int_equal(w.n_layers, 3);
	assert_false(w.bad);
	assert_int_equal(w.layers[2].flags, LAYER_FRAGMENT);
	assert_int_equal(walk_csum(&w, &w.layers[2], &(uint32_t){ 0 }), CSUM_STATE_UNKNOWN);
	buf[7] = 5;
	walk_packet(LINKTYPE_RAW, buf, b.len, b.len, &w);
	assert_int_equal(w.n_layers, 2);
	assert_int_equal(w.payload_bytes, 72);
}

static void quoted_packet(void **state)
{
	struct build b = MAKE(8, &proto_ip, &proto_icmp, &proto_ip);

	(void)state;
	buf[20] = 3;
	put_be16(buf + 28 + 2, 1500); /* more than was quoted */
	buf[28 + 9] = 17;
	walk_packet(LINKTYPE_RAW, buf, b.len, b.len, &w);
	assert_int_equal(w.n_layers, 5);
	assert_int_equal(w.layers[3].flags, LAYER_QUOTED);
	assert_int_equal(w.layers[3].why, WALK_FINE);
	assert_false(w.bad);
}

static void nesting_is_bounded(void **state)
{
	(void)state;
	memset(buf, 0, sizeof(buf));
	for (unsigned int i = 0; i < 1000; i++)
		put_be16(buf + 12 + i * 4, 0x8100);
	walk_packet(LINKTYPE_ETHERNET, buf, sizeof(buf), sizeof(buf), &w);
	assert_int_equal(w.n_layers, WALK_LAYERS);
	assert_int_equal(w.layers[WALK_LAYERS - 1].why, WALK_DEEP);
	assert_true(w.bad);
}

static void checksums(void **state)
{
	struct build b = MAKE(31, &proto_ip6, &proto_udp);
	uint32_t should = 0, was = get_be16(buf + 46);

	(void)state;
	put_be16(buf + 46, was ^ 0x1234);
	walk_packet(LINKTYPE_IPV6, buf, b.len, b.len, &w);
	assert_int_equal(walk_csum(&w, &w.layers[0], &should), CSUM_STATE_NONE);
	assert_int_equal(walk_csum(&w, &w.layers[1], &should), CSUM_STATE_WRONG);
	assert_int_equal(should, was);
	put_be16(buf + 46, 0);
	assert_int_equal(walk_csum(&w, &w.layers[1], &should), CSUM_STATE_NONE);
	put_be16(buf + 46, was);
	walk_packet(LINKTYPE_IPV6, buf, b.len - 1, b.len, &w);
	assert_int_equal(walk_csum(&w, &w.layers[1], &should), CSUM_STATE_UNKNOWN);
}

static void options_that_lie(void **state)
{
	struct build b;
	struct option_iter it;
	struct option o;
	const uint8_t opts[8] = { 1, 2, 9, 0, 0, 0, 0, 0 };

	(void)state;
	build_init(&b, buf, sizeof(buf));
	assert_int_equal(build_layer(&b, &proto_tcp, &e), 0);
	assert_int_equal(build_options(&b, opts, 8, &e), 0);
	w.data = buf;
	w.layers[0] = (struct layer){ .proto = &proto_tcp, .hdr_bytes = 28, .hdr_have = 28 };
	it = walk_options(&w, &w.layers[0]);
	assert_true(option_next(&it, &o));
	assert_int_equal(o.kind, 1);
	assert_true(option_next(&it, &o));
	assert_true(o.bad);
	assert_int_equal(o.n_bytes, 7);
	assert_false(option_next(&it, &o));
	buf[22] = 0;
	it = walk_options(&w, &w.layers[0]);
	assert_true(option_next(&it, &o) && option_next(&it, &o) && o.bad);
	assert_false(option_next(&it, &o));
}

static void build_refuses(void **state)
{
	struct build b;
	uint8_t few[30];

	(void)state;
	build_init(&b, few, sizeof(few));
	assert_int_equal(build_layer(&b, &proto_eth, &e), 0);
	assert_int_equal(build_layer(&b, &proto_ip, &e), -ENOBUFS);
	assert_int_equal(build_set(&b, 0, proto_field(&proto_eth, "type"), 0x10000, &e), -ERANGE);
	assert_int_equal(build_set(&b, 0, proto_field(&proto_eth, "dst"), 1, &e), -EINVAL);
	assert_int_equal(build_set(&b, 0, proto_field(&proto_ip, "id"), 1, &e), -EINVAL);
	assert_int_equal(build_set(&b, 1, proto_field(&proto_eth, "type"), 1, &e), -EINVAL);
	assert_int_equal(build_set_bytes(&b, 0, proto_field(&proto_eth, "dst"), few, 5, &e), -EINVAL);
	build_init(&b, buf, sizeof(buf));
	assert_int_equal(build_layer(&b, &proto_tcp, &e), 0);
	assert_int_equal(build_layer(&b, &proto_ip, &e), 1);
	assert_int_equal(build_finish(&b, &e), -EINVAL);
	assert_int_equal(build_payload(&b, buf, 1, &e), 0);
	assert_int_equal(build_layer(&b, &proto_ip, &e), -ENOBUFS);
	assert_string_equal(e.text, "ip after the payload");
	build_init(&b, buf, sizeof(buf));
	assert_int_equal(build_layer(&b, &proto_tcp, &e), 0);
	assert_int_equal(build_options(&b, few, 30, &e), 0);
	assert_int_equal(build_options(&b, few, 30, &e), -ENOBUFS);
}

static void what_is_set_stays(void **state)
{
	struct build b;

	(void)state;
	build_init(&b, buf, sizeof(buf));
	assert_int_equal(build_layer(&b, &proto_ip, &e), 0);
	assert_int_equal(build_layer(&b, &proto_udp, &e), 1);
	SET(&b, 0, ip, "len", 7);
	SET(&b, 0, ip, "proto", 99);
	SET(&b, 1, udp, "csum", 0xbeef);
	assert_int_equal(build_finish(&b, &e), 0);
	assert_int_equal(get_be16(buf + 2), 7);
	assert_int_equal(buf[9], 99);
	assert_int_equal(get_be16(buf + 26), 0xbeef);
	assert_int_equal(get_be16(buf + 24), 8);
}

/* IPv4, an ICMP error that quotes IPv4 and UDP in 128 bytes, then a label of MPLS. */
static void make_error(uint8_t p[168], uint8_t words, uint16_t sum)
{
	static const uint8_t label[12] = { 0x20, 0, 0, 0, 0, 8, 1, 1, 0x12, 0x34, 0x51, 9 };

	memset(p, 0, 168);
	p[0] = p[28] = 0x45;
	p[3] = 168;
	p[9] = 1;
	p[20] = 11;
	p[25] = words;
	p[31] = 28;
	p[37] = 17;
	p[53] = 8;
	memcpy(p + 156, label, sizeof(label));
	put_be16(p + 158, sum);
}

static void behind_a_quote(void **state)
{
	const uint16_t right = 0xffff - (0x2000 + 0x0008 + 0x0101 + 0x1234 + 0x5109);
	uint8_t p[168];

	(void)state;
	make_error(p, 32, right);
	walk_packet(LINKTYPE_IPV4, p, 168, 168, &w);
	assert_int_equal(w.n_layers, 5);
	assert_ptr_equal(w.layers[3].proto, &proto_udp);
	assert_ptr_equal(w.layers[4].proto, &proto_icmpext);
	assert_int_equal(w.layers[4].off, 156);
	assert_int_equal(w.layers[4].flags, 0);
	assert_int_equal(w.layers[1].total_bytes, 148);
	assert_int_equal(w.payload_off, 56);
	assert_int_equal(w.payload_bytes, 0);
	walk_packet(LINKTYPE_IPV4, p, 160, 168, &w);
	assert_int_equal(w.layers[4].why, WALK_CUT);
	assert_false(w.bad);
	/* not stated: only a right checksum is believed */
	make_error(p, 0, right);
	walk_packet(LINKTYPE_IPV4, p, 168, 168, &w);
	assert_int_equal(w.n_layers, 5);
	make_error(p, 0, right + 1);
	walk_packet(LINKTYPE_IPV4, p, 168, 168, &w);
	assert_int_equal(w.n_layers, 4);
	/* more is stated than there is; another version */
	make_error(p, 200, right);
	walk_packet(LINKTYPE_IPV4, p, 168, 168, &w);
	assert_int_equal(w.n_layers, 4);
	make_error(p, 32, right);
	p[156] = 0x30;
	walk_packet(LINKTYPE_IPV4, p, 168, 168, &w);
	assert_int_equal(w.n_layers, 4);
}

/* A message of text is made with its start; headers end at the empty line. */
static void text_begins_a_header(void **state)
{
	struct build b = MAKE(5, &proto_eth, &proto_ip, &proto_tcp, &proto_http);
	const uint8_t *http = buf + b.layers[3].off;

	(void)state;
	assert_memory_equal(http, "GET / HTTP/1.1\r\n", 16);
	assert_int_equal(b.layers[3].hdr_bytes, strlen(proto_http.start));
	walk_packet(LINKTYPE_ETHERNET, buf, b.len, b.len, &w);
	assert_int_equal(w.n_layers, 4);
	assert_ptr_equal(w.layers[3].proto, &proto_http);
	assert_int_equal(w.payload_bytes, 5);
}

/* Where options begin depends on the type; a header too short for its type is bad. */
static void options_behind_what_a_type_has(void **state)
{
	static const uint8_t opt[4] = { 32, 4, 1, 2 };
	struct option_iter it;
	struct option o;
	struct build b;

	(void)state;
	build_init(&b, buf, sizeof(buf));
	assert_int_equal(build_layer(&b, &proto_ip, &e), 0);
	assert_int_equal(build_layer(&b, &proto_dccp, &e), 1);
	SET(&b, 1, dccp, "type", 1);
	assert_int_equal(build_options(&b, opt, sizeof(opt), &e), 0);
	assert_int_equal(build_finish(&b, &e), 0);
	assert_int_equal(b.layers[1].hdr_bytes, 32);
	walk_packet(LINKTYPE_IPV4, buf, b.len, b.len, &w);
	it = walk_options(&w, &w.layers[1]);
	assert_true(option_next(&it, &o));
	assert_int_equal(o.kind, 32);
	assert_false(option_next(&it, &o));
	buf[b.layers[1].off + 4] = 6;
	walk_packet(LINKTYPE_IPV4, buf, b.len, b.len, &w);
	assert_int_equal(w.layers[1].why, WALK_HDR_SMALL);
	assert_int_equal(w.layers[1].limit, 28);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(behind_a_quote),
		cmocka_unit_test(text_begins_a_header),
		cmocka_unit_test(options_behind_what_a_type_has),
		cmocka_unit_test(plain_packet),	     cmocka_unit_test(unknown_link_type),
		cmocka_unit_test(every_truncation),  cmocka_unit_test(bad_with_reason),
		cmocka_unit_test(fragments),	     cmocka_unit_test(quoted_packet),
		cmocka_unit_test(nesting_is_bounded), cmocka_unit_test(checksums),
		cmocka_unit_test(options_that_lie),  cmocka_unit_test(build_refuses),
		cmocka_unit_test(what_is_set_stays),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
