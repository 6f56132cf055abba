// SPDX-License-Identifier: GPL-2.0-or-later
/* streams - "stream NAME(weight=3, burst=8, rate=10kpps) { ... }": packets that are sent in turn
 * among themselves, and how often the stream has its turn. plan.h says what follows from it. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "comp.h"
#include "rate.h"

enum { MAX_STREAMS = 65536 + 1, MAX_TURNS = 100000, MAX_BURST = 1 << 24 };

#define MAX_GAP_NS (3600ull * 1000000000)

static int read_number(struct comp *c, const char *what, uint64_t min, uint64_t max, uint64_t *ret)
{
	struct lex at = c->lex;
	int rc = expr_read(c, ret);

	if (!rc && (*ret < min || *ret > max))
		rc = lex_error(&at, c->e, "%s is %llu to %llu, not %llu", what,
			       (unsigned long long)min, (unsigned long long)max,
			       (unsigned long long)*ret);
	return rc;
}

static int read_weight(struct comp *c, struct stream *s)
{
	uint64_t v;
	int rc = read_number(c, "a weight", 1, MAX_TURNS, &v);

	s->weight = v;
	return rc;
}

static int read_burst(struct comp *c, struct stream *s)
{
	uint64_t v;
	int rc = read_number(c, "a burst", 1, MAX_BURST, &v);

	s->burst = v;
	return rc;
}

static int read_count(struct comp *c, struct stream *s)
{
	return read_number(c, "a count", 1, 1ull << 40, &s->count);
}

/* The word at hand as text, for readers of numbers with units. */
static int quantity(struct comp *c, const char *what, char text[64])
{
	lex_quantity(&c->lex);
	if (c->lex.token != T_NAME || !isdigit((unsigned char)*c->lex.text) || c->lex.n >= 64)
		return lex_expected(&c->lex, c->e, what);
	memcpy(text, c->lex.text, c->lex.n);
	text[c->lex.n] = '\0';
	return 0;
}

static int read_rate(struct comp *c, struct stream *s)
{
	char text[64];
	struct err own;
	int rc = quantity(c, "a rate such as 10kpps or 5Mbit", text);

	if (rc)
		return rc;
	if (rate_parse(text, "rate", &s->pace, &own))
		return lex_error(&c->lex, c->e, "%s", own.text);
	lex_next(&c->lex);
	return 0;
}

static int read_gap(struct comp *c, struct stream *s)
{
	char text[64];
	struct err own;
	int rc = quantity(c, "a time such as 10us", text);

	if (rc)
		return rc;
	if (num_parse(text, NUM_TIME, 1, MAX_GAP_NS, "gap", &s->gap_ns, &own))
		return lex_error(&c->lex, c->e, "%s", own.text);
	s->pace.mode = PACE_ORIG;
	lex_next(&c->lex);
	return 0;
}

static const struct {
	const char *name;
	int (*read)(struct comp *c, struct stream *s);
} attributes[] = {
	{ "weight", read_weight }, { "burst", read_burst }, { "count", read_count },
	{ "rate", read_rate },	   { "gap", read_gap },
};

static int attribute(struct comp *c, struct stream *s)
{
	enum pace_mode had = s->pace.mode;
	struct lex at = c->lex;
	int rc;

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (!lex_name_is(&c->lex, attributes[i].name))
			continue;
		lex_next(&c->lex);
		rc = lex_expect(&c->lex, '=', "and a value", c->e);
		if (!rc)
			rc = attributes[i].read(c, s);
		if (!rc && had != PACE_FAST && s->pace.mode != had)
			rc = lex_error(&at, c->e, "rate and gap both say how fast: give one");
		return rc;
	}
	return lex_expected(&c->lex, c->e, "weight, burst, count, rate or gap");
}

/* A name that no other stream has. */
static int read_name(struct comp *c, struct stream *s)
{
	if (c->lex.token != T_NAME)
		return lex_expected(&c->lex, c->e, "the name of the stream");
	if (c->lex.n >= sizeof(s->name))
		return lex_error(&c->lex, c->e, "a stream's name has at most %zu characters",
				 sizeof(s->name) - 1);
	memcpy(s->name, c->lex.text, c->lex.n);
	if (symbols_find(&c->stream_names, s->name, c->lex.n))
		return lex_error(&c->lex, c->e, "there is a stream %s already", s->name);
	if (symbols_add(&c->stream_names, c->lex.text, c->lex.n, c->g->n_streams))
		return err_sys(c->e, ENOMEM, "%s", c->o->file);
	lex_next(&c->lex);
	return 0;
}

static int read_attributes(struct comp *c, struct stream *s)
{
	bool any = false;
	int rc = 0;

	if (!lex_is(&c->lex, '('))
		return 0;
	lex_next(&c->lex);
	while (!rc && !lex_is(&c->lex, ')')) {
		if (any)
			rc = lex_expect(&c->lex, ',', "between attributes", c->e);
		if (!rc)
			rc = attribute(c, s);
		any = true;
	}
	if (rc)
		return rc;
	lex_next(&c->lex);
	return 0;
}

int streams_add(struct comp *c, const struct stream *s)
{
	struct prog *g = c->g;

	if (g->n_streams == MAX_STREAMS)
		return lex_error(&c->lex, c->e, "more than %d streams", MAX_STREAMS - 1);
	if (g->n_streams == c->cap_streams) {
		size_t cap = c->cap_streams ? c->cap_streams * 2 : 8;
		struct stream *more = arena_alloc(&g->arena, cap * sizeof(*more));

		if (!more)
			return err_sys(c->e, ENOMEM, "%s", c->o->file);
		if (g->n_streams)
			memcpy(more, g->streams, g->n_streams * sizeof(*more));
		g->streams = more;
		c->cap_streams = cap;
	}
	g->streams[g->n_streams++] = *s;
	return 0;
}

int streams_read(struct comp *c)
{
	struct stream s = { .line = c->lex.at_line, .weight = 1, .burst = 1 };
	size_t before = c->g->n_packets;
	int rc;

	lex_next(&c->lex);
	rc = read_name(c, &s);
	if (!rc)
		rc = read_attributes(c, &s);
	if (!rc)
		rc = lex_expect(&c->lex, '{', "and the packets of the stream", c->e);
	if (!rc)
		rc = streams_add(c, &s);
	c->stream = c->g->n_streams - 1;
	while (!rc && !lex_is(&c->lex, '}')) {
		if (c->lex.token == T_END)
			return lex_expected(&c->lex, c->e, "'}' at the end of the stream");
		rc = comp_packet(c);
		if (!rc && lex_is(&c->lex, ','))
			lex_next(&c->lex);
	}
	c->stream = 0;
	if (!rc && c->g->n_packets == before)
		rc = lex_error(&c->lex, c->e, "stream %s has no packet", s.name);
	if (!rc)
		lex_next(&c->lex);
	return rc;
}
