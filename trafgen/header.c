// SPDX-License-Identifier: GPL-2.0-or-later
/* header - protocol header functions: "udp(sport=dinc(1, 13, 2), dport=drnd(80, 100))". Every
 * protocol of the table is one. Values are value.c, functions of fields change.c, the headers that
 * must be below stack.c. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/str.h"
#include "change.h"

/* The field of 'l' called 'name': of several places the one whose condition holds. */
static const struct field *field_named(const struct comp *c, const struct layer *l,
				       const char *name)
{
	const char *modern = legacy_field(l, name);
	const struct field *first = NULL;

	for (unsigned int i = 0; i < l->proto->n_fields; i++) {
		const struct field *f = &l->proto->fields[i];

		if ((f->flags & FIELD_FOUND) || !proto_name_is(f->name, f->alias, modern))
			continue;
		if (!first)
			first = f;
		if (field_when_holds(f->when, layer_bytes(c, l), l->bytes))
			return f;
	}
	return first;
}

/* Where a name of 'p' is kept: of four places the one that has it, one that is free, or the first.
 */
static struct known_field *place_of(struct comp *c, const struct proto *p, const char *name,
				    size_t n)
{
	uint64_t hash = hash_bytes(name, n, (uintptr_t)p);
	struct known_field *k = NULL;

	for (unsigned int i = 0; i < 4; i++) {
		struct known_field *at = &c->fields[(hash + i) % ARRAY_SIZE(c->fields)];

		if (at->proto == p && memcmp(at->name, name, sizeof(at->name)) == 0)
			return at;
		if (!k && !at->proto)
			k = at;
	}
	return k ? k : &c->fields[hash % ARRAY_SIZE(c->fields)];
}

/* A field that is where it is whatever else the header has is kept from then on. */
const struct field *header_field(struct comp *c, const struct layer *l, const char *word, size_t n)
{
	char name[sizeof(c->fields[0].name)] = "";
	const struct field *f;
	struct known_field *k;

	if (n >= sizeof(name))
		return NULL;
	for (size_t i = 0; i < n; i++)
		name[i] = tolower((unsigned char)word[i]);
	k = place_of(c, l->proto, name, n);
	if (k->proto == l->proto && memcmp(k->name, name, sizeof(name)) == 0)
		return k->field;
	f = field_named(c, l, name);
	if (f && !f->when && !streq(l->proto->name, "pause")) {
		*k = (struct known_field){ .proto = l->proto, .field = f };
		memcpy(k->name, name, sizeof(name));
	}
	return f;
}

/* The field of 'l' called as the word at hand. */
static const struct field *field_here(struct comp *c, const struct layer *l)
{
	if (c->lex.token != T_NAME && c->lex.token != T_NUMBER)
		return NULL;
	return header_field(c, l, c->lex.text, c->lex.n);
}

/* A field that is there only under a condition makes it true, if the script left that open:
 * gre(key=5) sets the bit that says there is a key. */
static int meet(struct comp *c, struct layer *l, const struct field *f)
{
	const struct field_when *w = f->when;
	uint32_t v;

	if (!w || legacy_is(l->proto) || layer_has(l, w->at))
		return 0;
	if (layer_grow(c, l, (w->at.off + w->at.n + 7u) / 8))
		return -E2BIG;
	if (field_when_holds(w, layer_bytes(c, l), l->bytes))
		return 0;
	v = bits_get(layer_bytes(c, l), w->at);
	for (unsigned int i = 0; i < w->n; i++) {
		if ((w->v[i] & v) == v || i + 1 == w->n) {
			bits_put(layer_bytes(c, l), w->at, (w->v[i] & v) == v ? w->v[i] : w->v[0]);
			break;
		}
	}
	return 0;
}

/* vlan(tpid=..) stands in the header below. */
static bool lead_below(struct comp *c, struct layer **l, const struct field **f)
{
	const struct proto *p = (*l)->proto;
	struct layer *below = *l - 1;

	if (!streq(p->name, "vlan") || c->n_layers < 2 ||
	    (!lex_name_is(&c->lex, "tpid") && !lex_name_is(&c->lex, "prot") &&
	     !lex_name_is(&c->lex, "proto")))
		return false;
	for (unsigned int i = 0; i < below->proto->n_fields; i++) {
		const struct field *at = &below->proto->fields[i];

		if (at->at.off == below->proto->next.at.off && at->at.n == 16) {
			*l = below;
			*f = at;
			return true;
		}
	}
	return false;
}

