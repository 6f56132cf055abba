// SPDX-License-Identifier: GPL-2.0-or-later
/* asm_link - see asm_link.h. Far jumps are found by growing: whether a jump fits depends on how
 * many others needed a ja, so sizes are computed again until none grows; none ever shrinks. */
#include "cbpf/asm_link.h"

#include <errno.h>
#include <string.h>

#include "base/hash.h"
#include "cbpf/asm_lex.h"

struct link {
	const struct asm_unit *u;
	unsigned int flags;
	unsigned int *slots; /* hash table: index of a label plus 1 */
	unsigned int n_slots;
	unsigned int *to[2]; /* targets of each instruction, as index */
	unsigned int *at;    /* where each instruction will stand, and the end */
	bool *far[2];	     /* whether the target is reached through a ja */
	struct err *e;
};

static const struct asm_label *find(const struct link *l, const struct asm_target *name,
				    unsigned int **ret_slot)
{
	uint64_t h = hash_bytes(name->name, name->n_bytes, 0);

	for (;; h++) {
		unsigned int *slot = &l->slots[h & (l->n_slots - 1)];
		const struct asm_label *found;

		*ret_slot = slot;
		if (!*slot)
			return NULL;
		found = &l->u->labels[*slot - 1];
		if (found->at.n_bytes == name->n_bytes &&
		    memcmp(found->at.name, name->name, name->n_bytes) == 0)
			return found;
	}
}

static int index_labels(struct link *l, struct arena *a)
{
	unsigned int *slot;

	for (l->n_slots = 16; l->n_slots < l->u->n_labels * 2; l->n_slots *= 2)
		;
	l->slots = arena_alloc(a, l->n_slots * sizeof(*l->slots));
	if (!l->slots)
		return err_sys(l->e, ENOMEM, "labels");
	for (unsigned int i = 0; i < l->u->n_labels; i++) {
		const struct asm_label *label = &l->u->labels[i];
		const struct asm_label *other = find(l, &label->at, &slot);

		if (other)
			return err_set(l->e, EINVAL,
				       ASM_AT "expected a new label, but '%.*s' stands in line %u "
					      "already",
				       ASM_POS(label->at.pos),
				       (int)MIN(label->at.n_bytes, (size_t)40), label->at.name,
				       other->at.pos.line);
		if (label->insn == l->u->n)
			return err_set(l->e, EINVAL,
				       ASM_AT
				       "expected an instruction behind label '%.*s', but the "
				       "source ends",
				       ASM_POS(label->at.pos),
				       (int)MIN(label->at.n_bytes, (size_t)40), label->at.name);
		*slot = i + 1;
	}
	return 0;
}

static int resolve(struct link *l, unsigned int i, unsigned int which)
{
	const struct asm_target *t = &l->u->insns[i].to[which];
	const struct asm_label *label;
	unsigned int *slot;

	l->to[which][i] = i + 1;
	if (t->n_bytes == 0)
		return 0;
	label = find(l, t, &slot);
	if (!label)
		return err_set(l->e, EINVAL, ASM_AT "expected a label, but there is no '%.*s:'",
			       ASM_POS(t->pos), (int)MIN(t->n_bytes, (size_t)40), t->name);
	/* Only a ja has room for a distance below zero. */
	if (label->insn <= i &&
	    (!(l->flags & ASM_ANY_WORD) || BPF_OP(l->u->insns[i].f.code) != BPF_JA))
		return err_set(l->e, EINVAL,
			       ASM_AT "expected a label further on, but '%.*s' stands in line %u: "
				      "classic BPF only jumps forward",
			       ASM_POS(t->pos), (int)MIN(t->n_bytes, (size_t)40), t->name,
			       label->at.pos.line);
	l->to[which][i] = label->insn;
	return 0;
}

static bool is_branch(const struct asm_insn *in)
{
	return !in->raw && BPF_CLASS(in->f.code) == BPF_JMP && BPF_OP(in->f.code) != BPF_JA;
}

