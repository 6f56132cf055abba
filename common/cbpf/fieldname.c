// SPDX-License-Identifier: GPL-2.0-or-later
/* fieldname - see fieldname.h. Jumps go forward only, so one pass in order knows at each
 * instruction what all ways to it agree on: the layers found so far, what A and X were loaded from.
 * Where ways disagree on a protocol both names are kept, up to a few. */
#include "cbpf/fieldname.h"

#include <stdlib.h>
#include <string.h>

#include "cbpf/insn.h"
#include "proto/proto.h"

enum { LAYERS = 6, CANDIDATES = 4 };

/* A header: one of 'n' protocols, none of them known if 0. */
struct layer {
	uint32_t off;	/* in the packet; behind a header of variable length: 0 */
	uint8_t behind; /* 0, or 1 + index of the layer with that length */
	uint8_t n;
	const struct proto *p[CANDIDATES];
};

struct state {
	bool reached;
	uint8_t n;
	uint8_t x; /* 0, or 1 + index of the layer whose length X holds */
	uint8_t a; /* 0, or 1 + index of the layer that A was loaded from, ... */
	uint8_t a_bytes;
	uint32_t a_off, a_mask; /* ... where in it, and which bits are left of it */
	struct layer layer[LAYERS];
};

struct fieldname {
	unsigned int n;
	struct sock_filter *insns;
	struct state at[];
};

static void union_of(struct layer *l, const struct layer *other)
{
	for (unsigned int i = 0; i < other->n; i++) {
		unsigned int j = 0;

		while (j < l->n && l->p[j] != other->p[i])
			j++;
		if (j < l->n)
			continue;
		if (l->n < CANDIDATES)
			l->p[l->n++] = other->p[i];
	}
}

static void merge(struct state *to, const struct state *from)
{
	unsigned int i;

	if (!to->reached) {
		*to = *from;
		to->reached = true;
		return;
	}
	for (i = 0; i < to->n && i < from->n; i++) {
		if (to->layer[i].off != from->layer[i].off ||
		    to->layer[i].behind != from->layer[i].behind)
			break;
		union_of(&to->layer[i], &from->layer[i]);
	}
	to->n = i;
	if (to->x != from->x || to->x > to->n)
		to->x = 0;
	if (to->a != from->a || to->a_off != from->a_off || to->a_bytes != from->a_bytes ||
	    to->a_mask != from->a_mask || to->a > to->n)
		to->a = 0;
}

/* Finds the layer that an absolute or indirect load reads and where in it. 1 + its index, or 0. */
static unsigned int layer_of(const struct state *s, const struct sock_filter *f, uint32_t *ret_off)
{
	bool indirect = BPF_MODE(f->code) == BPF_IND;

	if (f->k > INT32_MAX || (indirect && !s->x))
		return 0;
	for (unsigned int i = s->n; i > 0; i--) {
		const struct layer *l = &s->layer[i - 1];
		uint32_t from = indirect ? s->layer[l->behind ? l->behind - 1 : 0].off : l->off;

		if (indirect ? l->behind != s->x : l->behind != 0)
			continue;
		if (f->k < from)
			continue;
		*ret_off = f->k - from;
		return i;
	}
	return 0;
}

static unsigned int bytes_of(const struct sock_filter *f)
{
	return BPF_SIZE(f->code) == BPF_W ? 4 : BPF_SIZE(f->code) == BPF_H ? 2 : 1;
}

static void load(struct state *s, const struct sock_filter *f)
{
	uint32_t off = 0;

	s->a = layer_of(s, f, &off);
	s->a_off = off;
	s->a_bytes = bytes_of(f);
	s->a_mask = s->a_bytes == 4 ? ~0u : (1u << s->a_bytes * 8) - 1;
}

/* ldxb 4*([k]&0xf) of a header that states its length that way. */
static void load_length(struct state *s, const struct sock_filter *f)
{
	s->x = 0;
	for (unsigned int i = 0; i < s->n; i++) {
		const struct layer *l = &s->layer[i];

		if (l->n == 1 && !l->behind && l->off == f->k && l->p[0]->hdr.at.off == 4 &&
		    l->p[0]->hdr.at.n == 4 && l->p[0]->hdr.unit == 4)
			s->x = i + 1;
	}
}

