// SPDX-License-Identifier: GPL-2.0-or-later
/* script_fuzz - arbitrary bytes as a packet script. What compiles is planned for two workers and
 * made: a packet is the same made out of its template and out of an earlier one. Must reach every
 * function, every header function, streams and variables; what does not compile has a sentence. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../trafgen/comp.h"
#include "../../trafgen/plan.h"

enum { MAKE = 40 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

static void try_packet(const struct plan *p, uint64_t i, uint8_t *used)
{
	uint64_t index[N_INDEX];
	uint32_t slot;
	const struct packet *pk = plan_at(p, i % p->n_workers, i, index, &slot);
	uint8_t *fresh = malloc(pk->len ?: 1);

	if (!fresh)
		return;
	memcpy(fresh, pk->bytes, pk->len);
	prog_apply(pk, index, fresh);
	if (pk == p->prog->packets) {
		prog_apply(pk, index, used);
		if (memcmp(fresh, used, pk->len) != 0)
			abort();
	}
	if (plan_moment_ns(p, i % p->n_workers, i) < 0)
		abort();
	free(fresh);
}

static void try_program(const struct prog *g, unsigned int n_workers)
{
	struct job job = { 0 };
	struct plan p;
	struct err e = { 0 };
	uint8_t *used;

	if (plan_make(g, &job, n_workers, 1, &p, &e)) {
		if (!e.text[0])
			abort();
		return;
	}
	used = malloc(g->packets[0].len ?: 1);
	if (used) {
		memcpy(used, g->packets[0].bytes, g->packets[0].len);
		for (unsigned int i = 0; i < MAKE; i++)
			if (!plan_idle(&p, i % n_workers))
				try_packet(&p, i * i * 1000003ull, used);
	}
	free(used);
	plan_free(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	struct comp_opts o = { .file = "fuzz", .seed = 7 };
	char *text = malloc(n_bytes ?: 1);
	struct prog g = { 0 };
	struct err e = { 0 };

	if (!text)
		return 0;
	/* of its own length, so that a read past the end is seen */
	if (n_bytes)
		memcpy(text, data, n_bytes);
	if (comp_script(text, n_bytes, &o, &g, &e) == 0) {
		try_program(&g, 2);
		prog_free(&g);
	} else if (!e.text[0]) {
		abort();
	}
	free(text);
	return 0;
}
