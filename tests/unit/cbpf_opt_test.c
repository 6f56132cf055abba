// SPDX-License-Identifier: GPL-2.0-or-later
/* cbpf_opt - the optimiser of classic programs: random programs say the same of random packets,
 * cut ones too, before and after, in our interpreter and in the kernel; and what it is there to
 * find. */
#include "cbpf/opt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/asm.h"
#include "cbpf/check.h"
#include "cbpf/disasm.h"
#include "cbpf/opt_flow.h"
#include "cbpf/opt_graph.h"
#include "cbpf/opt_insn.h"
#include "cbpf/opt_value.h"
#include "cbpf/prove.h"
#include "cbpf/vm.h"
#include "cbpf_random.h"

#include "unit.h"

enum { MAX_INSNS = 120, MAX_PACKET = 24, PACKETS = 40 };

static void give_up(const struct sock_fprog *a, const struct sock_fprog *b, uint64_t seed,
		    const char *what)
{
	AUTO(str_free) struct str s = { 0 };

	disasm_prog(&s, a);
	str_add(&s, "became:\n");
	disasm_prog(&s, b);
	fputs(str_text(&s), stderr);
	fail_msg("%s; seed 0x%llx", what, (unsigned long long)seed);
}

/* A filter of the kind that compilers make: few places, few constants, tests asked again and again.
 */
static void rnd_part(uint64_t *s, struct sock_filter *f, unsigned int *n)
{
	static const uint32_t masks[] = { 1, 2, 3, 6, 0xf0, 0xff, 0xffff };
	uint32_t k = rnd_below(s, 8);

	switch (rnd_below(s, 16)) {
	case 0:
		f[(*n)++] = (struct sock_filter){ BPF_LDX | BPF_B | BPF_MSH, 0, 0, k };
		break;
	case 1:
		f[(*n)++] = (struct sock_filter){ BPF_LD | BPF_B | BPF_IND, 0, 0, k };
		break;
	case 2:
		f[(*n)++] = (struct sock_filter){ BPF_ST, 0, 0, k % 3 };
		break;
	case 3:
		f[(*n)++] = (struct sock_filter){ BPF_LD | BPF_MEM, 0, 0, k % 3 };
		break;
	case 4:
		f[(*n)++] = (struct sock_filter){ BPF_LDX | BPF_MEM, 0, 0, k % 3 };
		break;
	case 5:
		f[(*n)++] = (struct sock_filter){ BPF_MISC | (k % 2 ? BPF_TAX : BPF_TXA), 0, 0, 0 };
		break;
	case 6:
		f[(*n)++] = (struct sock_filter){ BPF_ALU | BPF_ADD | (k % 2 ? BPF_X : BPF_K), 0, 0,
						  rnd_below(s, 3) };
		break;
	case 7:
		f[(*n)++] = (struct sock_filter){ BPF_LD | BPF_W | BPF_LEN, 0, 0, 0 };
		break;
	case 8:
		f[(*n)++] = (struct sock_filter){ BPF_ALU | (k % 2 ? BPF_RSH : BPF_LSH), 0, 0,
						  rnd_below(s, 5) };
		break;
	case 9:
	case 10:
		f[(*n)++] = (struct sock_filter){ BPF_ALU | BPF_AND, 0, 0,
						  masks[rnd_below(s, ARRAY_SIZE(masks))] };
		break;
	case 11:
		f[(*n)++] = (struct sock_filter){ BPF_LD | (k % 2 ? BPF_H : BPF_W) | BPF_ABS, 0, 0,
						  k };
		break;
	default:
		f[(*n)++] = (struct sock_filter){ BPF_LD | BPF_B | BPF_ABS, 0, 0, k };
	}
}

