// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_gen - see expr_gen.h. Constants are folded as fragments are joined, so that a test whose
 * answer the link type gives leaves no code behind. */
#include "cbpf/expr_gen.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <linux/if_ether.h>
#include <string.h>

/* A filter of 4096 instructions may be made of more before it is optimised, but not of so many. */
enum { MAX_BLOCKS = 65536, TAG_AT = 12, TAG_BYTES = 4 };

struct frag gen_fail(struct gen *g, int code, const struct node *n, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (g->rc)
		return gen_const(false);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	g->rc = n ? err_set(g->e, code, "column %u: %s", n->col, text) :
		    err_set(g->e, code, "%s", text);
	return gen_const(false);
}

void gen_oom(struct gen *g)
{
	gen_fail(g, ENOMEM, NULL, "out of memory");
}

void gen_add(struct gen *g, struct stmts *s, uint16_t code, uint32_t k)
{
	if (s->n == s->cap) {
		unsigned int cap = s->cap ? 2 * s->cap : 8;
		struct sock_filter *p = arena_alloc_raw(g->mem, cap * sizeof(*p));

		if (!p) {
			gen_oom(g);
			return;
		}
		if (s->n)
			memcpy(p, s->p, s->n * sizeof(*p));
		s->p = p;
		s->cap = cap;
	}
	s->p[s->n++] = (struct sock_filter){ .code = code, .k = k };
}

static struct block *new_block(struct gen *g)
{
	struct block *b = NULL;

	if (g->n_blocks++ >= MAX_BLOCKS)
		gen_fail(g, E2BIG, NULL,
			 "the filter is too large: it would need far more than %d instructions",
			 BPF_MAXINSNS);
	else
		b = arena_alloc(g->mem, sizeof(*b));
	if (b)
		return b;
	gen_oom(g);
	g->spare = (struct block){ 0 };
	return &g->spare;
}

struct frag gen_const(bool value)
{
	return (struct frag){ .value = value };
}

struct frag gen_not(struct frag a)
{
	return (struct frag){ .head = a.head, .value = !a.value, .out = { a.out[1], a.out[0] } };
}

static struct exits exits_join(struct exits a, struct exits b)
{
	if (!a.first)
		return b;
	if (!b.first)
		return a;
	a.last->next = b.first;
	return (struct exits){ a.first, b.last };
}

static void connect(struct exits x, struct block *to)
{
	for (struct exit *e = x.first; e; e = e->next)
		e->b->to[e == &e->b->exit[1]] = to;
}

/* A block of plain code before 'b' needs no jump: nobody else enters 'b' yet. */
static bool merge_run(struct gen *g, struct frag *a, struct frag *b)
{
	struct block *ab = a->head, *bb = b->head;
	struct stmts code = ab->code;

	if (ab->jump != (BPF_JMP | BPF_JA) || a->out[1].first != &ab->exit[1] ||
	    a->out[1].last != &ab->exit[1] || a->out[0].first)
		return false;
	for (unsigned int i = 0; i < bb->code.n; i++)
		gen_add(g, &code, bb->code.p[i].code, bb->code.p[i].k);
	bb->code = code;
	return true;
}

/* Control passes from the exits 'side' of 'a' to 'b'. */
static struct frag chain(struct gen *g, struct frag a, struct frag b, int side)
{
	if (g->rc)
		return gen_const(false);
	if (side && merge_run(g, &a, &b))
		return b;
	connect(a.out[side], b.head);
	b.out[!side] = exits_join(a.out[!side], b.out[!side]);
	b.head = a.head;
	return b;
}

struct frag gen_and(struct gen *g, struct frag a, struct frag b)
{
	if (!a.head)
		return a.value ? b : a;
	if (!b.head)
		return b.value ? a : b;
	return chain(g, a, b, 1);
}

struct frag gen_or(struct gen *g, struct frag a, struct frag b)
{
	if (!a.head)
		return a.value ? a : b;
	if (!b.head)
		return b.value ? b : a;
	return chain(g, a, b, 0);
}

struct frag gen_if(struct gen *g, struct frag c, struct frag a, struct frag b)
{
	struct frag f;

	if (!c.head)
		return c.value ? a : b;
	if (!a.head)
		return a.value ? gen_or(g, c, b) : gen_and(g, gen_not(c), b);
	if (!b.head)
		return b.value ? gen_or(g, gen_not(c), a) : gen_and(g, c, a);
	if (g->rc)
		return gen_const(false);
	connect(c.out[1], a.head);
	connect(c.out[0], b.head);
	f = (struct frag){ .head = c.head };
	for (int i = 0; i < 2; i++)
		f.out[i] = exits_join(a.out[i], b.out[i]);
	return f;
}

static struct frag new_jump(struct gen *g, struct stmts code, uint16_t jump, uint32_t k)
{
	struct block *b = new_block(g);
	struct frag f = { .head = b };

