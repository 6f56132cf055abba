// SPDX-License-Identifier: GPL-2.0-or-later
/* change - functions that make a field differ from packet to packet: "dinc(1, 13, 2)", "drnd()", and
 * the part of a field that they are for, "[2:2]". */
#include <errno.h>

#include "comp.h"

bool change_here(const struct lex *l)
{
	return lex_name_is(l, "dinc") || lex_name_is(l, "ddec") || lex_name_is(l, "drnd");
}

/* "(min, max, step)", or nothing between the parentheses. */
static int function_arguments(struct comp *c, bool step, uint64_t *v, unsigned int *ret_n)
{
	unsigned int n = 0;
	int rc = lex_expect(&c->lex, '(', "and the range of the function", c->e);

	while (!rc && !lex_is(&c->lex, ')')) {
		if (n == (step ? 3 : 2))
			return lex_expected(&c->lex, c->e, "')' after the range");
		if (n)
			rc = lex_expect(&c->lex, ',', "between minimum and maximum", c->e);
		if (!rc)
			rc = expr_read(c, &v[n++]);
	}
	if (!rc && n == 1)
		rc = lex_expected(&c->lex, c->e, "',' and the maximum");
	if (!rc && n && v[0] >= v[1])
		rc = lex_error(&c->lex, c->e, "the minimum, %llu, is not below the maximum, %llu",
			       (unsigned long long)v[0], (unsigned long long)v[1]);
	if (!rc && n == 3 && !v[2])
		rc = lex_error(&c->lex, c->e, "a step of 0 goes nowhere");
	if (rc)
		return rc;
	lex_next(&c->lex);
	*ret_n = n;
	return 0;
}

static void fill_count(struct op *op, const uint64_t *v, unsigned int n, bool down)
{
	uint64_t step = n == 3 ? v[2] : 1;

	op->kind = OP_COUNT;
	op->step = down ? -step : step;
	if (n) {
		op->n = (v[1] - v[0]) / step + 1;
		op->first = down ? v[1] : v[0];
	}
}

int change_read(struct comp *c, struct place at)
{
	bool random = lex_name_is(&c->lex, "drnd"), down = lex_name_is(&c->lex, "ddec");
	struct op op = { 0 };
	uint64_t v[3] = { 0 };
	unsigned int n = 0;
	int rc;

	lex_next(&c->lex);
	rc = function_arguments(c, !random, v, &n);
	if (rc)
		return rc;
	if (random && !n && at.n_bits > 64) {
		op = (struct op){ .kind = OP_BYTES, .off_bits = at.off_bits, .n = at.n_bits / 8 };
	} else {
		/* of long addresses the last four bytes count */
		if (at.n_bits > 64 || (at.n_bits > 32 && (!random || n))) {
			at.off_bits += at.n_bits - 32;
			at.n_bits = 32;
		}
		if (n && at.n_bits < 64 && v[1] >> at.n_bits)
			return lex_error(&c->lex, c->e, "%llu does not fit into %u bits",
					 (unsigned long long)v[1], at.n_bits);
		op.off_bits = at.off_bits;
		op.n_bits = at.n_bits;
		if (random) {
			op.kind = OP_RANDOM;
			op.first = v[0];
			op.n = n ? v[1] - v[0] + 1 : at.n_bits < 64 ? 1ull << at.n_bits : 0;
		} else {
			fill_count(&op, v, n, down);
		}
	}
	if (random)
		op.key = comp_key(c);
	else if (!n) /* on from the value that the field has by now */
		op.first = bits_get(c->buf + op.off_bits / 8,
				    (struct bits){ op.off_bits % 8, op.n_bits });
	return comp_pending(c, PEND_OP, &op) ? 0 : -ENOMEM;
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
