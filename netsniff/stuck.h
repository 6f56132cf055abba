// SPDX-License-Identifier: GPL-2.0-or-later
/* stuck - ends the program at Ctrl-C while its main thread hangs in a write that nobody takes: a
 * pipe whose reader sleeps, a terminal that was paused. Used by capture. */
#ifndef NETSNIFF_STUCK_H
#define NETSNIFF_STUCK_H

#include "base/err.h"

struct stuck;

/* Watches the descriptor of sig_open(): a SIGINT or SIGTERM that is not read from it within a
 * second takes its default action. To be called when privilege is given up, since it starts a
 * thread. */
int stuck_open(int sig_fd, struct stuck **ret_s, struct err *e) MUST_USE;
void stuck_close(struct stuck *s);

#endif
