// SPDX-License-Identifier: GPL-2.0-or-later
/* names_test - names of numbers: built-in lists, services text, and agreement with the table. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "proto/names.h"
#include "proto/names_lists.h"

static void built_in(void **state)
{
	const uint8_t cast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const uint8_t six[6] = { 0x33, 0x33, 0, 0, 0, 1 }, none[6] = { 2, 3, 4, 5, 6, 7 };

	(void)state;
	assert_string_equal(names_port(NULL, REG_TCP_PORT, 80), "http");
	assert_string_equal(names_port(NULL, REG_UDP_PORT, 53), "domain");
	assert_null(names_port(NULL, REG_TCP_PORT, 64999));
	assert_null(names_port(NULL, REG_ETHERTYPE, 80));
	assert_int_equal(names_port_by_name(NULL, REG_TCP_PORT, "https"), 443);
	assert_int_equal(names_port_by_name(NULL, REG_TCP_PORT, "nonsense"), -1);
	assert_string_equal(names_of(REG_IP_PROTO, 132), "sctp");
	assert_string_equal(names_of(REG_ARPHRD, 772), "loopback");
	assert_null(names_of(REG_IP_PROTO, 1000));
	assert_null(names_of(N_REGISTRY, 1));
	assert_int_equal(names_by_name(REG_ETHERTYPE, "arp"), 0x0806);
	assert_int_equal(names_by_name(REG_IP_PROTO, "ipv6"), 41);
	assert_int_equal(names_by_name(REG_IP_PROTO, "nonsense"), -1);
	assert_string_equal(names_vendor(cast), "broadcast");
	assert_string_equal(names_vendor(six), "IPv6 multicast");
	assert_null(names_vendor(none));
}

/* Numbers where a protocol of the table lives are called what the protocol is called. */
static void lists_agree_with_the_table(void **state)
{
	size_t n;
	const struct proto *const *all = proto_all(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < 8 && all[i]->in[k].reg; k++) {
			const struct proto_link *l = &all[i]->in[k];
			const char *name;

			/* several that first bytes tell apart share a number under another name */
			if ((l->reg != REG_ETHERTYPE && l->reg != REG_IP_PROTO) || all[i]->check)
				continue;
			name = names_of(l->reg, l->value);
			assert_non_null(name);
			if (!proto_name_is(all[i]->name, all[i]->alias, name))
				fail_msg("%s is called %s", all[i]->name, name);
		}
	}
}

#define CHECK(reg, list)                                                                           \
	for (size_t i = 0; i < ARRAY_SIZE(list); i++)                                              \
		assert_string_equal((reg) == REG_TCP_PORT || (reg) == REG_UDP_PORT ?               \
					    names_builtin_port(reg, (list)[i].value) :             \
					    names_of(reg, (list)[i].value),                        \
				    (list)[i].name)

/* The search needs sorted lists. */
static void every_number_is_found(void **state)
{
	(void)state;
	CHECK(REG_ETHERTYPE, ethertypes);
	CHECK(REG_IP_PROTO, ip_protos);
	CHECK(REG_TCP_PORT, tcp_ports);
	CHECK(REG_UDP_PORT, udp_ports);
	CHECK(REG_ARPHRD, arphrds);
	for (size_t i = 0; i < ARRAY_SIZE(vendors); i++) {
		uint32_t v = vendors[i].value;
		const uint8_t mac[6] = { v >> 16, v >> 8, v, 1, 2, 3 };

		assert_string_equal(names_vendor(mac), vendors[i].name);
	}
}

static void services_text(void **state)
{
	static const char text[] = "# comment\nhttp 80/tcp www # web\nmine\t80/udp\n"
				   "second 80/udp\nbad 70000/tcp\nbad x/tcp\nbad 1/sctp\n"
				   "evil\033[m 9999/tcp\nlast 7/udp";
	struct err e = { 0 };
	struct services *sv = services_parse(text, sizeof(text) - 1, &e);

	(void)state;
	assert_non_null(sv);
	assert_string_equal(names_port(sv, REG_TCP_PORT, 80), "http");
	assert_string_equal(names_port(sv, REG_UDP_PORT, 80), "mine");
	assert_string_equal(names_port(sv, REG_UDP_PORT, 7), "last");
	assert_null(names_port(sv, REG_TCP_PORT, 9999));
	assert_null(names_port(sv, REG_TCP_PORT, 4464));
	assert_string_equal(names_port(sv, REG_TCP_PORT, 443), "https");
	assert_int_equal(names_port_by_name(sv, REG_UDP_PORT, "mine"), 80);
	services_free(sv);
	services_free(NULL);
	assert_null(services_parse(text, 2 << 20, &e));
	assert_int_equal(e.code, EFBIG);
}

static void vendors_text(void **state)
{
	static const char text[] =
		"Registry,Assignment,Organization Name,Organization Address\n"
		"MA-L,00D0EF,IGT,9295 PROTOTYPE DRIVE RENO\r\nMA-L,00000C,\"Cisco, Inc. \",x\n"
		"MA-M,741AE09,Nine,\nMA-L,741AE0,Registry,\nMA-S,741AE0901,Part,\n\n,\nMA-L,xyzxyz,No,\n"
		"MA-L,00D0F0,evil\033[31m,\nMA-L,00D0F1,,\nMA-L,00d0f2,last";
	static const struct {
		uint8_t mac[6];
		const char *name;
	} cases[] = {
		{ { 0x00, 0xd0, 0xef, 1, 2, 3 }, "IGT" },
		{ { 0x00, 0x00, 0x0c, 1, 2, 3 }, "Cisco, Inc." },
		{ { 0x74, 0x1a, 0xe0, 0x90, 0x1f, 0xff }, "Part" },
		{ { 0x74, 0x1a, 0xe0, 0x90, 0x20, 0x00 }, "Nine" },
		{ { 0x74, 0x1a, 0xe0, 0xa0, 0x10, 0x00 }, "Registry" },
		{ { 0x00, 0xd0, 0xf0, 0, 0, 0 }, "evil?[31m" },
		{ { 0x00, 0xd0, 0xf1, 0, 0, 0 }, NULL },
		{ { 0x00, 0xd0, 0xf2, 0, 0, 0 }, "last" },
		{ { 0x02, 0xd0, 0xef, 0, 0, 0 }, NULL },
		{ { 0x08, 0x00, 0x27, 0, 0, 0 }, "VirtualBox" },
		{ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, "broadcast" },
	};
	struct err e = { 0 };
	struct vendors *vs = vendors_parse(text, sizeof(text) - 1, &e);

	(void)state;
	assert_non_null(vs);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *name = names_mac(vs, cases[i].mac);

		if (!cases[i].name)
			assert_null(name);
		else
			assert_string_equal(name, cases[i].name);
	}
	assert_string_equal(names_mac(NULL, cases[1].mac), "Cisco");
	vendors_free(vs);
	vendors_free(NULL);
	assert_null(vendors_parse(text, 17 << 20, &e));
	assert_int_equal(e.code, EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in),
		cmocka_unit_test(lists_agree_with_the_table),
		cmocka_unit_test(every_number_is_found),
		cmocka_unit_test(services_text),
		cmocka_unit_test(vendors_text),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
