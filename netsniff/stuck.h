// SPDX-License-Identifier: GPL-2.0-or-later
/* stuck - lets Ctrl-C end a run whose main thread hangs in a write that nobody takes: a pipe whose
 * reader sleeps, a terminal that was paused. Used by capture. */
#ifndef NETSNIFF_STUCK_H
#define NETSNIFF_STUCK_H

#include <stdbool.h>

#include "base/err.h"

struct stuck;

/* Watches what becomes of a SIGINT or SIGTERM at the descriptor of sig_open(). Where standard
 * output takes nothing, it is replaced within half a second by a pipe without a reader, so that the
 * caller's thread meets EPIPE; a signal that is not read within ten seconds, because a disk hangs,
 * takes its default action. Uses SIGUSR2. To be called when privilege is given up, since it starts
 * a thread. */
int stuck_open(int sig_fd, struct stuck **ret_s, struct err *e) MUST_USE;

/* The signal was read: from now on the end is watched. */
void stuck_stopping(struct stuck *s);

/* True if standard output was replaced. */
bool stuck_gave_up(const struct stuck *s);

void stuck_close(struct stuck *s);

#endif
