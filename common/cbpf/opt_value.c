// SPDX-License-Identifier: GPL-2.0-or-later
/* opt_value - see opt_value.h. Values are simplified as they are made, so that the same value gets
 * the same number more often. */
#include "cbpf/opt_value.h"

#include <errno.h>
#include <string.h>

enum { FIRST_SIZE = 64 };

/* Where in the table of 'vs' what is like 'v' is. */
static uint32_t *chain_of(const struct values *vs, const struct value *v)
{
	uint64_t h = (uint64_t)v->a << 32 | v->b;

	h = (h ^ (uint64_t)v->k << 11 ^ (uint64_t)v->op << 53 ^ v->kind) * 0x9e3779b97f4a7c15ull;
	return &vs->hash[h >> 40 & vs->mask];
}

static void rehash(struct values *vs)
{
	memset(vs->hash, 0xff, (vs->mask + 1) * sizeof(*vs->hash));
	for (uint32_t i = 0; i < vs->n; i++) {
		uint32_t *chain = chain_of(vs, &vs->v[i]);

		vs->v[i].next = *chain;
		*chain = i;
	}
}

static int grow(struct values *vs)
{
	uint32_t cap = vs->cap ? 2 * vs->cap : FIRST_SIZE;
	struct value *v = arena_alloc_raw(vs->mem, cap * sizeof(*v));
	uint32_t *hash = arena_alloc_raw(vs->mem, 2 * cap * sizeof(*hash));

	if (!v || !hash)
		return vs->failed = true, -ENOMEM;
	if (vs->n)
		memcpy(v, vs->v, vs->n * sizeof(*v));
	vs->v = v;
	vs->cap = cap;
	vs->hash = hash;
	vs->mask = 2 * cap - 1;
	rehash(vs);
	return 0;
}

int values_init(struct values *vs, struct arena *mem)
{
	*vs = (struct values){ .mem = mem };
	if (grow(vs) < 0)
		return -ENOMEM;
	value_const(vs, 0);
	for (uint32_t i = 0; i < N_FREE; i++)
		vs->v[vs->n++] = (struct value){ .kind = VALUE_OTHER, .k = vs->n_other++,
						 .hi = UINT32_MAX };
	return 0;
}

void value_fact(const struct values *vs, uint32_t v, struct fact *ret)
{
	const struct value *val = &vs->v[v];

	ret->v = v;
	ret->lo = val->lo;
	ret->hi = val->hi;
	ret->zeros = val->zeros;
	ret->ones = val->ones;
	ret->n_not = 0;
	ret->n_is = val->lo == val->hi;
	ret->is[0] = val->lo;
	ret->ext = 0;
}

/* Fills in what holds of 'v' everywhere. */
static void settle(const struct values *vs, struct value *v)
{
	struct fact a, b, f;

	if (v->kind == VALUE_LOAD) {
		v->hi = v->op == BPF_B ? UINT8_MAX : v->op == BPF_H ? UINT16_MAX : UINT32_MAX;
		v->zeros = ~v->hi;
		return;
	}
	if (v->kind == VALUE_CONST) {
		v->lo = v->hi = v->ones = v->k;
		v->zeros = ~v->k;
		return;
	}
	if (v->kind == VALUE_ALU) {
		value_fact(vs, v->a, &a);
		value_fact(vs, v->b, &b);
	}
	fact_derive(vs, v, &a, &b, &f);
	v->lo = f.lo;
	v->hi = f.hi;
	v->zeros = f.zeros;
	v->ones = f.ones;
}

/* The number of the value like 'want', made if there is none. */
static uint32_t number_of(struct values *vs, struct value want)
{
	uint32_t *chain = chain_of(vs, &want), i;

	for (i = *chain; i != VALUE_NONE; i = vs->v[i].next) {
		const struct value *v = &vs->v[i];

		if (v->kind == want.kind && v->op == want.op && v->a == want.a && v->b == want.b &&
		    v->k == want.k)
			return i;
	}
	/* Out of memory nothing comes of the graph; the number only has to be one. */
	if (vs->n == vs->cap) {
		if (grow(vs) < 0)
			return VALUE_ZERO;
		chain = chain_of(vs, &want);
	}
	settle(vs, &want);
	i = vs->n++;
	want.next = *chain;
	vs->v[i] = want;
	*chain = i;
	return i;
}

uint32_t value_const(struct values *vs, uint32_t k)
{
	return number_of(vs, (struct value){ .kind = VALUE_CONST, .k = k });
}

uint32_t value_other(struct values *vs)
{
	return number_of(vs, (struct value){ .kind = VALUE_OTHER, .k = vs->n_other++ });
}

uint32_t value_entry(struct values *vs, uint32_t block, uint32_t reg)
{
	return number_of(vs, (struct value){ .kind = VALUE_ENTRY, .op = reg, .k = block });
}

uint32_t value_load(struct values *vs, uint16_t size, uint32_t base, uint32_t k)
{
	/* At a constant place, unless that reaches what the kernel means by negative offsets. */
	if (value_is_const(vs, base) && vs->v[base].k <= INT32_MAX && k <= INT32_MAX &&
	    vs->v[base].k + k <= INT32_MAX) {
		k += vs->v[base].k;
		base = VALUE_ZERO;
	}
	return number_of(vs, (struct value){ .kind = VALUE_LOAD, .op = size, .a = base, .k = k });
}

