// SPDX-License-Identifier: GPL-2.0-or-later
/* progfmt_fuzz - filter files of arbitrary bytes through the reader of every format; what one takes
 * is written in the formats that hold any instruction, recognised and read back the same. Then it
 * runs step by step and by vm, which must agree. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/progfmt.h"
#include "cbpf/sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

static void same_again(const struct sock_fprog *prog,
		       void (*add)(struct str *out, const struct sock_fprog *prog))
{
	AUTO(asm_prog_free) struct asm_prog again = { 0 };
	AUTO(str_free) struct str s = { 0 };
	struct err e;

	add(&s, prog);
	if (s.failed ||
	    progfmt_read(progfmt_guess(str_text(&s), s.len), str_text(&s), s.len, "again", 0,
			 &again, &e) ||
	    again.prog.len != prog->len ||
	    memcmp(again.prog.filter, prog->filter, prog->len * sizeof(prog->filter[0])))
		abort();
}

static void both_run(const struct sock_fprog *prog, const uint8_t *data, size_t n_bytes)
{
	AUTO(vm_free_p) struct vm *vm = NULL;
	uint32_t n = MIN(n_bytes, (size_t)2000);
	struct vm_aux aux = { .net_off = n % 40, .vlan_tpid = 0x8100 };
	struct sim sim;
	struct err e;

	if (vm_new(prog, &vm, &e))
		return;
	sim_begin(&sim, prog, data, n, n_bytes, &aux);
	while (sim_step(&sim))
		;
	if (sim.verdict != vm_run(vm, data, n, n_bytes, &aux))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	if (progfmt_guess((const char *)data, n_bytes) > PROGFMT_ELF)
		abort();
	for (int f = PROGFMT_NONE; f <= PROGFMT_ELF; f++) {
		AUTO(asm_prog_free) struct asm_prog p = { 0 };
		AUTO(str_free) struct str listing = { 0 };
		unsigned int at;
		struct err e;

		if (progfmt_read(f, (const char *)data, n_bytes, "fuzz", 0, &p, &e))
			continue;
		same_again(&p.prog, progfmt_add_c);
		same_again(&p.prog, progfmt_add_hex);
		same_again(&p.prog, progfmt_add_rust);
		same_again(&p.prog, progfmt_add_go);
		same_again(&p.prog, progfmt_add_xt);
		progfmt_add_listing(&listing, &p.prog);
		(void)!check_find(&p.prog, CHECK_SECCOMP, &at, &e);
		both_run(&p.prog, data, n_bytes);
	}
	return 0;
}
