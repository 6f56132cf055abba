// SPDX-License-Identifier: GPL-2.0-or-later
/* sig - the signals of a run, through a descriptor: SIGINT and SIGTERM end it, SIGHUP rotates,
 * SIGUSR1 triggers. After the first SIGINT or SIGTERM was read, a second one ends the process
 * at once by its default action, wherever the threads are. SIGPIPE is ignored: a closed pipe is
 * an error of write(). */
#ifndef SYS_SIG_H
#define SYS_SIG_H

#include <stdbool.h>

#include "base/err.h"

enum sig_event {
	SIG_EVENT_NONE = 0, /* nothing to read */
	SIG_EVENT_STOP,	    /* SIGINT or SIGTERM */
	SIG_EVENT_ROTATE,   /* SIGHUP */
	SIG_EVENT_TRIGGER,  /* SIGUSR1 */
	SIG_EVENT_RESIZE,   /* SIGWINCH */
};

/* Blocks the signals above in the calling thread (call it before other threads start: they inherit
 * it) and opens a signalfd that does not block. Returns 0 with '*ret_fd', owned by the caller, or
 * -errno with 'e'. */
int sig_open(int *ret_fd, struct err *e) MUST_USE;

/* The next event at 'fd'. The first STOP unblocks SIGINT and SIGTERM in the calling thread.
 * A SIGINT or SIGTERM that was already ignored at sig_open() (nohup, background) stays ignored. */
enum sig_event sig_next(int fd);

/* True if SIGINT or SIGTERM waits to be read. */
bool sig_stop_pending(void);

/* Has a load from or a store to a file mapping behind the end of the file, which others cut short,
 * go to a page of zeros of this process instead of ending it (SIGBUS). Who maps files asks fstat()
 * whether they are as long as they were before what was read is believed. Can be called again. */
void sig_cover_lost_pages(void);

/* For a long system call that should end by Ctrl-C: unblocks SIGINT and SIGTERM with their default
 * action until sig_hold() blocks them again. */
void sig_release(void);
void sig_hold(void);

#endif
