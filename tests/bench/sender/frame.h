// SPDX-License-Identifier: GPL-2.0-or-later
/* frame - the one frame that the sender sends: Ethernet, perhaps 802.1Q, IPv4, UDP, and a payload
 * that says which packet it is and can be checked to the last byte.
 *
 *     payload bytes 0..7    sequence number, big endian
 *     then 8-byte words     number * FRAME_MIX + 0, 1, 2, ..., little endian, the last one cut
 */
#ifndef SENDER_FRAME_H
#define SENDER_FRAME_H

#include <stdint.h>

#define FRAME_MIN_BYTES 60
#define FRAME_MAX_BYTES 3400
#define FRAME_MIX       0x9e3779b97f4a7c15ull

struct frame {
	uint8_t data[FRAME_MAX_BYTES];
	unsigned int n_bytes;
	unsigned int payload; /* offset of the sequence number */
};

/* Fills '*ret_f' with the headers of a frame of 'n_bytes' (FRAME_MIN_BYTES to FRAME_MAX_BYTES, no
 * FCS), tagged with VLAN 'vlan' unless that is 0. The payload is left to frame_number(). */
void frame_build(struct frame *ret_f, unsigned int n_bytes, unsigned int vlan);

/* Writes sequence number 'seq' and its pattern over the whole payload of 'data', a copy of 'f'. */
void frame_number(const struct frame *f, uint8_t *data, uint64_t seq);

#endif
