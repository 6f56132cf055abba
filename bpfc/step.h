// SPDX-License-Identifier: GPL-2.0-or-later
/* step - how a running program is shown: where it stands, its registers and memory, how it ended.
 * Shared by --trace and --debug. */
#ifndef BPFC_STEP_H
#define BPFC_STEP_H

#include "cbpf/sim.h"
#include "source.h"
#include "ui/jsonw.h"

/* "  3  x.bpf:4:1  jeq #0x800, L5": instruction 'i' and where it comes from. */
void step_add_insn(const struct source *s, unsigned int i, struct str *out);

/* "A=0x800 X=0x0 M[3]=0x5": registers, and the words of memory that were written. */
void step_add_registers(const struct sim *sim, struct str *out);

/* "accept 262144  x.bpf:12:1  ret #0x40000", or why the packet is rejected. */
void step_add_end(const struct source *s, const struct sim *sim, struct str *out);

/* The same as members of an open object. */
void step_json_registers(const struct sim *sim, struct jsonw *j);
void step_json_end(const struct source *s, const struct sim *sim, struct jsonw *j);

#endif
