// SPDX-License-Identifier: GPL-2.0-or-later
/* change - see change.h: reading. */
#include "change.h"

#include <errno.h>
#include <string.h>

enum { MAX_LIST = 65536, ANY_BITS = 128 };

static int read_change(struct comp *c, const struct field *f, struct change *ch,
		       struct place *at);

static const struct change *variable_here(const struct comp *c)
{
	const struct lex *l = &c->lex;
	const struct symbol *s = NULL;

	/* "fe80::1" is none */
	if (l->token == T_NAME && (l->p == l->end || *l->p != ':'))
		s = symbols_find(&c->variable_names, l->text, l->n);
	return s ? &c->variables[s->number] : NULL;
}

static bool function_here(const struct lex *l)
{
	return lex_name_is(l, "dinc") || lex_name_is(l, "ddec") || lex_name_is(l, "drnd") ||
	       lex_name_is(l, "list") || lex_name_is(l, "mask");
}

bool change_here(const struct comp *c)
{
	return function_here(&c->lex) || variable_here(c);
}

static u128 low_bits(unsigned int n)
{
	return n >= 128 ? ~(u128)0 : ((u128)1 << n) - 1;
}

/* --- ranges -------------------------------------------------------------------------------- */

/* What stands between the parentheses of dinc(), ddec(), drnd(). */
struct range {
	unsigned int n; /* arguments: none, or two, or three with a step */
	u128 min, max, step;
	bool plain;
	unsigned int host_bits; /* of "10.0.0.0/24"; 0: it is none */
};

static int read_prefix(struct comp *c, const struct wide *w, struct range *r)
{
	struct lex at = c->lex;
	uint64_t bits;
	int rc;

	lex_next(&c->lex);
	at = c->lex;
	if (c->lex.token != T_NUMBER)
		return lex_expected(&c->lex, c->e, "the length of the prefix");
	bits = c->lex.number;
	lex_next(&c->lex);
	if (bits >= w->n_bits) {
		rc = lex_error(&at, c->e, "a prefix that leaves something to change has 0 to %u "
			       "bits, not %llu", w->n_bits - 1, (unsigned long long)bits);
		return rc;
	}
	r->host_bits = w->n_bits - bits;
	r->min = w->v & ~low_bits(r->host_bits);
	r->max = w->v | low_bits(r->host_bits);
	r->n = 2;
	r->plain = false;
	return 0;
}

static int check_range(struct comp *c, const struct range *r)
{
	if (r->n && r->min >= r->max)
		return lex_error(&c->lex, c->e, "the minimum, %llu, is not below the maximum, %llu",
				 (unsigned long long)r->min, (unsigned long long)r->max);
	if (r->n == 3 && !r->step)
		return lex_error(&c->lex, c->e, "a step of 0 goes nowhere");
	return 0;
}

/* "(min, max, step)", "(prefix, step)", or nothing between the parentheses. */
static int read_range(struct comp *c, const struct field *f, struct range *r)
{
	struct wide w;
	int rc = 0;

	*r = (struct range){ .step = 1, .plain = true };
	while (!rc && !lex_is(&c->lex, ')')) {
		if (r->n == 3)
			return lex_expected(&c->lex, c->e, "')' after the range");
		if (r->n)
			rc = lex_expect(&c->lex, ',', "between minimum, maximum and step", c->e);
		if (!rc)
			rc = value_wide(c, f, &w);
		if (rc)
			return rc;
		r->plain &= !w.is_address && w.v <= UINT32_MAX;
		if (!r->n && w.is_address && lex_is(&c->lex, '/')) {
			rc = read_prefix(c, &w, r);
			continue;
		}
		*(r->n == 0 ? &r->min : r->n == 1 ? &r->max : &r->step) = w.v;
		r->n++;
	}
	if (!rc && r->n == 1)
		rc = lex_expected(&c->lex, c->e, "',' and the maximum");
	if (!rc)
		rc = check_range(c, r);
	if (!rc)
		lex_next(&c->lex);
	return rc;
}

/* How many values from min to max; 0: 2^64 or more. */
static uint64_t n_values(const struct range *r)
{
	u128 steps = (r->max - r->min) / r->step;

	return steps >= UINT64_MAX ? 0 : (uint64_t)steps + 1;
}

static int read_count(struct comp *c, const struct field *f, bool down, struct change *ch)
{
	struct range r;
	int rc = read_range(c, f, &r);

	if (rc)
		return rc;
	ch->kind = OP_COUNT;
	ch->plain = r.plain;
	ch->goes_on = !r.n;
	ch->step = down ? -r.step : r.step;
	if (r.n) {
		ch->n = n_values(&r);
		ch->first = down ? r.max : r.min;
	}
	return 0;
}

static int read_list(struct comp *c, const struct field *f, struct change *ch);

