// SPDX-License-Identifier: GPL-2.0-or-later
/* words_choice - words that are one of several, by which way was taken. */
#include "cbpf/words_priv.h"

/* Pairs of words that an operation is done to, one by one. */
enum { MOST_PAIRS = 256 };

bool word_is_choice(const struct words *ws, uint32_t w, uint32_t *ret_cond, uint32_t *ret_yes,
		    uint32_t *ret_no)
{
	const struct word *v = &ws->v[w];

	if (v->n_leaves == 1)
		return false;
	*ret_cond = v->bits[CHOICE_COND];
	*ret_yes = v->bits[CHOICE_YES];
	*ret_no = v->bits[CHOICE_NO];
	return true;
}

/* What 'w' is once it is known that 'cond' holds, or not. */
static uint32_t side(const struct words *ws, uint32_t w, uint32_t cond, bool holds)
{
	uint32_t c, yes, no;

	while (word_is_choice(ws, w, &c, &yes, &no) && c == cond)
		w = holds ? yes : no;
	return w;
}

/* The words that a choice is between, each once, and the bit that it is that one. */
struct leaves {
	uint32_t word[WORD_MOST], guard[WORD_MOST];
	unsigned int n;
	bool too_many;
};

static void gather(struct words *ws, uint32_t w, uint32_t guard, struct leaves *l)
{
	uint32_t cond, yes, no;
	unsigned int i = 0;

	if (guard == BIT_FALSE || l->too_many)
		return;
	if (word_is_choice(ws, w, &cond, &yes, &no)) {
		gather(ws, yes, bit_and(ws->c, guard, cond), l);
		gather(ws, no, bit_and(ws->c, guard, bit_not(cond)), l);
		return;
	}
	while (i < l->n && l->word[i] != w)
		i++;
	if (i == WORD_MOST) {
		l->too_many = true;
		return;
	}
	l->guard[i] = i == l->n ? guard : bit_or(ws->c, l->guard[i], guard);
	l->word[i] = w;
	l->n = MAX(l->n, i + 1);
}

/* Makes the choice, whose parts are not looked at any more. */
static uint32_t make(struct words *ws, uint32_t cond, uint32_t yes, uint32_t no)
{
	uint32_t bits[WORD_BITS] = { 0 }, w, n = ws->n;

	if (bit_fixed(cond) || yes == no)
		return cond == BIT_FALSE ? no : yes;
	if (cond & 1)
		return make(ws, bit_not(cond), no, yes);
	bits[CHOICE_COND] = cond;
	bits[CHOICE_YES] = yes;
	bits[CHOICE_NO] = no;
	bits[CHOICE_MARK] = UINT32_MAX; /* no bit is that: the highest gate is far below */
	w = word_of_linear(ws, bits, n, UINT32_MAX);
	if (w == n && ws->n > n)
		ws->v[w].n_leaves = ws->v[yes].n_leaves + ws->v[no].n_leaves;
	return w;
}

uint32_t word_choice(struct words *ws, uint32_t cond, uint32_t yes, uint32_t no)
{
	struct leaves l = { .n = 0 };
	uint32_t w;

	if (bit_fixed(cond) || yes == no)
		return cond == BIT_FALSE ? no : yes;
	yes = side(ws, yes, cond, true);
	no = side(ws, no, cond, false);
	gather(ws, yes, cond, &l);
	gather(ws, no, bit_not(cond), &l);
	if (l.n == 0) /* out of memory */
		return yes;
	if (l.too_many)
		return word_mux(ws, cond, yes, no);
	if (l.n == ws->v[yes].n_leaves + ws->v[no].n_leaves)
		return make(ws, cond, yes, no);
	/* Ways that parted and met again: each word once, whatever the ways to it. */
	w = l.word[--l.n];
	while (l.n-- > 0)
		w = make(ws, l.guard[l.n], l.word[l.n], w);
	return w;
}

uint32_t word_flat(struct words *ws, uint32_t w)
{
	uint32_t cond, yes, no, flat;

	if (!word_is_choice(ws, w, &cond, &yes, &no))
		return w;
	flat = ws->v[w].plus;
	if (flat == UINT32_MAX) {
		flat = word_mux(ws, cond, yes, no);
		ws->v[w].plus = flat;
	}
	return flat;
}

bool word_split(struct words *ws, uint32_t *a, uint32_t *b, uint32_t *ret_cond, uint32_t ret_a[2],
		uint32_t ret_b[2])
{
	uint32_t pairs = ws->v[*a].n_leaves * ws->v[*b].n_leaves, cond, yes, no;

	if (pairs > MOST_PAIRS) {
		*a = word_flat(ws, *a);
		*b = word_flat(ws, *b);
		return false;
	}
	if (!word_is_choice(ws, *a, &cond, &yes, &no) && !word_is_choice(ws, *b, &cond, &yes, &no))
		return false;
	*ret_cond = cond;
	for (unsigned int holds = 0; holds < 2; holds++) {
		ret_a[holds] = side(ws, *a, cond, holds);
		ret_b[holds] = side(ws, *b, cond, holds);
	}
	return true;
}
