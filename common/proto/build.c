// SPDX-License-Identifier: GPL-2.0-or-later
/* build - see build.h. Reads the same rules as walk, the other way round. */
#include "proto/build.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/csum.h"
#include "proto/tables.h"
#include "proto/walk.h"

void build_init(struct build *b, void *buf, uint32_t cap)
{
	*b = (struct build){ .buf = buf, .cap = cap };
}

static int room(struct build *b, uint32_t n, struct err *e)
{
	if (b->cap - b->len < n)
		return err_set(e, ENOBUFS, "packet would have more than %u bytes", b->cap);
	memset(b->buf + b->len, 0, n);
	b->len += n;
	return 0;
}

static uint8_t *hdr_of(struct build *b, unsigned int layer)
{
	return b->buf + b->layers[layer].off;
}

/* Header length that the values written so far ask for. */
static uint32_t asked_bytes(const struct proto *p, const uint8_t *hdr)
{
	uint64_t v;

	if (p->start)
		return MAX(p->min_bytes, strlen(p->start));
	if (p->hdr_hook)
		return p->hdr_hook(hdr);
	if (!p->hdr.cases)
		return p->min_bytes;
	v = bits_get(hdr, p->hdr.at);
	for (const struct len_case *c = p->hdr.cases; c->bytes; c++)
		if (c->value == v)
			return c->bytes;
	return p->hdr.other_bytes ? p->hdr.other_bytes : p->min_bytes;
}

/* 'n' bytes of header, rounded up to what its length rule can say. */
static uint32_t sayable(const struct proto *p, uint32_t n)
{
	uint32_t unit = p->hdr.unit ? p->hdr.unit : 1;

	return n <= p->hdr.add ? p->hdr.add : p->hdr.add + ALIGN_UP(n - p->hdr.add, unit);
}

/* Lengthens the last header to what its values ask for. */
static int lengthen(struct build *b, unsigned int layer, struct err *e)
{
	struct build_layer *l = &b->layers[layer];
	uint32_t n;
	int r;

	if (layer + 1 != b->n_layers || b->sealed || b->len != l->off + l->hdr_bytes)
		return 0;
	n = sayable(l->proto, asked_bytes(l->proto, hdr_of(b, layer)));
	if (n <= l->hdr_bytes)
		return 0;
	r = room(b, n - l->hdr_bytes, e);
	if (r == 0)
		l->hdr_bytes = n;
	return r;
}

int build_layer(struct build *b, const struct proto *p, struct err *e)
{
	struct build_layer *l = &b->layers[b->n_layers];
	int r;

	if (b->n_layers == BUILD_LAYERS || b->sealed)
		return err_set(e, ENOBUFS, b->sealed ? "%s after the payload" :
			       "%s would be one header too many", p->name);
	*l = (struct build_layer){ .proto = p, .off = b->len };
	l->hdr_bytes = p->start ? asked_bytes(p, NULL) : p->min_bytes;
	r = room(b, l->hdr_bytes, e);
	if (r < 0)
		return r;
	if (p->start)
		memcpy(hdr_of(b, b->n_layers), p->start, strlen(p->start));
	for (unsigned int i = 0; i < p->n_fields; i++) {
		const struct field *f = &p->fields[i];

		if (f->dflt && field_is_number(f) && field_end_bytes(f) <= l->hdr_bytes)
			field_put(f, b->buf + l->off, f->dflt);
	}
	r = lengthen(b, b->n_layers++, e);
	return r < 0 ? r : (int)b->n_layers - 1;
}

static int usable(const struct build *b, unsigned int layer, const struct field *f, uint32_t end,
		  struct err *e)
{
	const struct build_layer *l = &b->layers[layer];

	if (layer >= b->n_layers || f < l->proto->fields || f >= proto_fields_end(l->proto))
		return err_set(e, EINVAL, "%s is not a field of this header", f->name);
	if (end > l->hdr_bytes)
		return err_set(e, EINVAL, "%s.%s is not in this header, which has %u bytes",
			       l->proto->name, f->name, l->hdr_bytes);
	return 0;
}