/* Lays everything out; true if a jump turned out to be too far for the layout before. */
static bool grow(struct link *l, struct asm_prog *ret)
{
	const struct asm_unit *u = l->u;
	bool grew = false;

	l->at[0] = 0;
	for (unsigned int i = 0; i < u->n; i++)
		l->at[i + 1] = l->at[i] + 1 + l->far[0][i] + l->far[1][i];
	for (unsigned int i = 0; i < u->n; i++) {
		for (unsigned int w = 0; w < 2 && is_branch(&u->insns[i]); w++) {
			if (l->far[w][i] || l->at[l->to[w][i]] - l->at[i] - 1 <= UINT8_MAX)
				continue;
			l->far[w][i] = true;
			ret->n_far++;
			grew = true;
		}
	}
	return grew;
}

static void put(struct asm_prog *ret, const struct asm_insn *from, struct sock_filter f)
{
	ret->pos[ret->prog.len] = from->pos;
	ret->prog.filter[ret->prog.len++] = f;
}

/* Instruction 'i', and behind it the ja of each target that is too far. */
static void emit(const struct link *l, unsigned int i, struct asm_prog *ret)
{
	const struct asm_insn *from = &l->u->insns[i];
	struct sock_filter f = from->f;
	unsigned int n_before = 0;

	if (!from->raw && BPF_CLASS(f.code) == BPF_JMP && !is_branch(from))
		f.k = l->at[l->to[0][i]] - l->at[i] - 1;
	if (is_branch(from)) {
		f.jt = l->far[0][i] ? 0 : l->at[l->to[0][i]] - l->at[i] - 1;
		f.jf = l->far[1][i] ? l->far[0][i] : l->at[l->to[1][i]] - l->at[i] - 1;
	}
	put(ret, from, f);
	for (unsigned int w = 0; w < 2; w++) {
		if (!l->far[w][i])
			continue;
		n_before++;
		put(ret, from,
		    (struct sock_filter){ .code = BPF_JMP | BPF_JA,
					  .k = l->at[l->to[w][i]] - l->at[i] - 1 - n_before });
	}
}

static int reserve(struct link *l, struct arena *a)
{
	for (unsigned int w = 0; w < 2; w++) {
		l->to[w] = arena_alloc(a, (l->u->n + 1) * sizeof(*l->to[w]));
		l->far[w] = arena_alloc(a, (l->u->n + 1) * sizeof(*l->far[w]));
		if (!l->to[w] || !l->far[w])
			return err_sys(l->e, ENOMEM, "instructions");
	}
	l->at = arena_alloc(a, (l->u->n + 1) * sizeof(*l->at));
	return l->at ? 0 : err_sys(l->e, ENOMEM, "instructions");
}

static int emit_all(struct link *l, struct asm_prog *ret)
{
	unsigned int n = l->at[l->u->n];

	if (n > BPF_MAXINSNS)
		return err_set(l->e, EINVAL,
			       "%s: %u instructions, of which %u lead jumps that are too far, are "
			       "more than %d",
			       l->u->insns[0].pos.file, n, ret->n_far, BPF_MAXINSNS);
	ret->prog.filter = malloc(n * sizeof(*ret->prog.filter));
	ret->pos = arena_alloc(&ret->arena, n * sizeof(*ret->pos));
	if (!ret->prog.filter || !ret->pos)
		return err_sys(l->e, ENOMEM, "instructions");
	for (unsigned int i = 0; i < l->u->n; i++)
		emit(l, i, ret);
	return 0;
}

int asm_link(const struct asm_unit *u, unsigned int flags, struct asm_prog *ret, struct err *e)
{
	struct link l = { .u = u, .flags = flags, .e = e };
	int rc;

	rc = index_labels(&l, &ret->arena);
	if (rc == 0)
		rc = reserve(&l, &ret->arena);
	for (unsigned int i = 0; rc == 0 && i < u->n; i++) {
		rc = resolve(&l, i, 0);
		if (rc == 0)
			rc = resolve(&l, i, 1);
	}
	if (rc)
		return rc;
	while (grow(&l, ret))
		;
	return emit_all(&l, ret);
}
