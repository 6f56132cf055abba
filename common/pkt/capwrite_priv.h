// SPDX-License-Identifier: GPL-2.0-or-later
/* capwrite_priv - what the files of the writer share. Private to capwrite. */
#ifndef PKT_CAPWRITE_PRIV_H
#define PKT_CAPWRITE_PRIV_H

#include "pkt/capout.h"
#include "pkt/capwrite.h"

struct capwrite_iface {
	int64_t offset_ns; /* if_tsoffset */
	uint32_t snaplen;
	uint16_t linktype;
	bool has_tag_room; /* a VLAN tag can be put back */
	uint8_t tag_at;    /* offset in the packet */
};

struct capwrite {
	struct capout out;
	int (*put)(struct capwrite *w, const struct pkt *p, const struct capwrite_iface *i,
		   uint32_t iface);
	struct capwrite_opts opts;
	bool is_ns; /* classic pcap: time stamps in ns */
	struct capwrite_iface *ifaces;
	uint32_t n_ifaces, ifaces_room;
	uint32_t section_first; /* pcapng: interface that is 0 in the section */
	int64_t due_ns; /* 0: something waits and nobody said what time it is */
	struct err refused; /* of one call; errors of the file are in out.failed */
};

/* A packet as it is to be written: with its tag put back, in up to three pieces. */
struct capwrite_cut {
	uint32_t cap_len, len;
	uint32_t before; /* bytes of p->data before the tag; all if there is none */
	uint32_t after;  /* bytes behind it */
	uint8_t tag[4];
	uint8_t tag_bytes;
};

/* What is written of 'p', without its tag unless there is room for one. */
void capwrite_cut_tagged(const struct pkt *p, const struct capwrite_iface *i,
			 struct capwrite_cut *ret_c);

static inline void capwrite_cut_of(const struct pkt *p, const struct capwrite_iface *i,
				   struct capwrite_cut *ret_c)
{
	ret_c->cap_len = ret_c->before = p->cap_len;
	ret_c->len = p->len;
	ret_c->tag_bytes = 0;
	ret_c->after = 0;
	if (UNLIKELY(p->vlan_tpid))
		capwrite_cut_tagged(p, i, ret_c);
}

/* Appends the packet's bytes to the record begun. */
static inline void capwrite_data(struct capout *o, const struct pkt *p,
				 const struct capwrite_cut *c)
{
	capout_ref(o, p->data, c->before);
	if (UNLIKELY(c->tag_bytes)) {
		memcpy(o->p, c->tag, c->tag_bytes);
		o->p += c->tag_bytes;
		capout_ref(o, p->data + c->before, c->after);
	}
}

/* The put functions of a classic format. */
int capwrite_pcap_put(struct capwrite *w, const struct pkt *p, const struct capwrite_iface *i,
		      uint32_t iface) MUST_USE;
int capwrite_pcap_extra_put(struct capwrite *w, const struct pkt *p,
			    const struct capwrite_iface *i, uint32_t iface) MUST_USE;
int capwrite_pcap_head(struct capwrite *w, uint16_t linktype) MUST_USE;

int capwrite_ng_put(struct capwrite *w, const struct pkt *p, const struct capwrite_iface *i,
		    uint32_t iface) MUST_USE;
int capwrite_ng_head(struct capwrite *w) MUST_USE;
int capwrite_ng_iface(struct capwrite *w, const struct pkt_iface *i) MUST_USE;

#endif
