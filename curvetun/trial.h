// SPDX-License-Identifier: GPL-2.0-or-later
/* trial - finds out whether datagrams that were handed to the kernel together arrive, at the start
 * of a line: a network card or a tunnel on the way that cuts such a burst wrongly makes each of
 * its pieces but the first useless. A client sends a burst of its own, asks its server for one, and
 * sends as many one by one, all of them to be answered; several times, since some may get lost. */
#ifndef CURVETUN_TRIAL_H
#define CURVETUN_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct peer;
struct tunnel;

enum { TRIAL_PIECES = 8, TRIAL_NUMBERS = 3 * TRIAL_PIECES, TRIAL_ROUNDS = 4 };

struct trial {
	unsigned int round;
	uint32_t base; /* number of the first answer */
	uint32_t got;  /* a bit each: answers to our burst, of the one asked for, to the rest */
	int64_t until_ns; /* 0: none is under way */
};

/* Begins one with 'p', or sends the next round, its answers numbered from 'base' on; they may take
 * 'wait_ns'. After the last round bursts go on, or are off with a sentence ('p->plain_out',
 * 'p->plain_in'): then true is returned, for the other end to be told. */
void trial_begin(struct trial *tr);
bool trial_turn(struct trial *tr, struct tunnel *t, struct peer *p, uint32_t base, int64_t now_ns,
		int64_t wait_ns) MUST_USE;

/* An answer of that number came. */
void trial_answer(struct trial *tr, uint32_t number);

/* Sends 'p' a burst of answers numbered from 'number' on, as the other end has asked for. */
void trial_burst(struct tunnel *t, struct peer *p, uint32_t number, uint64_t time, int64_t now_ns);

#endif
