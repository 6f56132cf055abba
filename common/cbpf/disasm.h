// SPDX-License-Identifier: GPL-2.0-or-later
/* disasm - classic filters as text that bpfc(8) assembles again. */
#ifndef CBPF_DISASM_H
#define CBPF_DISASM_H

#include <linux/filter.h>

#include "base/str.h"

/* Adds instruction 'f', which stands at index 'pc', to 's': "jeq #0x800, L2, L5". No newline. What
 * is no valid operation becomes "unimp 0xCODE, JT, JF, 0xK", which no assembler takes. */
void disasm_insn(struct str *s, const struct sock_filter *f, unsigned int pc);

/* Adds all of 'prog', a line an instruction, each with its label: "L0:  ldh [12]\n". */
void disasm_prog(struct str *s, const struct sock_fprog *prog);

#endif
