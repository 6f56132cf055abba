// SPDX-License-Identifier: GPL-2.0-or-later
/* coverage - see coverage.h. */
#include "coverage.h"

#include <errno.h>

#include "base/str.h"
#include "cbpf/asmout.h"
#include "step.h"

int coverage_new(unsigned int n, struct coverage *ret, struct err *e)
{
	*ret = (struct coverage){ .at = calloc(n, sizeof(*ret->at)), .n = n };
	return ret->at ? 0 : err_sys(e, ENOMEM, "coverage");
}

void coverage_free(struct coverage *c)
{
	free(c->at);
	*c = (struct coverage){ 0 };
}

void coverage_step(struct coverage *c, const struct sim *sim)
{
	const struct sock_filter *f = &sim->prog->filter[sim->pc];
	unsigned int target;

	c->at[sim->pc].n++;
	if (BPF_OP(f->code) != BPF_JA && sim_jump(sim, &target) && target == sim->pc + 1 + f->jt)
		c->at[sim->pc].n_true++;
}

void coverage_end(struct coverage *c, const struct sim *sim)
{
	if (sim->verdict)
		c->at[sim->pc].n_accepted++;
	else
		c->at[sim->pc].n_rejected++;
}

static bool is_branch(const struct source *s, unsigned int i)
{
	uint16_t code = s->p.prog.filter[i].code;

	return BPF_CLASS(code) == BPF_JMP && BPF_OP(code) != BPF_JA;
}

static void add_count(uint64_t n, struct str *out)
{
	if (n)
		str_addf(out, "%10llu  ", (unsigned long long)n);
	else
		str_add(out, "         -  ");
}

/* "[A == k: 3, else 5]" behind a line with a conditional jump that packets came by; jne and its
 * like are jeq with the labels exchanged. */
static void add_ways(const struct coverage *c, const struct source *s, unsigned int i,
		     struct str *out)
{
	uint16_t code = s->p.prog.filter[i].code;
	const char *op = BPF_OP(code) == BPF_JEQ   ? "=="
			 : BPF_OP(code) == BPF_JGT ? ">"
			 : BPF_OP(code) == BPF_JGE ? ">="
						   : "&";

	if (is_branch(s, i) && c->at[i].n)
		str_addf(out, "   [A %s %c: %llu, else %llu]", op,
			 BPF_SRC(code) == BPF_X ? 'x' : 'k', (unsigned long long)c->at[i].n_true,
			 (unsigned long long)(c->at[i].n - c->at[i].n_true));
}

static void add_instructions(const struct coverage *c, const struct source *s, struct str *out)
{
	for (unsigned int i = 0; i < c->n; i++) {
		add_count(c->at[i].n, out);
		step_add_insn(s, i, out);
		add_ways(c, s, i, out);
		str_addc(out, '\n');
	}
}

/* Lines of the source in order; several instructions of a line count as the first of them. */
static void add_lines(const struct coverage *c, const struct source *s, struct str *out)
{
	unsigned int i = 0, line = 1;
	size_t left = s->text.len;

	while (left > 0) {
		size_t n;
		const char *text = source_line(s, line, &n);

		if (i < c->n && s->p.pos[i].line == line)
			add_count(c->at[i].n, out);
		else
			str_pad(out, ' ', 12);
		str_add_n(out, text, n);
		for (; i < c->n && s->p.pos[i].line == line; i++)
			add_ways(c, s, i, out);
		str_addc(out, '\n');
		left -= n + 1 > left ? left : n + 1;
		line++;
	}
}

void coverage_add(const struct coverage *c, const struct source *s, struct str *out)
{
	if (s->format == PROGFMT_ASM && s->text.len)
		add_lines(c, s, out);
	else
		add_instructions(c, s, out);
}

void coverage_add_rejecting(const struct coverage *c, const struct source *s, struct str *out)
{
	uint64_t limit = UINT64_MAX, best;

	/* The counts in falling order, each with all that have it. */
	for (;; limit = best) {
		best = 0;
		for (unsigned int i = 0; i < c->n; i++)
			if (c->at[i].n_rejected < limit && c->at[i].n_rejected > best)
				best = c->at[i].n_rejected;
		if (best == 0)
			return;
		for (unsigned int i = 0; i < c->n; i++) {
			if (c->at[i].n_rejected != best)
				continue;
			str_addf(out, "%10llu rejected by ", (unsigned long long)best);
			source_add_pos(s, i, out);
			str_add(out, "  ");
			asmout_add_insn(out, &s->p.prog, i);
			str_addc(out, '\n');
		}
	}
}

void coverage_json(const struct coverage *c, const struct source *s, struct jsonw *j)
{
	AUTO(str_free) struct str text = { 0 };

	jsonw_array(j, "coverage");
	for (unsigned int i = 0; i < c->n; i++) {
		jsonw_object(j, NULL);
		jsonw_u64(j, "instruction", i);
		source_json_pos(s, i, j);
		str_clear(&text);
		asmout_add_insn(&text, &s->p.prog, i);
		jsonw_str(j, "text", str_text(&text));
		jsonw_u64(j, "packets", c->at[i].n);
		if (is_branch(s, i))
			jsonw_u64(j, "true", c->at[i].n_true);
		jsonw_u64(j, "accepted", c->at[i].n_accepted);
		jsonw_u64(j, "rejected", c->at[i].n_rejected);
		jsonw_end(j);
	}
	jsonw_end(j);
}
