// SPDX-License-Identifier: GPL-2.0-or-later
/* loop - a small event loop: descriptors and timers, one thread, level-triggered epoll.
 * Used where a program waits for several things; packet paths poll their ring themselves. */
#ifndef SYS_LOOP_H
#define SYS_LOOP_H

#include <stdint.h>

#include "base/err.h"

struct loop;

/* Called with the 'arg' given, and the EPOLL* 'events' that came (timers: the number of periods
 * that passed, 1 or more). Returns 0 to go on, or -errno with 'e' set to end loop_run() with it. */
typedef int (*loop_fn)(void *arg, uint64_t events, struct err *e);

int loop_new(struct loop **ret_l, struct err *e) MUST_USE;
void loop_free(struct loop *l);
void loop_free_p(struct loop **l);

/* Calls 'fn' whenever 'fd' has 'events' (EPOLLIN, ...). The loop does not own 'fd': take it out by
 * loop_del() before closing it. Returns 0 or -errno with 'e'. */
int loop_add(struct loop *l, int fd, uint32_t events, loop_fn fn, void *arg,
	     struct err *e) MUST_USE;
void loop_del(struct loop *l, int fd);

/* Calls 'fn' at CLOCK_MONOTONIC 'first_ns', then every 'period_ns' (0: once) by absolute deadlines.
 * Returns the timer's id (>= 0) for loop_timer_set() and loop_del(), which also closes it, or
 * -errno. */
int loop_timer(struct loop *l, int64_t first_ns, int64_t period_ns, loop_fn fn, void *arg,
	       struct err *e) MUST_USE;

/* Sets a timer anew; 'first_ns' 0 stops it. */
int loop_timer_set(int timer, int64_t first_ns, int64_t period_ns, struct err *e) MUST_USE;

/* Waits up to 'timeout_ms' (-1: for ever) and calls what is due. Returns the number of calls made,
 * or -errno with 'e' set by a callback or by epoll. */
int loop_turn(struct loop *l, int timeout_ms, struct err *e) MUST_USE;

/* Turns until loop_stop() or an error. Returns 0 or -errno with 'e'. */
int loop_run(struct loop *l, struct err *e) MUST_USE;
void loop_stop(struct loop *l);

#endif
