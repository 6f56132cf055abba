// SPDX-License-Identifier: GPL-2.0-or-later
/* ranges - lists of numbers as people write them: "1,3-5", "all". */
#ifndef BPFC_RANGES_H
#define BPFC_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Whether 'text' is such a list. 'what' names it in sentences. Returns 0, or -EINVAL with 'e'. */
int ranges_check(const char *text, const char *what, struct err *e) MUST_USE;

/* Whether 'n' is in list 'text', which ranges_check() took. */
bool ranges_have(const char *text, uint64_t n);

#endif
