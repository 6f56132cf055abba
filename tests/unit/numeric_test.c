// SPDX-License-Identifier: GPL-2.0-or-later
/* numeric - the same filter in every format, and every kind of damage with the place it names. */
#include "cbpf/numeric.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "cbpf/insn.h"

#include "unit.h"

static const struct sock_filter arp[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x806, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static const char *const same[] = {
	"{ 0x28, 0, 0, 0x0000000c },\n{ 0x15, 0, 1, 0x00000806 },\n"
	"{ 0x6, 0, 0, 0xffffffff },\n{ 0x6, 0, 0, 0x00000000 },\n",
	"{0x28,0,0,12}{0x15,0,1,0x806},{6,0,0,0xffffffff}\n\n{6,\n0,0,0}",
	"# arp\n/* two\nlines */ { 0x28, 0, 0, 12 }, // load\r\n{ 0x15, 0, 1, 0x806 },"
	"{ 6, 0, 0, 0xffffffff },{ 6, 0, 0, 0 }",
	"40 0 0 12\n21 0 1 2054\n6 0 0 4294967295\n6 0 0 0\n",
	"4\n40 0 0 12\n21 0 1 2054\n6 0 0 4294967295\n6 0 0 0",
	"\n4\r\n40 0 0 12\r\n\r\n21 0 1 2054\r\n6 0 0 4294967295\r\n6 0 0 0\r\n",
	"4,40 0 0 12,21 0 1 2054,6 0 0 4294967295,6 0 0 0,",
	"4,40 0 0 12,21 0 1 2054,6 0 0 4294967295,6 0 0 0\n",
};

static void test_formats(void **unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
		struct err e = { 0 };

		assert_true(numeric_looks_like(same[i], strlen(same[i])));
		if (numeric_parse(same[i], strlen(same[i]), "f", &prog, &e))
			fail_msg("row %zu: %s", i, e.text);
		assert_int_equal(prog.len, ARRAY_SIZE(arp));
		assert_memory_equal(prog.filter, arp, sizeof(arp));
	}
}

static const struct {
	const char *text, *reason;
} bad[] = {
	{ "", "f: holds no filter instruction" },
	{ "# only a comment", "f: holds no filter instruction" },
	{ "tcp port 80", "f:1:1: expected a filter in numbers" },
	{ "{ 0x28, 0, 0, zz }", "f:1:15: expected operand, found 'zz'" },
	{ "{ 0x28, 0, 0, 1 },\n{ 0x6, 256, 0, 1 }", "f:2:8: " },
	{ "{ 0x10000, 0, 0, 1 }", "f:1:3: " },
	{ "{ 0x28, 0, 0, 0x100000000 }", "f:1:15: " },
	{ "{ 0x28, 0, 0, 12abc }", "f:1:15: " },
	{ "{ 0x28, 0, 0, -1 }", "f:1:15: expected operand, found '-1'" },
	{ "{ 0x28, 0, 0 }", "f:1:14: expected ',', found '}'" },
	{ "{ 0x28, 0, 0, 1", "f:1:16: expected '}', but the text ends" },
	{ "{ 0x28, 0, 0, 1 }; int x", "f:1:18: expected '{', found ';'" },
	{ "{ 0x28, 0, 0, 1 }\n\x01", "f:2:1: expected '{', found byte 0x01" },
	{ "40 0 0\n", "f:1:7: expected operand, but the line ends" },
	{ "40 0 0 12 7\n", "f:1:11: expected the end of the line" },
	{ "3\n6 0 0 0\n", "f:1:1: announces 3 instructions, but the text has 1" },
	{ "1,6 0 0 0,6 0 0 0", "f:1:1: announces 1 instructions, but the text has 2" },
	{ "1,6 0 0 0;", "f:1:10: expected ',' after four numbers, found ';'" },
	{ "5000\n6 0 0 0\n", "f:1:1: " },
	{ "7", "announces 7" },
	{ "0", "holds no filter" },
};

static void test_damage(void **unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct sock_fprog prog = { 0 };
		struct err e = { 0 };
		int rc = numeric_parse(bad[i].text, strlen(bad[i].text), "f", &prog, &e);

		if (rc == 0 || !strstr(e.text, bad[i].reason))
			fail_msg("row %zu: %d '%s', not '%s'", i, rc, e.text, bad[i].reason);
		assert_null(prog.filter);
	}
}

static void test_too_many(void **unused UNUSED)
{
	AUTO(str_free) struct str s = { 0 };
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	struct err e = { 0 };

	for (int i = 0; i < BPF_MAXINSNS; i++)
		str_add(&s, "6 0 0 0\n");
	assert_int_equal(numeric_parse(s.p, s.len, "f", &prog, &e), 0);
	assert_int_equal(prog.len, BPF_MAXINSNS);
	insn_fprog_free(&prog);
	str_add(&s, "6 0 0 0\n");
	assert_int_equal(numeric_parse(s.p, s.len, "f", &prog, &e), -EINVAL);
	assert_string_equal(e.text, "f:4097:1: more than 4096 instructions");
}

/* No prefix of a good text reads past its end or leaks; none but whole numbers' worth is accepted.
 */
static void test_prefixes(void **unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		for (size_t n = 0; n < strlen(same[i]); n++) {
			AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
			struct err e = { 0 };
			AUTO(free_p) char *text = malloc(n + 1);

			memcpy(text, same[i], n);
			if (numeric_parse(text, n, "f", &prog, &e))
				assert_non_null(strstr(e.text, "f:"));
		}
}

static void test_looks(void **unused UNUSED)
{
	static const char *const others[] = { "",	  " ",	   "tcp",  "ldh [12]", "10 = ip[9]",
					      "10.0.0.1", "12abc", "(ip)", "# x" };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (numeric_looks_like(others[i], strlen(others[i])))
			fail_msg("'%s' is no filter in numbers", others[i]);
	assert_true(numeric_looks_like("{ rubbish", 9));
	assert_true(numeric_looks_like("40 0 0 x", 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),	 cmocka_unit_test(test_damage),
		cmocka_unit_test(test_too_many), cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