static void mark(struct build *b, unsigned int layer, const struct field *f)
{
	size_t i = f - b->layers[layer].proto->fields;

	if (i < 64)
		b->layers[layer].set |= 1ull << i;
}

/* True if the caller gave any field that covers bits of 'at'. */
static bool was_set(const struct build_layer *l, struct bits at)
{
	for (unsigned int i = 0; i < l->proto->n_fields && i < 64; i++) {
		const struct field *f = &l->proto->fields[i];

		if ((l->set >> i & 1) && f->at.off < at.off + at.n && at.off < f->at.off + f->at.n)
			return true;
	}
	return false;
}

int build_set(struct build *b, unsigned int layer, const struct field *f, uint64_t v,
	      struct err *e)
{
	int r = usable(b, layer, f, field_end_bytes(f), e);

	if (r < 0)
		return r;
	if (!field_is_number(f))
		return err_set(e, EINVAL, "%s.%s is not a number", b->layers[layer].proto->name,
			       f->name);
	if (f->at.n < 64 && v >> f->at.n)
		return err_set(e, ERANGE, "%llu does not fit into the %u bits of %s.%s",
			       (unsigned long long)v, f->at.n, b->layers[layer].proto->name,
			       f->name);
	field_put(f, hdr_of(b, layer), v);
	mark(b, layer, f);
	return lengthen(b, layer, e);
}

int build_set_bytes(struct build *b, unsigned int layer, const struct field *f, const void *data,
		    uint32_t n, struct err *e)
{
	int r = usable(b, layer, f, f->at.off / 8 + n, e);

	if (r < 0)
		return r;
	if (field_is_number(f))
		return err_set(e, EINVAL, "%s.%s is a number", b->layers[layer].proto->name,
			       f->name);
	if (!(f->flags & FIELD_REST) && n != f->at.n / 8)
		return err_set(e, EINVAL, "%s.%s has %u bytes, not %u",
			       b->layers[layer].proto->name, f->name, f->at.n / 8, n);
	memcpy(hdr_of(b, layer) + f->at.off / 8, data, n);
	mark(b, layer, f);
	return 0;
}

/* Where options go in the last header: into its padding, or behind what it has. */
static uint32_t options_at(const struct build *b, const struct build_layer *l)
{
	const struct proto *p = l->proto;
	uint32_t at = p->opt_off;

	if (!at && p->hdr_hook && p->hdr.at.n)
		at = p->hdr_hook(b->buf + l->off);
	return at && l->hdr_bytes == sayable(p, MAX(at, p->min_bytes)) ? at : l->hdr_bytes;
}

int build_options(struct build *b, const void *data, uint32_t n, struct err *e)
{
	struct build_layer *l = b->n_layers ? &b->layers[b->n_layers - 1] : NULL;
	uint32_t most, want, at;
	int r;

	if (!l || b->sealed)
		return err_set(e, EINVAL, "options without a header before them");
	at = options_at(b, l);
	want = MAX(sayable(l->proto, at + n), l->hdr_bytes);
	most = l->proto->hdr.unit ? l->proto->hdr.add +
		((1u << l->proto->hdr.at.n) - 1) * l->proto->hdr.unit : b->cap;
	if (want > most)
		return err_set(e, ENOBUFS, "%u bytes of options make the %s header longer than %u",
			       n, l->proto->name, most);
	r = room(b, want - l->hdr_bytes, e);
	if (r < 0)
		return r;
	if (n)
		memcpy(b->buf + l->off + at, data, n);
	l->hdr_bytes = want;
	return 0;
}

int build_payload(struct build *b, const void *data, uint32_t n, struct err *e)
{
	uint32_t at = b->len;
	int r = room(b, n, e);

	if (r < 0)
		return r;
	b->sealed = true;
	if (n)
		memcpy(b->buf + at, data, n);
	return 0;
}

