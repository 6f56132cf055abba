// SPDX-License-Identifier: GPL-2.0-or-later
/* kinds - how many of the chosen flows are of which protocol and in which state. */
#ifndef FLOWTOP_KINDS_H
#define FLOWTOP_KINDS_H

#include "app.h"

/* Two families of 13 protocols: TCP in ten states, SCTP in ten, DCCP in eight, else in two; and
 * for states that are not known replied or not. */
enum { KINDS_MAX = 2 * 60 };

struct kind {
	uint8_t family;
	const char *proto, *state; /* constant texts */
	uint64_t flows, not_counted;
	double byte_rate[CT_DIRS];
};

struct kinds {
	struct kind v[KINDS_MAX];
	unsigned int n;
};

/* Counts what app_choose() chose. */
void kinds_count(struct kinds *k, const struct app *a);

/* Adds "tcp 12 (9 ESTABLISHED, 3 TIME_WAIT)  udp 2 (2 UNREPLIED)", the most frequent first, both
 * families together. */
void kinds_text(const struct kinds *k, struct str *out);

#endif
