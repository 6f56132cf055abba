// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpf_target - objects of random filters for socket, tc and XDP are loaded by libbpf, and run by
 * the kernel over random frames; the verdict must be that of vm. What eBPF cannot say is refused
 * by name. Covers cbpf/elfobj.h and cbpf/ebpf.h. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cbpf/asm.h"
#include "cbpf/asmout.h"
#include "cbpf/check.h"
#include "cbpf/ebpf.h"
#include "cbpf/elfobj.h"
#include "cbpf/vm.h"
#include "cbpf_random.h"

#include "unit.h"

enum { MAX_INSNS = 40, MAX_FRAME = 120, FRAMES = 3 };

static const char *const sections[] = { "socket", "tc", "xdp" };

static void give_up(const struct sock_fprog *prog, const char *what, uint64_t seed)
{
	AUTO(str_free) struct str s = { 0 };

	asmout_add(&s, prog, NULL);
	fail_msg("%s; seed %llu:\n%s", what, (unsigned long long)seed, str_text(&s));
}

static int silent(enum libbpf_print_level level UNUSED, const char *format UNUSED,
		  va_list args UNUSED)
{
	return 0;
}

/* Loads the object; NULL if this process may not. */
static struct bpf_object *load(const struct str *s, const struct sock_fprog *prog, uint64_t seed)
{
	struct bpf_object *o = bpf_object__open_mem(s->p, s->len, NULL);

	if (!o)
		give_up(prog, "libbpf cannot open the object", seed);
	if (bpf_object__load(o) == 0)
		return o;
	bpf_object__close(o);
	if (errno != EPERM)
		give_up(prog, "the kernel does not load the object", seed);
	return NULL;
}

static uint32_t wanted(enum ebpf_target target, uint32_t verdict)
{
	switch (target) {
	case EBPF_TC:
		return verdict ? (uint32_t)-1 : 0;
	case EBPF_XDP:
		return verdict ? XDP_PASS : XDP_DROP;
	default:
		return verdict;
	}
}

/* Returns how many frames were accepted. */
static unsigned int run_frames(struct bpf_object *o, enum ebpf_target target,
			       const struct sock_fprog *prog, uint64_t seed)
{
	struct bpf_program *p = bpf_object__find_program_by_name(o, "filter");
	AUTO(vm_free_p) struct vm *vm = NULL;
	unsigned int n_accepted = 0;
	uint64_t state = ~seed;
	uint8_t data[MAX_FRAME];

	assert_non_null(p);
	assert_int_equal(vm_new(prog, &vm, NULL), 0);
	for (int i = 0; i < FRAMES; i++) {
		uint32_t n = 14 + rnd_packet(&state, data, sizeof(data) - 14), from;
		LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = n);
		uint32_t verdict;

		data[12] = 0x88; /* test runs look into IP headers, which these are not */
		data[13] = 0xb5;
		/* Test runs of socket filters begin behind the Ethernet header. */
		from = target == EBPF_SOCKET ? 14 : 0;
		verdict = vm_run(vm, data + from, n - from, n - from, NULL);
		assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(p), &opts), 0);
		if (opts.retval != wanted(target, verdict)) {
			char what[80];

			snprintf(what, sizeof(what), "%s: frame of %u: kernel %u, vm %u",
				 sections[target], n, opts.retval, verdict);
			give_up(prog, what, seed);
		}
		n_accepted += verdict != 0;
	}
	return n_accepted;
}

/* Loads of bytes and of what every target knows alike. */
static bool only_bytes(const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];
		const struct insn_op *op = insn_op(f->code);

		if (!op ||
		    ((op->form == INSN_ABS || op->form == INSN_MSH || op->form == INSN_IND) &&
		     f->k > INT32_MAX))
			return false;
	}
	return true;
}

static void test_against_kernel(void **unused UNUSED)
{
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };
	unsigned int n_run = 0, n_accepted = 0;

	libbpf_set_print(silent);
	for (uint64_t seed = 1; seed <= 450; seed++) {
		enum ebpf_target target = seed % 3;
		AUTO(ebpf_free) struct ebpf_prog p = { 0 };
		AUTO(str_free) struct str s = { 0 };
		struct bpf_object *o;
		uint64_t state = seed;
		struct err e = { 0 };

		do
			prog.len = rnd_prog(&state, insns, MAX_INSNS);
		while (check_prog(&prog, NULL) || !only_bytes(&prog));
		if (ebpf_gen_for(&prog, target, &p, &e))
			give_up(&prog, e.text, seed);
		elfobj_add(&s, sections[target], "filter", p.insns, p.n, &prog);
		o = load(&s, &prog, seed);
		if (!o) {
			print_message("the kernel takes no eBPF from us\n");
			skip();
		}
		n_accepted += run_frames(o, target, &prog, seed);
		bpf_object__close(o);
		n_run++;
	}
	print_message("%u objects loaded, %u of %u frames accepted\n", n_run, n_accepted,
		      n_run * FRAMES);
	assert_true(n_accepted > 200 && n_accepted < n_run * FRAMES - 200);
}

static void test_what_xdp_cannot_say(void **unused UNUSED)
{
	static const struct {
		const char *text, *error;
	} all[] = {
		{ "ld mark\nret a", "instruction 0: an XDP program cannot load 'mark'" },
		{ "tax\nldh [0xfff00000]\nret a",
		  "instruction 1: an XDP program does not know where the network header begins" },
		{ "ldh [0xffe0000c]\nret a", NULL },
		{ "ld ifidx\nret a", NULL },
		{ "ld queue\nret a", NULL },
		{ "ld [70000]\nldx len\nret a", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		AUTO(asm_prog_free) struct asm_prog p = { 0 };
		AUTO(ebpf_free) struct ebpf_prog x = { 0 };
		AUTO(str_free) struct str s = { 0 };
		struct bpf_object *o;
		struct err e = { 0 };
		int rc;

		assert_int_equal(asm_parse(all[i].text, strlen(all[i].text), "x", 0, &p, &e), 0);
		rc = ebpf_gen_for(&p.prog, EBPF_XDP, &x, &e);
		assert_int_equal(rc, all[i].error ? -EOPNOTSUPP : 0);
		if (rc) {
			assert_string_equal(e.text, all[i].error);
			continue;
		}
		elfobj_add(&s, "xdp", "filter", x.insns, x.n, &p.prog);
		o = load(&s, &p.prog, i);
		if (o)
			bpf_object__close(o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_kernel),
		cmocka_unit_test(test_what_xdp_cannot_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