/* Writes the inverse of 'r' for a length of 'n' bytes, if the caller did not and it can be said. */
static void put_length(struct build *b, unsigned int layer, const struct len_rule *r, uint32_t n)
{
	const struct build_layer *l = &b->layers[layer];
	uint64_t v;

	if (!r->at.n || r->cases || was_set(l, r->at) ||
	    !field_when_holds(r->when, hdr_of(b, layer), l->hdr_bytes))
		return;
	v = (n - r->add) / r->unit;
	if (r->at.n < 64 && v >> r->at.n)
		v = r->zero_is_rest ? 0 : (1ull << r->at.n) - 1;
	bits_put(hdr_of(b, layer), r->at, r->le ? __builtin_bswap16(v) : v);
}

/* Says in 'l', which ends at byte 'end', what follows it. False if 'next' cannot live there. */
static bool put_next(struct build *b, unsigned int layer, const struct proto *next, uint32_t end,
		     bool write)
{
	const struct build_layer *l = &b->layers[layer];
	const struct next_rule *r = &l->proto->next;
	uint32_t v;

	if (!r->reg) /* the hook knows (ICMP errors): nothing to write */
		return l->proto->next_hook;
	if (!proto_follows(l->proto, next, &v))
		return proto_lives(next, REG_INSIDE, r->also);
	if (!write || r->peek || !r->at.n || was_set(l, next_at(r, l->hdr_bytes)) ||
	    (r->alt.n && was_set(l, r->alt)))
		return true;
	if (r->reg == REG_ETHERTYPE && v < 0x600 && (l->proto->next_hook))
		v = end - l->off - l->hdr_bytes; /* IEEE 802.3: a length */
	next_put(r, hdr_of(b, layer), l->hdr_bytes, v);
	return true;
}

static void put_csum(struct build *b, const struct walk *w, unsigned int layer)
{
	const struct build_layer *l = &b->layers[layer];
	const struct csum_rule *r = &l->proto->csum;
	const struct layer *found = NULL;
	enum csum_state state;
	uint32_t should = 0;

	if (r->kind == CSUM_NONE || was_set(l, r->at) ||
	    !field_when_holds(r->when, hdr_of(b, layer), l->hdr_bytes))
		return;
	for (unsigned int i = 0; i < w->n_layers; i++)
		if (w->layers[i].off == l->off && w->layers[i].proto == l->proto)
			found = &w->layers[i];
	/* not 0, which would mean that there is none */
	bits_put(hdr_of(b, layer), r->at, UINT32_MAX);
	state = found ? walk_csum(w, found, &should) : CSUM_STATE_UNKNOWN;
	if (state == CSUM_STATE_WRONG)
		bits_put(hdr_of(b, layer), r->at, should);
	else if (state != CSUM_STATE_OK || !r->zero_is_absent)
		bits_put(hdr_of(b, layer), r->at, 0);
}

int build_finish(struct build *b, struct err *e)
{
	struct walk w = { 0 };
	uint32_t link = 0, end, trailer = 0;
	int r;

	for (unsigned int i = 0; i + 1 < b->n_layers; i++)
		if (!put_next(b, i, b->layers[i + 1].proto, b->len, false))
			return err_set(e, EINVAL, "%s cannot follow %s",
				       b->layers[i + 1].proto->name, b->layers[i].proto->name);
	for (unsigned int i = 0; i + 1 < b->n_layers; i++)
		trailer += b->layers[i].proto->trailer_bytes;
	r = room(b, trailer, e);
	if (r < 0)
		return r;
	end = b->len;
	for (unsigned int i = 0; i < b->n_layers; i++) {
		const struct build_layer *l = &b->layers[i];

		put_length(b, i, &l->proto->hdr, l->hdr_bytes);
		put_length(b, i, &l->proto->total, end - l->off);
		if (i + 1 < b->n_layers) {
			(void)put_next(b, i, b->layers[i + 1].proto, end, true);
			end -= l->proto->trailer_bytes;
		}
	}
	/* the inside first: an outer sum covers an inner one */
	if (b->n_layers && proto_link_value(b->layers[0].proto, REG_LINKTYPE, &link))
		walk_packet(link, b->buf, b->len, b->len, &w);
	for (unsigned int i = b->n_layers; i-- > 0;)
		put_csum(b, &w, i);
	return 0;
}
