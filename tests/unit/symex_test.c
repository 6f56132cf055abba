// SPDX-License-Identifier: GPL-2.0-or-later
/* symex - random programs over a packet of unknown bits: what is found for a verdict or for an
 * instruction, made a packet, has that verdict in vm and comes by that instruction in sim. */
#include "cbpf/symex.h"

#include "cbpf/check.h"
#include "cbpf/prove.h"
#include "cbpf/sim.h"
#include "cbpf/sympkt.h"
#include "cbpf_random.h"

#include "unit.h"

enum { MAX_INSNS = 24 };

static unsigned int n_found, n_none;

/* Fields that are not followed to the packet. */
static bool follows(const struct sock_fprog *prog)
{
	return !(insn_ad_mask(prog) & (1u << SKF_AD_NLATTR / 4 | 1u << SKF_AD_NLATTR_NEST / 4));
}

/* If a packet has 'bit', runs it; 'at' is the instruction it must come by. */
static void find(struct sympkt *s, const struct symex *run, const struct sock_fprog *prog,
		 uint32_t bit, unsigned int at)
{
	AUTO(vm_free_p) struct vm *vm = NULL;
	uint64_t steps = PROVE_STEPS;
	struct sympkt_packet p;
	bool came_by = false;
	struct sim sim;
	uint32_t assumed[1 + SYMPKT_MORE] = { bit };
	int rc = sympkt_solve(s, assumed, 1, &steps);

	assert_in_range(rc, 0, 1);
	n_found += rc;
	n_none += !rc;
	if (rc == 0)
		return;
	assert_int_equal(sympkt_packet(s, &p), 0);
	assert_true(p.cap_len <= p.len && p.cap_len <= SYMPKT_MAX_BYTES);
	assert_int_equal(vm_new(prog, &vm, NULL), 0);
	assert_int_equal(vm_run(vm, p.data, p.cap_len, p.len, &p.aux),
			 word_value(s->ws, run->verdict));
	sim_begin(&sim, prog, p.data, p.cap_len, p.len, &p.aux);
	do
		came_by |= sim.pc == at;
	while (sim_step(&sim));
	assert_true(came_by);
	sympkt_packet_free(&p);
}

static void test_random(void **unused UNUSED)
{
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };

	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct sympkt *s = sympkt_new();
		uint64_t state = seed << 7;
		struct symex run;
		uint32_t yes;

		do
			prog.len = rnd_prog(&state, insns, MAX_INSNS);
		while (check_prog(&prog, NULL) || !follows(&prog));
		assert_int_equal(symex_run(&prog, s, &run), 0);
		yes = word_any(s->ws, run.verdict);
		find(s, &run, &prog, yes, 0);
		find(s, &run, &prog, bit_not(yes), 0);
		for (unsigned int i = 0; i < prog.len; i++) {
			find(s, &run, &prog, run.steps[i].reach, i);
			find(s, &run, &prog, bit_and(s->c, run.steps[i].reach, run.steps[i].fail),
			     i);
		}
		symex_free(&run);
		sympkt_free(s);
	}
	print_message("%u found, %u impossible\n", n_found, n_none);
	assert_true(n_found > 1000 && n_none > 1000);
}

/* A load at X + 1 reads what one at 5 reads where X is 4, though their addresses look different. */
static void test_same_byte(void **unused UNUSED)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 1),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 7, 0, 4),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 5),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 7, 2, 0),
		BPF_STMT(BPF_MISC | BPF_TXA, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 1),
	};
	const struct sock_fprog prog = { .len = ARRAY_SIZE(insns), .filter = insns };
	struct sympkt *s = sympkt_new();
	uint32_t assumed[2 + SYMPKT_MORE];
	uint64_t steps = PROVE_STEPS;
	struct symex run;

	assert_int_equal(symex_run(&prog, s, &run), 0);
	find(s, &run, &prog, run.steps[6].reach, 6);
	/* 7 at X + 1, not at 5, and X is 4 */
	assumed[0] = run.steps[6].reach;
	assumed[1] = run.steps[6].cond;
	assert_int_equal(sympkt_solve(s, assumed, 2, &steps), 0);
	symex_free(&run);
	sympkt_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_same_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
