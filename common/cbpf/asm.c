// SPDX-License-Identifier: GPL-2.0-or-later
/* asm - see asm.h. One pass of recursive descent collects instructions and labels in the order of
 * the source; asm_link makes the program of them. Instructions may share a line, as in bpfc. */
#include "cbpf/asm.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "cbpf/asm_lex.h"
#include "cbpf/asm_link.h"
#include "cbpf/asm_words.h"
#include "cbpf/insn.h"

struct parse {
	struct asm_lex lex;
	struct asm_unit unit;
	unsigned int flags;
	struct err *e;
};

static int more(void **list, unsigned int n, unsigned int *cap, size_t size, struct err *e)
{
	void *p;

	if (n < *cap)
		return 0;
	*cap = *cap ? *cap * 2 : 64;
	p = realloc(*list, *cap * size);
	if (!p)
		return err_sys(e, ENOMEM, "source");
	*list = p;
	return 0;
}

/* x or a register's other spelling, %x. */
static int reg(struct parse *p, const char *name, bool *ret_is)
{
	struct asm_lex ahead = p->lex;
	int rc;

	*ret_is = false;
	if (asm_lex_is(&ahead, '%')) {
		rc = asm_lex_next(&ahead);
		if (rc)
			return rc;
	}
	if (!asm_lex_is_word(&ahead, name))
		return 0;
	*ret_is = true;
	p->lex = ahead;
	return asm_lex_next(&p->lex);
}

/* What follows '[': k, x + k, k + x. */
static int packet_offset(struct parse *p, const struct asm_word *w, struct asm_insn *in)
{
	struct asm_lex *l = &p->lex;
	uint16_t mode = BPF_ABS;
	bool x, plus, minus;
	int rc;

	rc = reg(p, "x", &x);
	if (rc)
		return rc;
	if (x) {
		mode = BPF_IND;
		plus = asm_lex_is(l, '+');
		minus = asm_lex_is(l, '-');
		if (plus)
			rc = asm_lex_next(l);
		else if (!minus && !asm_lex_is(l, ']'))
			rc = asm_lex_unexpected(l, "'+' and an offset");
		if (rc == 0 && (plus || minus))
			rc = asm_lex_number(l, true, "an offset", &in->f.k);
	} else {
		rc = asm_lex_number(l, true, "an offset or 'x'", &in->f.k);
		if (rc == 0 && asm_lex_is(l, '+')) {
			mode = BPF_IND;
			rc = asm_lex_next(l);
			if (rc == 0)
				rc = reg(p, "x", &x);
			if (rc == 0 && !x)
				rc = asm_lex_unexpected(l, "'x'");
		}
	}
	in->f.code = w->code | mode;
	return rc ? rc : asm_lex_expect(l, ']', "']'");
}

static int memory(struct parse *p, const struct asm_word *w, struct asm_insn *in)
{
	struct asm_pos at;
	int rc;

	rc = asm_lex_next(&p->lex); /* M */
	if (rc == 0)
		rc = asm_lex_expect(&p->lex, '[', "'['");
	if (rc)
		return rc;
	at = p->lex.tok.pos;
	rc = asm_lex_number(&p->lex, false, "a number from 0 to 15", &in->f.k);
	if (rc)
		return rc;
	if (in->f.k >= BPF_MEMWORDS && !(p->flags & ASM_ANY_WORD))
		return err_set(p->e, EINVAL, ASM_AT "expected a number from 0 to %d, found %u",
			       ASM_POS(at), BPF_MEMWORDS - 1, in->f.k);
	in->f.code = w->code;
	if (BPF_CLASS(w->code) == BPF_LD || BPF_CLASS(w->code) == BPF_LDX)
		in->f.code = BPF_CLASS(w->code) | BPF_MEM;
	return asm_lex_expect(&p->lex, ']', "']'");
}

/* A number that has to be 'v', as it only stands there to show what the instruction does. */
static int constant(struct parse *p, uint32_t v, const char *wanted)
{
	struct asm_lex before = p->lex;
	uint32_t k;
	int rc;

	rc = asm_lex_number(&p->lex, false, wanted, &k);
	if (rc == 0 && k != v) {
		p->lex = before;
		return asm_lex_unexpected(&p->lex, wanted);
	}
	return rc;
}

/* 4*([k]&0xf) */
static int header_length(struct parse *p, struct asm_insn *in)
{
	struct asm_lex *l = &p->lex;
	int rc;

	rc = constant(p, 4, "'4' of 4*([k]&0xf)");
	if (rc == 0)
		rc = asm_lex_expect(l, '*', "'*' of 4*([k]&0xf)");
	if (rc == 0)
		rc = asm_lex_expect(l, '(', "'(' of 4*([k]&0xf)");
	if (rc == 0)
		rc = asm_lex_expect(l, '[', "'[' of 4*([k]&0xf)");
	if (rc == 0)
		rc = asm_lex_number(l, true, "an offset", &in->f.k);
	if (rc == 0)
		rc = asm_lex_expect(l, ']', "']' of 4*([k]&0xf)");
	if (rc == 0)
		rc = asm_lex_expect(l, '&', "'&' of 4*([k]&0xf)");
	if (rc == 0)
		rc = constant(p, 0xf, "'0xf' of 4*([k]&0xf)");
	if (rc == 0)
		rc = asm_lex_expect(l, ')', "')' of 4*([k]&0xf)");
	in->f.code = BPF_LDX | BPF_B | BPF_MSH;
	return rc;
}

