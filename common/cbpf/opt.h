// SPDX-License-Identifier: GPL-2.0-or-later
/* opt - makes classic filters shorter without changing a verdict.
 * Same result for every packet, cut packets and ancillary fields included: a load that may be out
 * of range is left where its failure decides. Used by expr (always, unless told otherwise) and by
 * bpfc -O; prove.h says whether it was right.
 *
 * It ends by construction: at most OPT_ROUNDS rounds, each a fixed number of passes over the
 * blocks in order (jumps go forward only), and an edge is moved at most OPT_HOPS blocks a pass.
 * No pass makes the program longer, code is never duplicated but for a shared 'ret'. */
#ifndef CBPF_OPT_H
#define CBPF_OPT_H

#include <linux/filter.h>

#include "base/attr.h"
#include "base/err.h"

#define OPT_ROUNDS 16
#define OPT_HOPS   64

/* Optimises the '*n' instructions at 'insns' in place and sets '*n' to how many are left, never
 * more. They must be what check_insns() takes. Returns 0, -EINVAL as check_insns(), or -ENOMEM
 * with 'insns' as they were. */
int opt_program(struct sock_filter *insns, unsigned int *n, struct err *e) MUST_USE;

/* The same for a whole program. */
int opt_prog(struct sock_fprog *prog, struct err *e) MUST_USE;

#endif
