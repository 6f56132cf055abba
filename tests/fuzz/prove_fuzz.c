// SPDX-License-Identifier: GPL-2.0-or-later
/* prove_fuzz - two arbitrary programs, the second often a copy of the first with a few bytes
 * changed, are compared. If they are proved equal, no length of the input as a packet may tell them
 * apart; if they are refuted, the packet must. Must reach all of symex, words and sat; programs are
 * short, so that a question takes little time. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/insn.h"
#include "cbpf/prove.h"
#include "cbpf/vm.h"
#include "cbpf/witness.h"

enum { MAX_INSNS = 24, STEPS = 200000, MAX_WITNESSES = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

static bool differ(struct vm *vm[2], const uint8_t *data, uint32_t cap_len, uint32_t len,
		   const struct vm_aux *aux)
{
	uint32_t x = vm_run(vm[0], data, cap_len, len, aux);
	uint32_t y = vm_run(vm[1], data, cap_len, len, aux);

	return !x != !y || MIN(x, cap_len) != MIN(y, cap_len);
}

static void compare(const struct sock_fprog *a, const struct sock_fprog *b, const uint8_t *data,
		    uint32_t n)
{
	struct vm_aux aux = { .net_off = n % 40, .mark = n };
	AUTO(prove_free) struct prove p = { 0 };
	struct vm *vm[2] = { NULL, NULL };

	if (vm_new(a, &vm[0], NULL) || vm_new(b, &vm[1], NULL))
		abort();
	if (prove(a, b, STEPS, &p, NULL))
		abort();
	for (uint32_t len = 0; p.verdict == PROVE_PROVED && len <= n && len < 64; len++) {
		aux.vlan_tpid = len % 2 ? 0x8100 : 0;
		if (differ(vm, data, len, n, &aux) || differ(vm, data, len, len, &aux))
			abort();
	}
	if (p.verdict == PROVE_REFUTED &&
	    !differ(vm, p.packet.data, p.packet.cap_len, p.packet.len, &p.packet.aux))
		abort();
	vm_free(vm[0]);
	vm_free(vm[1]);
}

static void witnesses(const struct sock_fprog *prog)
{
	AUTO(witness_free_p) struct witness *w = NULL;
	struct sympkt_packet p;

	if (witness_new(prog, STEPS, &w, NULL))
		abort();
	for (int i = 0; i < MAX_WITNESSES && witness_next(w, &p, NULL) == 1; i++)
		sympkt_packet_free(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	struct sock_filter f[2][MAX_INSNS];
	size_t n = n_bytes ? (n_bytes - 1) / sizeof(f[0][0]) : 0;
	struct sock_fprog a = { .filter = f[0] }, b = { .filter = f[1] };

	if (n == 0)
		return 0;
	a.len = MIN(n, (size_t)MAX_INSNS);
	memcpy(f[0], data + 1, a.len * sizeof(f[0][0]));
	if (data[0] & 1 && n >= 2) {
		a.len = b.len = MIN(n / 2, (size_t)MAX_INSNS);
		memcpy(f[1], data + 1 + a.len * sizeof(f[0][0]), b.len * sizeof(f[0][0]));
	} else {
		b.len = a.len;
		memcpy(f[1], f[0], sizeof(f[0]));
		f[1][data[0] / 2 % b.len].k ^= 1u << data[0] / 8;
	}
	if (check_prog(&a, NULL))
		return 0;
	witnesses(&a);
	if (check_prog(&b, NULL) == 0)
		compare(&a, &b, data, n_bytes);
	return 0;
}