static uint16_t immediate_code(const struct asm_word *w)
{
	switch (BPF_CLASS(w->code)) {
	case BPF_LD:
	case BPF_LDX:
		return BPF_CLASS(w->code) | BPF_IMM;
	default:
		return w->code | BPF_K;
	}
}

static int extension(struct parse *p, const struct asm_word *w, struct asm_insn *in)
{
	const struct asm_ext *x = NULL;

	if (p->lex.tok.kind == ASM_WORD)
		x = asm_ext_find(p->lex.tok.p, p->lex.tok.n_bytes);
	if (!x || !(w->modes & (x->ad == ASM_AD_LEN ? ASM_LEN : ASM_EXT)))
		return asm_lex_unexpected(&p->lex, w->wanted);
	if (x->ad == ASM_AD_LEN) {
		in->f.code = w->code | BPF_LEN;
	} else {
		in->f.code = w->code | BPF_ABS;
		in->f.k = INSN_AD_OFF + x->ad;
	}
	return asm_lex_next(&p->lex);
}

/* '#' and what may follow it: a number, or the name of an extension. */
static int literal(struct parse *p, const struct asm_word *w, struct asm_insn *in)
{
	int rc;

	rc = asm_lex_next(&p->lex);
	if (rc)
		return rc;
	if (p->lex.tok.kind == ASM_WORD && w->modes & (ASM_LEN | ASM_EXT))
		return extension(p, w, in);
	if (!(w->modes & (ASM_IMM | ASM_BRANCH)))
		return asm_lex_unexpected(&p->lex, w->wanted);
	in->f.code = immediate_code(w);
	return asm_lex_number(
		&p->lex, true,
		w->modes & ASM_EXT ? "a number or the name of an extension" : "a number", &in->f.k);
}

static int target(struct parse *p, struct asm_target *ret)
{
	if (p->lex.tok.kind != ASM_WORD)
		return asm_lex_unexpected(&p->lex, "a label");
	*ret = (struct asm_target){ p->lex.tok.p, p->lex.tok.n_bytes, p->lex.tok.pos };
	return asm_lex_next(&p->lex);
}

static int branch(struct parse *p, const struct asm_word *w, struct asm_insn *in)
{
	struct asm_target to[2] = { { 0 } };
	bool x;
	int rc;

	rc = reg(p, "x", &x);
	if (rc == 0 && x)
		in->f.code = w->code | BPF_X;
	else if (rc == 0 && asm_lex_is(&p->lex, '#'))
		rc = literal(p, w, in);
	else if (rc == 0)
		rc = asm_lex_unexpected(&p->lex, w->wanted);
	if (rc == 0)
		rc = asm_lex_expect(&p->lex, ',', "',' and a label");
	if (rc == 0)
		rc = target(p, &to[0]);
	if (rc == 0 && asm_lex_is(&p->lex, ',')) {
		rc = asm_lex_next(&p->lex);
		if (rc == 0)
			rc = target(p, &to[1]);
	}
	in->to[0] = to[w->invert];
	in->to[1] = to[!w->invert];
	return rc;
}

/* The register operand of an instruction that may have one. */
static int register_operand(struct parse *p, const struct asm_word *w, struct asm_insn *in,
			    bool *ret_done)
{
	int rc;

	*ret_done = false;
	if (w->modes & ASM_REG_X) {
		rc = reg(p, "x", ret_done);
		in->f.code = w->code | BPF_X;
		if (rc || *ret_done)
			return rc;
	}
	if (w->modes & ASM_REG_A) {
		rc = reg(p, "a", ret_done);
		in->f.code = w->code | BPF_A;
		return rc;
	}
	return 0;
}

static int operand(struct parse *p, const struct asm_word *w, struct asm_insn *in)
{
	struct asm_lex *l = &p->lex;
	bool done;
	int rc;

	if (w->modes & ASM_NONE) {
		in->f.code = w->code;
		return 0;
	}
	if (w->modes & ASM_LABEL) {
		in->f.code = w->code;
		return target(p, &in->to[0]);
	}
	if (w->modes & ASM_BRANCH)
		return branch(p, w, in);
	rc = register_operand(p, w, in, &done);
	if (rc || done)
		return rc;
	if (asm_lex_is(l, '#'))
		return literal(p, w, in);
	if (asm_lex_is(l, '[') && w->modes & ASM_ABS) {
		rc = asm_lex_next(l);
		return rc ? rc : packet_offset(p, w, in);
	}
	if (asm_lex_is_word(l, "m") && w->modes & ASM_MEM)
		return memory(p, w, in);
	if (w->modes & ASM_BARE) {
		in->f.code = immediate_code(w);
		return asm_lex_number(l, true, "a number", &in->f.k);
	}
	if (w->modes & ASM_MSH && l->tok.kind == ASM_NUMBER)
		return header_length(p, in);
	return extension(p, w, in);
}