	b->code = code;
	b->jump = jump;
	b->k = k;
	for (int i = 0; i < 2; i++) {
		b->exit[i] = (struct exit){ .b = b };
		f.out[i] = (struct exits){ &b->exit[i], &b->exit[i] };
	}
	return f;
}

struct frag gen_jump(struct gen *g, struct stmts code, uint16_t op, uint32_t k)
{
	struct sock_filter *last = code.n ? &code.p[code.n - 1] : NULL;

	/* "and #k; jeq #0" is one instruction, and what follows may use A without the mask. */
	if (last && op == BPF_JEQ && k == 0 && last->code == (BPF_ALU | BPF_AND | BPF_K)) {
		k = last->k;
		code.n--;
		return gen_not(new_jump(g, code, BPF_JMP | BPF_JSET | BPF_K, k));
	}
	return new_jump(g, code, BPF_JMP | op | BPF_K, k);
}

struct frag gen_jump_x(struct gen *g, struct stmts code, uint16_t op)
{
	return new_jump(g, code, BPF_JMP | op | BPF_X, 0);
}

struct frag gen_run(struct gen *g, struct stmts code)
{
	struct frag f = new_jump(g, code, BPF_JMP | BPF_JA, 0);

	f.out[0] = (struct exits){ 0 };
	return f;
}

static int no_register(struct gen *g, const struct node *n)
{
	gen_fail(g, EOPNOTSUPP, n, "not expressible: it needs more than the %d words of memory that "
		 "classic BPF has", BPF_MEMWORDS);
	return -1;
}

int gen_reg(struct gen *g, const struct node *n)
{
	if (g->n_regs + g->n_temps >= BPF_MEMWORDS - 1)
		return no_register(g, n);
	g->max_regs = MAX(g->max_regs, g->n_regs + 1);
	return g->n_regs++;
}

int gen_temp(struct gen *g, const struct node *n)
{
	if (g->n_regs + g->n_temps >= BPF_MEMWORDS)
		return no_register(g, n);
	return BPF_MEMWORDS - 1 - g->n_temps++;
}

void gen_temp_put(struct gen *g)
{
	g->n_temps--;
}

static uint16_t size_code(unsigned int size)
{
	return size == 1 ? BPF_B : size == 2 ? BPF_H : BPF_W;
}

uint32_t gen_abs(struct gen *g, uint32_t k)
{
	if (k < TAG_AT)
		return k;
	g->differs = true;
	return g->stripped && k >= TAG_AT + TAG_BYTES ? k - TAG_BYTES : k;
}

/* Byte 'k' of the packet as it was before the kernel took its tag off. */
static void load_tagged_byte(struct gen *g, struct stmts *s, uint32_t k)
{
	if (k >= TAG_AT && k < TAG_AT + TAG_BYTES) {
		gen_add(g, s, BPF_LD | BPF_W | BPF_ABS,
			SKF_AD_OFF + (k < TAG_AT + 2 ? SKF_AD_VLAN_TPID : SKF_AD_VLAN_TAG));
		if (k % 2 == 0)
			gen_add(g, s, BPF_ALU | BPF_RSH | BPF_K, 8);
		gen_add(g, s, BPF_ALU | BPF_AND | BPF_K, 0xff);
	} else {
		gen_add(g, s, BPF_LD | BPF_B | BPF_ABS, gen_abs(g, k));
	}
}

/* A load that touches the tag which the kernel took off: the TPID or TCI as they are, other pieces
 * put together byte by byte. */
static void load_tagged(struct gen *g, struct stmts *s, uint32_t k, unsigned int size)
{
	int t;

	g->differs = true;
	if (size == 2 && (k == TAG_AT || k == TAG_AT + 2)) {
		gen_add(g, s, BPF_LD | BPF_W | BPF_ABS,
			SKF_AD_OFF + (k == TAG_AT ? SKF_AD_VLAN_TPID : SKF_AD_VLAN_TAG));
		return;
	}
	t = gen_temp(g, NULL);
	load_tagged_byte(g, s, k);
	for (unsigned int i = 1; i < size && t >= 0; i++) {
		gen_add(g, s, BPF_ALU | BPF_LSH | BPF_K, 8);
		gen_add(g, s, BPF_ST, t);
		load_tagged_byte(g, s, k + i);
		gen_add(g, s, BPF_LDX | BPF_MEM, t);
		gen_add(g, s, BPF_ALU | BPF_OR | BPF_X, 0);
	}
	gen_temp_put(g);
}

