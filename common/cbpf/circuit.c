// SPDX-License-Identifier: GPL-2.0-or-later
/* circuit - see circuit.h. A gate becomes a variable and clauses of the solver when a question
 * depends on it (Tseitin 1968), so what no question looks at costs nothing. */
#include "cbpf/circuit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "cbpf/sat.h"

enum kind { GATE_FALSE, GATE_NEW, GATE_AND, GATE_XOR, GATE_MUX };

struct gate {
	uint32_t a, b, c; /* inputs; MUX: condition, yes, no */
	uint32_t var;	  /* of the solver plus 1; 0: none yet */
	uint8_t kind;
	uint8_t value; /* in what was found last */
};

/* A program of 4096 instructions that multiplies in each makes half of this. */
#define MAX_GATES (1u << 23)

struct circuit {
	struct gate *gates;
	uint32_t n, cap;
	uint32_t *table; /* number of gate by its hash, 0 empty; 2 * cap entries */
	struct sat *sat;
	uint32_t *stack;
	uint32_t n_stack, cap_stack;
	bool failed;
};

struct circuit *circuit_new(void)
{
	struct circuit *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->cap = 1024;
	c->gates = calloc(c->cap, sizeof(c->gates[0]));
	c->table = calloc(2 * c->cap, sizeof(c->table[0]));
	c->sat = sat_new();
	if (!c->gates || !c->table || !c->sat) {
		circuit_free(c);
		return NULL;
	}
	c->n = 1; /* gate 0 is false */
	return c;
}

void circuit_free(struct circuit *c)
{
	if (!c)
		return;
	sat_free(c->sat);
	free(c->gates);
	free(c->table);
	free(c->stack);
	free(c);
}

void circuit_free_p(struct circuit **c)
{
	circuit_free(*c);
}

static uint32_t *slot(const struct circuit *c, uint8_t kind, uint32_t a, uint32_t b, uint32_t m)
{
	uint32_t mask = 2 * c->cap - 1, at;

	at = hash_u64((uint64_t)a << 32 ^ (uint64_t)b << 3 ^ (uint64_t)m << 17 ^ kind) & mask;
	for (;; at = (at + 1) & mask) {
		const struct gate *g = &c->gates[c->table[at]];

		if (!c->table[at] || (g->kind == kind && g->a == a && g->b == b && g->c == m))
			return &c->table[at];
	}
}

static bool grow(struct circuit *c)
{
	uint32_t cap = c->cap * 2;
	struct gate *gates = cap <= MAX_GATES ? realloc(c->gates, cap * sizeof(*gates)) : NULL;
	uint32_t *table;

	if (gates)
		c->gates = gates;
	table = gates ? calloc(2 * cap, sizeof(*table)) : NULL;
	if (!table) {
		c->failed = true;
		return false;
	}
	free(c->table);
	c->table = table;
	c->cap = cap;
	for (uint32_t i = 1; i < c->n; i++) {
		const struct gate *g = &c->gates[i];

		if (g->kind != GATE_NEW)
			*slot(c, g->kind, g->a, g->b, g->c) = i;
	}
	return true;
}

static uint32_t gate(struct circuit *c, uint8_t kind, uint32_t a, uint32_t b, uint32_t m)
{
	uint32_t *at = kind == GATE_NEW ? NULL : slot(c, kind, a, b, m);

	if (at && *at)
		return 2 * *at;
	if (c->failed)
		return BIT_FALSE;
	if (c->n == c->cap) {
		if (!grow(c))
			return BIT_FALSE;
		at = at ? slot(c, kind, a, b, m) : NULL;
	}
	c->gates[c->n] = (struct gate){ .kind = kind, .a = a, .b = b, .c = m };
	if (at)
		*at = c->n;
	return 2 * c->n++;
}

uint32_t bit_new(struct circuit *c)
{
	return gate(c, GATE_NEW, 0, 0, 0);
}

static const struct gate *and_of(const struct circuit *c, uint32_t a)
{
	const struct gate *g = &c->gates[a / 2];

	return g->kind == GATE_AND ? g : NULL;
}