static int label(struct parse *p)
{
	struct asm_unit *u = &p->unit;
	struct asm_target at;
	int rc;

	rc = more((void **)&u->labels, u->n_labels, &u->cap_labels, sizeof(*u->labels), p->e);
	if (rc == 0)
		rc = target(p, &at);
	if (rc)
		return rc;
	u->labels[u->n_labels++] = (struct asm_label){ .at = at, .insn = u->n };
	return asm_lex_expect(&p->lex, ':', "':'");
}

/* .insn 0x28, 0, 0, 12: an instruction by its numbers, for what has no other spelling. */
static int raw(struct parse *p, struct asm_insn *in)
{
	static const struct {
		const char *what;
		uint32_t max;
	} fields[] = { { "an operation code", UINT16_MAX },
		       { "a jump distance", UINT8_MAX },
		       { "a jump distance", UINT8_MAX },
		       { "an operand", UINT32_MAX } };
	uint32_t v[ARRAY_SIZE(fields)];
	int rc = asm_lex_next(&p->lex);

	for (unsigned int i = 0; rc == 0 && i < ARRAY_SIZE(fields); i++) {
		struct asm_pos at;

		if (i > 0)
			rc = asm_lex_expect(&p->lex, ',', "','");
		at = p->lex.tok.pos;
		if (rc == 0)
			rc = asm_lex_number(&p->lex, false, fields[i].what, &v[i]);
		if (rc == 0 && v[i] > fields[i].max)
			rc = err_set(p->e, EINVAL, ASM_AT "expected %s of at most %u, found %u",
				     ASM_POS(at), fields[i].what, fields[i].max, v[i]);
	}
	if (rc)
		return rc;
	in->f = (struct sock_filter){ .code = v[0], .jt = v[1], .jf = v[2], .k = v[3] };
	in->raw = true;
	return 0;
}

/* The instruction whose mnemonic comes next. */
static int one_insn(struct parse *p, struct asm_insn *in)
{
	const struct asm_word *w = NULL;
	int rc;

	if (asm_lex_is_word(&p->lex, ".insn"))
		return raw(p, in);
	if (p->lex.tok.kind == ASM_WORD)
		w = asm_word_find(p->lex.tok.p, p->lex.tok.n_bytes);
	if (!w)
		return asm_lex_unexpected(&p->lex, "an instruction or a label");
	rc = asm_lex_next(&p->lex);
	return rc ? rc : operand(p, w, in);
}

static int instruction(struct parse *p)
{
	struct asm_unit *u = &p->unit;
	struct asm_insn in = { .pos = p->lex.tok.pos };
	int rc;

	if (u->n == BPF_MAXINSNS)
		return err_set(p->e, EINVAL, ASM_AT "expected at most %d instructions, found more",
			       ASM_POS(in.pos), BPF_MAXINSNS);
	rc = more((void **)&u->insns, u->n, &u->cap, sizeof(*u->insns), p->e);
	if (rc == 0)
		rc = one_insn(p, &in);
	if (rc == 0)
		u->insns[u->n++] = in;
	return rc;
}

static int source(struct parse *p)
{
	int rc = 0;

	while (rc == 0 && p->lex.tok.kind != ASM_END) {
		if (p->lex.tok.kind == ASM_WORD && asm_lex_ahead(&p->lex, ':'))
			rc = label(p);
		else
			rc = instruction(p);
	}
	if (rc == 0 && p->unit.n == 0)
		return asm_lex_unexpected(&p->lex, "an instruction");
	return rc;
}

int asm_parse(const char *text, size_t n_bytes, const char *name, unsigned int flags,
	      struct asm_prog *ret, struct err *e)
{
	AUTO(asm_prog_free) struct asm_prog out = { 0 };
	struct parse p = { .flags = flags, .e = e };
	int rc;

	if (n_bytes > ASM_MAX_BYTES)
		return err_set(e, EINVAL, "%s: %zu bytes are too many for a filter", name, n_bytes);
	rc = asm_lex_open(&p.lex, text, n_bytes, name, &out.arena, e);
	if (rc == 0)
		rc = source(&p);
	if (rc == 0)
		rc = asm_link(&p.unit, flags, &out, e);
	free(p.unit.insns);
	free(p.unit.labels);
	if (rc)
		return rc;
	*ret = TAKE(out, (struct asm_prog){ 0 });
	return 0;
}

void asm_prog_free(struct asm_prog *p)
{
	insn_fprog_free(&p->prog);
	arena_free(&p->arena);
	*p = (struct asm_prog){ 0 };
}