static unsigned int rnd_filter(uint64_t *s, struct sock_filter *f, unsigned int max)
{
	static const uint16_t ops[] = { BPF_JEQ, BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET };
	unsigned int n = 0, end = 10 + rnd_below(s, max - 20);

	for (; n < 3; n++)
		f[n] = (struct sock_filter){ BPF_ST, 0, 0, n };
	while (n < end) {
		for (unsigned int i = rnd_below(s, 4); i > 0; i--)
			rnd_part(s, f, &n);
		f[n++] = (struct sock_filter){ BPF_JMP | ops[rnd_below(s, ARRAY_SIZE(ops))] |
						       (rnd_below(s, 12) ? BPF_K : BPF_X),
					       0, 0, rnd_below(s, 5) };
	}
	f[n++] = (struct sock_filter){ BPF_RET | BPF_K, 0, 0, 0 };
	f[n++] = (struct sock_filter){ BPF_RET | BPF_K, 0, 0, 7 };
	f[n++] = (struct sock_filter){ BPF_RET | BPF_A, 0, 0, 0 };
	for (unsigned int i = 0; i < n - 3; i++) {
		unsigned int left = n - i - 1, near = rnd_below(s, 4) ? 4 : left;

		if (BPF_CLASS(f[i].code) != BPF_JMP)
			continue;
		f[i].jt = rnd_below(s, MIN(left, near));
		f[i].jf = rnd_below(s, MIN(left, near));
	}
	return n;
}

static void compare(const struct sock_fprog *a, const struct sock_fprog *b, uint64_t seed)
{
	AUTO(vm_free_p) struct vm *va = NULL, *vb = NULL;
	uint64_t state = ~seed;
	struct err e = { 0 };
	uint8_t data[MAX_PACKET];

	assert_int_equal(vm_new(a, &va, NULL), 0);
	if (vm_new(b, &vb, &e) < 0)
		give_up(a, b, seed, e.text);
	for (int i = 0; i < PACKETS; i++) {
		uint32_t n = rnd_packet(&state, data, sizeof(data));
		const struct vm_aux aux = { .net_off = 2, .ifindex = 3, .protocol = 0x800 };

		if (vm_run(va, data, n, n, &aux) != vm_run(vb, data, n, n, &aux))
			give_up(a, b, seed, "differs");
	}
}

/* The same for all packets, as far as that can be decided. */
static void test_proved(void **unused UNUSED)
{
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };
	unsigned int n[3] = { 0 };

	for (uint64_t i = 0; i < 300; i++) {
		AUTO(insn_fprog_free) struct sock_fprog out = { 0 };
		uint64_t seed = i << 32 | 6, state = seed;
		struct prove p = { 0 };

		prog.len = rnd_filter(&state, insns, 40);
		if (check_prog(&prog, NULL))
			continue;
		assert_int_equal(opt_prog(&prog, &out, NULL), 0);
		assert_int_equal(prove(&prog, &out, PROVE_STEPS / 1000, &p, NULL), 0);
		if (p.verdict == PROVE_REFUTED)
			give_up(&prog, &out, seed, "refuted");
		n[p.verdict]++;
		prove_free(&p);
	}
	print_message("%u proved, %u not decided\n", n[PROVE_PROVED], n[PROVE_OPEN]);
	assert_true(n[PROVE_PROVED] > 250);
}

/* Optimises programs of 'make'; the results must be worth it: at most 'percent' of the size. */
static void try_programs(unsigned int (*make)(uint64_t *s, struct sock_filter *f, unsigned int max),
			 unsigned int n, unsigned int max, uint64_t kind, unsigned int percent)
{
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };
	unsigned int before = 0, after = 0;

	for (uint64_t i = 0; i < n; i++) {
		AUTO(insn_fprog_free) struct sock_fprog out = { 0 };
		uint64_t seed = i << 32 | kind, state = seed;

		prog.len = make(&state, insns, max);
		if (check_prog(&prog, NULL))
			continue;
		assert_int_equal(opt_prog(&prog, &out, NULL), 0);
		if (out.len > prog.len)
			give_up(&prog, &out, seed, "longer");
		compare(&prog, &out, seed);
		before += prog.len;
		after += out.len;
	}
	print_message("%u instructions became %u\n", before, after);
	assert_true(before > n && after < before / 100 * percent);
}

static void test_any(void **unused UNUSED)
{
	try_programs(rnd_prog, 4000, 40, 3, 60);
}

static void test_filters(void **unused UNUSED)
{
	try_programs(rnd_filter, 6000, 60, 4, 75);
	try_programs(rnd_filter, 1000, MAX_INSNS, 5, 75);
}