/* What 'a and b' is, given what 'a' is made of; UINT32_MAX: nothing simpler than a gate. */
static uint32_t absorbed(struct circuit *c, uint32_t a, uint32_t b)
{
	const struct gate *g = and_of(c, a);

	if (!g)
		return UINT32_MAX;
	if (!(a & 1)) {
		if (g->a == b || g->b == b)
			return a;
		return g->a == bit_not(b) || g->b == bit_not(b) ? BIT_FALSE : UINT32_MAX;
	}
	if (g->a == bit_not(b) || g->b == bit_not(b))
		return b;
	if (g->a == b)
		return bit_and(c, b, bit_not(g->b));
	if (g->b == b)
		return bit_and(c, b, bit_not(g->a));
	return UINT32_MAX;
}

/* Neither p and q nor p and not q: that is not p. Ways that part and meet again look like this. */
static uint32_t rejoined(const struct circuit *c, uint32_t a, uint32_t b)
{
	const struct gate *g = and_of(c, a), *h = and_of(c, b);

	if (!g || !h || !(a & b & 1))
		return UINT32_MAX;
	if ((g->a == h->a && g->b == bit_not(h->b)) || (g->a == h->b && g->b == bit_not(h->a)))
		return bit_not(g->a);
	if ((g->b == h->b && g->a == bit_not(h->a)) || (g->b == h->a && g->a == bit_not(h->b)))
		return bit_not(g->b);
	return UINT32_MAX;
}

uint32_t bit_and(struct circuit *c, uint32_t a, uint32_t b)
{
	uint32_t r;

	if (a == BIT_FALSE || b == BIT_FALSE || a == bit_not(b))
		return BIT_FALSE;
	if (a == BIT_TRUE || a == b)
		return b;
	if (b == BIT_TRUE)
		return a;
	r = absorbed(c, a, b);
	if (r == UINT32_MAX)
		r = absorbed(c, b, a);
	if (r == UINT32_MAX)
		r = rejoined(c, a, b);
	if (r != UINT32_MAX)
		return r;
	return gate(c, GATE_AND, MIN(a, b), MAX(a, b), 0);
}

uint32_t bit_or(struct circuit *c, uint32_t a, uint32_t b)
{
	return bit_not(bit_and(c, bit_not(a), bit_not(b)));
}

uint32_t bit_xor(struct circuit *c, uint32_t a, uint32_t b)
{
	uint32_t sign = (a ^ b) & 1;

	a &= ~1u;
	b &= ~1u;
	if (a == b)
		return BIT_FALSE ^ sign;
	if (a == BIT_FALSE || b == BIT_FALSE)
		return (a | b) ^ sign;
	return gate(c, GATE_XOR, MIN(a, b), MAX(a, b), 0) ^ sign;
}

uint32_t bit_mux(struct circuit *c, uint32_t cond, uint32_t yes, uint32_t no)
{
	uint32_t sign;

	if (cond & 1)
		return bit_mux(c, bit_not(cond), no, yes);
	if (cond == BIT_FALSE)
		return no;
	if (yes == no)
		return yes;
	if (yes == bit_not(no))
		return bit_xor(c, cond, no);
	if (bit_fixed(yes) || yes == cond || yes == bit_not(cond))
		return yes == BIT_TRUE || yes == cond ? bit_or(c, cond, no)
						      : bit_and(c, bit_not(cond), no);
	if (bit_fixed(no) || no == cond || no == bit_not(cond))
		return no == BIT_FALSE || no == cond ? bit_and(c, cond, yes)
						     : bit_or(c, bit_not(cond), yes);
	sign = yes & 1;
	return gate(c, GATE_MUX, cond, yes ^ sign, no ^ sign) ^ sign;
}

/* The solver's literal of bit 'a', whose gate has a variable. */
static uint32_t lit(const struct circuit *c, uint32_t a)
{
	return 2 * (c->gates[a / 2].var - 1) + (a & 1);
}

static void clause2(struct circuit *c, uint32_t a, uint32_t b)
{
	const uint32_t lits[] = { a, b };

	sat_add(c->sat, lits, 2);
}

static void clause3(struct circuit *c, uint32_t x, uint32_t y, uint32_t z)
{
	const uint32_t lits[] = { x, y, z };

	sat_add(c->sat, lits, 3);
}

