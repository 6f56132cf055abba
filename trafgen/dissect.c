// SPDX-License-Identifier: GPL-2.0-or-later
/* dissect - see dissect.h. */
#include "dissect.h"

#include <stdlib.h>

#include "base/attr.h"
#include "proto/walk.h"

struct dissector {
	struct walk walk;
};

struct dissector *dissector_new(void)
{
	return calloc(1, sizeof(struct dissector));
}

void dissector_free(struct dissector *d)
{
	free(d);
}

/* What the checksum of 'l' covers, if it has one. */
static void fill_csum(const struct walk *w, const struct layer *l, struct heading *h)
{
	const struct csum_rule *r = &l->proto->csum;
	const uint8_t *hdr = walk_hdr(w, l);
	uint32_t n = l->total_bytes, have = w->cap_len - l->off;

	if (!r->kind || l->hdr_have < (r->at.off + r->at.n) / 8u ||
	    ((r->kind_of || r->cover) && l->hdr_have < l->hdr_bytes) ||
	    !field_when_holds(r->when, hdr, l->hdr_have) ||
	    (r->zero_is_absent && !bits_get(hdr, r->at)))
		return;
	h->csum = r->kind_of ? r->kind_of(hdr) : r->kind;
	if (h->csum == CSUM_HEADER)
		n = l->hdr_bytes;
	else if (r->cover && h->csum != CSUM_NONE)
		n = r->cover(hdr, l->hdr_bytes, n);
	h->covered = h->csum == CSUM_NONE ? 0 : MIN(n, have);
	h->whole = n <= have && (h->csum == CSUM_HEADER || (!l->why && !l->flags));
}

unsigned int dissect(struct dissector *d, unsigned int linktype, const uint8_t *data, uint32_t n,
		     uint32_t len, struct heading ret_h[DISSECT_HEADERS])
{
	unsigned int n_h = 0;

	walk_packet(linktype, data, n, len, &d->walk);
	for (unsigned int i = 0; i < d->walk.n_layers && n_h < DISSECT_HEADERS; i++) {
		const struct layer *l = &d->walk.layers[i];

		if (l->flags & LAYER_QUOTED)
			continue;
		ret_h[n_h] = (struct heading){ .proto = l->proto, .off = l->off,
					       .bytes = l->hdr_have };
		fill_csum(&d->walk, l, &ret_h[n_h++]);
	}
	return n_h;
}
