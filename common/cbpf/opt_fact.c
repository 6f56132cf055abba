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

bool fact_settle(struct fact *f)
{
	uint32_t same;

	if (f->zeros & f->ones)
		return false;
	f->lo = f->lo > f->ones ? f->lo : f->ones;
	f->hi = f->hi < ~f->zeros ? f->hi : ~f->zeros;
	while (f->lo < f->hi && excluded(f, f->lo))
		f->lo++;
	while (f->lo < f->hi && excluded(f, f->hi))
		f->hi--;
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
	return true;
}

/* Those of a->not that 'keep' says of 'b'. */
static void filter_not(struct fact *a, const struct fact *b, struct arena *mem)
{
	uint32_t *not, n = 0;

	for (uint32_t i = 0; i < a->n_not; i++)
		n += excluded(b, a->not[i]) || a->not[i] < b->lo || a->not[i] > b->hi;
	if (n == a->n_not)
		return;
	not = n ? arena_alloc(mem, n * sizeof(*not)) : NULL;
	n = 0;
	for (uint32_t i = 0; not && i < a->n_not; i++)
		if (excluded(b, a->not[i]) || a->not[i] < b->lo || a->not[i] > b->hi)
			not[n++] = a->not[i];
	a->not = not;
	a->n_not = n;
}

void fact_join(struct fact *a, const struct fact *b, struct arena *mem)
{
	filter_not(a, b, mem);
	a->lo = a->lo < b->lo ? a->lo : b->lo;
	a->hi = a->hi > b->hi ? a->hi : b->hi;
	a->zeros &= b->zeros;
	a->ones &= b->ones;
	a->ext = a->ext < b->ext ? a->ext : b->ext;
}

bool fact_meet(struct fact *a, const struct fact *b, struct arena *mem)
{
	uint32_t n_new = 0;
	uint32_t *not;

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

struct fact fact_derive(const struct values *vs, const struct value *v, const struct fact *a,
			const struct fact *b)
{
	struct fact f = fact_any(VALUE_NONE);

	switch (v->kind) {
	case VALUE_CONST:
		f.lo = f.hi = v->k;
		break;
	case VALUE_LOAD:
		f.hi = v->op == BPF_B ? 0xff : v->op == BPF_H ? 0xffff : UINT32_MAX;
		break;
	case VALUE_AD:
		f.hi = ad_max(v->k);
		break;
	case VALUE_CMP:
		f.hi = 1;
		break;
	case VALUE_ALU:
		if (value_is_const(vs, v->b) && (vs->v[v->b].k ||
						 (v->op != BPF_DIV && v->op != BPF_MOD)))
			derive_const(&f, v->op, a, vs->v[v->b].k);
		else
			derive_alu(&f, v->op, a, b);
		break;
	}
	fact_settle(&f);
	return f;
}
