// SPDX-License-Identifier: GPL-2.0-or-later
/* filter - which flows are shown: an expression over what is known of a flow, "tcp and dport 443
 * and process curl and rate > 1M". Parsed once into a tree; looks at flows without allocating. */
#ifndef FLOWTOP_FILTER_H
#define FLOWTOP_FILTER_H

#include "base/err.h"
#include "base/str.h"
#include "flows.h"
#include "owner.h"
#include "sys/geo.h"

/* What a filter may ask besides the flow. Members may be NULL: then nothing is known. */
struct filter_env {
	const struct owners *owners;
	struct geo *geo;
	int64_t now_ns, real_ns; /* CLOCK_MONOTONIC, CLOCK_REALTIME */
};

struct filter;

/* Parses 'text'; an empty one accepts all. Returns 0 with '*ret_f' owned by the caller, or -EINVAL
 * with 'e', which names the word and what was expected. */
int filter_parse(const char *text, struct filter **ret_f, struct err *e) MUST_USE;
void filter_free(struct filter *f);
void filter_free_p(struct filter **f);

/* True if 'f' (NULL: all) accepts flow 'w'. */
bool filter_match(const struct filter *f, const struct flow *w, const struct filter_env *env);

/* True if the answer depends on whose the flow is. */
bool filter_needs_owner(const struct filter *f);

/* The words of the language with what they mean, one a line, for --help filter and the screen. */
void filter_describe(struct str *out);

#endif
