// SPDX-License-Identifier: GPL-2.0-or-later
/* make - a worker's packets, one after the other: the schedule, and room for a batch of packets
 * that keep the bytes that do not change. Engines of user space share it. */
#ifndef TRAFGEN_MAKE_H
#define TRAFGEN_MAKE_H

#include <sys/uio.h>

#include "prog.h"

struct maker {
	const struct prog *prog;
	struct schedule schedule;
	uint64_t next;	   /* packets made so far */
	uint64_t *n_made;  /* of each packet of the script */
	unsigned int n_slots;
	uint32_t slot_bytes;
	uint8_t *room;			/* n_slots of slot_bytes */
	const struct packet **holds;	/* whose bytes a slot has */
	uint64_t n_round;		/* slots used so far */
};

/* For worker 'w' of 'n_workers', with room for 'n_slots' packets at once. A worker for whom the
 * script has no packet gets a schedule without slots. 0 or -ENOMEM with 'e'. */
int maker_open(const struct prog *g, unsigned int w, unsigned int n_workers, bool random,
	       unsigned int n_slots, struct maker *ret_m, struct err *e) MUST_USE;
void maker_close(struct maker *m);

/* The next packet; its bytes live until 'n_slots' more were made. */
struct iovec maker_next(struct maker *m);

#endif
