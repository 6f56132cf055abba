// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_fact - what is known of values: ranges, bits, values that they are not. */
#include <string.h>

#include "cbpf/opt_value.h"

struct fact fact_any(uint32_t v)
{
	return (struct fact){ .v = v, .hi = UINT32_MAX };
}

static bool excluded(const struct fact *f, uint32_t k)
{
	for (uint32_t i = 0; i < f->n_not; i++)
		if (f->not[i] == k)
			return true;
	return false;
}

static bool allows(const struct fact *f, uint32_t k)
{
	return k >= f->lo && k <= f->hi && !(k & f->zeros) && (k & f->ones) == f->ones &&
	       !excluded(f, k);
}

static bool listed(const struct fact *f, uint32_t k)
{
	for (uint32_t i = 0; i < f->n_is; i++)
		if (f->is[i] == k)
			return true;
	return false;
}

int fact_is(const struct fact *f, uint32_t k)
{
	if (f->n_is ? !listed(f, k) : !allows(f, k))
		return 0;
	return f->lo == f->hi ? 1 : -1;
}

int fact_above(const struct fact *f, uint32_t k)
{
	return f->lo > k ? 1 : f->hi <= k ? 0 : -1;
}

/* What the values that are left have in common; false if none is left. */
static bool settle_set(struct fact *f)
{
	uint32_t n = 0, all = 0, any = UINT32_MAX;

	for (uint32_t i = 0; i < f->n_is; i++)
		if (allows(f, f->is[i]))
			f->is[n++] = f->is[i];
	if (!n)
		return false;
	f->n_is = n;
	f->lo = f->hi = f->is[0];
	for (uint32_t i = 0; i < n; i++) {
		f->lo = f->lo < f->is[i] ? f->lo : f->is[i];
		f->hi = f->hi > f->is[i] ? f->hi : f->is[i];
		all |= f->is[i];
		any &= f->is[i];
	}
	f->zeros = ~all;
	f->ones = any;
	f->n_not = 0;
	return true;
}

bool fact_settle(struct fact *f)
{
	uint32_t same;

	if (f->n_is)
		return settle_set(f);
	if (f->zeros & f->ones)
		return false;
	f->lo = f->lo > f->ones ? f->lo : f->ones;
	f->hi = f->hi < ~f->zeros ? f->hi : ~f->zeros;
	if (f->n_not) {
		while (f->lo < f->hi && excluded(f, f->lo))
			f->lo++;
		while (f->lo < f->hi && excluded(f, f->hi))
			f->hi--;
	}
	if (f->lo > f->hi || (f->lo == f->hi && excluded(f, f->lo)))
		return false;
	/* Not 0, and only one bit may be set. */
	if (f->lo && !(~f->zeros & (~f->zeros - 1)))
		f->lo = f->hi = ~f->zeros;
	/* The bits above the first in which the ends of the range differ. */
	same = f->lo == f->hi ? UINT32_MAX :
				~(UINT32_MAX >> __builtin_clz(f->lo ^ f->hi));
	if ((f->zeros & same & f->lo) | (f->ones & same & ~f->lo))
		return false;
	f->ones |= f->lo & same;
	f->zeros |= ~f->lo & same;
	if (f->lo == f->hi) {
		f->n_is = 1;
		f->is[0] = f->lo;
		f->n_not = 0;
	}
	return true;
}

bool fact_exclude(struct fact *f, uint32_t k, struct arena *mem)
{
	uint32_t *not;

	if (f->n_not == MAX_EXCLUDED || !allows(f, k))
		return false;
	not = arena_alloc_raw(mem, (f->n_not + 1) * sizeof(*not));
	if (!not)
		return false;
	if (f->n_not)
		memcpy(not, f->not, f->n_not * sizeof(*not));
	not[f->n_not++] = k;
	f->not = not;
	return true;
}

bool fact_same(const struct fact *a, const struct fact *b)
{
	return a->lo == b->lo && a->hi == b->hi && a->zeros == b->zeros && a->ones == b->ones &&
	       a->not == b->not && a->n_not == b->n_not && a->ext == b->ext &&
	       a->n_is == b->n_is &&
	       (a->n_is == 0 || !memcmp(a->is, b->is, a->n_is * sizeof(*a->is)));
}

/* It cannot be 'k'. */
static bool rules_out(const struct fact *f, uint32_t k)
{
	return f->n_is ? !listed(f, k) : !allows(f, k);
}

/* Those values that both rule out, of those that one lists. */
static void join_not(struct fact *a, const struct fact *b, struct arena *mem)
{
	const struct fact *from[2] = { a, b };
	uint32_t *not, n = 0;

	if (!a->n_not && !b->n_not)
		return;
	not = arena_alloc(mem, (a->n_not + b->n_not) * sizeof(*not));
	for (int i = 0; not && i < 2; i++)
		for (uint32_t j = 0; j < from[i]->n_not && n < MAX_EXCLUDED; j++) {
			uint32_t k = from[i]->not[j];

			if (rules_out(from[!i], k) && !(i && excluded(a, k)))
				not[n++] = k;
		}
	a->not = not;
	a->n_not = n;
}

static void join_set(struct fact *a, const struct fact *b)
{
	uint32_t n = a->n_is;

	for (uint32_t i = 0; n && i < b->n_is; i++) {
		if (listed(a, b->is[i]))
			continue;
		if (n == MAX_SET)
			n = 0;
		else
			a->is[n++] = b->is[i];
	}
	a->n_is = b->n_is ? n : 0;
}