static void expect(const char *before, const char *after)
{
	AUTO(asm_prog_free) struct asm_prog a = { 0 }, b = { 0 };
	AUTO(insn_fprog_free) struct sock_fprog out = { 0 };
	struct err e = { 0 };

	if (asm_parse(before, strlen(before), "before", 0, &a, &e) ||
	    asm_parse(after, strlen(after), "after", 0, &b, &e) || opt_prog(&a.prog, &out, &e))
		fail_msg("%s", e.text);
	if (out.len != b.prog.len ||
	    memcmp(out.filter, b.prog.filter, out.len * sizeof(*out.filter)))
		give_up(&b.prog, &out, 0, "expected otherwise");
}

#define ENDS "good: ret #9\nbad: ret #0"

static void test_finds(void **unused UNUSED)
{
	/* a question asked again, by another name */
	expect("ldh [12]\njeq #0x800, l, bad\nl: ldh [12]\njgt #0x7ff, good, bad\n" ENDS,
	       "ldh [12]\njeq #0x800, good, bad\n" ENDS);
	/* one ruled out by a range, by a bit, by what is not */
	expect("ldb [0]\njgt #9, l, bad\nl: ldb [0]\njeq #5, bad, good\n" ENDS,
	       "ldb [0]\njgt #9, good, bad\n" ENDS);
	expect("ldb [0]\njset #4, l, bad\nl: ldb [0]\njeq #3, bad, good\n" ENDS,
	       "ldb [0]\njset #4, good, bad\n" ENDS);
	expect("ldb [0]\njeq #4, bad, l\nl: ldb [0]\nand #0xff\njeq #4, bad, good\n" ENDS,
	       "ldb [0]\njeq #4, bad, good\n" ENDS);
	/* X still holds it; a byte is never more than 255 */
	expect("ldxb 4*([14]&0xf)\nldb [x + 14]\njeq #1, good, l\nl: ldxb 4*([14]&0xf)\n"
	       "ldb [x + 15]\njgt #255, good, m\nm: jeq #2, good, bad\n" ENDS,
	       "ldxb 4*([14]&0xf)\nldb [x + 14]\njeq #1, good, l\nl: ldb [x + 15]\n"
	       "jeq #2, good, bad\n" ENDS);
	/* two ways that end the same */
	expect("ldb [0]\njeq #1, l, m\nl: ldb [1]\njeq #2, good, bad\nm: ldb [1]\n"
	       "jeq #2, good, bad\n" ENDS,
	       "ldb [1]\njeq #2, good, bad\n" ENDS);
}

/* A load out of range rejects: it goes only if another one does the same. */
static void test_failing_loads(void **unused UNUSED)
{
	expect("ldb [9]\nldb [3]\njeq #1, good, bad\n" ENDS,
	       "ldb [9]\nldb [3]\njeq #1, good, bad\n" ENDS);
	expect("ldb [3]\nldb [9]\njeq #1, good, bad\n" ENDS, "ldb [9]\njeq #1, good, bad\n" ENDS);
	expect("ld [8]\nldb [11]\njeq #1, good, bad\n" ENDS, "ldb [11]\njeq #1, good, bad\n" ENDS);
	expect("ld [8]\nret #0", "ret #0");
	expect("ld [8]\nret #1", "ld [8]\nret #1");
	expect("ldx #5\nld len\ndiv x\nret #1", "ret #1");
	expect("ldx len\nld #4\ndiv x\nret #1", "ldx len\nld #4\ndiv x\nret #1");
	/* X + k may wrap: not the same as a place before it */
	expect("ld [0]\ntax\nldb [x + 9]\nldb [x + 3]\nret #1",
	       "ld [0]\ntax\nldb [x + 9]\nldb [x + 3]\nret #1");
}

