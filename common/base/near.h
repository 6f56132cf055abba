// SPDX-License-Identifier: GPL-2.0-or-later
/* near - which of many words was meant by one that is none of them: "did you mean ...?" */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

struct near {
	const char *word; /* the nearest so far, NULL: none is near enough */
	unsigned int distance;
};

/* Edit distance of 'a' and 'b', a swap of neighbours counted once (Damerau 1964); words of more
 * than 48 characters are far from all others. */
unsigned int near_distance(const char *a, const char *b);

/* Keeps in 'n', zeroed before the first, 'word' if it is nearer to 'text' than what is there, and
 * near enough to be what was meant. 'word' has to live as long as 'n'. */
void near_consider(struct near *n, const char *text, const char *word);

#endif
