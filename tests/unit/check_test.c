// SPDX-License-Identifier: GPL-2.0-or-later
/* check - each rule of the kernel once broken, once just kept. The random comparison with the
 * kernel itself is in cbpf_oracle_test. */
#include "cbpf/check.h"

#include <string.h>

#include "cbpf/insn.h"

#include "unit.h"

#define RET0 BPF_STMT(BPF_RET | BPF_K, 0)

struct one {
	struct sock_filter f; /* followed by two RETs */
	const char *reason;   /* part of the sentence; NULL: valid */
};

static const struct one ones[] = {
	{ BPF_STMT(BPF_LD | BPF_IMM, 1), NULL },
	{ BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 1), NULL },
	{ BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), "division" },
	{ BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 0), "division" },
	{ BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), NULL },
	{ BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 31), NULL },
	{ BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), "shift by 32" },
	{ BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 32), "shift by 32" },
	{ BPF_STMT(BPF_ST, 15), NULL },
	{ BPF_STMT(BPF_ST, 16), "M[16]" },
	{ BPF_STMT(BPF_LD | BPF_MEM, 0), "nothing may have written" },
	{ BPF_STMT(BPF_LDX | BPF_MEM, 16), "M[16]" },
	{ BPF_STMT(BPF_JMP | BPF_JA, 1), NULL },
	{ BPF_STMT(BPF_JMP | BPF_JA, 2), "jump over 2" },
	{ BPF_STMT(BPF_JMP | BPF_JA, ~0u), "jump over 4294967295" },
	{ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 1), NULL },
	{ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0), "if true" },
	{ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_X, 0, 0, 2), "if false" },
	{ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_VLAN_TPID), NULL },
	{ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_MAX), "0xfffff040" },
	{ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_AD_OFF + 1), "0xfffff001" },
	{ BPF_STMT(BPF_LD | BPF_H | BPF_IND, (uint32_t)SKF_AD_OFF + 1), NULL },
	{ BPF_STMT(BPF_RET | BPF_X, 0), "Linux has no 'ret x'" },
	{ BPF_STMT(0x8000, 0), "0x8000 is not an operation" },
	{ BPF_STMT(BPF_LDX | BPF_W | BPF_ABS, 0), "is not an operation" },
};

static void test_rules(void **unused UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(ones); i++) {
		const struct sock_filter insns[] = { ones[i].f, RET0, RET0 };
		struct err e = { 0 };
		int rc = check_insns(insns, 3, &e);

		if (!ones[i].reason != !rc || (rc && !strstr(e.text, ones[i].reason)))
			fail_msg("row %zu: %d '%s'", i, rc, e.text);
		if (rc && !strstr(e.text, "instruction 0: "))
			fail_msg("row %zu does not name its instruction: %s", i, e.text);
	}
}

/* What other machines of classic BPF run, Linux does not take, and seccomp still less. */
static void test_whose_rules(void **unused UNUSED)
{
	static const struct {
		struct sock_filter f;
		enum check_rules up_to; /* the strictest rules that take it */
	} all[] = {
		{ BPF_STMT(BPF_RET | BPF_X, 0), CHECK_ANY },
		{ BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), CHECK_ANY },
		{ BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), CHECK_ANY },
		{ BPF_STMT(BPF_LD | BPF_MEM, 3), CHECK_ANY },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ~0u), CHECK_ANY },
		{ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), CHECK_SOCKET },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), CHECK_SOCKET },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), CHECK_SOCKET },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), CHECK_SOCKET },
		{ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), CHECK_SOCKET },
		{ BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), CHECK_SOCKET },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 60), CHECK_SECCOMP },
		{ BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0), CHECK_SECCOMP },
		{ BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0), CHECK_SECCOMP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct sock_filter insns[] = { BPF_STMT(BPF_MISC | BPF_TAX, 0), all[i].f, RET0 };
		const struct sock_fprog prog = { .len = 3, .filter = insns };

		for (int rules = CHECK_ANY; rules <= CHECK_SECCOMP; rules++) {
			struct err e = { 0 };
			unsigned int at = 9;
			int rc = check_find(&prog, rules, &at, &e);

			if ((rc == 0) != (rules <= (int)all[i].up_to) || (rc && at != 1))
				fail_msg("row %zu, rules %d: %d at %u '%s'", i, rules, rc, at,
					 e.text);
		}
	}
}

static void test_length(void **unused UNUSED)
{
	struct sock_filter insns[BPF_MAXINSNS + 1];
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(insns); i++)
		insns[i] = (struct sock_filter)RET0;
	assert_int_equal(check_insns(insns, BPF_MAXINSNS, &e), 0);
	assert_true(check_insns(insns, BPF_MAXINSNS + 1, &e) < 0);
	assert_true(check_insns(insns, 0, &e) < 0);
	assert_true(check_insns(NULL, 1, &e) < 0);
	insns[2].code = BPF_LD | BPF_IMM;
	assert_true(check_insns(insns, 3, &e) < 0);
	assert_non_null(strstr(e.text, "must be a ret"));
}

/* M[0] is written on one of two ways to the load, then on both. */
static void test_memory(void **unused UNUSED)
{
	struct sock_filter insns[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_ST, 0),
		BPF_STMT(BPF_LD | BPF_MEM, 0),
		BPF_STMT(BPF_RET | BPF_A, 0),
	};
	struct err e = { 0 };

	assert_true(check_insns(insns, 4, &e) < 0);
	assert_non_null(strstr(e.text, "instruction 2: reads M[0]"));
	insns[0].jf = 0;
	assert_int_equal(check_insns(insns, 4, &e), 0);
}

static void test_ad_mask(void **unused UNUSED)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_MARK),
		BPF_STMT(BPF_LD | BPF_W | BPF_IND, (uint32_t)SKF_AD_OFF + SKF_AD_CPU),
		RET0,
	};
	const struct sock_fprog prog = { .len = 3, .filter = insns };

	assert_int_equal(insn_ad_mask(&prog), 1u << SKF_AD_MARK / 4);
	assert_string_equal(insn_ad_name(SKF_AD_MARK), "mark");
	assert_null(insn_ad_name(1));
	assert_null(insn_ad_name(SKF_AD_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_whose_rules),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_ad_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
