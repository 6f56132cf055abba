// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpftext - eBPF instructions as text, spelled as the kernel's verifier and llvm-objdump do. */
#ifndef CBPF_EBPFTEXT_H
#define CBPF_EBPFTEXT_H

#include <linux/bpf.h>
#include <linux/filter.h>

#include "base/str.h"

/* Adds the 'n' instructions at 'insns', one a line: "   3: r0 = *(u16 *)skb[12]". Before them
 * stands a comment with the classic filter 'classic' that they were made of, so that the listing
 * can be read back. */
void ebpftext_add(struct str *out, const struct bpf_insn *insns, unsigned int n,
		  const struct sock_fprog *classic);

/* Adds one instruction without number and end of line. */
void ebpftext_add_insn(struct str *out, const struct bpf_insn *f);

#endif
