// SPDX-License-Identifier: GPL-2.0-or-later
/* vm - what the kernel oracle cannot show: ancillary fields, header-relative loads, fused pairs
 * entered in their middle, bounds to the byte; and the disassembler's spelling. */
#include "cbpf/vm.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cbpf/disasm.h"
#include "cbpf/insn.h"
#include "cbpf/vm_slow.h"

#include "unit.h"

#define RETA   BPF_STMT(BPF_RET | BPF_A, 0)
#define AD(ad) ((uint32_t)SKF_AD_OFF + (ad))

/* Runs the 'n' instructions over a packet in memory of exactly its size. */
static uint32_t run(const struct sock_filter *insns, unsigned int n, const void *data,
		    uint32_t cap_len, const struct vm_aux *aux)
{
	const struct sock_fprog prog = { .len = n, .filter = (struct sock_filter *)insns };
	AUTO(vm_free_p) struct vm *vm = NULL;
	AUTO(free_p) uint8_t *copy = malloc(cap_len + 1);
	struct err e = { 0 };

	if (vm_new(&prog, &vm, &e))
		fail_msg("%s", e.text);
	memcpy(copy + 1, data, cap_len);
	return vm_run(vm, copy + 1, cap_len, 1500, aux);
}

static uint32_t load(uint16_t code, uint32_t k, const void *data, uint32_t cap_len,
		     const struct vm_aux *aux)
{
	const struct sock_filter insns[] = { BPF_STMT(code, k), RETA };

	return run(insns, 2, data, cap_len, aux);
}

static void test_bounds(void **unused UNUSED)
{
	static const uint8_t d[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	assert_int_equal(load(BPF_LD | BPF_W | BPF_ABS, 4, d, 8, NULL), 0x05060708);
	assert_int_equal(load(BPF_LD | BPF_W | BPF_ABS, 5, d, 8, NULL), 0);
	assert_int_equal(load(BPF_LD | BPF_H | BPF_ABS, 6, d, 8, NULL), 0x0708);
	assert_int_equal(load(BPF_LD | BPF_H | BPF_ABS, 7, d, 8, NULL), 0);
	assert_int_equal(load(BPF_LD | BPF_B | BPF_ABS, 7, d, 8, NULL), 8);
	assert_int_equal(load(BPF_LD | BPF_B | BPF_ABS, 8, d, 8, NULL), 0);
	assert_int_equal(load(BPF_LD | BPF_W | BPF_ABS, 0x7fffffff, d, 8, NULL), 0);
	assert_int_equal(load(BPF_LD | BPF_B | BPF_IND, 0xffffffff, d, 8, NULL), 0);
	assert_int_equal(load(BPF_LD | BPF_W | BPF_LEN, 0, d, 8, NULL), 1500);
	assert_int_equal(load(BPF_LD | BPF_B | BPF_ABS, 0, d, 0, NULL), 0);
}

static void test_relative(void **unused UNUSED)
{
	static const uint8_t d[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct vm_aux aux = { .net_off = 5 };

	assert_int_equal(load(BPF_LD | BPF_B | BPF_ABS, INSN_NET_OFF + 1, d, 8, &aux), 7);
	assert_int_equal(load(BPF_LD | BPF_H | BPF_ABS, INSN_NET_OFF + 1, d, 8, &aux), 0x0708);
	assert_int_equal(load(BPF_LD | BPF_H | BPF_ABS, INSN_NET_OFF + 2, d, 8, &aux), 0);
	assert_int_equal(load(BPF_LD | BPF_W | BPF_ABS, INSN_LL_OFF, d, 8, &aux), 0x01020304);
	assert_int_equal(load(BPF_LD | BPF_B | BPF_IND, INSN_NET_OFF, d, 8, &aux), 6);
	assert_int_equal(load(BPF_LD | BPF_B | BPF_ABS, INSN_NET_OFF, d, 8, NULL), 0);
	aux.net_off = VM_NO_NET_OFF;
	assert_int_equal(load(BPF_LD | BPF_B | BPF_ABS, INSN_NET_OFF, d, 8, &aux), 0);
}

static void test_ancillary(void **unused UNUSED)
{
	uint64_t state = 7, again = 7;
	const struct vm_aux aux = { .protocol = 0x800,
				    .pkttype = 4,
				    .ifindex = 3,
				    .mark = 9,
				    .queue = 2,
				    .hatype = 772,
				    .rxhash = 0xabcdef01,
				    .cpu = 1,
				    .vlan_tci = 0x2005,
				    .vlan_tpid = 0x88a8,
				    .pay_offset = 54,
				    .random = &state };
	const struct vm_aux same = { .random = &again };
	static const struct {
		uint32_t ad, v;
	} rows[] = {
		{ SKF_AD_PROTOCOL, 0x800 },    { SKF_AD_PKTTYPE, 4 },
		{ SKF_AD_IFINDEX, 3 },	     { SKF_AD_MARK, 9 },
		{ SKF_AD_QUEUE, 2 },	     { SKF_AD_HATYPE, 772 },
		{ SKF_AD_RXHASH, 0xabcdef01 }, { SKF_AD_CPU, 1 },
		{ SKF_AD_VLAN_TAG, 0x2005 },   { SKF_AD_VLAN_TAG_PRESENT, 1 },
		{ SKF_AD_VLAN_TPID, 0x88a8 },  { SKF_AD_PAY_OFFSET, 54 },
	};
	uint32_t first;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(load(BPF_LD | BPF_B | BPF_ABS, AD(rows[i].ad), "", 0, &aux),
				 rows[i].v);
		assert_int_equal(load(BPF_LD | BPF_W | BPF_ABS, AD(rows[i].ad), "", 0, NULL), 0);
	}
	first = load(BPF_LD | BPF_W | BPF_ABS, AD(SKF_AD_RANDOM), "", 0, &aux);
	assert_true(first != load(BPF_LD | BPF_W | BPF_ABS, AD(SKF_AD_RANDOM), "", 0, &aux));
	assert_int_equal(load(BPF_LD | BPF_W | BPF_ABS, AD(SKF_AD_RANDOM), "", 0, &same), first);
}

/* A jump to the comparison of a fused pair must compare the A it brings. */
static void test_jump_into_pair(void **unused UNUSED)
{
	static const struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 9, 1, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 1),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 10, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 111),
		BPF_STMT(BPF_RET | BPF_K, 222),
	};

	assert_int_equal(run(insns, 6, "\x0a\0\0", 3, NULL), 111);
	assert_int_equal(run(insns, 6, "\x0b\0\x0a", 3, NULL), 222);
	assert_int_equal(run(insns, 6, "\x01\0\x0a", 3, NULL), 111);
	assert_int_equal(run(insns, 6, "\x01\0\x0b", 3, NULL), 222);
	assert_int_equal(run(insns, 6, "\x01\0", 2, NULL), 0);
}

