// SPDX-License-Identifier: GPL-2.0-or-later
/* prove - injected faults of optimisers are refuted and what they should have made is proved;
 * random programs and small changes of them: where they are proved equal random packets find no
 * difference, where they are refuted the packet shows it, in sim too, which is another way of
 * running them. */
#include "cbpf/prove.h"

#include <stdio.h>
#include <string.h>

#include "cbpf/asm.h"
#include "cbpf/check.h"
#include "cbpf/disasm.h"
#include "cbpf/sim.h"
#include "cbpf_random.h"
#include "prove_faults.h"

#include "unit.h"

enum { MAX_INSNS = 24, MAX_PACKET = 90 };

static uint32_t kept(const struct sock_fprog *prog, const struct sympkt_packet *p)
{
	struct sim sim;

	sim_begin(&sim, prog, p->data, p->cap_len, p->len, &p->aux);
	while (sim_step(&sim))
		;
	return sim.verdict;
}

static bool differ(const struct sock_fprog *a, const struct sock_fprog *b,
		   const struct sympkt_packet *p)
{
	uint32_t x = kept(a, p), y = kept(b, p);

	return !x != !y || MIN(x, p->cap_len) != MIN(y, p->cap_len);
}

static void give_up(const struct sock_fprog *a, const struct sock_fprog *b, const char *what)
{
	AUTO(str_free) struct str s = { 0 };

	disasm_prog(&s, a);
	str_add(&s, "against\n");
	disasm_prog(&s, b);
	fail_msg("%s:\n%s", what, str_text(&s));
}

static void assemble(const char *text, struct asm_prog *ret)
{
	struct err e = { 0 };

	if (asm_parse(text, strlen(text), "test", 0, ret, &e) || check_prog(&ret->prog, &e))
		fail_msg("%s in:\n%s", e.text, text);
}

static enum prove_verdict compare(const struct sock_fprog *a, const struct sock_fprog *b)
{
	AUTO(prove_free) struct prove p = { 0 };
	struct err e = { 0 };

	if (prove(a, b, PROVE_STEPS, &p, &e))
		fail_msg("%s", e.text);
	if (p.verdict == PROVE_REFUTED && !differ(a, b, &p.packet))
		give_up(a, b, "the packet does not show it");
	return p.verdict;
}

static void test_faults(void **unused UNUSED)
{
	assert_true(ARRAY_SIZE(faults) >= 20);
	for (unsigned int i = 0; i < ARRAY_SIZE(faults); i++) {
		AUTO(asm_prog_free) struct asm_prog before = { 0 }, right = { 0 }, wrong = { 0 };

		assemble(faults[i].before, &before);
		assemble(faults[i].right, &right);
		assemble(faults[i].wrong, &wrong);
		if (compare(&before.prog, &right.prog) != PROVE_PROVED)
			give_up(&before.prog, &right.prog, "these are the same");
		if (compare(&before.prog, &wrong.prog) != PROVE_REFUTED)
			give_up(&before.prog, &wrong.prog, faults[i].what);
		if (compare(&wrong.prog, &right.prog) != PROVE_REFUTED)
			give_up(&wrong.prog, &right.prog, faults[i].what);
	}
}

/* Changes one instruction: most such programs differ, some only where nothing gets to, or not. */
static void change(uint64_t *state, struct sock_filter *f, unsigned int n)
{
	struct sock_filter *v = &f[rnd_below(state, n)];

	switch (rnd_below(state, 4)) {
	case 0:
		v->k ^= 1u << rnd_below(state, 8);
		break;
	case 1:
		v->jt = rnd_below(state, n);
		break;
	case 2:
		v->jf = rnd_below(state, n);
		break;
	default:
		rnd_insn(state, v, v - f, n);
	}
}

/* Writes 'from' to 'to' with an instruction that does nothing before each that no jump spans. */
static unsigned int pad(const struct sock_filter *from, unsigned int n, struct sock_filter *to)
{
	unsigned int n_to = 0, spanned = 0, far;

	for (unsigned int i = 0; i < n; i++) {
		const struct sock_filter *f = &from[i];

		if (i > spanned)
			to[n_to++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_OR | BPF_K, 0);
		to[n_to++] = *f;
		if (BPF_CLASS(f->code) != BPF_JMP)
			continue;
		far = BPF_OP(f->code) == BPF_JA ? f->k : MAX(f->jt, f->jf);
		spanned = MAX(spanned, i + 1 + far);
	}
	return n_to;
}

static void no_random_packet_differs(const struct sock_fprog *a, const struct sock_fprog *b,
				     uint64_t *state)
{
	uint8_t data[MAX_PACKET];

	for (int i = 0; i < 60; i++) {
		struct sympkt_packet p = { .data = data };

		p.cap_len = rnd_packet(state, data, sizeof(data));
		p.len = p.cap_len + (i % 2 ? rnd_below(state, 100) : 0);
		p.aux = (struct vm_aux){ .net_off = i % 3 ? VM_NO_NET_OFF : rnd_below(state, 40),
					 .protocol = rnd_below(state, 64),
					 .mark = rnd_below(state, 64),
					 .rxhash = rnd_below(state, 64) };
		if (i % 4 == 0) {
			p.aux.vlan_tpid = 0x8100;
			p.aux.vlan_tci = rnd_below(state, 64);
		}
		if (differ(a, b, &p))
			give_up(a, b, "proved, but a packet differs");
	}
}