uint32_t value_len(struct values *vs)
{
	return number_of(vs, (struct value){ .kind = VALUE_LEN });
}

uint32_t value_ad(struct values *vs, uint32_t ad, uint32_t a, uint32_t x)
{
	switch ((int)ad) {
	case SKF_AD_RANDOM:
		return value_other(vs);
	case SKF_AD_ALU_XOR_X:
		return value_alu(vs, BPF_XOR, a, x);
	case SKF_AD_NLATTR:
	case SKF_AD_NLATTR_NEST:
		return number_of(vs, (struct value){ .kind = VALUE_AD, .a = a, .b = x, .k = ad });
	}
	return number_of(vs, (struct value){ .kind = VALUE_AD, .k = ad });
}

unsigned int value_bytes(uint16_t size)
{
	return size == BPF_B ? 1 : size == BPF_H ? 2 : 4;
}

uint32_t value_compute(uint16_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return a / b;
	case BPF_MOD:
		return a % b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << (b & 31);
	}
	return a >> (b & 31);
}

static bool turns(uint16_t op)
{
	return op == BPF_ADD || op == BPF_MUL || op == BPF_AND || op == BPF_OR || op == BPF_XOR;
}

/* (v op k1) op k2 as v op k; false if there is no such k. */
static bool join_constants(uint16_t op, uint32_t k1, uint32_t k2, uint32_t *ret)
{
	switch (op) {
	case BPF_ADD:
	case BPF_MUL:
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
		*ret = value_compute(op, k1, k2);
		return true;
	case BPF_LSH:
	case BPF_RSH:
		*ret = k1 + k2;
		return k1 < 32 && k2 < 32 && k1 + k2 < 32;
	}
	return false;
}

static bool is_power(uint32_t k)
{
	return k && !(k & (k - 1));
}

/* Operations with a constant as others that do the same: a subtraction adds, a multiplication by 8
 * shifts. */
static void plain_form(uint16_t *op, uint32_t *k)
{
	if (*op == BPF_SUB) {
		*op = BPF_ADD;
		*k = -*k;
	} else if (*op == BPF_MUL && is_power(*k)) {
		*op = BPF_LSH;
		*k = __builtin_ctz(*k);
	} else if (*op == BPF_DIV && is_power(*k)) {
		*op = BPF_RSH;
		*k = __builtin_ctz(*k);
	} else if (*op == BPF_MOD && is_power(*k)) {
		*op = BPF_AND;
		*k = *k - 1;
	} else if (*op == BPF_LSH || *op == BPF_RSH) {
		*k &= 31;
	}
}

static uint32_t alu_const(struct values *vs, uint16_t op, uint32_t a, uint32_t k)
{
	const struct value *va;
	uint32_t both;

	plain_form(&op, &k);
	va = &vs->v[a];
	if (k == 0 && op != BPF_AND && op != BPF_MUL && op != BPF_DIV && op != BPF_MOD)
		return a;
	if (k == 0 && (op == BPF_AND || op == BPF_MUL))
		return VALUE_ZERO;
	if (op == BPF_AND && (va->zeros | k) == UINT32_MAX)
		return a;
	if (op == BPF_OR && (va->ones & k) == k)
		return a;
	if ((op == BPF_AND && (va->zeros & k) == k) ||
	    (op == BPF_RSH && va->hi >> k == 0))
		return VALUE_ZERO;
	if (va->kind == VALUE_ALU && va->op == op && value_is_const(vs, va->b) &&
	    join_constants(op, vs->v[va->b].k, k, &both))
		return alu_const(vs, op, va->a, both);
	return number_of(vs, (struct value){ .kind = VALUE_ALU, .op = op, .a = a,
					     .b = value_const(vs, k) });
}

uint32_t value_alu(struct values *vs, uint16_t op, uint32_t a, uint32_t b)
{
	bool divides = op == BPF_DIV || op == BPF_MOD;

	if (turns(op) && (value_is_const(vs, a) ||
			  (!value_is_const(vs, b) && a > b))) {
		uint32_t other = a;

		a = b;
		b = other;
	}
	/* What divides by 0 never is: the program ends there. */
	if (value_is_const(vs, b) && !(divides && vs->v[b].k == 0)) {
		if (value_is_const(vs, a))
			return value_const(vs, value_compute(op, vs->v[a].k, vs->v[b].k));
		return alu_const(vs, op, a, vs->v[b].k);
	}
	if (a == b && (op == BPF_SUB || op == BPF_XOR))
		return VALUE_ZERO;
	if (a == b && (op == BPF_AND || op == BPF_OR))
		return a;
	return number_of(vs, (struct value){ .kind = VALUE_ALU, .op = op, .a = a, .b = b });
}

uint32_t value_cmp(struct values *vs, uint16_t op, uint32_t a, uint32_t b)
{
	if (a == b)
		return value_const(vs, op == BPF_JEQ);
	if (op == BPF_JEQ && a > b)
		return value_cmp(vs, op, b, a);
	return number_of(vs, (struct value){ .kind = VALUE_CMP, .op = op, .a = a, .b = b });
}
