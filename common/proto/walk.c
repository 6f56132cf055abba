// SPDX-License-Identifier: GPL-2.0-or-later
/* walk - one loop that applies the rules of each protocol's table entry to the packet.
 * 'end' is where the layer below says the packet ends on the wire; what was captured may end
 * earlier. Headers are read only up to the captured end. */
#include "proto/walk.h"

#include "base/bytes.h"
#include "proto/tables.h"

/* What the loop carries from layer to layer. */
struct step {
	const struct proto *proto;
	uint32_t off, end;
	uint8_t flags; /* enum layer_flag that children inherit */
	/* Behind what is quoted, and looked at last; one a packet. */
	const struct proto *tail;
	uint32_t tail_off, tail_end;
};

static void note(struct walk *w, struct layer *l, enum walk_why why, uint32_t value, uint32_t limit)
{
	/* what was quoted or fragmented is rightly shorter than it says */
	if (l->flags && why == WALK_TOTAL_LONG)
		return;
	l->value = value;
	l->limit = limit;
	if (l->flags && why == WALK_HDR_LONG) {
		l->value = limit;
		l->limit = value;
		why = WALK_CUT;
	} else if (l->flags && why == WALK_SHORT) {
		why = WALK_CUT;
	}
	l->why = why;
	if (why != WALK_CUT)
		w->bad = true;
}

static uint32_t stated(const struct proto *p, const struct len_rule *r, const uint8_t *hdr)
{
	uint32_t v = bits_get(hdr, r->at);

	if (r->le)
		v = __builtin_bswap16(v);
	if (!r->cases)
		return r->add + v * r->unit;
	for (const struct len_case *c = r->cases; c->bytes; c++)
		if (c->value == v)
			return c->bytes;
	return r->other_bytes ? r->other_bytes : p->min_bytes;
}

/* True if the header at 'hdr' states a length by 'r'. */
static bool states(const struct len_rule *r, const uint8_t *hdr, uint32_t have)
{
	return r->at.n && field_when_holds(r->when, hdr, have) &&
	       !(r->zero_is_rest && bits_get(hdr, r->at) == 0);
}

/* Length of a header of at least 'n' bytes that is all of the layer. */
static uint32_t all_bytes(const struct proto *p, const uint8_t *hdr, uint32_t n, uint32_t avail)
{
	uint32_t total = avail;

	if (states(&p->total, hdr, p->min_bytes))
		total = MIN(avail, stated(p, &p->total, hdr));
	return MAX(n, total);
}

/* Finds the header's length. False when the walk has to end at this layer. */
static bool take_header(struct walk *w, struct layer *l, uint32_t avail, uint32_t have)
{
	const struct proto *p = l->proto;
	const uint8_t *hdr = w->data + l->off;
	uint32_t n = p->min_bytes, least = n;

	l->hdr_bytes = MIN(n, avail);
	l->hdr_have = MIN(l->hdr_bytes, have);
	l->total_bytes = avail;
	if (avail < n)
		return note(w, l, WALK_SHORT, avail, n), false;
	if (have < n)
		return note(w, l, WALK_CUT, have, n), false;
	if (p->must.at.n && bits_get(hdr, p->must.at) != p->must.value)
		return note(w, l, WALK_VERSION, bits_get(hdr, p->must.at), p->must.value), false;
	if (p->hdr.at.n)
		n = stated(p, &p->hdr, hdr);
	else if (p->hdr_scan)
		n = p->hdr_scan(hdr, have, avail);
	else if (p->hdr_hook)
		n = p->hdr_hook(hdr);
	if (p->hdr.at.n && p->hdr_hook)
		least = p->hdr_hook(hdr);
	if (n < least)
		return note(w, l, WALK_HDR_SMALL, n, least), false;
	if (((p->flags & PROTO_ALL) && field_when_holds(p->all_when, hdr, have)) ||
	    (p->tlv && (p->tlv->flags & TLV_TO_END) && field_when_holds(p->opt_when, hdr, have)))
		n = all_bytes(p, hdr, n, avail);
	l->hdr_bytes = MIN(n, avail);
	l->hdr_have = MIN(l->hdr_bytes, have);
	if (n > avail)
		return note(w, l, WALK_HDR_LONG, n, avail), false;
	if (n > have)
		return note(w, l, WALK_CUT, have, n), false;
	return true;
}

