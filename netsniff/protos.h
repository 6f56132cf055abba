// SPDX-License-Identifier: GPL-2.0-or-later
/* protos - what --proto prints: the list of protocols, one of them, or the manual page of all. */
#ifndef NETSNIFF_PROTOS_H
#define NETSNIFF_PROTOS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* Adds to 'out' what 'what' names: "list", "mdoc" or a protocol; 'json': one object a protocol.
 * Returns 0, or -EINVAL with 'e', which says what may have been meant. */
int protos_describe(const char *what, bool json, struct str *out, struct err *e) MUST_USE;

#endif
