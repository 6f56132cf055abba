// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile_priv - what the files of the reader share. Private to capfile. */
#ifndef PKT_CAPFILE_PRIV_H
#define PKT_CAPFILE_PRIV_H

#include "base/arena.h"
#include "base/bytes.h"
#include "pkt/capfile.h"
#include "pkt/capsrc.h"

_Static_assert((int)CAPFILE_RECORD_MAX < (int)CAPSRC_NEED_MAX, "a record must fit the buffer");

/* How time stamps of one interface become nanoseconds. */
struct capfile_clock {
	uint64_t mul, div;  /* ns = units * mul / div, or with 'shift' units * 10^9 >> shift */
	unsigned int shift;
	int64_t offset_ns;
};

/* An interface of the file and what reading its packets needs. */
struct capfile_iface {
	struct pkt_iface pub;
	struct capfile_clock clock;
};

struct capfile {
	struct capsrc src;
	struct capfile_info info;
	int (*batch)(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e);
	struct err failed; /* stays */
	struct pkt blank;  /* fields that are the same for all packets */
	uint64_t skip_bytes; /* of a block that is being stepped over */

	struct capfile_iface *ifaces;
	uint32_t ifaces_room;
	struct arena texts;
	size_t texts_bytes;

	/* classic pcap */
	bool lengths_swapped, lengths_maybe_swapped; /* versions before 2.4 */
	uint32_t snaplen;

	/* pcapng: of the current section */
	uint32_t *map; /* local interface number to index in 'ifaces' */
	uint32_t n_map, map_room, n_map_before;

	void (*on_block)(void *arg, const struct capfile_block *b);
	void *on_block_arg;
};

/* Sets the lasting error: "NAME: at offset OFF: SENTENCE". Returns -code. */
int capfile_bad(struct capfile *f, int code, uint64_t off, const char *fmt, ...) PRINTF(4, 5);

/* The lasting error for a file that ends 'left' bytes into a 'what' at s->p. Returns -ENODATA. */
int capfile_cut(struct capfile *f, const char *what);

/* The lasting error for a mapped file of which capsrc_is_cut(). Returns -EIO. */
int capfile_lost(struct capfile *f);

/* Adds an interface without texts. Returns it, or NULL with the lasting error set. */
struct capfile_iface *capfile_iface_add(struct capfile *f);

/* Reads the head of a file and sets f->batch. Return 0 or -errno, the lasting error set. */
int capfile_pcap_open(struct capfile *f) MUST_USE;
int capfile_ng_open(struct capfile *f) MUST_USE;

/* Adds what an Interface Description Block of 'n' bytes of body says. Returns 0 or -errno with the
 * lasting error set. 'off' is the block's offset. */
int capfile_ng_idb(struct capfile *f, const uint8_t *body, uint32_t n, uint64_t off) MUST_USE;

/* Keeps 'n' bytes until close, with a NUL behind. NULL with the lasting error set. */
void *capfile_keep(struct capfile *f, const void *data, size_t n);

#endif
