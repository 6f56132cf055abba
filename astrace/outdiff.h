// SPDX-License-Identifier: GPL-2.0-or-later
/* outdiff - the result of --diff as text and as JSON. Used by text and outjson. */
#ifndef ASTRACE_OUTDIFF_H
#define ASTRACE_OUTDIFF_H

#include "diff.h"
#include "know.h"
#include "ui/jsonw.h"

void outdiff_text(const struct diff *d, const struct know *k, struct str *out);

/* As member "diff" of the object that is open. */
void outdiff_json(const struct diff *d, const struct know *k, struct jsonw *j);

#endif