static void test_refuses(void **unused UNUSED)
{
	struct sock_filter f = BPF_STMT(BPF_LD | BPF_IMM, 0);
	const struct sock_fprog prog = { .len = 1, .filter = &f };
	struct vm *vm = NULL;
	struct err e = { 0 };

	assert_true(vm_new(&prog, &vm, &e) < 0);
	assert_null(vm);
	vm_free(NULL);
}

static void test_disasm(void **unused UNUSED)
{
	static const struct {
		struct sock_filter f;
		const char *text;
	} rows[] = {
		{ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12), "ldh [12]" },
		{ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, AD(SKF_AD_PROTOCOL)), "ldh proto" },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AD(SKF_AD_ALU_XOR_X)), "ld [0xfffff028]" },
		{ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 4), "ldb [x + 4]" },
		{ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14), "ldxb 4*([14]&0xf)" },
		{ BPF_STMT(BPF_LDX | BPF_MEM, 3), "ldx M[3]" },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), "ld len" },
		{ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x800, 0, 3), "jeq #0x800, L6, L9" },
		{ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_X, 0, 1, 0), "jset x, L7, L6" },
		{ BPF_STMT(BPF_JMP | BPF_JA, 2), "ja L8" },
		{ BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4), "rsh #0x4" },
		{ BPF_STMT(BPF_ALU | BPF_MOD | BPF_X, 0), "mod x" },
		{ BPF_STMT(BPF_ALU | BPF_NEG, 0), "neg" },
		{ BPF_STMT(BPF_RET | BPF_K, ~0u), "ret #0xffffffff" },
		{ RETA, "ret a" },
		{ BPF_STMT(BPF_MISC | BPF_TAX, 0), "tax" },
		{ BPF_JUMP(0x77, 1, 2, 3), "unimp 0x77, 2, 3, 0x1" },
	};
	AUTO(str_free) struct str s = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		str_clear(&s);
		disasm_insn(&s, &rows[i].f, 5);
		assert_string_equal(str_text(&s), rows[i].text);
	}
}

static void test_bytes_alone(void **state)
{
	static const struct {
		struct sock_filter load;
		bool alone;
	} cases[] = {
		{ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12), true },
		{ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0), true },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), true },
		{ BPF_STMT(BPF_LD | BPF_IMM, UINT32_MAX), true },
		{ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)SKF_LL_OFF), true },
		{ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)SKF_NET_OFF), false },
		{ BPF_STMT(BPF_LD | BPF_B | BPF_IND, (uint32_t)SKF_NET_OFF + 9), false },
		{ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AD(SKF_AD_IFINDEX)), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sock_filter f[] = { cases[i].load, RETA };
		const struct sock_fprog prog = { .len = 2, .filter = f };

		assert_int_equal(insn_bytes_alone(&prog), cases[i].alone);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),	  cmocka_unit_test(test_relative),
		cmocka_unit_test(test_ancillary), cmocka_unit_test(test_jump_into_pair),
		cmocka_unit_test(test_bytes_alone),
		cmocka_unit_test(test_refuses),	  cmocka_unit_test(test_disasm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