/* Narrows 'l' to the total length 'n' that it states. False when that cannot be. */
static bool narrow(struct walk *w, struct layer *l, uint32_t n)
{
	if (n < l->hdr_bytes) {
		note(w, l, WALK_TOTAL_SMALL, n, l->hdr_bytes);
		return false;
	}
	if (n > l->total_bytes) {
		note(w, l, WALK_TOTAL_LONG, n, l->total_bytes);
		return true;
	}
	if (n < l->total_bytes && !w->trailer_bytes && !l->flags) {
		w->trailer_off = l->off + n;
		w->trailer_bytes = l->total_bytes - n;
	}
	l->total_bytes = n;
	return true;
}

static bool take_total(struct walk *w, struct layer *l)
{
	const struct len_rule *r = &l->proto->total;
	const uint8_t *hdr = w->data + l->off;

	return !states(r, hdr, l->hdr_have) || narrow(w, l, stated(l->proto, r, hdr));
}

static const struct proto *lookup(struct walk *w, const struct layer *l, const struct next *n)
{
	const uint8_t *after = w->data + l->off + l->hdr_bytes;
	uint32_t bytes = l->total_bytes - l->hdr_bytes, have = MIN(n->have, bytes);
	const struct proto *p = proto_index_get(&w->index, n->reg, n->value, after, have, bytes);

	if (!p && n->alt != UINT32_MAX)
		p = proto_index_get(&w->index, n->reg, n->alt, after, have, bytes);
	return p;
}

/* Ends what follows layer 'l' where its tail begins, if that is one. */
static void take_tail(struct walk *w, const struct layer *l, const struct next *n,
		      struct step *st)
{
	uint32_t at = n->tail_off - l->hdr_bytes, end = l->total_bytes - l->hdr_bytes;
	const uint8_t *after = w->data + l->off + l->hdr_bytes;

	if (st->tail || n->tail_off < l->hdr_bytes || at >= end || at > n->have)
		return;
	st->tail = proto_index_get(&w->index, REG_INSIDE, n->tail, after + at,
				   MIN(n->have, end) - at, end - at);
	if (!st->tail)
		return;
	st->tail_off = l->off + n->tail_off;
	st->tail_end = l->off + l->total_bytes;
	st->end = st->tail_off;
}

/* Which protocol follows layer 'l'; none: its payload is all that remains. */
static const struct proto *following(struct walk *w, struct layer *l, struct step *st)
{
	const struct proto *p = l->proto;
	const uint8_t *hdr = w->data + l->off;
	struct next n = { .reg = p->next.reg, .alt = UINT32_MAX, .total_bytes = l->total_bytes,
			  .have = w->cap_len - l->off - l->hdr_have };

	if (p->frag_more.n && bits_get(hdr, p->frag_more))
		st->flags |= LAYER_FRAGMENT;
	if (p->frag_off.n && bits_get(hdr, p->frag_off)) {
		st->flags |= LAYER_FRAGMENT;
		return NULL;
	}
	if (p->next.peek) {
		if (!n.have || l->total_bytes <= l->hdr_bytes)
			return NULL;
		n.value = bits_get(hdr + l->hdr_bytes, p->next.at);
	} else if (p->next.at.n) {
		n.value = next_get(&p->next, hdr, l->hdr_bytes);
	}
	if (p->next.fixed)
		n.value = p->next.fixed;
	n.stop = n.value < p->next.min || !field_when_holds(p->next.when, hdr, l->hdr_have);
	if (p->next.also && field_when_holds(p->next.also_when, hdr, l->hdr_have)) {
		n.reg = REG_INSIDE;
		n.value = p->next.also;
		n.stop = false;
	}
	if (p->next.alt.n)
		n.alt = bits_get(hdr, p->next.alt);
	if (p->trailer_bytes && !n.stop && n.total_bytes >= l->hdr_bytes + p->trailer_bytes)
		n.total_bytes -= p->trailer_bytes;
	if (p->next_hook)
		p->next_hook(hdr, l->hdr_bytes, &n);
	if (n.total_bytes != l->total_bytes && !narrow(w, l, n.total_bytes))
		return NULL;
	st->end = l->off + l->total_bytes;
	if (n.tail_off && !l->flags)
		take_tail(w, l, &n, st);
	if (n.stop || !n.reg)
		return NULL;
	if (n.quoted)
		st->flags |= LAYER_QUOTED;
	/* a port may carry an empty segment; nothing else leads to an empty header */
	if (l->total_bytes == l->hdr_bytes &&
	    (n.quoted || n.reg == REG_TCP_PORT || n.reg == REG_UDP_PORT))
		return NULL;
	return lookup(w, l, &n);
}

