// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng_enc - encodes pcapng blocks and options into memory (draft-ietf-opsawg-pcapng), in little
 * endian. Pure: no system call, no allocation. Used by both writers, capwrite and dwrite. */
#ifndef PKT_PCAPNG_ENC_H
#define PKT_PCAPNG_ENC_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "pkt/pkt.h"

enum pcapng_block_type {
	PCAPNG_IDB = 1,  /* interface description */
	PCAPNG_PB = 2,   /* packet, obsolete */
	PCAPNG_SPB = 3,  /* simple packet */
	PCAPNG_NRB = 4,  /* name resolution */
	PCAPNG_ISB = 5,  /* interface statistics */
	PCAPNG_EPB = 6,  /* enhanced packet */
	PCAPNG_DSB = 10, /* decryption secrets */
	PCAPNG_CB = 0xbad,
	PCAPNG_CB_NOCOPY = 0x40000bad,
	PCAPNG_SHB = 0x0a0d0d0a,
};

enum pcapng_option {
	PCAPNG_OPT_END = 0,
	PCAPNG_OPT_COMMENT = 1,
	PCAPNG_OPT_CUSTOM_STR = 2988,
	PCAPNG_OPT_CUSTOM_BIN = 2989,
	PCAPNG_OPT_CUSTOM_STR_NOCOPY = 19372,
	PCAPNG_OPT_CUSTOM_BIN_NOCOPY = 19373,
	PCAPNG_SHB_HARDWARE = 2,
	PCAPNG_SHB_OS = 3,
	PCAPNG_SHB_APP = 4,
	PCAPNG_IF_NAME = 2,
	PCAPNG_IF_DESCR = 3,
	PCAPNG_IF_MAC = 6,
	PCAPNG_IF_SPEED = 8,
	PCAPNG_IF_TSRESOL = 9,
	PCAPNG_IF_FILTER = 11,
	PCAPNG_IF_OS = 12,
	PCAPNG_IF_TSOFFSET = 14,
	PCAPNG_IF_HARDWARE = 15,
	PCAPNG_EPB_FLAGS = 2,
	PCAPNG_EPB_HASH = 3,
	PCAPNG_EPB_DROPCOUNT = 4,
	PCAPNG_EPB_PACKETID = 5,
	PCAPNG_EPB_QUEUE = 6,
	PCAPNG_EPB_VERDICT = 7,
	PCAPNG_ISB_STARTTIME = 2,
	PCAPNG_ISB_ENDTIME = 3,
	PCAPNG_ISB_IFRECV = 4,
	PCAPNG_ISB_IFDROP = 5,
	PCAPNG_ISB_FILTERACCEPT = 6,
	PCAPNG_ISB_OSDROP = 7,
	PCAPNG_ISB_USRDELIV = 8,
};

#define PCAPNG_BYTE_ORDER 0x1a2b3c4du
enum {
	PCAPNG_EPB_HEAD_BYTES = 28,  /* before the packet's data */
	PCAPNG_OPT_VALUE_MAX = 65535,
};

/* What a Section Header Block says; strings may be NULL. 'opts', if not NULL, are the options of
 * another file's section (as pkt.opts) and are written instead of the strings. */
struct pcapng_section {
	const char *hardware, *os, *app;
	const uint8_t *opts;
	uint32_t opts_bytes;
	bool opts_swapped;
};

/* Counters of an Interface Statistics Block; UINT64_MAX: not known, not written.
 * Times in ns since the epoch, INT64_MIN: not known. */
struct pcapng_stats {
	int64_t start_ns, end_ns;
	uint64_t if_recv, if_drop, filter_accept, os_drop, delivered;
};

#define PCAPNG_STATS_UNKNOWN                                                                       \
	((struct pcapng_stats){ INT64_MIN, INT64_MIN, UINT64_MAX, UINT64_MAX, UINT64_MAX,          \
				UINT64_MAX, UINT64_MAX })

/* A whole Section Header Block; the section length is left unspecified. */
void pcapng_enc_shb(struct wcur *w, const struct pcapng_section *s);

/* A whole Interface Description Block of 'i', resolution ns. Options of 'i->opts' that the fields
 * do not say are carried over. Packets of an interface with 'i->tsoffset_s' other than 0 must be
 * written with ts_ns less tsoffset_s seconds. */
void pcapng_enc_idb(struct wcur *w, const struct pkt_iface *i);

/* A whole Interface Statistics Block for interface 'iface' at 'ts_ns', exactly 'block_bytes' long
 * (a multiple of 4, at least PCAPNG_ISB_MAX_BYTES) or, for 0, as long as it needs. */
enum { PCAPNG_ISB_MAX_BYTES = 24 + 7 * 12 + 4 };
void pcapng_enc_isb(struct wcur *w, uint32_t iface, int64_t ts_ns, const struct pcapng_stats *s,
		    size_t block_bytes);

/* Begins a block of 'type': returns where it starts in 'w', to be handed to pcapng_enc_end(). */
size_t pcapng_enc_begin(struct wcur *w, uint32_t type);

/* Ends the block begun at 'start': both total lengths. The body is already a multiple of 4. */
void pcapng_enc_end(struct wcur *w, size_t start);

/* One option, padded. A value longer than PCAPNG_OPT_VALUE_MAX is cut. */
void pcapng_enc_opt(struct wcur *w, uint16_t code, const void *value, size_t n_bytes);
void pcapng_enc_opt_text(struct wcur *w, uint16_t code, const char *text); /* NULL: none */
void pcapng_enc_opt_u32(struct wcur *w, uint16_t code, uint32_t v);
void pcapng_enc_opt_u64(struct wcur *w, uint16_t code, uint64_t v);
void pcapng_enc_opt_end(struct wcur *w);

/* 'n_bytes' (a multiple of 4) of options that say nothing: for 8 and more a custom option that
 * must not be copied, of zeros; for 4 opt_endofopt; for 0 nothing. At most 65544. */
void pcapng_enc_filler(struct wcur *w, size_t n_bytes);

/* Options of packet 'p' for an Enhanced Packet Block with opt_endofopt behind; nothing at all if
 * there are none. p->opts are carried over; flags, queue and drops have the values of 'p'. */
void pcapng_enc_epb_opts(struct wcur *w, const struct pkt *p);

/* Upper bound of what pcapng_enc_epb_opts() writes. */
static inline size_t pcapng_enc_epb_opts_max(const struct pkt *p)
{
	return (size_t)p->opts_bytes + 3 * 12 + 4;
}

/* The 28 bytes of an Enhanced Packet Block before the data. 'block_bytes' is the block's total
 * length, which the caller also writes (4 bytes) at its end. 'ts_ns' is relative to the
 * interface's if_tsoffset. */
static inline void pcapng_enc_epb_head(uint8_t head[PCAPNG_EPB_HEAD_BYTES], uint32_t block_bytes,
				       uint32_t iface, uint64_t ts_ns, uint32_t cap_len,
				       uint32_t len)
{
	put_le32(head, PCAPNG_EPB);
	put_le32(head + 4, block_bytes);
	put_le32(head + 8, iface);
	put_le32(head + 12, ts_ns >> 32);
	put_le32(head + 16, (uint32_t)ts_ns);
	put_le32(head + 20, cap_len);
	put_le32(head + 24, len);
}

#endif