static void test_values(void **unused UNUSED)
{
	AUTO(arena_free) struct arena mem = { 0 };
	struct values vs;
	uint32_t a, b, k1, k3, k8;

	assert_int_equal(values_init(&vs, &mem), 0);
	a = value_load(&vs, BPF_B, VALUE_ZERO, 3);
	b = value_load(&vs, BPF_W, value_const(&vs, 1), 7);
	k1 = value_const(&vs, 1);
	k3 = value_const(&vs, 3);
	k8 = value_const(&vs, 8);
	assert_int_equal(b, value_load(&vs, BPF_W, VALUE_ZERO, 8));
	assert_int_equal(value_alu(&vs, BPF_ADD, a, b), value_alu(&vs, BPF_ADD, b, a));
	assert_int_not_equal(value_alu(&vs, BPF_SUB, a, b), value_alu(&vs, BPF_SUB, b, a));
	assert_int_equal(value_alu(&vs, BPF_ADD, value_alu(&vs, BPF_SUB, b, k1), k1), b);
	assert_int_equal(value_alu(&vs, BPF_MUL, b, k8), value_alu(&vs, BPF_LSH, b, k3));
	assert_int_equal(value_alu(&vs, BPF_AND, a, value_const(&vs, 0xfff)), a);
	assert_int_equal(value_alu(&vs, BPF_RSH, a, k8), VALUE_ZERO);
	assert_int_equal(value_alu(&vs, BPF_XOR, b, b), VALUE_ZERO);
	assert_int_equal(value_cmp(&vs, BPF_JEQ, b, b), k1);
	/* numbers stay what they are however many there are */
	for (uint32_t i = 0; i < 5000; i++)
		value_load(&vs, BPF_H, VALUE_ZERO, i);
	assert_int_equal(b, value_load(&vs, BPF_W, VALUE_ZERO, 8));
}

/* What is derived of a op k holds for every a of which something is known. */
static void test_facts(void **unused UNUSED)
{
	static const uint16_t ops[] = { BPF_ADD, BPF_AND, BPF_OR, BPF_XOR, BPF_LSH, BPF_RSH,
					BPF_DIV, BPF_MOD };
	AUTO(arena_free) struct arena mem = { 0 };
	struct values vs;
	uint64_t s = 1;

	assert_int_equal(values_init(&vs, &mem), 0);
	for (int i = 0; i < 20000; i++) {
		uint16_t op = ops[rnd_below(&s, ARRAY_SIZE(ops))];
		uint32_t x = rnd_k(&s), y = rnd_k(&s), not = rnd_k(&s);
		uint32_t k = op == BPF_LSH || op == BPF_RSH ? rnd_below(&s, 32) : rnd_k(&s) | 1;
		struct fact a = fact_any(1), b = fact_any(1), f;
		const struct value v = { .kind = VALUE_ALU, .op = op, .a = 1,
					 .b = value_const(&vs, k) };
		uint32_t r[] = { value_compute(op, x, k), value_compute(op, y, k) };

		a.lo = a.hi = x;
		b.lo = b.hi = y;
		assert_true(fact_settle(&a) && fact_settle(&b));
		fact_join(&a, &b, &mem);
		f = (struct fact){ .hi = UINT32_MAX, .not = &not, .n_not = 1 };
		assert_true(fact_meet(&a, &f, &mem) || x == not || y == not);
		fact_derive(&vs, &v, &a, NULL, &f);
		for (int j = 0; j < 2; j++) {
			if ((j ? y : x) == not)
				continue;
			assert_true(r[j] >= f.lo && r[j] <= f.hi);
			assert_true(!(r[j] & f.zeros) && (r[j] & f.ones) == f.ones);
		}
	}
}

