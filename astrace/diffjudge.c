// SPDX-License-Identifier: GPL-2.0-or-later
/* diffjudge - what the answers to control and test payloads mean (diff.h). Pure.
 *
 * The far end is as far as the smallest hop limit with which the control is acknowledged. A TCP or
 * UDP answer to a test that was sent with less cannot be from there, whatever its address says:
 * somebody on the way made it. Where the test went on nevertheless, as hops behind it say, that one
 * only listens ("on path"); where it did not, it is in the path itself. */
#include "diff.h"

struct view {
	const unsigned int *control, *test;
	unsigned int first, last;
	unsigned int far; /* last + 1: farther than was asked */
};

/* At hop limit 's' the two were treated alike. */
static bool passes(const struct view *v, unsigned int s)
{
	unsigned int want = s < v->far ? DIFF_TIME : DIFF_FAR;

	return v->control[s] & want && v->test[s] & want;
}

/* The control got an answer that the test did not get. */
static bool missing(const struct view *v, unsigned int s)
{
	unsigned int want = s < v->far ? DIFF_TIME : DIFF_FAR;

	return v->control[s] & want && !(v->test[s] & want);
}

static uint8_t last_passed(const struct view *v, unsigned int before)
{
	for (unsigned int s = before; s-- > v->first;)
		if (s < v->far && passes(v, s))
			return s;
	return 0;
}

/* The first hop limit below the far end's at which the test got bits 'want' that the control did
 * not; 0: none. */
static unsigned int first_extra(const struct view *v, unsigned int want)
{
	for (unsigned int s = v->first; s <= v->last && s < v->far; s++)
		if (v->test[s] & ~v->control[s] & want)
			return s;
	return 0;
}

/* Did the test go on from where somebody answered it with hop limit 'at'? */
static enum diff_place place_of(const struct view *v, unsigned int at)
{
	bool lost = false;

	for (unsigned int s = at; s <= v->last && s < v->far; s++) {
		if (passes(v, s))
			return DIFF_ON_PATH;
		lost = lost || missing(v, s);
	}
	/* where all hops behind it are silent the far end's own word is all there is; who answers
	 * in its name by no more than a reset does not acknowledge as well */
	if (!(v->test[at] & DIFF_ACK) && v->test[v->far <= v->last ? v->far : 0] & DIFF_ACK)
		return DIFF_ON_PATH;
	return lost ? DIFF_IN_PATH : DIFF_PATH_UNKNOWN;
}

/* With the usual hop limit, or one that just reaches it, the test gets to the far end. */
static bool arrives(const struct view *v)
{
	return v->test[0] & DIFF_FAR || (v->far <= v->last && v->test[v->far] & DIFF_FAR);
}

/* The first hop limit behind all that passed, at which something is missing. */
static unsigned int first_missing(const struct view *v)
{
	unsigned int at = v->far <= v->last ? v->far : 0;

	for (unsigned int s = MIN(v->far, v->last + 1); s-- > v->first;) {
		if (passes(v, s))
			break;
		if (missing(v, s))
			at = s;
	}
	return at;
}

/* The far end answers the control and resets the test; or a box right before it does. */
static bool reset_at_end(const struct view *v)
{
	unsigned int s = v->far <= v->last ? v->far : 0;

	return !(v->control[s] & DIFF_RST) && v->test[s] & DIFF_RST &&
	       !(v->control[0] & DIFF_RST) && v->test[0] & DIFF_RST;
}

static struct diff_finding found(const struct view *v, enum diff_verdict verdict, unsigned int at,
				 enum diff_place place)
{
	return (struct diff_finding){ .verdict = verdict,
				      .place = place,
				      .at = at,
				      .after = last_passed(v, at ? at : v->last + 1),
				      .far = v->far <= v->last ? v->far : 0 };
}

struct diff_finding diff_judge(const unsigned int control[DIFF_HOPS + 1],
			       const unsigned int test[DIFF_HOPS + 1], unsigned int first,
			       unsigned int last)
{
	struct view v = { control, test, first, last, last + 1 };
	unsigned int at;

	for (unsigned int s = last; s >= first && s; s--)
		if (control[s] & DIFF_FAR)
			v.far = s;
	if (!(control[0] & DIFF_FAR) && v.far > last)
		return (struct diff_finding){ .verdict = DIFF_NO_CONTROL };
	at = first_extra(&v, DIFF_FAR);
	if (at)
		return found(&v, test[at] & (DIFF_DATA | DIFF_ACK) ? DIFF_ANSWERED : DIFF_RESET, at,
			     place_of(&v, at));
	at = first_extra(&v, DIFF_ERROR);
	if (at || (test[0] & ~control[0] & DIFF_ERROR && !arrives(&v)))
		return found(&v, DIFF_REJECTED, at, DIFF_IN_PATH);
	if (!arrives(&v))
		return found(&v, DIFF_DROPPED, first_missing(&v), DIFF_IN_PATH);
	if (reset_at_end(&v))
		return found(&v, DIFF_RESET, v.far <= last ? v.far : 0, DIFF_PATH_UNKNOWN);
	return (struct diff_finding){ .verdict = DIFF_SAME,
				      .after = last_passed(&v, last + 1),
				      .far = v.far <= last ? v.far : 0 };
}

struct diff_finding diff_found(const struct diff *d)
{
	unsigned int control[DIFF_HOPS + 1], test[DIFF_HOPS + 1];

	for (unsigned int s = 0; s <= DIFF_HOPS; s++) {
		control[s] = diff_bits(d, false, s);
		test[s] = diff_bits(d, true, s);
	}
	return diff_judge(control, test, d->first, d->last);
}

const char *diff_verdict_words(enum diff_verdict v)
{
	static const char *const words[] = { "same",	 "dropped",  "reset",
					     "answered", "rejected", "no control" };

	return words[v];
}

const char *diff_place_words(enum diff_place p)
{
	static const char *const words[] = { NULL, "in path", "on path", "unknown" };

	return words[p];
}

const char *diff_seen_words(enum diff_seen s)
{
	switch (s) {
	case DIFF_TIME:
		return "time exceeded";
	case DIFF_ERROR:
		return "error";
	case DIFF_ACK:
		return "acknowledged";
	case DIFF_DATA:
		return "answer";
	case DIFF_RST:
		return "reset";
	case DIFF_FIN:
		return "end";
	default:
		return "no handshake";
	}
}
