// SPDX-License-Identifier: GPL-2.0-or-later
/* capfmt - the formats of capture files, and how users name them. */
#ifndef PKT_CAPFMT_H
#define PKT_CAPFMT_H

#include <stdbool.h>
#include <stdint.h>

enum capfmt {
	CAPFMT_PCAP_US,        /* 0xa1b2c3d4, microseconds: what every tool reads */
	CAPFMT_PCAP_NS,        /* 0xa1b23c4d, nanoseconds */
	CAPFMT_PCAP_KUZNETZOV, /* 0xa1b2cd34, microseconds; ifindex, protocol, packet type */
	CAPFMT_PCAP_NETSNIFF,  /* 0xa1e2cb12, nanoseconds; also time stamp source, ARP type */
	CAPFMT_PCAPNG,         /* 0x0a0d0d0a */
};

/* One format. 'head_bytes' is the length of a classic pcap record's header. */
struct capfmt_info {
	enum capfmt format;
	uint32_t magic;
	uint8_t head_bytes;
	bool ns; /* time stamps have ns resolution */
	const char *name;
	const char *features[8]; /* what it keeps of a packet; NULL behind the last */
};

enum { CAPFMT_N = 5 };
extern const struct capfmt_info capfmt_table[CAPFMT_N]; /* indexed by enum capfmt */

/* Finds the format of 'magic' in either byte order: true with '*ret_format' and '*ret_swapped'
 * (the bytes are the other way round) set. */
bool capfmt_of_magic(uint32_t magic, enum capfmt *ret_format, bool *ret_swapped);

#endif
