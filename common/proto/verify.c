// SPDX-License-Identifier: GPL-2.0-or-later
/* verify - the checksum of a layer, as walk found it. */
#include "base/bytes.h"
#include "proto/csum.h"
#include "proto/tables.h"
#include "proto/walk.h"

/* Last address of an IPv4 source route not yet used up: what the pseudo header holds
 * (RFC 1122 4.1.3.4); NULL without one. */
static const uint8_t *route4_end(const struct walk *w, const struct layer *ip)
{
	struct option_iter it = walk_options(w, ip);
	struct option o;

	while (option_next(&it, &o))
		if ((o.kind == 131 || o.kind == 137) && !o.bad && o.n_bytes >= 7 &&
		    o.p[2] <= o.n_bytes - 3)
			return o.p + 3 + (o.n_bytes - 3) / 4 * 4 - 4;
	return NULL;
}

/* The same for IPv6 (RFC 8200 8.1): last of a source route, first of a segment list. */
static const uint8_t *route6_end(const struct walk *w, const struct layer *route)
{
	const uint8_t *hdr = walk_hdr(w, route);
	uint32_t n_addrs = (route->hdr_have - 8) / 16;

	if (hdr[3] == 0 || n_addrs == 0)
		return NULL;
	if (hdr[2] == 0 || hdr[2] == 2)
		return hdr + 8 + (n_addrs - 1) * 16;
	return hdr[2] == 4 ? hdr + 8 : NULL;
}

/* The home address that a mobile host puts behind its own (RFC 6275 11.3.1); NULL without one. */
static const uint8_t *home6(const struct walk *w, const struct layer *dst)
{
	struct option_iter it = walk_options(w, dst);
	struct option o;

	while (option_next(&it, &o))
		if (o.kind == 0xc9 && !o.bad)
			return o.p + 2;
	return NULL;
}

/* Running sum of the pseudo header for 'l'. False if there is no IP layer that gives one. */
static bool pseudo(const struct walk *w, const struct layer *l, uint64_t *ret_sum)
{
	const struct layer *ip = walk_below(w, l, PROTO_NET);
	const uint8_t *src = NULL, *dst = NULL;
	uint32_t number;

	if (!ip || !proto_link_value(l->proto, REG_IP_PROTO, &number))
		return false;
	if (ip->proto == &proto_ip) {
		const uint8_t *hdr = walk_hdr(w, ip);

		if (ip->hdr_bytes > 20)
			dst = route4_end(w, ip);
		*ret_sum = csum_pseudo4(hdr + 12, dst ? dst : hdr + 16, number, l->total_bytes);
		return true;
	}
	if (ip->proto != &proto_ip6)
		return false;
	for (const struct layer *x = ip + 1; x < l; x++) {
		if (x->proto == &proto_ip6route)
			dst = route6_end(w, x);
		else if (x->proto == &proto_ip6dst)
			src = home6(w, x);
	}
	*ret_sum = csum_pseudo6(src ? src : walk_hdr(w, ip) + 8, dst ? dst : walk_hdr(w, ip) + 24,
				number, l->total_bytes);
	return true;
}

/* Sum of the 'n' bytes at 'p' without the hole of rule 'r', which begins at an even byte. */
static uint64_t sum_around(const struct csum_rule *r, uint64_t sum, const uint8_t *p, uint32_t n)
{
	uint32_t first = r->hole.off / 8, end = first + r->hole.n / 8;

	if (!r->hole.n || n < end)
		return csum_add(sum, p, n);
	return csum_add(csum_add(sum, p, first), p + end, n - end);
}

static enum csum_state verify_crc32c(const uint8_t *hdr, uint32_t n, struct bits at,
				     uint32_t *ret_should)
{
	uint32_t off = at.off / 8, is = get_be32(hdr + off), crc;

	crc = csum_crc32c(0, hdr, off);
	crc = csum_crc32c(crc, (const uint8_t[4]){ 0 }, 4);
	crc = csum_crc32c(crc, hdr + off + 4, n - off - 4);
	/* its bytes go out the least significant first */
	*ret_should = __builtin_bswap32(crc);
	return is == *ret_should ? CSUM_STATE_OK : CSUM_STATE_WRONG;
}

static enum csum_state verify_sum(const struct walk *w, const struct layer *l,
				  enum csum_kind kind, uint32_t n, uint32_t *ret_should)
{
	const struct csum_rule *r = &l->proto->csum;
	const uint8_t *hdr = walk_hdr(w, l);
	uint16_t is = get_be16(hdr + r->at.off / 8), should;
	uint64_t sum = 0;

	if (kind == CSUM_PSEUDO && !pseudo(w, l, &sum))
		return CSUM_STATE_UNKNOWN;
	should = csum_fold(sum_around(r, sum, hdr, n));
	/* all ones or all zeros, in ones' complement the same */
	if (should == 0)
		return CSUM_STATE_OK;
	*ret_should = csum_update(should, is, 0);
	if (r->zero_is_absent && *ret_should == 0)
		*ret_should = 0xffff;
	return CSUM_STATE_WRONG;
}

enum csum_state walk_csum(const struct walk *w, const struct layer *l, uint32_t *ret_should)
{
	const struct csum_rule *r = &l->proto->csum;
	const uint8_t *hdr = walk_hdr(w, l);
	uint32_t n = l->total_bytes;
	enum csum_kind kind = r->kind;

	if (kind == CSUM_NONE)
		return CSUM_STATE_NONE;
	if (l->hdr_have < l->hdr_bytes)
		return CSUM_STATE_UNKNOWN;
	if (!field_when_holds(r->when, hdr, l->hdr_have))
		return CSUM_STATE_NONE;
	if ((r->at.off + r->at.n) / 8 > (int)l->hdr_have)
		return CSUM_STATE_UNKNOWN;
	if (r->kind_of)
		kind = r->kind_of(hdr);
	if (r->zero_is_absent && bits_get(hdr, r->at) == 0)
		return CSUM_STATE_NONE;
	if (kind == CSUM_HEADER)
		n = l->hdr_bytes;
	else if (r->cover)
		n = r->cover(hdr, l->hdr_bytes, n);
	if (n < (r->at.off + r->at.n) / 8u)
		return CSUM_STATE_UNKNOWN;
	/* a wrong total length does not touch the sum of the header */
	if (n > w->cap_len - l->off || (kind != CSUM_HEADER && (l->why || l->flags)))
		return CSUM_STATE_UNKNOWN;
	if (kind == CSUM_CRC32C)
		return verify_crc32c(hdr, n, r->at, ret_should);
	return verify_sum(w, l, kind, n, ret_should);
}
