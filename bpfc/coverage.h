// SPDX-License-Identifier: GPL-2.0-or-later
/* coverage - how often each instruction ran, which way its jumps went, and what it rejected. */
#ifndef BPFC_COVERAGE_H
#define BPFC_COVERAGE_H

#include "base/err.h"
#include "cbpf/sim.h"
#include "source.h"
#include "ui/jsonw.h"

struct coverage {
	struct coverage_count {
		uint64_t n, n_true, n_rejected, n_accepted;
	} * at;
	unsigned int n;
};

/* Makes room for 'n' instructions. Returns 0 with '*ret' owned by the caller (coverage_free()), or
 * -ENOMEM with 'e'. */
int coverage_new(unsigned int n, struct coverage *ret, struct err *e) MUST_USE;
void coverage_free(struct coverage *c);

/* Counts the instruction that 'sim' executes next; and, when it has ended, the verdict. */
void coverage_step(struct coverage *c, const struct sim *sim);
void coverage_end(struct coverage *c, const struct sim *sim);

/* Adds the source with the count of each line before it, "-" where no packet came by; where there
 * is no source, the instructions. */
void coverage_add(const struct coverage *c, const struct source *s, struct str *out);

/* Adds the lines that rejected packets, most first. */
void coverage_add_rejecting(const struct coverage *c, const struct source *s, struct str *out);

/* Adds the counts as array "coverage" of an open object. */
void coverage_json(const struct coverage *c, const struct source *s, struct jsonw *j);

#endif