void gen_load(struct gen *g, struct stmts *s, struct off o, uint32_t add, unsigned int size)
{
	uint32_t k = o.k + add;

	if (o.reg >= 0) {
		gen_ldx(g, s, o.reg);
		gen_load_x(g, s, k, size);
		return;
	}
	/* From the top half on, offsets are the kernel's: out of every packet instead. */
	if (k > INT32_MAX)
		k = INT32_MAX;
	if (g->stripped && k < TAG_AT + TAG_BYTES && k + size > TAG_AT)
		load_tagged(g, s, k, size);
	else
		gen_add(g, s, BPF_LD | size_code(size) | BPF_ABS, gen_abs(g, k));
	if (k + size > TAG_AT)
		g->differs = true;
}

void gen_ldx(struct gen *g, struct stmts *s, int reg)
{
	g->reads |= 1u << reg;
	gen_add(g, s, BPF_LDX | BPF_MEM, reg);
}

void gen_load_x(struct gen *g, struct stmts *s, uint32_t k, unsigned int size)
{
	gen_add(g, s, BPF_LD | size_code(size) | BPF_IND, k);
}

/* What is known without a look at the packet: the type of a frame whose tag was taken off is that
 * of a tag. Returns -1 if nothing is. */
static int known_answer(const struct gen *g, struct off o, uint32_t add, unsigned int size,
			uint32_t mask, uint16_t op, uint32_t k)
{
	if (!mask)
		return op == BPF_JEQ ? k == 0 : op == BPF_JGE ? k == 0 : 0;
	if (!g->stripped || o.reg >= 0 || o.k + add != TAG_AT || size != 2 || mask != UINT32_MAX)
		return -1;
	if (op == BPF_JEQ)
		return k == ETH_P_8021Q || k == ETH_P_8021AD ? -1 : 0;
	return op == BPF_JGT && k < ETH_P_8021Q ? 1 : -1;
}

/* The last bytes of some, under a mask, are loaded alone. Not the first ones: a packet that ends in
 * between is rejected, as by other compilers. */
static void narrow(uint32_t *add, unsigned int *size, uint32_t *mask, uint32_t k)
{
	for (unsigned int n = 1; n <= 2 && n < *size; n++) {
		uint32_t last = n == 1 ? 0xff : 0xffff;

		if (*mask != last || k > last)
			continue;
		*add += *size - n;
		*size = n;
		*mask = UINT32_MAX;
		return;
	}
}

struct frag gen_cmp(struct gen *g, struct off o, uint32_t add, unsigned int size, uint32_t mask,
		    uint16_t op, uint32_t k)
{
	struct stmts s = { 0 };
	int known;

	if (op == BPF_JEQ)
		narrow(&add, &size, &mask, k);
	known = known_answer(g, o, add, size, mask, op, k);
	if (known >= 0) {
		g->differs |= g->stripped;
		return gen_const(known);
	}
	gen_load(g, &s, o, add, size);
	if (mask != UINT32_MAX)
		gen_add(g, &s, BPF_ALU | BPF_AND | BPF_K, mask);
	return gen_jump(g, s, op, k);
}

struct frag gen_cmp_any(struct gen *g, struct off o, uint32_t add, unsigned int size,
			const uint32_t *k, unsigned int n)
{
	struct frag f = gen_const(false);
	bool loaded = false;

	for (unsigned int i = 0; i < n; i++) {
		int known = known_answer(g, o, add, size, UINT32_MAX, BPF_JEQ, k[i]);
		struct stmts s = { 0 };

		if (known >= 0) {
			g->differs |= g->stripped;
			f = gen_or(g, f, gen_const(known));
			continue;
		}
		/* A stays what it is from one jump to the next. */
		if (!loaded)
			gen_load(g, &s, o, add, size);
		loaded = true;
		f = gen_or(g, f, gen_jump(g, s, BPF_JEQ, k[i]));
	}
	return f;
}

struct frag gen_cmp_mac(struct gen *g, struct off o, uint32_t add, const uint8_t mac[6])
{
	uint32_t low = (uint32_t)mac[2] << 24 | mac[3] << 16 | mac[4] << 8 | mac[5];
	struct frag f = gen_cmp(g, o, add + 2, 4, UINT32_MAX, BPF_JEQ, low);

	return gen_and(g, f, gen_cmp(g, o, add, 2, UINT32_MAX, BPF_JEQ, mac[0] << 8 | mac[1]));
}

uint32_t gen_ip4_transport(struct gen *g, struct stmts *s)
{
	uint32_t k = g->at.pl.k + g->at.nl;

	if (g->at.pl.reg < 0) {
		k = gen_abs(g, k);
		gen_add(g, s, BPF_LDX | BPF_B | BPF_MSH, k);
		return k;
	}
	gen_ldx(g, s, g->at.pl.reg);
	gen_load_x(g, s, k, 1);
	gen_add(g, s, BPF_ALU | BPF_AND | BPF_K, 0xf);
	gen_add(g, s, BPF_ALU | BPF_LSH | BPF_K, 2);
	gen_add(g, s, BPF_ALU | BPF_ADD | BPF_X, 0);
	gen_add(g, s, BPF_MISC | BPF_TAX, 0);
	return k;
}
