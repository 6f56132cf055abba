// SPDX-License-Identifier: GPL-2.0-or-later
/* rate - see rate.h. */
#include "rate.h"

#include <errno.h>

#include "base/num.h"
#include "base/str.h"

enum { MAX_PPS = 1000000000 };

int rate_parse(const char *text, const char *what, struct pace_spec *ret, struct err *e)
{
	struct err own;
	uint64_t v;
	int rc;

	if (str_ends(text, "pps")) {
		ret->mode = PACE_PPS;
		return num_parse(text, NUM_RATE, 1, MAX_PPS, what, &ret->rate, e);
	}
	ret->mode = PACE_BPS;
	if (str_ends(text, "B")) {
		rc = num_parse(text, NUM_BYTES, 1, UINT64_MAX / 8, what, &v, e);
		ret->rate = v * 8;
		return rc;
	}
	if (!str_ends(text, "bit") && !str_ends(text, "bps") &&
	    !num_parse(text, NUM_PLAIN, 0, UINT64_MAX, what, &v, &own))
		return err_set(e, EINVAL, "%s: %s of what? say %spps, %sB or %sbit", what, text, text,
			       text, text);
	return num_parse(text, NUM_BITS, 1, UINT64_MAX, what, &ret->rate, e);
}
