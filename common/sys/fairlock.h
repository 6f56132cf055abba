// SPDX-License-Identifier: GPL-2.0-or-later
/* fairlock - a mutex that goes to whoever waits for it. A thread that lets a plain mutex go and
 * takes it again at once mostly gets it; one that only sometimes needs it may wait for ever. */
#ifndef SYS_FAIRLOCK_H
#define SYS_FAIRLOCK_H

#include <pthread.h>

struct fairlock {
	pthread_mutex_t door, room; /* who waits for the room holds the door */
};

void fairlock_init(struct fairlock *l);

/* Waits until the lock is the caller's; taken once, not again by the same thread. */
void fairlock_take(struct fairlock *l);
void fairlock_leave(struct fairlock *l);

#endif
