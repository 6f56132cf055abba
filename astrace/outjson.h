// SPDX-License-Identifier: GPL-2.0-or-later
/* outjson - a finished trace as one JSON object on one line. The schema is in astrace.8. */
#ifndef ASTRACE_OUTJSON_H
#define ASTRACE_OUTJSON_H

#include "base/str.h"
#include "know.h"
#include "target.h"

void outjson_target(const struct target *t, struct know *k, struct str *out);

#endif
