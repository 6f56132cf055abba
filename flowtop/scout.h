// SPDX-License-Identifier: GPL-2.0-or-later
/* scout - what flowtop's helper looks at, in its own process: the network namespaces that there
 * are, and the sockets that processes have open, both by the links in /proc. */
#ifndef FLOWTOP_SCOUT_H
#define FLOWTOP_SCOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct scout;

/* Holds /proc open; the present network namespace is the one that is not told of. Lives as long as
 * the process. Returns 0 or -errno. */
int scout_new(struct scout **ret_s) MUST_USE;

/* As helper_spaces(); the process stays where it was. Returns 0 or -errno. */
int scout_spaces(struct scout *s, void (*came)(void *arg, uint64_t ino, const int *fds),
		 void (*went)(void *arg, uint64_t ino), void *arg) MUST_USE;

/* Writes a struct helper_holder for each socket to the file 'fd'. Returns 0 with their number, or
 * -errno. */
int scout_holders(struct scout *s, int fd, size_t *ret_n) MUST_USE;

#endif
