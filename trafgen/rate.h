// SPDX-License-Identifier: GPL-2.0-or-later
/* rate - how a rate is written: in options and in scripts. */
#ifndef TRAFGEN_RATE_H
#define TRAFGEN_RATE_H

#include "base/err.h"
#include "pkt/pace.h"

/* Reads "10kpps", "5MB" (a second) or "1Gbit" into mode and rate of '*ret'. 'what' names it in
 * sentences. 0, or -EINVAL, -ERANGE with 'e'. */
int rate_parse(const char *text, const char *what, struct pace_spec *ret, struct err *e) MUST_USE;

#endif
