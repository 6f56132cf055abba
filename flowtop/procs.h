// SPDX-License-Identifier: GPL-2.0-or-later
/* procs - which process has a socket open, as the helper finds it in /proc/PID/fd, and what a
 * control group is called. */
#ifndef FLOWTOP_PROCS_H
#define FLOWTOP_PROCS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "helper.h"

struct procs;

enum { PROCS_GROUP = 128 };

/* Holds the root of control groups open. Returns 0 with '*ret_p' owned by the caller, or -errno
 * with 'e'. */
int procs_open(struct procs **ret_p, struct err *e) MUST_USE;
void procs_close(struct procs *p);
void procs_close_p(struct procs **p);

/* Takes over what the helper tells (helper.h), in the place of what it told before. */
void procs_take(struct procs *p, struct helper_holder *v, size_t n);

/* Who has the socket 'inode' open; NULL if nobody is known. */
const struct helper_holder *procs_holder(const struct procs *p, uint32_t inode);

/* The path of control group 'id' below its root, the end of it if it is long; false if unknown. */
bool procs_cgroup(struct procs *p, uint64_t id, int64_t now_ns, char ret_path[PROCS_GROUP]);

#endif
