// SPDX-License-Identifier: GPL-2.0-or-later
/* filter_fuzz - filter files of arbitrary bytes: parsed, checked, run, shown, translated,
 * optimised. Must reach both readers of numbers and, since few texts are valid filters, the input
 * is also taken as instructions in binary. The packet is the input itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/disasm.h"
#include "cbpf/ebpf.h"
#include "cbpf/insn.h"
#include "cbpf/numeric.h"
#include "cbpf/opt.h"
#include "cbpf/vm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

/* Optimised, it must say the same. */
static void optimised(const struct sock_fprog *prog, const struct vm *vm, const uint8_t *packet,
		      uint32_t n)
{
	AUTO(insn_fprog_free) struct sock_fprog out = { 0 };
	AUTO(vm_free_p) struct vm *other = NULL;

	if (opt_prog(prog, &out, NULL) < 0 || out.len > prog->len || vm_new(&out, &other, NULL) < 0)
		abort();
	for (uint32_t len = 0; len <= n && len < 128; len++) {
		const struct vm_aux aux = { .net_off = len % 9, .mark = len % 3 };

		if (vm_run(vm, packet, len, n, &aux) != vm_run(other, packet, len, n, &aux))
			abort();
	}
}

static void use(const struct sock_fprog *prog, const uint8_t *packet, uint32_t n)
{
	uint64_t state = n;
	const struct vm_aux aux = { .net_off = n % 40, .random = &state, .vlan_tpid = 0x8100 };
	AUTO(ebpf_free) struct ebpf_prog counting = { 0 };
	AUTO(ebpf_free) struct ebpf_prog plain = { 0 };
	AUTO(str_free) struct str s = { 0 };
	AUTO(vm_free_p) struct vm *vm = NULL;
	struct err e;
	bool valid = check_prog(prog, &e) == 0;

	disasm_prog(&s, prog);
	if ((vm_new(prog, &vm, &e) == 0) != valid)
		abort();
	if (!valid) {
		if (ebpf_gen(prog, 3, 2, &counting, &e) == 0)
			abort();
		return;
	}
	for (uint32_t len = 0; len <= n && len < 64; len++)
		(void)vm_run(vm, packet, len, n, len % 2 ? &aux : NULL);
	(void)vm_run(vm, packet, n, n, &aux);
	optimised(prog, vm, packet, n);
	if (ebpf_gen(prog, 3, 2, &counting, &e) == 0 && ebpf_gen(prog, -1, 0, &plain, &e) != 0)
		abort();
}

static void as_text(const uint8_t *data, size_t n_bytes)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	struct err e;

	(void)numeric_looks_like((const char *)data, n_bytes);
	if (numeric_parse((const char *)data, n_bytes, "fuzz", &prog, &e) == 0)
		use(&prog, data, n_bytes);
}

static void as_insns(const uint8_t *data, size_t n_bytes)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	size_t n = MIN(n_bytes / sizeof(struct sock_filter), (size_t)BPF_MAXINSNS);

	if (n == 0)
		return;
	prog.len = n;
	prog.filter = malloc(n * sizeof(prog.filter[0]));
	if (!prog.filter)
		return;
	memcpy(prog.filter, data, n * sizeof(prog.filter[0]));
	use(&prog, data, n_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	as_text(data, n_bytes);
	as_insns(data, n_bytes);
	return 0;
}
