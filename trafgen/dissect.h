// SPDX-License-Identifier: GPL-2.0-or-later
/* dissect - the headers of a captured packet, for those that change it: where each stands and what
 * its checksum covers. By proto/walk, whose layers have the name of the compiler's own. */
#ifndef TRAFGEN_DISSECT_H
#define TRAFGEN_DISSECT_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/proto.h"

#define DISSECT_HEADERS 16

struct heading {
	const struct proto *proto;
	uint32_t off;
	uint32_t bytes;	  /* of the header, captured */
	uint32_t covered; /* by its checksum, from 'off' on, captured; 0: there is none */
	uint8_t csum;	  /* enum csum_kind */
	bool whole;	  /* all that the checksum covers was captured and belongs to this packet */
};

struct dissector;

/* Returns NULL where there is no memory. One thread a dissector. */
struct dissector *dissector_new(void);
void dissector_free(struct dissector *d);

/* The headers of the 'n' bytes at 'data', 'len' on the wire, from the outside in, without those
 * that an ICMP error quotes. Returns how many. */
unsigned int dissect(struct dissector *d, unsigned int linktype, const uint8_t *data, uint32_t n,
		     uint32_t len, struct heading ret_h[DISSECT_HEADERS]);

#endif
