// SPDX-License-Identifier: GPL-2.0-or-later
/* step - see step.h. */
#include "step.h"

#include "base/str.h"
#include "cbpf/asmout.h"

enum { POS_COLUMNS = 20 };

static void add_pos(const struct source *s, unsigned int i, struct str *out)
{
	size_t begin = out->len;

	source_add_pos(s, i, out);
	if (out->len - begin < POS_COLUMNS)
		str_pad(out, ' ', POS_COLUMNS - (out->len - begin));
	str_add(out, "  ");
	asmout_add_insn(out, &s->p.prog, i);
}

void step_add_insn(const struct source *s, unsigned int i, struct str *out)
{
	str_addf(out, "%4u  ", i);
	add_pos(s, i, out);
}

void step_add_registers(const struct sim *sim, struct str *out)
{
	str_addf(out, "A=0x%x X=0x%x", sim->a, sim->x);
	for (unsigned int i = 0; i < BPF_MEMWORDS; i++)
		if (sim->mem_set & 1u << i)
			str_addf(out, " M[%u]=0x%x", i, sim->mem[i]);
}

void step_add_end(const struct source *s, const struct sim *sim, struct str *out)
{
	if (sim->verdict)
		str_addf(out, "accept %-10u  ", sim->verdict);
	else
		str_add(out, "reject             ");
	add_pos(s, sim->pc, out);
	if (sim->end != SIM_RET)
		str_addf(out, "  (%s)", sim_end_text(sim->end));
}

void step_json_registers(const struct sim *sim, struct jsonw *j)
{
	jsonw_u64(j, "a", sim->a);
	jsonw_u64(j, "x", sim->x);
	jsonw_object(j, "m");
	for (unsigned int i = 0; i < BPF_MEMWORDS; i++) {
		char key[4] = { '0' + i % 10 };

		if (i >= 10) {
			key[0] = '1';
			key[1] = '0' + i % 10;
		}
		if (sim->mem_set & 1u << i)
			jsonw_u64(j, key, sim->mem[i]);
	}
	jsonw_end(j);
}

void step_json_end(const struct source *s, const struct sim *sim, struct jsonw *j)
{
	jsonw_str(j, "verdict", sim->verdict ? "accept" : "reject");
	jsonw_u64(j, "bytes", sim->verdict);
	jsonw_u64(j, "instruction", sim->pc);
	source_json_pos(s, sim->pc, j);
	jsonw_str(j, "reason", sim_end_text(sim->end));
}
