// SPDX-License-Identifier: GPL-2.0-or-later
/* check - whether the kernel would take a classic filter, and why not.
 * Every program from outside passes here before vm, ebpf or a socket sees it.
 * Same verdict as bpf_check_basics_ok(), bpf_check_classic(), check_load_and_stores(). */
#ifndef CBPF_CHECK_H
#define CBPF_CHECK_H

#include <linux/filter.h>

#include "base/attr.h"
#include "base/err.h"

/* Checks the 'n' instructions at 'insns'. Returns 0, or -EINVAL with 'e' naming the first bad
 * instruction by its index (from 0) and the reason. */
int check_insns(const struct sock_filter *insns, unsigned int n, struct err *e) MUST_USE;

/* The same for a whole program. */
int check_prog(const struct sock_fprog *prog, struct err *e) MUST_USE;

/* Whose rules a program is held to. */
enum check_rules {
	CHECK_ANY,     /* any machine of classic BPF: known operations, jumps inside, a ret last */
	CHECK_SOCKET,  /* what SO_ATTACH_FILTER takes */
	CHECK_SECCOMP, /* what seccomp(2) takes; source: kernel/seccomp.c */
};

/* As check_prog() by 'rules', for who knows where the instructions came from: the sentence does not
 * name the instruction, '*ret_at' does (0 where it is not about one). */
int check_find(const struct sock_fprog *prog, enum check_rules rules, unsigned int *ret_at,
	       struct err *e) MUST_USE;

#endif
