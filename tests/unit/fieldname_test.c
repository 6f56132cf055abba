// SPDX-License-Identifier: GPL-2.0-or-later
/* fieldname - what the loads of known programs are called, line by line. */
#include "cbpf/fieldname.h"

#include <string.h>

#include "cbpf/asm.h"
#include "cbpf/insn.h"
#include "cbpf_random.h"
#include "proto/linktype.h"

#include "unit.h"

struct line {
	const char *text, *field;
};

static void compare(unsigned int linktype, const struct line *lines, size_t n)
{
	AUTO(fieldname_free_p) struct fieldname *fn = NULL;
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	AUTO(str_free) struct str text = { 0 };
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++)
		str_addf(&text, "%s\n", lines[i].text);
	if (asm_parse(str_text(&text), text.len, "x", 0, &p, &e))
		fail_msg("%s", e.text);
	fn = fieldname_new(&p.prog, linktype);
	assert_non_null(fn);
	for (size_t i = 0; i < n; i++) {
		AUTO(str_free) struct str field = { 0 };

		fieldname_add(fn, i, &field);
		if (strcmp(str_text(&field), lines[i].field))
			fail_msg("%s: '%s', not '%s'", lines[i].text, str_text(&field),
				 lines[i].field);
	}
}

static void test_ports(void **unused UNUSED)
{
	static const struct line lines[] = {
		{ "ldh [12]", "eth.type" },
		{ "jeq #0x86dd, six", "ip6" },
		{ "jne #0x800, drop", "ip" },
		{ "ldb [23]", "ip.proto" },
		{ "jeq #6, ports", "tcp" },
		{ "jne #17, drop", "udp" },
		{ "ports: ldh [20]", "ip.flags, ip.frag" },
		{ "jset #0x1fff, drop", "" },
		{ "ldxb 4*([14]&0xf)", "length of the ip header" },
		{ "ldh [x + 14]", "tcp.sport or udp.sport" },
		{ "jeq #22, drop", "" },
		{ "ldh [x + 16]", "tcp.dport or udp.dport" },
		{ "ret a", "" },
		{ "six: ldb [20]", "ip6.next" },
		{ "jne #6, drop", "tcp" },
		{ "ldh [54]", "tcp.sport" },
		{ "ld [22]", "ip6.src[0:4]" },
		{ "ld [6]", "eth.src[0:4]" },
		{ "ldb [0]", "eth.dst[0:1]" },
		{ "drop: ret #0", "" },
	};

	compare(LINKTYPE_ETHERNET, lines, ARRAY_SIZE(lines));
}

static void test_tag(void **unused UNUSED)
{
	static const struct line lines[] = {
		{ "ldh [12]", "eth.type" },  { "jne #0x8100, drop", "vlan" },
		{ "ldh [16]", "vlan.type" }, { "jne #0x800, drop", "ip" },
		{ "ldb [26]", "ip.ttl" },    { "ld [30]", "ip.src" },
		{ "jgt #1, drop", "" },	     { "add #1", "" },
		{ "jeq #0x800, drop", "" },  { "drop: ret #0", "" },
	};

	compare(LINKTYPE_ETHERNET, lines, ARRAY_SIZE(lines));
}

/* The upper four bits say what a raw IP packet is. */
static void test_raw(void **unused UNUSED)
{
	static const struct line lines[] = {
		{ "ldb [0]", "" },	   { "and #0xf0", "" },	   { "jne #0x40, drop", "ip" },
		{ "ldb [9]", "ip.proto" }, { "drop: ret #0", "" },
	};

	compare(LINKTYPE_RAW, lines, ARRAY_SIZE(lines));
}

/* Nothing is said of what is not known, and no program is too odd. */
static void test_odd_programs(void **unused UNUSED)
{
	struct sock_filter insns[40];
	struct sock_fprog prog = { .filter = insns };

	for (uint64_t seed = 1; seed < 2000; seed++) {
		AUTO(fieldname_free_p) struct fieldname *fn = NULL;
		AUTO(str_free) struct str s = { 0 };
		uint64_t state = seed;

		prog.len = rnd_prog(&state, insns, ARRAY_SIZE(insns));
		for (unsigned int i = 0; i < seed % 4; i++)
			rnd_spoil(&state, insns, prog.len);
		fn = fieldname_new(&prog, seed % 3 ? LINKTYPE_ETHERNET : 65535);
		assert_non_null(fn);
		for (unsigned int i = 0; i < prog.len; i++)
			fieldname_add(fn, i, &s);
		if (seed % 3 == 0)
			assert_int_equal(s.len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_tag),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_odd_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