/* Behind "drnd(". */
static int read_random(struct comp *c, const struct field *f, struct change *ch)
{
	struct range r;
	int rc;

	ch->key = comp_key(c);
	if (lex_name_is(&c->lex, "list")) {
		rc = read_list(c, f, ch);
		ch->kind = OP_PICK;
		return rc ? rc : lex_expect(&c->lex, ')', "after the list", c->e);
	}
	rc = read_range(c, f, &r);
	if (rc)
		return rc;
	ch->kind = OP_RANDOM;
	ch->plain = r.n && r.plain;
	ch->step = r.step;
	ch->first = r.min;
	ch->n = r.n ? n_values(&r) : 0;
	if (!r.n || (r.host_bits && r.n == 2))
		ch->n_free = r.n ? r.host_bits : ANY_BITS;
	else if (!ch->n && (r.max - r.min) / r.step != UINT64_MAX)
		return lex_error(&c->lex, c->e, "a random range has 2^64 values at most: give a "
				 "prefix such as 2001:db8::/32");
	return 0;
}

/* At "list": "list(a, b, c)". */
static int read_list(struct comp *c, const struct field *f, struct change *ch)
{
	u128 *list = NULL, *own;
	struct wide w;
	size_t n = 0, cap = 0;
	int rc;

	lex_next(&c->lex);
	rc = lex_expect(&c->lex, '(', "and the values of the list", c->e);
	ch->kind = OP_LIST;
	ch->plain = true;
	while (!rc && !lex_is(&c->lex, ')')) {
		if (n)
			rc = lex_expect(&c->lex, ',', "between values", c->e);
		if (!rc && n == MAX_LIST)
			rc = lex_error(&c->lex, c->e, "more than %d values", MAX_LIST);
		if (!rc && n == cap) {
			cap = cap ? cap * 2 : 16;
			own = realloc(list, cap * sizeof(*list));
			list = own ? own : list;
			rc = own ? 0 : err_sys(c->e, ENOMEM, "%s", c->o->file);
		}
		if (!rc)
			rc = value_wide(c, f, &w);
		if (!rc) {
			list[n++] = w.v;
			ch->plain &= !w.is_address && w.v <= UINT32_MAX;
		}
	}
	if (!rc && !n)
		rc = lex_expected(&c->lex, c->e, "the values of the list");
	own = rc ? NULL : arena_alloc(&c->g->arena, n * sizeof(*own));
	if (own)
		memcpy(own, list, n * sizeof(*own));
	free(list);
	if (rc || !own)
		return rc ? rc : err_sys(c->e, ENOMEM, "%s", c->o->file);
	ch->list = own;
	ch->n = n;
	lex_next(&c->lex);
	return 0;
}

/* "mask(bits, function)". */
static int read_mask(struct comp *c, const struct field *f, struct change *ch, struct place *at)
{
	struct wide w;
	int rc = lex_expect(&c->lex, '(', "and the bits that change", c->e);

	if (!at || at->has_mask || at->le || at->n_bits > ANY_BITS)
		return lex_error(&c->lex, c->e, "a mask is for fields of up to 128 bits in network "
				 "order, and for one function");
	if (!rc)
		rc = value_wide(c, f, &w);
	if (!rc && (!w.v || w.v & ~low_bits(at->n_bits)))
		rc = lex_error(&c->lex, c->e, "a mask has some of the %u bits of the field",
			       at->n_bits);
	if (!rc)
		rc = lex_expect(&c->lex, ',', "and the function", c->e);
	if (rc)
		return rc;
	at->has_mask = true;
	at->mask = w.v;
	if (!change_here(c))
		return lex_expected(&c->lex, c->e, "dinc(), ddec(), drnd(), list() or a variable");
	rc = read_change(c, f, ch, at);
	return rc ? rc : lex_expect(&c->lex, ')', "after the function", c->e);
}

/* --- variables ----------------------------------------------------------------------------- */

/* Behind a variable: "+ 1" or "- 1". */
static int read_offset(struct comp *c, struct change *ch)
{
	bool minus = lex_is(&c->lex, '-');
	uint64_t v;
	u128 *list, by;
	int rc;

	if (!minus && !lex_is(&c->lex, '+'))
		return 0;
	lex_next(&c->lex);
	rc = expr_read(c, &v);
	if (rc)
		return rc;
	by = minus ? -(u128)v : v;
	ch->first += by;
	if (ch->n_free > 64 && ch->first != by)
		return lex_error(&c->lex, c->e, "a variable of more than 64 random bits stands alone");
	if (ch->n_free) { /* a sum may carry into the bits above */
		ch->n = ch->n_free >= 64 ? 0 : 1ull << ch->n_free;
		ch->n_free = 0;
	}
	if (!ch->list)
		return 0;
	list = arena_alloc(&c->g->arena, ch->n * sizeof(*list));
	if (!list)
		return err_sys(c->e, ENOMEM, "%s", c->o->file);
	for (uint64_t i = 0; i < ch->n; i++)
		list[i] = ch->list[i] + by;
	ch->list = list;
	return 0;
}