/* pri(3)=1 and time(3)=0xffff of pfc(). */
static int pfc_class(struct comp *c, struct layer *l, const struct field *f)
{
	bool time = f->flags & FIELD_ARRAY;
	uint32_t off = time ? f->at.off / 8 : 0;
	uint64_t class, v;
	uint8_t *at;
	int rc;

	lex_next(&c->lex);
	rc = expr_bounded(c, "the class", 7, &class);
	if (!rc)
		rc = lex_expect(&c->lex, ')', "after the class", c->e);
	if (!rc)
		rc = lex_expect(&c->lex, '=', "and a value", c->e);
	if (!rc)
		rc = expr_bounded(c, "the value", time ? 0xffff : 1, &v);
	if (rc)
		return rc;
	at = layer_bytes(c, l);
	if (time)
		put_be16(at + off + class * 2, v);
	else
		at[3] = v ? at[3] | 1 << class : at[3] & ~(1 << class);
	return 0;
}

int header_assign(struct comp *c, struct layer *l, const struct field *f)
{
	size_t n_pending = c->n_pending;
	struct place at;
	bool part;
	int rc = meet(c, l, f);

	if (!rc && f->kind == FIELD_BOOL && !lex_is(&c->lex, '=')) {
		layer_mark(l, f);
		return value_number(c, l, f, 1);
	}
	at = (struct place){ .off_bits = l->off * 8 + f->at.off, .n_bits = f->at.n,
			     .le = f->flags & FIELD_LE };
	part = !rc && lex_is(&c->lex, '[');
	if (part)
		rc = change_part(c, f, &at);
	if (!rc)
		rc = lex_expect(&c->lex, '=', "and a value", c->e);
	if (rc)
		return rc;
	if (!change_here(c)) {
		if (part)
			return lex_expected(&c->lex, c->e, "dinc(), ddec(), drnd(), list() or a variable");
		layer_mark(l, f);
		return value_read(c, l, f);
	}
	if (!f->at.n || (f->flags & FIELD_ARRAY))
		return lex_error(&c->lex, c->e, "%s.%s cannot change from packet to packet",
				 l->proto->name, f->name);
	rc = layer_grow(c, l, field_end_bytes(f));
	if (!rc)
		rc = change_read(c, f, at);
	if (rc)
		return rc;
	if (l->proto->csum.kind && f->at.off == l->proto->csum.at.off &&
	    f->at.n == l->proto->csum.at.n) {
		comp_warn(c, c->lex.at_line, "%s.%s is computed for each packet all the same",
			  l->proto->name, f->name);
		c->n_pending = n_pending;
	} else {
		layer_mark(l, f);
	}
	return 0;
}

static int argument(struct comp *c, struct layer *l)
{
	const struct field *f;

	if (legacy_word(c, l))
		return 0;
	if (!lead_below(c, &l, &f))
		f = field_here(c, l);
	if (!f) {
		char what[64];

		snprintf(what, sizeof(what), "a field of %s", l->proto->name);
		return lex_expected(&c->lex, c->e, what);
	}
	lex_next(&c->lex);
	if (lex_is(&c->lex, '(') && streq(l->proto->name, "pause"))
		return pfc_class(c, l, f);
	return header_assign(c, l, f);
}

/* The length that the header's own bytes now ask for. */
static int settle_length(struct comp *c, struct layer *l)
{
	const struct proto *p = l->proto;
	uint32_t n = l->bytes;

	if (legacy_is(p))
		return 0;
	if (p->hdr_hook)
		n = MAX(n, p->hdr_hook(layer_bytes(c, l)));
	if (p->hdr.at.n && p->hdr.cases) {
		uint32_t v = bits_get(layer_bytes(c, l), p->hdr.at);

		for (const struct len_case *k = p->hdr.cases; k->bytes; k++)
			if (k->value == v)
				n = MAX(n, (uint32_t)k->bytes);
	} else if (p->hdr.at.n && p->hdr.unit > 1 && n > p->hdr.add) {
		n = p->hdr.add + (n - p->hdr.add + p->hdr.unit - 1) / p->hdr.unit * p->hdr.unit;
	}
	return layer_grow(c, l, n);
}

int header_read(struct comp *c, const struct proto *p)
{
	bool pfc = lex_name_is(&c->lex, "pfc");
	struct layer *l;
	int rc = stack_put(c, p, pfc);

	if (rc)
		return rc;
	l = &c->layers[c->n_layers - 1];
	lex_next(&c->lex);
	rc = lex_expect(&c->lex, '(', "and the fields of the header", c->e);
	while (!rc && !lex_is(&c->lex, ')')) {
		if (c->lex.token == T_END)
			return lex_expected(&c->lex, c->e, "')' after the fields");
		if (lex_is(&c->lex, ','))
			lex_next(&c->lex);
		else
			rc = argument(c, l);
	}
	if (rc)
		return rc;
	lex_next(&c->lex);
	return settle_length(c, l);
}
