// SPDX-License-Identifier: GPL-2.0-or-later
/* decap - see decap.h. */
#include "decap.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "pkt/capfile.h"
#include "proto/linktype.h"
#include "proto/walk.h"

enum { HEAD_MAX = 20, SLL2_BYTES = 20, SLL_HEAD_BYTES = 16 };

struct decap {
	struct walk walk;
	uint8_t *bytes; /* packets with a new link header */
	size_t n, room;
};

/* What is in a tunnel: layer 'l', of 'len' bytes on the wire. */
struct inner {
	const struct layer *l;
	uint32_t len, ethertype;
	bool frame; /* an Ethernet frame */
};

int decap_new(struct decap **ret_d, struct err *e)
{
	struct decap *d = calloc(1, sizeof(*d));

	if (d) {
		d->room = CAPFILE_RECORD_MAX + HEAD_MAX;
		d->bytes = malloc(d->room);
	}
	if (!d || !d->bytes) {
		free(d);
		return err_set(e, ENOMEM, "--decap: out of memory");
	}
	*ret_d = d;
	return 0;
}

void decap_free(struct decap *d)
{
	if (!d)
		return;
	free(d->bytes);
	free(d);
}

bool decap_has_room(const struct decap *d, uint32_t cap_len)
{
	return d->room - d->n >= (size_t)cap_len + HEAD_MAX;
}

void decap_clear(struct decap *d)
{
	d->n = 0;
}

/* The ethertype under which layer 'l' stands behind 'below'; 0 if it is none. */
static uint32_t ethertype_of(const struct walk *w, const struct layer *below, const struct layer *l)
{
	const struct next_rule *r = &below->proto->next;
	uint32_t v;

	if (r->reg == REG_ETHERTYPE && r->at.n) {
		v = next_get(r, walk_hdr(w, below), below->hdr_bytes);
		if (v >= ETH_P_802_3_MIN)
			return v;
	}
	return proto_link_value(l->proto, REG_ETHERTYPE, &v) ? v : 0;
}

static bool is_ethernet(const struct layer *l)
{
	uint32_t v;

	return proto_link_value(l->proto, REG_LINKTYPE, &v) && v == LINKTYPE_ETHERNET;
}

/* Bytes of a frame that the mirror cut, by what its first header with a length says; 'len' as it
 * came if none does. */
static uint32_t before_the_cut(const struct walk *w, const struct layer *l, uint32_t len)
{
	uint32_t off = l->off;

	for (; l < w->layers + w->n_layers; l++) {
		const struct len_rule *r = &l->proto->total;

		if (r->at.n && !r->cases && l->hdr_have >= l->proto->min_bytes)
			len = MAX(len, l->off - off + r->add +
					(uint32_t)bits_get(walk_hdr(w, l), r->at) * r->unit);
		if (r->at.n)
			break;
	}
	return len;
}

/* Finds what is in the innermost tunnel. */
static bool find_inner(const struct walk *w, struct inner *ret)
{
	bool found = false;

	for (unsigned int i = 0; i + 1 < w->n_layers; i++) {
		const struct layer *l = &w->layers[i], *next = l + 1;

		if (l->flags || l->why != WALK_FINE)
			break;
		if (!(l->proto->flags & PROTO_TUNNEL) || (next->proto->flags & PROTO_TUNNEL) ||
		    next->off >= w->cap_len)
			continue;
		*ret = (struct inner){
			.l = next,
			.len = l->off + l->total_bytes - next->off,
			.frame = is_ethernet(next),
		};
		if (next->flags & LAYER_QUOTED)
			ret->len = before_the_cut(w, next, ret->len);
		if (!ret->frame)
			ret->ethertype = ethertype_of(w, l, next);
		/* PPP goes behind no Ethernet header */
		found = ret->frame || (ret->ethertype && next->proto->next.reg != REG_PPP);
	}
	return found;
}

/* Where a link type cannot hold a frame: what the frame carries. */
static bool step_into_frame(const struct walk *w, struct inner *in)
{
	const struct layer *next = in->l + 1;

	if (!in->frame)
		return true;
	if (next >= w->layers + w->n_layers || next->off >= w->cap_len)
		return false;
	in->ethertype = ethertype_of(w, in->l, next);
	in->len -= next->off - in->l->off;
	in->l = next;
	in->frame = false;
	return in->ethertype;
}

/* Writes the link header of 'p' with another ethertype. Returns its length, or -1. */
static int make_head(const struct pkt *p, uint32_t ethertype, uint8_t *h)
{
	switch (p->linktype) {
	case LINKTYPE_ETHERNET:
		memcpy(h, p->data, ETH_HLEN - 2);
		put_be16(h + ETH_HLEN - 2, ethertype);
		return ETH_HLEN;
	case LINKTYPE_LINUX_SLL:
		memcpy(h, p->data, SLL_HEAD_BYTES);
		put_be16(h + SLL_HEAD_BYTES - 2, ethertype);
		return SLL_HEAD_BYTES;
	case LINKTYPE_LINUX_SLL2:
		memcpy(h, p->data, SLL2_BYTES);
		put_be16(h, ethertype);
		return SLL2_BYTES;
	case LINKTYPE_RAW:
		return ethertype == ETH_P_IP || ethertype == ETH_P_IPV6 ? 0 : -1;
	default:
		return -1;
	}
}

bool decap_packet(struct decap *d, struct pkt *p)
{
	struct walk *w = &d->walk;
	struct inner in;
	uint8_t *to = d->bytes + d->n;
	uint32_t have;
	int head = 0;

	walk_packet(p->linktype, p->data, p->cap_len, p->len, w);
	if (!find_inner(w, &in))
		return false;
	if (!in.frame || p->linktype != LINKTYPE_ETHERNET) {
		head = step_into_frame(w, &in) ? make_head(p, in.ethertype, to) : -1;
		if (head < 0)
			return false;
	}
	have = MIN(w->cap_len - in.l->off, in.len);
	if (head) {
		memcpy(to + head, p->data + in.l->off, have);
		d->n += ALIGN_UP((size_t)head + have, (size_t)16);
		d->n = MIN(d->n, d->room);
	} else {
		to = (uint8_t *)p->data + in.l->off;
	}
	p->data = to;
	p->cap_len = head + have;
	p->len = head + in.len;
	p->rec = NULL;
	p->rec_bytes = 0;
	p->vlan_tci = p->vlan_tpid = 0;
	p->protocol = in.ethertype;
	if (in.frame && have >= ETH_HLEN)
		p->protocol = get_be16(to + ETH_HLEN - 2);
	return true;
}
