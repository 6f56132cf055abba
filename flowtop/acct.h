// SPDX-License-Identifier: GPL-2.0-or-later
/* acct - the kernel's accounting and time stamps of connections, switched on for as long as
 * somebody looks, and off again by the last one to leave (sys/restorer). */
#ifndef FLOWTOP_ACCT_H
#define FLOWTOP_ACCT_H

#include <stdbool.h>

#include "base/err.h"
#include "sys/restorer.h"

struct acct {
	struct restorer *restorer; /* NULL: nothing was changed */
	struct setting settings[2];
};

/* Switches on what is off in the present network namespace, and says so. What cannot be switched on
 * is said too, and no failure: rows then tell that they are not counted. -ENOENT with 'e' where the
 * kernel tracks no connections at all. */
int acct_start(struct acct *a, bool leave_alone, struct err *e) MUST_USE;

/* Has them put back. Returns 0 or -errno with 'e'. */
int acct_stop(struct acct *a, struct err *e);

#endif