/* Whether A holds exactly the bits 'b' of its layer, and how many bits are below them. */
static bool holds(const struct state *s, const struct proto *p, unsigned int *ret_low)
{
	struct bits b = p->next.at;
	unsigned int begin = s->a_off * 8, end = begin + s->a_bytes * 8;
	unsigned int from = b.off + (p->next.peek ? p->min_bytes * 8 : 0);

	if (b.n == 0 || b.n > 32 || from < begin || from + b.n > end || p->next.le || p->next.back)
		return false;
	*ret_low = end - from - b.n;
	return s->a_mask == (uint32_t)(((1ull << b.n) - 1) << *ret_low);
}

/* The protocol that the comparison of A with 'k' leaves, in layer 's->a'. */
static bool next_layer(const struct state *s, uint32_t k, struct layer *ret)
{
	const struct layer *l;
	unsigned int low;

	if (!s->a || s->a > s->n || s->a == LAYERS)
		return false;
	l = &s->layer[s->a - 1];
	for (unsigned int i = 0; i < l->n; i++) {
		const struct proto *p = l->p[i], *child;

		if (!holds(s, p, &low))
			continue;
		child = proto_by_link(p->next.reg, k >> low);
		*ret = (struct layer){ .n = child != NULL, .p = { child } };
		if (p->hdr.at.n || p->hdr_hook) {
			ret->behind = s->a;
		} else {
			ret->off = l->off + p->min_bytes;
			ret->behind = l->behind;
		}
		return !l->behind; /* what stands behind two variable headers is out of reach */
	}
	return false;
}

static void jump(struct fieldname *fn, unsigned int i, const struct state *s)
{
	const struct sock_filter *f = &fn->insns[i];
	struct state equal = *s;
	struct layer child;

	if (BPF_OP(f->code) == BPF_JA) {
		merge(&fn->at[i + 1 + f->k], s);
		return;
	}
	if (BPF_OP(f->code) == BPF_JEQ && BPF_SRC(f->code) == BPF_K &&
	    next_layer(s, f->k, &child)) {
		equal.n = s->a;
		equal.layer[equal.n++] = child;
		if (equal.x > equal.n)
			equal.x = 0;
	}
	merge(&fn->at[i + 1 + f->jt], &equal);
	merge(&fn->at[i + 1 + f->jf], s);
}

static void step(struct fieldname *fn, unsigned int i)
{
	const struct sock_filter *f = &fn->insns[i];
	struct state s = fn->at[i];

	switch (BPF_CLASS(f->code)) {
	case BPF_JMP:
		jump(fn, i, &s);
		return;
	case BPF_RET:
		return;
	case BPF_LD:
		if (BPF_MODE(f->code) == BPF_ABS || BPF_MODE(f->code) == BPF_IND)
			load(&s, f);
		else
			s.a = 0;
		break;
	case BPF_LDX:
		if (BPF_MODE(f->code) == BPF_MSH)
			load_length(&s, f);
		else
			s.x = 0;
		break;
	case BPF_ALU:
		if (f->code == (BPF_ALU | BPF_AND | BPF_K))
			s.a_mask &= f->k;
		else
			s.a = 0;
		break;
	case BPF_MISC:
		if (BPF_MISCOP(f->code) == BPF_TAX)
			s.x = 0;
		else
			s.a = 0;
		break;
	}
	merge(&fn->at[i + 1], &s);
}

/* All jumps stay inside the program. */
static bool is_sound(const struct sock_fprog *prog)
{
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];
		unsigned int left = prog->len - i - 1;

		if (BPF_CLASS(f->code) == BPF_RET)
			continue;
		if (left == 0 ||
		    (BPF_CLASS(f->code) == BPF_JMP &&
		     (BPF_OP(f->code) == BPF_JA ? f->k >= left : f->jt >= left || f->jf >= left)))
			return false;
	}
	return true;
}

struct fieldname *fieldname_new(const struct sock_fprog *prog, unsigned int linktype)
{
	const struct proto *link = proto_by_link(REG_LINKTYPE, linktype);
	struct fieldname *fn;

	fn = calloc(1, sizeof(*fn) + prog->len * (sizeof(fn->at[0]) + sizeof(fn->insns[0])));
	if (!fn)
		return NULL;
	fn->insns = (struct sock_filter *)&fn->at[prog->len];
	fn->n = prog->len;
	memcpy(fn->insns, prog->filter, prog->len * sizeof(fn->insns[0]));
	if (!link || prog->len == 0 || !is_sound(prog))
		return fn;
	fn->at[0] =
		(struct state){ .reached = true, .n = 1, .layer = { { .n = 1, .p = { link } } } };
	for (unsigned int i = 0; i < fn->n; i++)
		if (fn->at[i].reached)
			step(fn, i);
	return fn;
}

