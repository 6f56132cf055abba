// SPDX-License-Identifier: GPL-2.0-or-later
/* owner - whose a flow is: the process, user and control group of the local socket at one of its
 * ends. Asked at once when a flow is new, since short ones are gone soon, in all
 * network namespaces that can be entered; sits on spaces and procs. */
#ifndef FLOWTOP_OWNER_H
#define FLOWTOP_OWNER_H

#include "base/err.h"
#include "flows.h"
#include "procs.h"

struct owner {
	uint32_t pid; /* 0: not known, or gone before anybody looked */
	uint32_t uid;
	uint64_t cgroup_id;
	char process[HELPER_NAME];   /* "" unknown */
	char cgroup[PROCS_GROUP]; /* "" unknown */
	char user[32];
};

struct owners;

/* 'h' NULL: processes and other namespaces stay unknown. Returns 0 with '*ret_o' owned by the
 * caller, or -errno with 'e'. */
int owners_open(struct helper *h, struct owners **ret_o, struct err *e) MUST_USE;

/* Of a recording: nothing is asked. */
int owners_of_recording(struct owners **ret_o, struct err *e) MUST_USE;
void owners_close(struct owners *o);
void owners_close_p(struct owners **o);

/* The number of 'w', which is new or known; 0 when there is no room. */
uint32_t owners_add(struct owners *o, const struct owner *w);

/* Looks the sockets of row 'row' of 't' up and sets its 'owner' and 'owner_sure': sure where a
 * socket is connected between just these ends; likely where one is bound to the port, or where
 * there is none any more but others like it were of him a moment ago. User and group are known at
 * once; a process that is new comes by owners_turn(). False: too many wait for that, ask again. */
bool owners_find(struct owners *o, struct flows *t, uint32_t row, int64_t now_ns);

/* Takes what the helper tells into the flows that wait for it, and has it look again for processes
 * and namespaces, as often as that is worth it. To be called when owners_fd() is readable, and now
 * and then. */
void owners_turn(struct owners *o, struct flows *t, int64_t now_ns);

/* To wait at for reading; -1: there is nothing to wait for. */
int owners_fd(const struct owners *o);

/* True while flows wait for their process. */
bool owners_wait(const struct owners *o);

/* The owner that a flow names; NULL for 0. */
const struct owner *owners_get(const struct owners *o, uint32_t number);

#endif
