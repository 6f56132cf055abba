// SPDX-License-Identifier: GPL-2.0-or-later
/* asmout - classic filters as assembler for people: labels where something jumps to, fields of
 * protocols in comments, and it assembles to the same bytes whatever they are. */
#ifndef CBPF_ASMOUT_H
#define CBPF_ASMOUT_H

#include <linux/filter.h>

#include "base/str.h"
#include "cbpf/fieldname.h"

/* Adds 'prog' to 'out', a line an instruction. 'names' (NULL: none) goes into comments. What has
 * no mnemonic, or fields that no mnemonic would fill, is written as .insn. */
void asmout_add(struct str *out, const struct sock_fprog *prog, const struct fieldname *names);

/* Adds instruction 'i' of 'prog' alone, without label, comment and end of line. */
void asmout_add_insn(struct str *out, const struct sock_fprog *prog, unsigned int i);

#endif
