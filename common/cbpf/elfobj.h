// SPDX-License-Identifier: GPL-2.0-or-later
/* elfobj - a relocatable object of one eBPF program, as libbpf, ip(8) and tc(8) load it, with the
 * classic filter that it was made of beside it. Source: libbpf's documentation, gABI. */
#ifndef CBPF_ELFOBJ_H
#define CBPF_ELFOBJ_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

/* Section of the classic filter: struct sock_filter[] as it lies in memory. */
#define ELFOBJ_CLASSIC ".cbpf"

/* Adds the object to 'out': program 'name' of 'n' instructions at 'insns' in section 'section'
 * ("socket", "tc", "xdp"), licence GPL, and 'classic'. */
void elfobj_add(struct str *out, const char *section, const char *name,
		const struct bpf_insn *insns, unsigned int n, const struct sock_fprog *classic);

/* Finds section 'section' in the ELF64 object of 'n_bytes' at 'data'. Returns 0 with '*ret_p' and
 * '*ret_bytes' inside of 'data', or -ENOENT: no such section, or no whole object. */
int elfobj_find(const uint8_t *data, size_t n_bytes, const char *section, const uint8_t **ret_p,
		size_t *ret_bytes) MUST_USE;

#endif
