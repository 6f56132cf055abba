// SPDX-License-Identifier: GPL-2.0-or-later
/* helper - a second process that keeps the privilege which flowtop gives up: to enter other network
 * namespaces and to look at the open files of other users' processes. It answers a list of typed
 * requests, by numbers and descriptors, and reads nothing from outside but links in /proc. It ends
 * with the program. */
#ifndef FLOWTOP_HELPER_H
#define FLOWTOP_HELPER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sockdiag.h"

struct helper;

enum { HELPER_NAME = 16, HELPER_SPACES_MAX = 512, HELPER_SOCKETS_MAX = 1 << 19 };

/* Who has a socket open. */
struct helper_holder {
	uint32_t inode, pid;
	char name[HELPER_NAME]; /* as the process calls itself: bytes of strangers */
};

/* Starts it; call before threads are and before privilege is given up. Returns 0 with '*ret_h'
 * owned by the caller, or -errno with 'e'. */
int helper_start(struct helper **ret_h, struct err *e) MUST_USE;
void helper_stop(struct helper *h);

/* What it can be asked for. */
enum helper_request {
	HELPER_SPACES,	/* network namespaces other than that of the start */
	HELPER_HOLDERS, /* all sockets that processes have open */
	HELPER_REQUESTS,
};

/* Where its answers go. */
struct helper_ops {
	/* A namespace that is new, by its inode number; sockets in it (sockdiag.h), to be owned. */
	void (*came)(void *arg, uint64_t ino, const int *fds);
	/* No process and no name stands for it any more: sockets in it would keep it alive. */
	void (*went)(void *arg, uint64_t ino);
	/* 'n' of them, to be owned and given back by helper_holders_put(). */
	void (*holders)(void *arg, struct helper_holder *v, size_t n);
};

/* Asks; the answer comes by helper_turn(). What is on its way already is not asked for again. */
void helper_ask(struct helper *h, enum helper_request request);

/* True while an answer to 'request' is on its way. */
bool helper_owes(const struct helper *h, enum helper_request request);

/* To wait at for reading; -1: it has ended. */
int helper_fd(const struct helper *h);

/* Takes the answers that are there. */
void helper_turn(struct helper *h, const struct helper_ops *ops, void *arg);

void helper_holders_put(struct helper_holder *v, size_t n);

/* CPU time that it has used, as far as it has told. */
int64_t helper_cpu_ns(const struct helper *h);

#endif
