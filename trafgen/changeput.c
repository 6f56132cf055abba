// SPDX-License-Identifier: GPL-2.0-or-later
/* changeput - see change.h: a change as operations of the packet under construction, each of which
 * writes up to 64 bits: one for most fields, two for IPv6 addresses, one a run of a mask's bits. */
#include <errno.h>

#include "base/hash.h"
#include "change.h"

/* Bits of the value from 'shift' on, and where in the packet they go. */
struct part {
	uint32_t off_bits;
	unsigned int n_bits, shift;
};

static uint64_t low_bits(unsigned int n)
{
	return n >= 64 ? UINT64_MAX : (1ull << n) - 1;
}

u128 change_most(const struct change *ch)
{
	u128 most = ch->first, last;

	if (ch->n_free || !ch->n)
		return ch->first;
	if (ch->kind == OP_COUNT || ch->kind == OP_RANDOM) {
		last = ch->first + (ch->n - 1) * ch->step;
		return ch->step >> 127 ? most : MAX(most, last);
	}
	for (uint64_t i = 0; i < ch->n; i++)
		most = MAX(most, ch->list[i]);
	return most;
}

static void put_constant(struct comp *c, const struct part *p, uint64_t v)
{
	bits_put(c->buf + p->off_bits / 8, (struct bits){ p->off_bits % 8, p->n_bits }, v);
}

/* True if the bits of the part are the same in all values of a counter or a random range. */
static bool is_constant(const struct change *ch, const struct part *p)
{
	u128 last = ch->first + (ch->n - 1) * ch->step;

	/* between both ends there is nothing beyond them */
	return ch->n && p->shift + p->n_bits <= 128 && ch->first >> p->shift == last >> p->shift &&
	       (last >= ch->first) == !(ch->step >> 127);
}

static int add(struct comp *c, const struct op *op)
{
	return comp_pending(c, PEND_OP, op) ? 0 : -ENOMEM;
}

static int put_free(struct comp *c, const struct change *ch, const struct part *p, struct op *op)
{
	/* not less than there are: fields of all widths have the same low bits of a variable */
	unsigned int n = ch->n_free <= p->shift ? 0 : MIN(ch->n_free - p->shift, 64u);

	if (!n) {
		put_constant(c, p, ch->first >> p->shift);
		return 0;
	}
	op->first = ch->first >> p->shift;
	op->step = 1;
	op->n = n == 64 ? 0 : 1ull << n;
	op->key = p->shift ? hash_u64(ch->key + p->shift) : ch->key;
	op->shift = 0;
	return add(c, op);
}

static int put_list(struct comp *c, const struct change *ch, const struct part *p, struct op *op)
{
	uint64_t *list = arena_alloc(&c->g->arena, ch->n * sizeof(*list));

	if (!list)
		return err_sys(c->e, ENOMEM, "%s", c->o->file);
	for (uint64_t i = 0; i < ch->n; i++)
		list[i] = ch->list[i] >> p->shift & low_bits(p->n_bits);
	op->list = list;
	op->shift = 0;
	return add(c, op);
}

static int put_part(struct comp *c, const struct change *ch, const struct part *p, bool le)
{
	struct op op = { .kind = ch->kind, .n_bits = p->n_bits, .shift = p->shift,
			 .index = ch->index, .le = le, .off_bits = p->off_bits,
			 .first = ch->first, .step = ch->step, .n = ch->n, .key = ch->key };

	if (p->shift >= 128) {
		put_constant(c, p, 0);
		return 0;
	}
	if (ch->list)
		return put_list(c, ch, p, &op);
	if (ch->n_free)
		return put_free(c, ch, p, &op);
	if (!le && is_constant(ch, p)) {
		put_constant(c, p, ch->first >> p->shift);
		return 0;
	}
	return add(c, &op);
}

/* The bits of a mask that are 1, run by run from the lowest on, take the bits of the value. */
static int put_masked(struct comp *c, const struct change *ch, const struct place *at)
{
	unsigned int shift = 0;
	struct part p;
	int rc = 0;

	for (unsigned int low = 0; !rc && low < at->n_bits; low++) {
		unsigned int n = 0;

		while (n < 64 && low + n < at->n_bits && at->mask >> (low + n) & 1)
			n++;
		if (!n)
			continue;
		p = (struct part){ at->off_bits + at->n_bits - low - n, n, shift };
		rc = put_part(c, ch, &p, false);
		shift += n;
		low += n - 1;
	}
	return rc;
}

/* The value that is at 'at' by now: the low 128 bits of it. */
static u128 value_at(const struct comp *c, const struct place *at)
{
	uint8_t own[8];
	u128 v = 0;

	if (at->le) {
		for (uint32_t i = 0; i < at->n_bits / 8; i++)
			own[at->n_bits / 8 - 1 - i] = c->buf[at->off_bits / 8 + i];
		return bits_get(own, (struct bits){ 0, at->n_bits });
	}
	for (uint32_t i = 0; i < at->n_bits; i++) {
		uint32_t bit = at->off_bits + i;

		if (!at->has_mask || at->mask >> (at->n_bits - 1 - i) & 1)
			v = v << 1 | (c->buf[bit / 8] >> (7 - bit % 8) & 1);
	}
	return v;
}

int change_put(struct comp *c, const struct change *ch, const struct place *at)
{
	struct change own = *ch;
	uint32_t left = at->n_bits;
	int rc = 0;

	if (own.kind == OP_RANDOM && own.n_free == 128 && left > 128) {
		struct op op = { .kind = OP_BYTES, .index = own.index, .off_bits = at->off_bits,
				 .n = left / 8, .key = own.key };

		return add(c, &op);
	}
	if (own.goes_on)
		own.first = value_at(c, at);
	if (at->has_mask)
		return put_masked(c, &own, at);
	while (!rc && left) {
		struct part p = { .n_bits = MIN(left, 64u), .shift = at->n_bits - left };

		left -= p.n_bits;
		p.off_bits = at->off_bits + left;
		rc = put_part(c, &own, &p, at->le);
	}
	return rc;
}
