// SPDX-License-Identifier: GPL-2.0-or-later
/* window - see window.h. */
#include "window.h"

bool window_fresh(const struct window *w, uint64_t number)
{
	if (number >= w->next)
		return number != UINT64_MAX;
	if (w->next - number > WINDOW_SIZE)
		return false;
	return !(w->words[number / 64 % WINDOW_WORDS] >> number % 64 & 1);
}

void window_mark(struct window *w, uint64_t number)
{
	uint64_t i, first, last;

	if (number >= w->next) {
		/* Words between the old and the new highest number hold marks of a turn ago. */
		first = w->next ? (w->next - 1) / 64 + 1 : 0;
		last = number / 64;
		if (last >= first && last - first >= WINDOW_WORDS)
			first = last - WINDOW_WORDS + 1;
		for (i = first; i <= last; i++)
			w->words[i % WINDOW_WORDS] = 0;
		w->next = number + 1;
	}
	w->words[number / 64 % WINDOW_WORDS] |= 1ull << number % 64;
}
