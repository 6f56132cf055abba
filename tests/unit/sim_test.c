// SPDX-License-Identifier: GPL-2.0-or-later
/* sim - random filters over random packets give what vm gives, and a short program is watched. */
#include "cbpf/sim.h"

#include <string.h>

#include "cbpf/check.h"
#include "cbpf_random.h"

#include "unit.h"

static void test_agrees_with_vm(void **unused UNUSED)
{
	struct sock_filter insns[60];
	struct sock_fprog prog = { .filter = insns };
	unsigned int n_ends[4] = { 0 };
	uint8_t data[80];

	for (uint64_t seed = 1; seed <= 4000; seed++) {
		AUTO(vm_free_p) struct vm *vm = NULL;
		uint64_t state = seed, random = seed;
		struct vm_aux aux = { .net_off = seed % 50,
				      .protocol = 0x800,
				      .mark = 7,
				      .vlan_tci = 5,
				      .vlan_tpid = 0x8100,
				      .random = &random };
		uint32_t n, len, verdict;
		struct sim sim;

		do
			prog.len = rnd_prog(&state, insns, ARRAY_SIZE(insns));
		while (check_prog(&prog, NULL));
		n = rnd_packet(&state, data, sizeof(data));
		len = n + rnd_below(&state, 9);
		assert_int_equal(vm_new(&prog, &vm, NULL), 0);
		verdict = vm_run(vm, data, n, len, &aux);
		random = seed;
		sim_begin(&sim, &prog, data, n, len, &aux);
		while (sim_step(&sim))
			;
		if (sim.verdict != verdict)
			fail_msg("seed %u: %u, vm %u", (unsigned int)seed, sim.verdict, verdict);
		n_ends[sim.end]++;
	}
	assert_int_equal(n_ends[SIM_RUNNING], 0);
	assert_true(n_ends[SIM_RET] > 500 && n_ends[SIM_RANGE] > 500 && n_ends[SIM_DIVIDE] > 5);
}

static void test_watched(void **unused UNUSED)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0),
		BPF_STMT(BPF_ST, 3),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x102, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_STMT(BPF_RET | BPF_K, 1),
	};
	const struct sock_fprog prog = { .len = ARRAY_SIZE(insns), .filter = insns };
	const uint8_t data[] = { 1, 2, 3 };
	unsigned int target;
	struct sim sim;

	sim_begin(&sim, &prog, data, 3, 3, NULL);
	assert_false(sim_jump(&sim, &target));
	assert_true(sim_step(&sim) && sim.a == 0x102);
	assert_true(sim_step(&sim) && sim.mem[3] == 0x102 && sim.mem_set == 1u << 3);
	assert_true(sim_jump(&sim, &target) && target == 4);
	assert_true(sim_step(&sim) && sim.pc == 4);
	assert_false(sim_step(&sim));
	assert_int_equal(sim.end, SIM_RANGE);
	assert_int_equal(sim.pc, 4);
	assert_int_equal(sim.verdict, 0);
	assert_string_equal(sim_end_text(sim.end), "load behind the end of the packet");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agrees_with_vm),
		cmocka_unit_test(test_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
