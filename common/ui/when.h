// SPDX-License-Identifier: GPL-2.0-or-later
/* when - moments as people write them on a command line. */
#ifndef UI_WHEN_H
#define UI_WHEN_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Parses all of 'text': "2024-05-01T12:00:00.5", a blank for the T, seconds or the time left out,
 * "Z" or "+02:00" behind (else local time); or seconds since 1970, "1714564800.5".
 * 'what' names it in the sentence. Returns 0 with '*ret_ns' since the epoch, or -EINVAL with 'e'.
 */
int when_parse(const char *text, const char *what, int64_t *ret_ns, struct err *e) MUST_USE;

#endif
