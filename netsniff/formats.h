// SPDX-License-Identifier: GPL-2.0-or-later
/* formats - the capture file formats as the command line names them (-T) and lists them (-D). */
#ifndef NETSNIFF_FORMATS_H
#define NETSNIFF_FORMATS_H

#include "base/str.h"
#include "job.h"
#include "pkt/capfmt.h"

/* The library's name for 'format', which is not FORMAT_AUTO and not FORMAT_TRAFGEN. */
enum capfmt formats_capfmt(enum file_format format);

/* Adds the list that -D prints. */
void formats_describe(struct str *out);

#endif