static void add_clauses(struct circuit *c, const struct gate *g, uint32_t r)
{
	uint32_t nr = r ^ 1, x, y, z;

	if (g->kind == GATE_FALSE) {
		sat_add(c->sat, &nr, 1);
		return;
	}
	if (g->kind == GATE_NEW)
		return;
	x = lit(c, g->a);
	y = lit(c, g->b);
	if (g->kind == GATE_AND) {
		clause2(c, nr, x);
		clause2(c, nr, y);
		clause3(c, r, x ^ 1, y ^ 1);
	} else if (g->kind == GATE_XOR) {
		clause3(c, nr, x, y);
		clause3(c, nr, x ^ 1, y ^ 1);
		clause3(c, r, x, y ^ 1);
		clause3(c, r, x ^ 1, y);
	} else {
		z = lit(c, g->c);
		clause3(c, nr, x ^ 1, y);
		clause3(c, r, x ^ 1, y ^ 1);
		clause3(c, nr, x, z);
		clause3(c, r, x, z ^ 1);
		/* follow from these, and help propagation */
		clause3(c, nr, y, z);
		clause3(c, r, y ^ 1, z ^ 1);
	}
}

static void push(struct circuit *c, uint32_t gate_nr)
{
	uint32_t cap = MAX(256u, 2 * c->cap_stack), *v;

	if (c->n_stack == c->cap_stack) {
		v = realloc(c->stack, cap * sizeof(*v));
		if (!v) {
			c->failed = true;
			return;
		}
		c->stack = v;
		c->cap_stack = cap;
	}
	c->stack[c->n_stack++] = gate_nr;
}

/* Gives 'a' and all it depends on variables and clauses. */
static uint32_t encode(struct circuit *c, uint32_t a)
{
	c->n_stack = 0;
	push(c, a / 2);
	while (c->n_stack && !c->failed) {
		struct gate *g = &c->gates[c->stack[c->n_stack - 1]];
		const uint32_t in[] = { g->a / 2, g->b / 2, g->c / 2 };
		unsigned int n_in = g->kind < GATE_AND ? 0 : g->kind == GATE_MUX ? 3 : 2;
		uint32_t before = c->n_stack;

		for (unsigned int i = 0; i < n_in && !g->var; i++)
			if (!c->gates[in[i]].var)
				push(c, in[i]);
		if (c->n_stack > before)
			continue;
		c->n_stack--;
		if (g->var)
			continue;
		g->var = sat_var(c->sat) + 1;
		add_clauses(c, g, 2 * (g->var - 1));
	}
	return c->failed ? 0 : lit(c, a);
}

void circuit_demand(struct circuit *c, uint32_t a, uint32_t b)
{
	uint32_t x = encode(c, a), y = encode(c, b);

	if (!c->failed)
		clause2(c, x, y);
}

static bool input_value(const struct circuit *c, uint32_t a)
{
	return c->gates[a / 2].value ^ (a & 1);
}

/* Gates only depend on those before them. */
static void keep_values(struct circuit *c)
{
	for (uint32_t i = 1; i < c->n; i++) {
		struct gate *g = &c->gates[i];

		switch (g->kind) {
		case GATE_NEW:
			g->value = g->var && sat_true(c->sat, 2 * (g->var - 1));
			break;
		case GATE_AND:
			g->value = input_value(c, g->a) && input_value(c, g->b);
			break;
		case GATE_XOR:
			g->value = input_value(c, g->a) ^ input_value(c, g->b);
			break;
		case GATE_MUX:
			g->value =
				input_value(c, g->a) ? input_value(c, g->b) : input_value(c, g->c);
			break;
		}
	}
}

int circuit_solve(struct circuit *c, const uint32_t *assumed, unsigned int n, uint64_t *steps)
{
	uint32_t *lits = malloc(MAX(n, 1u) * sizeof(*lits));
	int rc;

	for (unsigned int i = 0; i < n && lits; i++)
		lits[i] = encode(c, assumed[i]);
	if (!lits || c->failed) {
		free(lits);
		return -ENOMEM;
	}
	rc = sat_solve(c->sat, lits, n, steps);
	free(lits);
	if (rc == 1)
		keep_values(c);
	return rc;
}

bool circuit_value(const struct circuit *c, uint32_t a)
{
	return input_value(c, a);
}

bool circuit_matters(const struct circuit *c, uint32_t a)
{
	return c->gates[a / 2].var != 0;
}

uint32_t circuit_size(const struct circuit *c)
{
	return c->n;
}
