// SPDX-License-Identifier: GPL-2.0-or-later
/* sat - decides whether a formula of clauses can be true: conflict-driven clause learning with two
 * watched literals (Moskewicz and others 2001; Een and Soerensson 2003), restarts by Luby's series.
 * Used by cbpf/circuit, which proves programs equal with it. Ours, and not a library, since this
 * layer makes no system call, ends no process when memory is short, and gives the same answer
 * after the same number of steps on every machine. */
#ifndef CBPF_SAT_H
#define CBPF_SAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct sat;

/* In this interface a literal is a variable (from 0) doubled, plus 1 where it is negated. */

/* Returns NULL when out of memory. */
struct sat *sat_new(void) MUST_USE;
void sat_free(struct sat *s);

/* A new variable. Out of memory shows at sat_solve(). */
uint32_t sat_var(struct sat *s);

/* Adds the clause that one of the 'n' literals at 'lits' (up to 3) is true. */
void sat_add(struct sat *s, const uint32_t *lits, unsigned int n);

/* Looks for values that make all clauses true, and the 'n' literals at 'assumed' too. '*steps' is
 * how much work it may be (clauses looked at) and is counted down. Returns 1 found (sat_true()), 0
 * there are none, -ETIME the steps did not do, -ENOMEM. */
int sat_solve(struct sat *s, const uint32_t *assumed, unsigned int n, uint64_t *steps) MUST_USE;

/* Value of 'lit' in what was found last. */
bool sat_true(const struct sat *s, uint32_t lit) MUST_USE;

#endif