/* The field that is exactly bytes 'off' to 'off' + 'n' of a header, or that they are part of. */
static const struct field *covering(const struct proto *p, uint32_t off, uint32_t n, bool exactly)
{
	for (const struct field *f = p->fields; f < proto_fields_end(p); f++) {
		uint32_t from = f->at.off, to = from + f->at.n;

		if (f->at.n == 0 || (!exactly && f->flags & FIELD_VIEW))
			continue;
		if (exactly ? from == off * 8 && to == (off + n) * 8
			    : from <= off * 8 && to >= (off + n) * 8 && from % 8 == 0)
			return f;
	}
	return NULL;
}

/* Adds every field that bytes 'off' to 'off' + 'n' hold some of. */
static bool add_several(const struct proto *p, uint32_t off, uint32_t n, struct str *out)
{
	unsigned int n_names = 0;

	for (const struct field *f = p->fields; f < proto_fields_end(p); f++) {
		if (f->at.n == 0 || f->flags & FIELD_VIEW || f->at.off >= (off + n) * 8 ||
		    f->at.off + f->at.n <= off * 8 || f->when)
			continue;
		if (n_names == 4) {
			str_add(out, ", ...");
			break;
		}
		str_addf(out, "%s%s.%s", n_names ? ", " : "", p->name, f->name);
		n_names++;
	}
	return n_names > 0;
}

static bool add_field(const struct proto *p, uint32_t off, uint32_t n, struct str *out)
{
	const struct field *f = covering(p, off, n, true);

	if (f) {
		str_addf(out, "%s.%s", p->name, f->name);
		return true;
	}
	f = covering(p, off, n, false);
	if (f && f->at.n > n * 8) {
		str_addf(out, "%s.%s[%u:%u]", p->name, f->name, off - f->at.off / 8, n);
		return true;
	}
	return add_several(p, off, n, out);
}

static void add_load(const struct state *s, const struct sock_filter *f, struct str *out)
{
	uint32_t off = 0;
	unsigned int at = layer_of(s, f, &off);
	bool any = false;

	for (unsigned int i = 0; at && i < s->layer[at - 1].n; i++) {
		size_t begin = out->len;

		if (any)
			str_add(out, " or ");
		if (add_field(s->layer[at - 1].p[i], off, bytes_of(f), out))
			any = true;
		else
			out->len = begin;
	}
}

/* What the number that A is compared with is called. */
static void add_value(const struct state *s, uint32_t k, struct str *out)
{
	const struct field *f;
	struct layer child;
	const char *name;

	if (next_layer(s, k, &child) && child.n) {
		str_add(out, child.p[0]->name);
		return;
	}
	if (!s->a || s->a > s->n || s->layer[s->a - 1].n != 1)
		return;
	f = covering(s->layer[s->a - 1].p[0], s->a_off, s->a_bytes, true);
	if (!f || !field_is_number(f) || f->kind == FIELD_FLAGS || f->kind == FIELD_BOOL)
		return;
	name = field_value_name(f, k);
	if (name)
		str_add(out, name);
}

void fieldname_add(const struct fieldname *fn, unsigned int i, struct str *out)
{
	const struct sock_filter *f = &fn->insns[i];
	const struct state *s = &fn->at[i];

	if (!s->reached)
		return;
	if (BPF_CLASS(f->code) == BPF_LD &&
	    (BPF_MODE(f->code) == BPF_ABS || BPF_MODE(f->code) == BPF_IND))
		add_load(s, f, out);
	else if (f->code == (BPF_JMP | BPF_JEQ | BPF_K))
		add_value(s, f->k, out);
	else if (f->code == (BPF_LDX | BPF_B | BPF_MSH)) {
		struct state after = *s;

		load_length(&after, f);
		if (after.x)
			str_addf(out, "length of the %s header", s->layer[after.x - 1].p[0]->name);
	}
}

void fieldname_free(struct fieldname *fn)
{
	free(fn);
}

void fieldname_free_p(struct fieldname **fn)
{
	free(*fn);
}
