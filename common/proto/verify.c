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

/* Running sum of the pseudo header for 'l'. False if there is no IP layer that gives one. */
static bool pseudo(const struct walk *w, const struct layer *l, uint64_t *ret_sum)
{
	const struct layer *ip = walk_below(w, l, PROTO_NET);
	const uint8_t *dst = NULL;
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
	}
	*ret_sum = csum_pseudo6(walk_hdr(w, ip) + 8, dst ? dst : walk_hdr(w, ip) + 24, number,
				l->total_bytes);
	return true;
}

enum csum_state walk_csum(const struct walk *w, const struct layer *l, uint16_t *ret_should)
{
	const struct csum_rule *r = &l->proto->csum;
	const uint8_t *hdr = walk_hdr(w, l);
	uint32_t n = r->kind == CSUM_HEADER ? l->hdr_bytes : l->total_bytes;
	uint64_t sum = 0;
	uint16_t is, should;

	if (r->kind == CSUM_NONE)
		return CSUM_STATE_NONE;
	if ((r->at.off + r->at.n) / 8 > (int)l->hdr_have || l->hdr_have < l->hdr_bytes)
		return CSUM_STATE_UNKNOWN;
	is = get_be16(hdr + r->at.off / 8);
	if (r->zero_is_absent && is == 0)
		return CSUM_STATE_NONE;
	/* a wrong total length does not touch the sum of the header */
	if (n > w->cap_len - l->off || (r->kind != CSUM_HEADER && (l->why || l->flags)))
		return CSUM_STATE_UNKNOWN;
	if (r->kind == CSUM_PSEUDO && !pseudo(w, l, &sum))
		return CSUM_STATE_UNKNOWN;
	sum = csum_add(sum, hdr, n);
	/* all ones or all zeros, in ones' complement the same */
	should = csum_fold(sum);
	if (should == 0)
		return CSUM_STATE_OK;
	*ret_should = csum_update(should, is, 0);
	if (r->zero_is_absent && *ret_should == 0)
		*ret_should = 0xffff;
	return CSUM_STATE_WRONG;
}
