// SPDX-License-Identifier: GPL-2.0-or-later
/* stack - the headers of the packet under construction: appending one, the headers that must be
 * below it, and telling the header below what follows. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/str.h"
#include "comp.h"

void layer_mark(struct layer *l, const struct field *f)
{
	size_t i = f - l->proto->fields;

	if (i < 64)
		l->set |= 1ull << i;
}

/* True if a field that shares bits with 'at' was given. */
bool layer_has(const struct layer *l, struct bits at)
{
	for (uint64_t left = l->set; left; left &= left - 1) {
		struct bits f = l->proto->fields[__builtin_ctzll(left)].at;

		if (f.off < at.off + at.n && at.off < f.off + f.n)
			return true;
	}
	return false;
}

/* True if 'p' may stand right behind 'below', and the number that says so. */
static bool can_follow(const struct proto *below, const struct proto *p, uint32_t *ret_number)
{
	if (below == p && proto_field(p, "last"))
		return true; /* a stack of labels: only the last bit tells */
	return proto_follows(below, p, ret_number);
}

/* Tells the header below what follows it, unless the script did. */
static void link_below(struct comp *c, struct layer *below, const struct proto *p)
{
	const struct next_rule *r = &below->proto->next;
	const struct field *bottom = below->proto == p ? proto_field(p, "last") : NULL;
	uint32_t number = 0;

	if (bottom) {
		if (!layer_has(below, bottom->at)) /* a label above is not the last one */
			field_put(bottom, layer_bytes(c, below), 0);
		return;
	}
	if (!can_follow(below->proto, p, &number) || r->peek || !r->at.n ||
	    layer_has(below, next_at(r, below->bytes)))
		return;
	if (!legacy_links(below->proto, p)) {
		comp_warn(c, c->lex.at_line, "%s() is not told of %s(): say so in a field of it, as "
			  "eth(type=0x%x)", below->proto->name, p->name, number);
		return;
	}
	if (number < r->min && number < 0x600 && r->reg == REG_ETHERTYPE)
		return; /* a length, known in the end */
	next_put(r, layer_bytes(c, below), below->bytes, number);
}

int layer_grow(struct comp *c, struct layer *l, uint32_t n)
{
	uint32_t had = l->bytes;
	int rc;

	if (n <= had)
		return 0;
	rc = comp_fill(c, 0, n - had);
	if (rc)
		return rc;
	l->bytes = n;
	for (unsigned int i = 0; i < l->proto->n_fields; i++) {
		const struct field *f = &l->proto->fields[i];

		if (field_is_number(f) && f->dflt && !(f->flags & (FIELD_VIEW | FIELD_FOUND)) &&
		    f->at.off / 8 >= had && field_end_bytes(f) <= n &&
		    field_when_holds(f->when, layer_bytes(c, l), n))
			field_put(f, layer_bytes(c, l), f->dflt);
	}
	return 0;
}

static struct preset *preset_of(struct comp *c, const struct proto *p)
{
	return &c->presets[hash_u64((uintptr_t)p) % ARRAY_SIZE(c->presets)];
}

/* Lays down the header 'l' with its defaults; kept for the next one of its kind. */
static int put_defaults(struct comp *c, struct layer *l, bool pfc)
{
	struct preset *kept = preset_of(c, l->proto);
	uint32_t n = legacy_bytes(l->proto, pfc);

	if (kept->proto == l->proto && kept->pfc == pfc) {
		l->bytes = kept->n;
		return comp_bytes(c, kept->bytes, kept->n);
	}
	if (layer_grow(c, l, n ? n : l->proto->min_bytes))
		return -E2BIG;
	legacy_defaults(c, l);
	if (pfc)
		put_be16(layer_bytes(c, l), 0x101);
	if (l->bytes <= sizeof(kept->bytes)) {
		*kept = (struct preset){ .proto = l->proto, .below = legacy_below(l->proto),
					 .pfc = pfc, .n = l->bytes };
		memcpy(kept->bytes, layer_bytes(c, l), l->bytes);
	}
	return 0;
}

static int append(struct comp *c, const struct proto *p, bool pfc)
{
	struct layer *l;

	if (c->n_layers == COMP_LAYERS)
		return lex_error(&c->lex, c->e, "more than %d headers in each other", COMP_LAYERS);
	l = &c->layers[c->n_layers];
	*l = (struct layer){ .proto = p, .off = c->len, .line = c->lex.at_line };
	if (c->n_layers)
		link_below(c, &c->layers[c->n_layers - 1], p);
	c->n_layers++;
	if (put_defaults(c, l, pfc))
		return -E2BIG;
	legacy_fill_below(c, l);
	return 0;
}

/* True if the headers that trafgen puts below 'p' by itself lead down to 'top'. */
static bool reaches(const struct proto *top, const struct proto *p)
{
	uint32_t number;

	for (unsigned int depth = 0; p && depth < COMP_LAYERS; depth++) {
		if (can_follow(top, p, &number))
			return true;
		p = legacy_below(p);
	}
	return false;
}

/* Puts the headers below that 'p' needs and the script did not write. */
static int put_below(struct comp *c, const struct proto *p)
{
	const struct layer *top = c->n_layers ? &c->layers[c->n_layers - 1] : NULL;
	const struct preset *kept = preset_of(c, p);
	const struct proto *below = kept->proto == p ? kept->below : legacy_below(p);
	uint32_t number = 0;
	int rc;

	if (!below || (top && can_follow(top->proto, p, &number)))
		return 0;
	rc = put_below(c, below);
	return rc ? rc : append(c, below, false);
}

/* The protocol that always follows 'top', as PPP does PPPoE, and from which 'p' is reached; NULL if
 * there is none. PPP has several forms: the first of them that leads to 'p'. */
static const struct proto *between(const struct proto *top, const struct proto *p)
{
	size_t n;
	const struct proto *const *all = proto_all(&n);
	uint32_t number;

	for (size_t i = 0; i < n && top->next.fixed; i++)
		if (can_follow(top, all[i], &number) && reaches(all[i], p))
			return all[i];
	return NULL;
}

/* True if the hook of the header 'top' says that 'p' follows: no number of it does. */
static bool hook_says(const struct comp *c, const struct layer *top, const struct proto *p)
{
	const struct next_rule *r = &top->proto->next;
	struct next n = { .reg = r->reg, .value = r->fixed, .total_bytes = top->bytes };
	uint32_t number;

	if (r->also && field_when_holds(r->also_when, layer_bytes(c, top), top->bytes))
		return proto_lives(p, REG_INSIDE, r->also);
	if (!top->proto->next_hook)
		return false;
	if (!r->fixed && r->at.n && !r->peek)
		n.value = next_get(r, layer_bytes(c, top), top->bytes);
	top->proto->next_hook(layer_bytes(c, top), top->bytes, &n);
	return !n.stop && n.reg && proto_link_value(p, n.reg, &number) && number == n.value;
}

int stack_put(struct comp *c, const struct proto *p, bool pfc)
{
	const struct layer *top = c->n_layers ? &c->layers[c->n_layers - 1] : NULL;
	const struct proto *middle = NULL;
	int rc = 0;

	if (!top || reaches(top->proto, p))
		rc = put_below(c, p);
	else if ((middle = between(top->proto, p)))
		rc = append(c, middle, false) ?: put_below(c, p);
	else if (!hook_says(c, top, p))
		comp_warn(c, c->lex.at_line, "%s cannot follow %s: nothing says it is there", p->name,
			  top->proto->name);
	return rc ? rc : append(c, p, pfc);
}
