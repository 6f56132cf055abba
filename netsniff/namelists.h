// SPDX-License-Identifier: GPL-2.0-or-later
/* namelists - what --names reads: the machine's lists of ports and of vendors of MAC addresses. */
#ifndef NETSNIFF_NAMELISTS_H
#define NETSNIFF_NAMELISTS_H

#include "base/err.h"

struct services;
struct vendors;

struct namelists {
	struct services *services; /* either may be NULL */
	struct vendors *vendors;
};

/* Reads the files of 'names', separated by commas: lists of the IEEE where they end in .csv, else
 * of services(5); "": the usual ones that are there. NULL: none. Returns 0, or -errno with 'e' and
 * nothing read: -ENOENT when of the usual ones there is none. */
int namelists_open(const char *names, struct namelists *ret, struct err *e) MUST_USE;
void namelists_close(struct namelists *n);

#endif
