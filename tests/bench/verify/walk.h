// SPDX-License-Identifier: GPL-2.0-or-later
/* walk - a second, independent reader of pcap and pcapng, as strict as the formats' texts, so that
 * the toolkit's files are not judged by the toolkit's reader. Little-endian files with Ethernet. */
#ifndef VERIFY_WALK_H
#define VERIFY_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "tally.h"

struct walk {
	const char *format; /* "pcap" or "pcapng" */
	uint64_t frames;
	uint64_t n_interfaces, n_stats, n_other_blocks;
	uint64_t last_ifrecv, last_ifdrop; /* of the last interface statistics block */
	uint64_t whole_bytes;              /* up to the end of the last whole record or block */
	uint64_t backward_times;           /* time stamps before the one in front of them */
	uint64_t last_time;
	struct tally tally;
};

/* Walks the 'n_bytes' of a capture file at 'data'. A file that ends inside a record or block is
 * fine: 'whole_bytes' tells. Returns 0, or -EINVAL with 'e' for anything the format forbids. */
int walk_file(struct walk *w, const uint8_t *data, size_t n_bytes, struct err *e) MUST_USE;

#endif
