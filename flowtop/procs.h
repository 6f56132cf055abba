// SPDX-License-Identifier: GPL-2.0-or-later
/* procs - which process has a socket open, by the links in /proc/PID/fd, and what a control group
 * or a user is called. What was found is kept; what was not is looked for again at most once a
 * second, since a look at all processes costs milliseconds. */
#ifndef FLOWTOP_PROCS_H
#define FLOWTOP_PROCS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct procs;

enum { PROCS_NAME = 16, PROCS_GROUP = 128 };

/* Holds /proc and the root of control groups open. Returns 0 with '*ret_p' owned by the caller, or
 * -errno with 'e'. */
int procs_open(struct procs **ret_p, struct err *e) MUST_USE;
void procs_close(struct procs *p);
void procs_close_p(struct procs **p);

/* The process that has the socket 'inode' open; 0 if none is known. */
uint32_t procs_pid(struct procs *p, uint32_t inode, int64_t now_ns);

/* The name of process 'pid' as it calls itself (bytes of strangers); false if it is gone. */
bool procs_name(struct procs *p, uint32_t pid, char ret_name[PROCS_NAME]);

/* The path of control group 'id' below its root, the end of it if it is long; false if unknown. */
bool procs_cgroup(struct procs *p, uint64_t id, int64_t now_ns, char ret_path[PROCS_GROUP]);

#endif
