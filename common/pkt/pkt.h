// SPDX-License-Identifier: GPL-2.0-or-later
/* pkt - the view of one packet that sources hand to sinks. It owns nothing: all pointers live until
 * the source is asked for its next packet (a ring: until the block is put back). */
#ifndef PKT_PKT_H
#define PKT_PKT_H

#include <stdbool.h>
#include <stdint.h>

/* Where a packet was going, as sll_pkttype and linux/if_packet.h count it. */
enum pkt_dir {
	PKT_DIR_HOST = 0,
	PKT_DIR_BROADCAST = 1,
	PKT_DIR_MULTICAST = 2,
	PKT_DIR_OTHERHOST = 3,
	PKT_DIR_OUTGOING = 4,
	PKT_DIR_UNKNOWN = 255,
};

struct pkt {
	const uint8_t *data; /* from the link header on */
	uint32_t cap_len;    /* bytes at 'data' */
	uint32_t len;        /* bytes on the wire, never below cap_len from our own sources */
	int64_t ts_ns;       /* since the Unix epoch; may be negative in a file */
	uint32_t iface;      /* index among the source's interfaces */
	uint16_t linktype;   /* enum linktype */

	/* What a live capture, or a file format that records it, knows beyond the bytes. */
	uint8_t dir;         /* enum pkt_dir */
	uint8_t ts_source;   /* 0 software, 1 raw hardware, 2 system-adjusted hardware */
	uint16_t protocol;   /* ethertype or ETH_P_*, host order; 0 unknown */
	uint16_t hatype;     /* ARPHRD_*; 0xffff unknown */
	uint32_t ifindex;    /* 0 unknown */
	uint16_t vlan_tci;   /* tag the kernel stripped, not at 'data'; valid if vlan_tpid != 0 */
	uint16_t vlan_tpid;  /* 0x8100, 0x88a8; 0 none stripped */
	uint32_t flags;      /* pcapng epb_flags (draft-ietf-opsawg-pcapng 4.3.1); 0 unknown */
	uint32_t queue;      /* receive queue; UINT32_MAX unknown */
	uint64_t drops;      /* packets lost by the source since the packet before, epb_dropcount */

	/* Options of the block a pcapng file held it in, in that section's byte order, without
	 * opt_endofopt; NULL from other sources. A pcapng writer carries them over. */
	const uint8_t *opts;
	uint32_t opts_bytes;
	bool opts_swapped;

	/* The whole record that a capture file holds it in, 'data' inside; NULL from other sources.
	 * A writer whose own encoding of the fields above comes to the same bytes may take it as
	 * it is, runs of records in one piece. */
	const uint8_t *rec;
	uint32_t rec_bytes;
};

/* Records of a classic capture file that lie one behind the other, headers and all. */
struct pkt_span {
	const uint8_t *rec;
	uint32_t n_bytes;
	uint32_t n_packets;
};

/* What is known of an interface; a pcapng Interface Description Block. Strings may be NULL.
 * Pointers live as long as the source. */
struct pkt_iface {
	uint16_t linktype;
	uint32_t snaplen; /* 0: no limit */
	const char *name;
	const char *descr;
	const char *filter; /* text of the capture filter */
	const char *os;
	const char *hardware;
	uint64_t speed_bps; /* 0 unknown */
	uint8_t mac[6];
	bool has_mac;
	uint32_t ifindex;     /* live only, 0 unknown */
	int64_t tsoffset_s;   /* if_tsoffset, already applied to ts_ns */
	uint8_t tsresol;      /* if_tsresol as it stood in the file; 9 for nanoseconds */

	const uint8_t *opts; /* as pkt.opts */
	uint32_t opts_bytes;
	bool opts_swapped;
};

#endif