/* What is said of instructions, and of a block of all that are no jump. */
static void test_traits(void **unused UNUSED)
{
	const uint32_t a = 1u << OPT_A, x = 1u << OPT_X, m3 = 1u << (OPT_M + 3);
	const struct {
		struct sock_filter f;
		uint32_t reads, writes, reach;
		bool fails;
	} rows[] = {
		{ { BPF_LD | BPF_H | BPF_ABS, 0, 0, 12 }, 0, a, 14, true },
		{ { BPF_LD | BPF_B | BPF_IND, 0, 0, 12 }, x, a, 0, true },
		{ { BPF_LD | BPF_ABS, 0, 0, INSN_AD_OFF + SKF_AD_NLATTR }, a | x, a, 0, false },
		{ { BPF_LD | BPF_W | BPF_ABS, 0, 0, INSN_AD_OFF + SKF_AD_IFINDEX }, 0, a, 0, true },
		{ { BPF_LD | BPF_W | BPF_ABS, 0, 0, INSN_AD_OFF + SKF_AD_CPU }, 0, a, 0, false },
		{ { BPF_LD | BPF_W | BPF_ABS, 0, 0, INSN_NET_OFF }, 0, a, 0, true },
		{ { BPF_LD | BPF_MEM, 0, 0, 3 }, m3, a, 0, false },
		{ { BPF_LDX | BPF_B | BPF_MSH, 0, 0, 14 }, 0, x, 15, true },
		{ { BPF_LDX | BPF_MEM, 0, 0, 3 }, m3, x, 0, false },
		{ { BPF_ST, 0, 0, 3 }, a, m3, 0, false },
		{ { BPF_STX, 0, 0, 3 }, x, m3, 0, false },
		{ { BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0 }, a | x, a, 0, false },
		{ { BPF_ALU | BPF_MOD | BPF_X, 0, 0, 0 }, a | x, a, 0, true },
		{ { BPF_ALU | BPF_DIV | BPF_K, 0, 0, 2 }, a, a, 0, false },
		{ { BPF_ALU | BPF_NEG, 0, 0, 0 }, a, a, 0, false },
		{ { BPF_MISC | BPF_TAX, 0, 0, 0 }, a, x, 0, false },
		{ { BPF_MISC | BPF_TXA, 0, 0, 0 }, x, a, 0, false },
	};
	struct sock_filter code[ARRAY_SIZE(rows)];
	struct opt_block b = { .code = code, .n = ARRAY_SIZE(rows), .jump = OPT_RET_A };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		code[i] = rows[i].f;
		assert_int_equal(insn_reads(&code[i]), rows[i].reads);
		assert_int_equal(insn_writes(&code[i]), rows[i].writes);
		assert_int_equal(insn_reach(&code[i]), rows[i].reach);
		assert_int_equal(insn_can_fail(&code[i]), rows[i].fails);
	}
	assert_int_equal(opt_sum(&b)->reads, x | m3);
	assert_int_equal(opt_sum(&b)->writes, a | x | m3);
	assert_int_equal(opt_sum(&b)->reach, 15);
	assert_true(opt_sum(&b)->divides);
	for (unsigned int i = 0; insn_op_at(i); i++) {
		uint16_t code_i = insn_op_at(i)->code, class = BPF_CLASS(code_i);

		assert_ptr_equal(insn_op(code_i)->name, insn_op_at(i)->name);
		assert_int_equal(insn_traits[code_i] == 0, class == BPF_JMP || class == BPF_RET);
	}
}

/* A graph written as it was read; far ways go over few plain jumps. */
static void test_graph(void **unused UNUSED)
{
	struct sock_filter insns[4000];
	struct sock_fprog prog = { .len = ARRAY_SIZE(insns), .filter = insns };
	AUTO(insn_fprog_free) struct sock_fprog out = { 0 };
	AUTO(arena_free) struct arena mem = { 0 };
	struct opt_graph g = { .mem = &mem };
	unsigned int n = 0;

	for (unsigned int i = 0; i < 1333; i++) {
		insns[n++] = (struct sock_filter){ BPF_LD | BPF_B | BPF_ABS, 0, 0, i % 20 };
		insns[n++] = (struct sock_filter){ BPF_JMP | BPF_JEQ, 0, 1, i % 3 };
		insns[n] = (struct sock_filter){ BPF_JMP | BPF_JA, 0, 0, 3999 - n - 1 };
		n++;
	}
	insns[n] = (struct sock_filter){ BPF_RET | BPF_K, 0, 0, n % 1 };
	assert_int_equal(n, 3999);
	assert_int_equal(opt_graph_read(&g, &prog), 0);
	assert_int_equal(opt_graph_write(&g, &out, NULL), 0);
	assert_true(out.len > 2 * 1333 && out.len < 2 * 1333 + 2666 / 250 + 2);
	compare(&prog, &out, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_traits),
		cmocka_unit_test(test_graph),
		cmocka_unit_test(test_finds),
		cmocka_unit_test(test_failing_loads),
		cmocka_unit_test(test_proved),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
