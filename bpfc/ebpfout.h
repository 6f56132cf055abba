// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpfout - the program of this run as eBPF: a listing, an object file, and the machine code that
 * the kernel makes of it. */
#ifndef BPFC_EBPFOUT_H
#define BPFC_EBPFOUT_H

#include "base/str.h"
#include "job.h"
#include "source.h"

/* -f ebpf and -f elf, for the target of 'job'. Return 0, or -errno with 'e': what eBPF cannot say.
 */
int ebpfout_listing(const struct job *job, const struct source *s, struct str *out,
		    struct err *e) MUST_USE;
int ebpfout_object(const struct job *job, const struct source *s, struct str *out,
		   struct err *e) MUST_USE;

/* --jit: loads the translation, asks the kernel for its machine code and disassembles it. Returns
 * 0, or -errno with 'e': -EPERM without privilege, -EOPNOTSUPP where the JIT compiler is off. */
int ebpfout_jit(const struct job *job, const struct source *s, struct str *out,
		struct err *e) MUST_USE;

#endif
