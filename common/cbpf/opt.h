// SPDX-License-Identifier: GPL-2.0-or-later
/* opt - makes classic BPF programs shorter without changing what they say of any packet, loads out
 * of range included. The filter compiler uses it on all it generates; bpfc -O on any program.
 * Pure. Terminates by construction: a fixed number of rounds, each over a graph without loops. */
#ifndef CBPF_OPT_H
#define CBPF_OPT_H

#include <linux/filter.h>

#include "base/attr.h"
#include "base/err.h"

/* Optimises 'in', which check_prog() takes; it is not changed. Returns 0 with '*ret' owned by the
 * caller (insn_fprog_free()), never longer than 'in' and taken by check_prog() too; -EINVAL as
 * check_prog(), or -ENOMEM. */
int opt_prog(const struct sock_fprog *in, struct sock_fprog *ret, struct err *e) MUST_USE;

#endif
