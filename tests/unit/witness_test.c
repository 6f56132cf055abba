// SPDX-License-Identifier: GPL-2.0-or-later
/* witness - the ways of a known program are found, all of them and each once; on random programs no
 * random packet has an outcome that was told to be impossible, and those it has are covered. */
#include "cbpf/witness.h"

#include <string.h>

#include "cbpf/asm.h"
#include "cbpf/check.h"
#include "cbpf/prove.h"
#include "cbpf/sim.h"
#include "cbpf_random.h"

#include "unit.h"

enum { MAX_INSNS = 24, MAX_PACKET = 90, MAX_WAYS = 60 };

/* Runs the packet; returns a number of its way, the same for the same instructions. */
static uint64_t way_of(const struct sock_fprog *prog, const struct sympkt_packet *p,
		       struct sim *ret)
{
	uint64_t way = 1;
	bool on = true;

	sim_begin(ret, prog, p->data, p->cap_len, p->len, &p->aux);
	while (on) {
		way = way * 0x100000001b3 + ret->pc;
		on = sim_step(ret);
	}
	return way * 4 + ret->end;
}

static void test_ways(void **unused UNUSED)
{
	static const char text[] = "ldh [12]\njeq #0x800, ip, no\nip: ldb [23]\njeq #17, udp, no\n"
				   "udp: ldxb 4*([14]&0xf)\nldh [x+16]\njeq #53, yes, no\n"
				   "yes: ret #262144\nno: ret #0\n";
	AUTO(asm_prog_free) struct asm_prog prog = { 0 };
	AUTO(witness_free_p) struct witness *w = NULL;
	unsigned int n_accepted = 0, n_failed = 0, n = 0;
	struct sympkt_packet p;
	uint64_t ways[16];
	struct sim sim;
	int rc;

	assert_int_equal(asm_parse(text, strlen(text), "test", 0, &prog, NULL), 0);
	assert_int_equal(witness_new(&prog.prog, PROVE_STEPS, &w, NULL), 0);
	while ((rc = witness_next(w, &p, NULL)) == 1) {
		assert_true(n < ARRAY_SIZE(ways));
		ways[n] = way_of(&prog.prog, &p, &sim);
		for (unsigned int i = 0; i < n; i++)
			assert_int_not_equal(ways[i], ways[n]);
		assert_true(p.plain && p.cap_len == p.len);
		n_accepted += sim.verdict != 0;
		n_failed += sim.end == SIM_RANGE;
		n++;
		sympkt_packet_free(&p);
	}
	assert_int_equal(rc, 0);
	/* too short for the type, another type; for the protocol, another; for the port, another;
	 * accepted. 'ldxb' fails nowhere: the protocol is behind it. */
	assert_int_equal(n, 7);
	assert_int_equal(n_accepted, 1);
	assert_int_equal(n_failed, 3);
	assert_true(witness_covered(w, 0, WITNESS_FAIL));
	assert_true(witness_impossible(w, 4, WITNESS_FAIL));
	assert_true(witness_covered(w, 6, WITNESS_FALSE));
}

/* Marks what the packet does; none of it may be impossible. */
static void run_past(const struct witness *w, const struct sock_fprog *prog,
		     const struct sympkt_packet *p, bool all)
{
	struct sim sim;
	bool on = true;

	sim_begin(&sim, prog, p->data, p->cap_len, p->len, &p->aux);
	while (on) {
		const struct sock_filter *f = &prog->filter[sim.pc];
		enum witness_outcome o = WITNESS_TRUE;
		unsigned int i = sim.pc, target;

		if (sim_jump(&sim, &target) && BPF_OP(f->code) != BPF_JA && f->jt != f->jf &&
		    target == i + 1 + f->jf)
			o = WITNESS_FALSE;
		on = sim_step(&sim);
		if (!on && sim.end != SIM_RET)
			o = WITNESS_FAIL;
		assert_false(witness_impossible(w, i, o));
		if (all)
			assert_true(witness_covered(w, i, o));
	}
}

static bool follows(const struct sock_fprog *prog)
{
	uint32_t not_followed = 1u << SKF_AD_NLATTR / 4 | 1u << SKF_AD_NLATTR_NEST / 4;

	return !(insn_ad_mask(prog) & not_followed);
}

static void test_random(void **unused UNUSED)
{
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };
	unsigned int n_ways = 0, n_all = 0;
	uint8_t data[MAX_PACKET];

	for (uint64_t seed = 1; seed <= 400; seed++) {
		AUTO(witness_free_p) struct witness *w = NULL;
		uint64_t state = seed << 9, ways[MAX_WAYS];
		struct sympkt_packet p;
		unsigned int n = 0;
		struct sim sim;
		int rc = 1;

		do
			prog.len = rnd_prog(&state, insns, MAX_INSNS);
		while (check_prog(&prog, NULL) || !follows(&prog));
		assert_int_equal(witness_new(&prog, PROVE_STEPS, &w, NULL), 0);
		while (n < MAX_WAYS && (rc = witness_next(w, &p, NULL)) == 1) {
			ways[n] = way_of(&prog, &p, &sim);
			for (unsigned int i = 0; i < n; i++)
				assert_int_not_equal(ways[i], ways[n]);
			n++;
			sympkt_packet_free(&p);
		}
		assert_true(rc >= 0);
		n_ways += n;
		n_all += rc == 0;
		for (int i = 0; i < 40; i++) {
			p = (struct sympkt_packet){ .data = data };
			p.len = p.cap_len = rnd_packet(&state, data, sizeof(data));
			p.aux.net_off = VM_NO_NET_OFF;
			run_past(w, &prog, &p, rc == 0);
		}
	}
	print_message("%u ways of 400 programs, %u have no more\n", n_ways, n_all);
	assert_true(n_ways > 600 && n_all > 380);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
