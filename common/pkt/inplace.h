// SPDX-License-Identifier: GPL-2.0-or-later
/* inplace - turns a filled ring block, where it lies, into a run of pcapng blocks that can be
 * written to disk without copying packet data. Pure memory work; dwrite does the writing.
 * Source: draft-ietf-opsawg-pcapng 4.3, 4.6; packet_mmap.rst.
 *
 *   block descriptor | gap | tpacket header | frame 1 | gap | tpacket header | frame 2 | ...
 *   \----- statistics block ------/\ EPB 1: 28 bytes, frame, options in the gap /\ EPB 2 ...
 *
 * The 28 bytes of an Enhanced Packet Block end where the frame begins, over the kernel's own
 * header; PACKET_RESERVE makes that a multiple of four. What lies between a frame and the next
 * EPB becomes options of the first: flags, drop count, and a custom option of zeros. */
#ifndef PKT_INPLACE_H
#define PKT_INPLACE_H

#include <stdint.h>
#include <sys/uio.h>

#include "pkt/block.h"
#include "pkt/pcapng_enc.h"

enum {
	INPLACE_UNIT_BYTES = 4096, /* what is written is a multiple of this, and aligned to it */
	INPLACE_IOV = 3,
};

/* What a block became. The descriptor's page and an overhanging end are bounced, the rest is
 * written from the ring. */
struct inplace {
	struct iovec iov[INPLACE_IOV];
	unsigned int n_iov;
	size_t bytes;	     /* in all, a multiple of INPLACE_UNIT_BYTES */
	uint32_t n_pkts;     /* written */
	uint64_t data_bytes; /* captured bytes in them */
};

/* Lays out the first 'max_pkts' (> 0) packets of 'b' as packets of interface 'iface' of the file.
 * 's' goes into the statistics block before the first packet. 'bounce' has room for two units,
 * aligned to one. The block's descriptor stays as it is; all else of it may change. */
void inplace_lay(const struct block *b, uint32_t iface, uint32_t max_pkts,
		 const struct pcapng_stats *s, uint8_t *bounce, struct inplace *ret_l);

/* True if frames of such a block can be laid out: the header's 28 bytes fit before each. */
bool inplace_possible(uint16_t linktype);

/* The epb_flags of a packet that went 'dir' (enum pkt_dir). */
uint32_t inplace_flags(uint8_t dir);

#endif
