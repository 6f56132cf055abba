// SPDX-License-Identifier: GPL-2.0-or-later
/* make - a worker's packets, one after the other: the plan, and room for a batch of packets that
 * keep the bytes that do not change. Engines of user space share it. */
#ifndef TRAFGEN_MAKE_H
#define TRAFGEN_MAKE_H

#include <sys/uio.h>

#include "plan.h"

struct maker {
	const struct plan *plan;
	unsigned int worker;
	uint64_t next;	   /* packets made so far */
	uint64_t *n_made;  /* of each packet of the script */
	unsigned int n_slots;
	uint32_t slot_bytes;
	uint8_t *room;			/* n_slots of slot_bytes */
	const struct packet **holds;	/* whose bytes a slot has */
	uint64_t n_round;		/* slots used so far */
};

/* For worker 'w' of plan 'p', with room for 'n_slots' packets at once. 0 or -ENOMEM with 'e'. */
int maker_open(const struct plan *p, unsigned int w, unsigned int n_slots, struct maker *ret_m,
	       struct err *e) MUST_USE;
void maker_close(struct maker *m);

/* The next packet; its bytes live until 'n_slots' more were made. */
struct iovec maker_next(struct maker *m);

#endif