static void test_random(void **unused UNUSED)
{
	struct sock_filter ours[MAX_INSNS], theirs[2 * MAX_INSNS];
	struct sock_fprog a = { .filter = ours }, b = { .filter = theirs };
	unsigned int n[3] = { 0 }, n_padded = 0;

	for (uint64_t seed = 1; seed <= 1500; seed++) {
		uint64_t state = seed << 8;
		enum prove_verdict v;

		do
			a.len = rnd_prog(&state, ours, seed % 3 ? MAX_INSNS : 8);
		while (check_prog(&a, NULL));
		do {
			memcpy(theirs, ours, sizeof(ours));
			b.len = a.len;
			change(&state, theirs, b.len);
		} while (check_prog(&b, NULL) || !memcmp(ours, theirs, a.len * sizeof(ours[0])));
		v = compare(&a, &b);
		n[v]++;
		if (v == PROVE_PROVED)
			no_random_packet_differs(&a, &b, &state);
		b.len = pad(ours, a.len, theirs);
		v = compare(&a, &b);
		n_padded += v == PROVE_PROVED;
		if (v == PROVE_REFUTED)
			give_up(&a, &b, "padding makes no difference");
	}
	print_message("changed: %u proved, %u refuted, %u open; padded: %u proved\n", n[0], n[1],
		      n[2], n_padded);
	assert_true(n[PROVE_PROVED] > 500 && n[PROVE_REFUTED] > 100);
	assert_in_range(n[PROVE_OPEN], 0, 30);
	assert_in_range(n_padded, 1490, 1500);
}

static enum prove_verdict texts(const char *a, const char *b)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 }, q = { 0 };

	assemble(a, &p);
	assemble(b, &q);
	return compare(&p.prog, &q.prog);
}

/* A load that is made earlier only matters to packets that end before it. */
static void test_short(void **unused UNUSED)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 }, q = { 0 };
	AUTO(prove_free) struct prove r = { 0 };

	assemble("ldb [0]\njneq #1, no\nldb [9]\njneq #1, no\nret #1\nno: ret #0\n", &p);
	assemble("ldb [0]\njneq #1, no\nldb [9]\njeq #1, yes\nno: ret #0\nyes: ldb [8]\nret #1\n",
		 &q);
	assert_int_equal(prove(&p.prog, &q.prog, PROVE_STEPS, &r, NULL), 0);
	assert_int_equal(r.verdict, PROVE_PROVED);
	asm_prog_free(&q);
	assemble("ldb [9]\njneq #1, no\nldb [0]\njneq #1, no\nret #1\nno: ret #0\n", &q);
	assert_int_equal(prove(&p.prog, &q.prog, PROVE_STEPS, &r, NULL), 0);
	assert_int_equal(r.verdict, PROVE_PROVED); /* too short rejects, and so does no match */
	asm_prog_free(&p);
	asm_prog_free(&q);
	assemble("ldb [0]\njeq #1, yes\nldb [9]\njeq #1, yes\nret #0\nyes: ret #1\n", &p);
	assemble("ldb [9]\njeq #1, yes\nldb [0]\njeq #1, yes\nret #0\nyes: ret #1\n", &q);
	assert_int_equal(prove(&p.prog, &q.prog, PROVE_STEPS, &r, NULL), 0);
	assert_int_equal(r.verdict, PROVE_REFUTED);
	assert_true(r.only_short && r.packet.plain);
	assert_int_equal(r.packet.cap_len, 1);
}

/* What is said not to be followed, and a question that may take no work. */
static void test_open(void **unused UNUSED)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 }, q = { 0 };
	AUTO(prove_free) struct prove r = { 0 };

	assert_int_equal(texts("ld rand\nand #1\nret a\n", "ld rand\nand #2\nret a\n"), PROVE_OPEN);
	assert_int_equal(texts("ld rand\nret #1\n", "ld rand\nld #0\nret #1\n"), PROVE_PROVED);
	/* a product of two unknowns and the same by other means, with a budget that is too small */
	assemble("ld [0]\nst M[0]\nldx M[0]\nld [4]\nmul x\njeq #7, y, n\ny: ret #1\nn: ret #0\n",
		 &p);
	assemble("ld [4]\nst M[0]\nldx M[0]\nld [0]\nst M[1]\nmul x\nldx M[1]\nadd x\nsub x\n"
		 "jeq #7, y, n\ny: ret #1\nn: ret #0\n",
		 &q);
	assert_int_equal(prove(&p.prog, &q.prog, 1000, &r, NULL), 0);
	assert_int_equal(r.verdict, PROVE_OPEN);
	assert_non_null(strstr(r.why, "multiplications"));
	assert_int_equal(r.steps, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
