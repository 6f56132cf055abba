// SPDX-License-Identifier: GPL-2.0-or-later
/* formats - what the capture file formats can hold, for people (-D). */
#ifndef NETSNIFF_FORMATS_H
#define NETSNIFF_FORMATS_H

#include "base/str.h"

/* Adds the list that -D prints. */
void formats_describe(struct str *out);

#endif
