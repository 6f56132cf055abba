// SPDX-License-Identifier: GPL-2.0-or-later
/* stddef - the header that scripts include as <stddef.h> under --cpp: numbers of link, network and
 * transport headers, under the names of the Linux headers. */
#ifndef TRAFGEN_STDDEF_H
#define TRAFGEN_STDDEF_H

/* The text of the header, made of the list in stddef.c. */
const char *stddef_text(void);

#endif