/* "per packet" or "per round"; without either, per packet. */
static int read_period(struct comp *c, struct change *ch)
{
	ch->index = INDEX_ALL;
	if (!lex_name_is(&c->lex, "per"))
		return 0;
	lex_next(&c->lex);
	if (lex_name_is(&c->lex, "round"))
		ch->index = INDEX_ROUND;
	else if (!lex_name_is(&c->lex, "packet"))
		return lex_expected(&c->lex, c->e, "packet or round");
	lex_next(&c->lex);
	return 0;
}

static int add_variable(struct comp *c, const struct lex *name, const struct change *ch)
{
	struct change *more;

	if (c->n_variables == c->cap_variables) {
		c->cap_variables = c->cap_variables ? c->cap_variables * 2 : 8;
		more = realloc(c->variables, c->cap_variables * sizeof(*more));
		if (!more)
			return err_sys(c->e, ENOMEM, "%s", c->o->file);
		c->variables = more;
	}
	if (symbols_add(&c->variable_names, name->text, name->n, c->n_variables))
		return err_sys(c->e, ENOMEM, "%s", c->o->file);
	c->variables[c->n_variables++] = *ch;
	return 0;
}

int change_variable(struct comp *c)
{
	struct change ch = { 0 };
	struct lex name;
	bool own;
	int rc;

	lex_next(&c->lex);
	name = c->lex;
	if (name.token != T_NAME || function_here(&name))
		return lex_expected(&c->lex, c->e, "the name of the variable");
	if (symbols_find(&c->variable_names, name.text, name.n))
		return lex_error(&c->lex, c->e, "there is a variable %.*s already", (int)name.n,
				 name.text);
	lex_next(&c->lex);
	rc = read_period(c, &ch);
	if (!rc)
		rc = lex_expect(&c->lex, '=', "and a function", c->e);
	if (!rc && !change_here(c))
		rc = lex_expected(&c->lex, c->e, "dinc(), ddec(), drnd(), list() or a variable");
	own = !rc && !variable_here(c);
	if (!rc)
		rc = read_change(c, NULL, &ch, NULL);
	if (rc)
		return rc;
	if (own)
		ch.key = comp_random(c);
	ch.goes_on = ch.plain = false;
	return add_variable(c, &name, &ch);
}

/* --- fields -------------------------------------------------------------------------------- */

static int read_change(struct comp *c, const struct field *f, struct change *ch, struct place *at)
{
	const struct change *variable = variable_here(c);
	struct lex word = c->lex;
	int rc;

	if (variable) {
		unsigned int index = ch->index;

		*ch = *variable;
		if (!f && !at) /* a variable made of another may have its own period */
			ch->index = index;
		lex_next(&c->lex);
		return read_offset(c, ch);
	}
	if (lex_name_is(&word, "list"))
		return read_list(c, f, ch);
	lex_next(&c->lex);
	if (lex_name_is(&word, "mask"))
		return read_mask(c, f, ch, at);
	rc = lex_expect(&c->lex, '(', "and the range of the function", c->e);
	if (rc)
		return rc;
	if (lex_name_is(&word, "drnd"))
		return read_random(c, f, ch);
	return read_count(c, f, lex_name_is(&word, "ddec"), ch);
}

/* trafgen(8): of long addresses the last four bytes count, where no more is asked for. */
static void narrow(const struct change *ch, const struct field *f, struct place *at)
{
	if (!ch->plain || at->n_bits <= 32 || at->has_mask || !f || field_is_number(f))
		return;
	at->off_bits += at->n_bits - 32;
	at->n_bits = 32;
}

int change_read(struct comp *c, const struct field *f, struct place at)
{
	struct change ch = { 0 };
	bool variable = variable_here(c);
	struct lex word = c->lex;
	u128 most;
	int rc = read_change(c, f, &ch, &at);

	if (rc)
		return rc;
	narrow(&ch, f, &at);
	most = change_most(&ch);
	if (!variable && at.n_bits < ANY_BITS && most & ~low_bits(at.n_bits))
		return lex_error(&word, c->e, "%llu does not fit into %u bits",
				 (unsigned long long)MIN(most, (u128)UINT64_MAX), at.n_bits);
	return change_put(c, &ch, &at);
}

int change_part(struct comp *c, const struct field *f, struct place *at)
{
	uint64_t index, length = 1;
	uint32_t bytes = MAX(at->n_bits / 8, 1u);
	int rc;

	lex_next(&c->lex);
	rc = expr_read(c, &index);
	if (!rc && lex_is(&c->lex, ':')) {
		lex_next(&c->lex);
		rc = expr_read(c, &length);
	}
	if (!rc)
		rc = lex_expect(&c->lex, ']', "after the offset", c->e);
	if (rc)
		return rc;
	if (length != 1 && length != 2 && length != 4)
		return lex_error(&c->lex, c->e, "a part of a field has 1, 2 or 4 bytes, not %llu",
				 (unsigned long long)length);
	if (index >= bytes || length > bytes - index)
		return lex_error(&c->lex, c->e, "%s has %u bytes: no %llu from byte %llu", f->name,
				 bytes, (unsigned long long)length, (unsigned long long)index);
	at->off_bits += index * 8;
	at->n_bits = length * 8;
	return 0;
}
