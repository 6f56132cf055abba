// SPDX-License-Identifier: GPL-2.0-or-later
/* owner - whose a flow is: the process, user and control group of the local socket at one of its
 * ends. Asked at once when a flow is new, since short ones are gone soon; sits on sockdiag and
 * procs. */
#ifndef FLOWTOP_OWNER_H
#define FLOWTOP_OWNER_H

#include "base/err.h"
#include "flows.h"
#include "procs.h"

struct owner {
	uint32_t pid; /* 0: not known, or gone before anybody looked */
	uint32_t uid;
	uint64_t cgroup_id;
	char process[PROCS_NAME];   /* "" unknown */
	char cgroup[PROCS_GROUP]; /* "" unknown */
	char user[32];
};

struct owners;

/* Returns 0 with '*ret_o' owned by the caller, or -errno with 'e'. */
int owners_open(struct owners **ret_o, struct err *e) MUST_USE;
void owners_close(struct owners *o);
void owners_close_p(struct owners **o);

/* Looks the sockets of 'f' up and sets its 'owner' and 'owner_sure': sure where a socket is
 * connected between just these ends, likely where one is bound to the port. */
void owners_find(struct owners *o, struct flow *f, int64_t now_ns);

/* The owner that a flow names; NULL for 0. */
const struct owner *owners_get(const struct owners *o, uint32_t number);

#endif