/* One layer. False when it is the last. */
static bool walk_layer(struct walk *w, struct step *st)
{
	struct layer *l = &w->layers[w->n_layers++];
	uint32_t captured = w->cap_len > st->off ? w->cap_len - st->off : 0;
	uint32_t avail = st->end - st->off;

	*l = (struct layer){ .proto = st->proto, .off = st->off, .flags = st->flags };
	st->end = UINT32_MAX;
	if (!take_header(w, l, avail, MIN(captured, avail)) || !take_total(w, l))
		st->proto = NULL;
	else
		st->proto = following(w, l, st);
	st->off = l->off + l->hdr_bytes;
	st->end = MIN(st->end, l->off + l->total_bytes);
	if (st->proto && w->n_layers == WALK_LAYERS) {
		note(w, l, WALK_DEEP, WALK_LAYERS + 1, WALK_LAYERS);
		st->proto = NULL;
	}
	return st->proto;
}

static uint32_t captured_of(const struct walk *w, uint32_t off, uint32_t n)
{
	return off < w->cap_len ? MIN(n, w->cap_len - off) : 0;
}

void walk_packet(unsigned int linktype, const uint8_t *data, uint32_t cap_len, uint32_t len,
		 struct walk *w)
{
	struct step st = { .end = MAX(len, cap_len) };

	w->data = data;
	w->cap_len = cap_len;
	w->len = st.end;
	w->linktype = linktype;
	w->n_layers = 0;
	w->cut = cap_len < w->len;
	w->bad = false;
	w->trailer_off = w->trailer_bytes = 0;
	st.proto = proto_index_get(&w->index, REG_LINKTYPE, linktype, data, cap_len,
				   st.end);
	while (st.proto && walk_layer(w, &st))
		;
	w->payload_off = st.off;
	w->payload_bytes = st.end - st.off;
	w->payload_have = captured_of(w, st.off, w->payload_bytes);
	w->trailer_have = captured_of(w, w->trailer_off, w->trailer_bytes);
	if (st.tail && w->n_layers < WALK_LAYERS) {
		st = (struct step){ .proto = st.tail, .off = st.tail_off, .end = st.tail_end };
		(void)walk_layer(w, &st);
	}
}

const char *walk_why_text(enum walk_why why, const char **ret_relation)
{
	static const struct {
		const char *text, *relation;
	} words[] = {
		[WALK_CUT] = { "captured bytes", "needed" },
		[WALK_SHORT] = { "bytes for the header", "needed" },
		[WALK_HDR_SMALL] = { "header length", "at least" },
		[WALK_HDR_LONG] = { "header length", "at most" },
		[WALK_TOTAL_SMALL] = { "total length", "at least" },
		[WALK_TOTAL_LONG] = { "total length", "at most" },
		[WALK_VERSION] = { "version", "not" },
		[WALK_DEEP] = { "nested headers", "at most" },
	};

	*ret_relation = words[why].relation;
	return words[why].text;
}

const struct layer *walk_below(const struct walk *w, const struct layer *l, unsigned int flags)
{
	while (l > w->layers)
		if (((--l)->proto->flags & flags) == flags)
			return l;
	return NULL;
}
