// SPDX-License-Identifier: GPL-2.0-or-later
/* sandbox - after set-up and before the first byte from outside: the process may do no more than it
 * has said it needs. Landlock (sys/landlock) decides about files, TCP and signals; seccomp about
 * system calls: what is not on the list answers EPERM and is noted in the kernel's audit log. Both
 * need no privilege, and neither can be taken off again. Call it once, in the only thread; threads
 * started later inherit it. */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum sandbox_flag {
	SANDBOX_THREADS = 1 << 0,  /* start threads (never processes) */
	SANDBOX_BPF_READ = 1 << 1, /* bpf(BPF_MAP_LOOKUP_ELEM) on maps that are open */
	SANDBOX_URING = 1 << 2, /* io_uring_enter() on rings that uring_restrict() has narrowed */
	SANDBOX_TERMINAL = 1 << 3, /* change modes of the terminal (ncurses) */
	SANDBOX_FILTER = 1 << 5,   /* attach a classic filter to an open socket: to end reception */
	SANDBOX_SEND = 1 << 6,	   /* ask a packet socket for its queue and its device (txsend) */
	SANDBOX_RESOLVE = 1 << 7, /* make Internet sockets and connect them: questions of sys/dns */
	SANDBOX_ADOPT = 1 << 8, /* bind open packet sockets to interfaces that come later */
	SANDBOX_BPF_RUN = 1 << 9, /* bpf(BPF_PROG_TEST_RUN) of programs that are loaded */
	SANDBOX_ACCEPT = 1 << 13, /* take connections at open sockets that listen */
	SANDBOX_TCP = 1 << 10, /* connect by TCP, to 'tcp_port' alone where Landlock can tell */
	SANDBOX_PMTU = 1 << 11, /* choose whether datagrams may be cut on their way */
	SANDBOX_TTL = 1 << 12, /* choose the hop limit of what a socket sends */
	SANDBOX_SCHED = 1 << 4,	   /* move and reprioritise own threads */
};

/* A file or folder that is still to be opened by path or below a descriptor. */
struct sandbox_path {
	const char *path; /* NULL: 'fd' is used */
	int fd;		  /* of a folder; O_PATH will do */
	bool write;	  /* create, write, rename and remove files in it, besides reading */
};

struct sandbox_needs {
	unsigned int flags; /* enum sandbox_flag */
	const struct sandbox_path *paths;
	uint16_t tcp_port; /* of SANDBOX_TCP */
	size_t n_paths; /* 0: no file is opened any more; openat() is then refused altogether */
};

struct sandbox_report {
	int landlock_abi; /* 0: the kernel has none, or it is switched off */
	bool seccomp;
	char text[160]; /* for -V: "sandbox: seccomp, Landlock 7 (files, TCP, signals)" */
};

/* Enters. A kernel without Landlock or seccomp is no error: '*ret_r' says what holds.
 * Returns 0, or -errno with 'e' (-EBUSY: other threads run). Sets no_new_privs. */
int sandbox_enter(const struct sandbox_needs *n, struct sandbox_report *ret_r,
		  struct err *e) MUST_USE;

#endif
