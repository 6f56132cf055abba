// SPDX-License-Identifier: GPL-2.0-or-later
/* fairlock - see fairlock.h. */
#include "sys/fairlock.h"

void fairlock_init(struct fairlock *l)
{
	pthread_mutex_init(&l->door, NULL);
	pthread_mutex_init(&l->room, NULL);
}

void fairlock_take(struct fairlock *l)
{
	pthread_mutex_lock(&l->door);
	pthread_mutex_lock(&l->room);
	pthread_mutex_unlock(&l->door);
}

void fairlock_leave(struct fairlock *l)
{
	pthread_mutex_unlock(&l->room);
}