void fact_join(struct fact *a, const struct fact *b, struct arena *mem)
{
	join_not(a, b, mem);
	join_set(a, b);
	a->lo = a->lo < b->lo ? a->lo : b->lo;
	a->hi = a->hi > b->hi ? a->hi : b->hi;
	a->zeros &= b->zeros;
	a->ones &= b->ones;
	a->ext = a->ext < b->ext ? a->ext : b->ext;
}

/* Those of a's values that 'b' allows, or those of 'b'. */
static bool meet_set(struct fact *a, const struct fact *b)
{
	uint32_t n = 0;

	if (!a->n_is) {
		memcpy(a->is, b->is, b->n_is * sizeof(*a->is));
		a->n_is = b->n_is;
		return fact_settle(a);
	}
	for (uint32_t i = 0; i < a->n_is; i++)
		if (!rules_out(b, a->is[i]))
			a->is[n++] = a->is[i];
	a->n_is = n;
	return n && fact_settle(a);
}

bool fact_meet(struct fact *a, const struct fact *b, struct arena *mem)
{
	uint32_t n_new = 0;
	uint32_t *not;

	if (a->n_is || b->n_is) {
		a->ext = a->ext > b->ext ? a->ext : b->ext;
		return meet_set(a, b);
	}
	a->lo = a->lo > b->lo ? a->lo : b->lo;
	a->hi = a->hi < b->hi ? a->hi : b->hi;
	a->zeros |= b->zeros;
	a->ones |= b->ones;
	a->ext = a->ext > b->ext ? a->ext : b->ext;
	for (uint32_t i = 0; i < b->n_not; i++)
		n_new += !excluded(a, b->not[i]);
	/* More would cost more than it tells: what is too much is forgotten. */
	if (n_new && a->n_not + n_new <= MAX_EXCLUDED) {
		not = arena_alloc(mem, (a->n_not + n_new) * sizeof(*not));
		if (!not)
			return fact_settle(a);
		if (a->n_not)
			memcpy(not, a->not, a->n_not * sizeof(*not));
		n_new = a->n_not;
		for (uint32_t i = 0; i < b->n_not; i++)
			if (!excluded(a, b->not[i]))
				not[n_new++] = b->not[i];
		a->not = not;
		a->n_not = n_new;
	}
	return fact_settle(a);
}

/* Operations with a constant. */
static void derive_const(struct fact *f, uint16_t op, const struct fact *a, uint32_t k)
{
	for (f->n_is = 0; f->n_is < a->n_is; f->n_is++)
		f->is[f->n_is] = value_compute(op, a->is[f->n_is], k);
	switch (op) {
	case BPF_AND:
		f->zeros = a->zeros | ~k;
		f->ones = a->ones & k;
		f->hi = a->hi;
		break;
	case BPF_OR:
		f->zeros = a->zeros & ~k;
		f->ones = a->ones | k;
		f->lo = a->lo;
		break;
	case BPF_XOR:
		f->zeros = (a->zeros & ~k) | (a->ones & k);
		f->ones = (a->ones & ~k) | (a->zeros & k);
		break;
	case BPF_LSH:
		f->zeros = ~(~a->zeros << k);
		f->ones = a->ones << k;
		if (a->hi << k >> k == a->hi) {
			f->lo = a->lo << k;
			f->hi = a->hi << k;
		}
		break;
	case BPF_RSH:
		f->zeros = ~(~a->zeros >> k);
		f->ones = a->ones >> k;
		f->lo = a->lo >> k;
		f->hi = a->hi >> k;
		break;
	case BPF_ADD:
		if ((a->lo + k < a->lo) == (a->hi + k < a->hi)) {
			f->lo = a->lo + k;
			f->hi = a->hi + k;
		}
		break;
	case BPF_MOD:
		f->hi = k - 1;
		break;
	case BPF_DIV:
		f->lo = a->lo / k;
		f->hi = a->hi / k;
		break;
	}
}

static void derive_alu(struct fact *f, uint16_t op, const struct fact *a, const struct fact *b)
{
	switch (op) {
	case BPF_AND:
		f->zeros = a->zeros | b->zeros;
		f->ones = a->ones & b->ones;
		break;
	case BPF_OR:
		f->zeros = a->zeros & b->zeros;
		f->ones = a->ones | b->ones;
		break;
	case BPF_ADD:
		if (a->hi + b->hi >= a->hi) {
			f->lo = a->lo + b->lo;
			f->hi = a->hi + b->hi;
		}
		break;
	case BPF_RSH:
	case BPF_DIV:
		f->hi = a->hi;
		break;
	case BPF_MOD:
		f->hi = a->hi < b->hi - 1 ? a->hi : b->hi - 1;
		break;
	}
}

/* Those fields that have 16 bits in struct sk_buff. */
static uint32_t ad_max(uint32_t ad)
{
	return ad == SKF_AD_PROTOCOL || ad == SKF_AD_VLAN_TAG || ad == SKF_AD_VLAN_TPID ||
			       ad == SKF_AD_HATYPE || ad == SKF_AD_QUEUE ?
		       UINT16_MAX :
		       UINT32_MAX;
}

void fact_derive(const struct values *vs, const struct value *v, const struct fact *a,
		 const struct fact *b, struct fact *ret)
{
	struct fact *f = ret;

	*f = fact_any(VALUE_NONE);
	switch (v->kind) {
	case VALUE_AD:
		f->hi = ad_max(v->k);
		break;
	case VALUE_CMP:
		f->hi = 1;
		break;
	case VALUE_ALU:
		if (!value_is_const(vs, v->b))
			derive_alu(f, v->op, a, b);
		else if (vs->v[v->b].k || (v->op != BPF_DIV && v->op != BPF_MOD))
			derive_const(f, v->op, a, vs->v[v->b].k);
		break;
	}
	fact_settle(f);
}
