// SPDX-License-Identifier: GPL-2.0-or-later
/* sympkt - a packet of which nothing is known: its bytes, lengths and what the kernel knows of it
 * are unknown bits of a circuit, for programs that are looked at for all packets at once. What
 * solves a question is made a packet again.
 * Sits on cbpf/words; used by cbpf/symex, cbpf/prove and cbpf/witness. */
#ifndef CBPF_SYMPKT_H
#define CBPF_SYMPKT_H

#include <stdint.h>

#include "base/attr.h"
#include "cbpf/vm.h"
#include "cbpf/words.h"

/* Longest packet that is thought of, bytes: no capture file holds a longer one. */
#define SYMPKT_MAX_BYTES 262144

struct sympkt {
	struct circuit *c;
	struct words *ws;
	uint32_t cap_len, len; /* words; the first is never more than the second */
	uint32_t net_off, net_known;
	uint32_t whole; /* bit: none of its bytes are cut off */
	uint32_t bare;	/* bit: nothing but bytes and lengths */
	uint32_t plain; /* bit: both: any socket can deliver it */
	struct sympkt_priv *p;
};

/* Returns NULL when out of memory. */
struct sympkt *sympkt_new(void) MUST_USE;
void sympkt_free(struct sympkt *s);
void sympkt_free_p(struct sympkt **s);

/* Loads 'size' (1, 2, 4) bytes from address 'addr', a word; negative ones mean what they mean in
 * the kernel. Returns the value, and in '*ret_fail' the bit that it is out of range. */
uint32_t sympkt_load(struct sympkt *s, uint32_t addr, unsigned int size, uint32_t *ret_fail);

/* What ancillary field 'ad' (SKF_AD_*) loads, given words 'a' and 'x'. */
uint32_t sympkt_load_ad(struct sympkt *s, uint32_t ad, uint32_t a, uint32_t x);

/* As circuit_solve(), for bytes that are the same however they are addressed; 'assumed' has room
 * for SYMPKT_MORE more bits. If it can be, what is found is a packet that any socket can deliver,
 * else one that is either bare or not cut off; and a short one. */
#define SYMPKT_MORE 52
int sympkt_solve(struct sympkt *s, uint32_t *assumed, unsigned int n,
		 uint64_t *steps) MUST_USE;
/* The same, but of any length, which is found much sooner. */
int sympkt_find(struct sympkt *s, uint32_t *assumed, unsigned int n, uint64_t *steps) MUST_USE;

/* A packet for vm_run(). */
struct sympkt_packet {
	uint8_t *data; /* 'cap_len' bytes */
	uint32_t cap_len, len;
	struct vm_aux aux;
	bool plain; /* nothing in 'aux' matters, nothing is cut off */
};

/* The packet that was found last. Returns 0 with '*ret' owned by the caller
 * (sympkt_packet_free()), or -ENOMEM. */
int sympkt_packet(const struct sympkt *s, struct sympkt_packet *ret) MUST_USE;
void sympkt_packet_free(struct sympkt_packet *p);

#endif
