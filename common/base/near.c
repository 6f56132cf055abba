// SPDX-License-Identifier: GPL-2.0-or-later
/* near - see near.h. */
#include "base/near.h"

#include <stdint.h>
#include <string.h>

#include "base/attr.h"

unsigned int near_distance(const char *a, const char *b)
{
	enum { N = 48 };
	uint8_t d[N + 1][N + 1];
	unsigned int cost, best;
	size_t n = strlen(a), m = strlen(b), i, j;

	if (n > N || m > N)
		return N;
	for (i = 0; i <= n; i++)
		d[i][0] = i;
	for (j = 0; j <= m; j++)
		d[0][j] = j;
	for (i = 1; i <= n; i++) {
		for (j = 1; j <= m; j++) {
			cost = a[i - 1] != b[j - 1];
			best = MIN(d[i - 1][j] + 1u, d[i][j - 1] + 1u);
			best = MIN(best, d[i - 1][j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = MIN(best, d[i - 2][j - 2] + 1u);
			d[i][j] = best;
		}
	}
	return d[n][m];
}

void near_consider(struct near *n, const char *text, const char *word)
{
	unsigned int d = near_distance(text, word);

	if (d > 1 + strlen(word) / 4 || (n->word && d >= n->distance))
		return;
	n->word = word;
	n->distance = d;
}
