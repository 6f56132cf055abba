// SPDX-License-Identifier: GPL-2.0-or-later
/* mtu - see mtu.h. */
#include "mtu.h"

#include <string.h>

#include "base/bytes.h"
#include "proto/csum.h"

enum { SYN = 2, OPT_END = 0, OPT_NOP = 1, OPT_MSS = 2, DF = 0x4000 };

void mtu_clamp(uint8_t *pkt, size_t n, const struct inner *ip, uint16_t mtu, bool open)
{
	uint8_t *tcp = pkt + ip->l4, *o, *end;
	uint16_t most = mtu - (ip->v6 ? 60 : 40), old;

	if (ip->proto != INNER_TCP || ip->fragment || n < ip->l4 + 20u || !(tcp[13] & SYN) ||
	    n < ip->l4 + (tcp[12] >> 4) * 4u)
		return;
	end = tcp + (tcp[12] >> 4) * 4;
	for (o = tcp + 20; o < end && *o != OPT_END; o += *o == OPT_NOP ? 1 : o[1]) {
		if (*o == OPT_NOP)
			continue;
		if (end - o < 2 || o[1] < 2 || o[1] > end - o)
			return;
		if (*o != OPT_MSS || o[1] != 4)
			continue;
		old = get_be16(o + 2);
		if (old <= most)
			return;
		put_be16(o + 2, most);
		/* At an odd place its bytes count swapped. */
		if (!open && (o - tcp) & 1)
			put_be16(tcp + 16, csum_update(get_be16(tcp + 16), __builtin_bswap16(old),
						       __builtin_bswap16(most)));
		else if (!open)
			put_be16(tcp + 16, csum_update(get_be16(tcp + 16), old, most));
		return;
	}
}

bool mtu_fit(struct cut *c, uint16_t mtu)
{
	if (c->proto == INNER_TCP && c->head < mtu) {
		c->piece = MIN(c->piece, mtu - c->head);
		return true;
	}
	if (c->head + (c->proto ? c->piece : 0) <= mtu)
		return true;
	return !c->ip.v6 && !(get_be16(c->pkt + 6) & DF);
}

static size_t too_big4(const uint8_t *pkt, size_t n, const struct inner *ip, uint16_t mtu,
		       uint8_t *out)
{
	size_t take = MIN(n, ip->l4 + 8u), all = 28 + take;

	memset(out, 0, 28);
	out[0] = 0x45;
	put_be16(out + 2, all);
	out[8] = 64;
	out[9] = 1;
	memcpy(out + 12, ip->dst, 4);
	memcpy(out + 16, ip->src, 4);
	put_be16(out + 10, csum_fold(csum_add(0, out, 20)));
	out[20] = 3;
	out[21] = 4;
	put_be16(out + 26, mtu);
	memcpy(out + 28, pkt, take);
	put_be16(out + 22, csum_fold(csum_add(0, out + 20, all - 20)));
	return all;
}

static size_t too_big6(const uint8_t *pkt, size_t n, const struct inner *ip, uint16_t mtu,
		       uint8_t *out)
{
	size_t take = MIN(n, MTU_ANSWER - 48u), all = 48 + take;

	memset(out, 0, 48);
	out[0] = 0x60;
	put_be16(out + 4, all - 40);
	out[6] = 58;
	out[7] = 64;
	memcpy(out + 8, ip->dst, 16);
	memcpy(out + 24, ip->src, 16);
	out[40] = 2;
	put_be32(out + 44, mtu);
	memcpy(out + 48, pkt, take);
	put_be16(out + 42, csum_fold(csum_add(csum_pseudo6(out + 8, out + 24, 58, all - 40),
					      out + 40, all - 40)));
	return all;
}

size_t mtu_too_big(const uint8_t *pkt, size_t n, const struct inner *ip, uint16_t mtu,
		   uint8_t out[MTU_ANSWER])
{
	return ip->v6 ? too_big6(pkt, n, ip, mtu, out) : too_big4(pkt, n, ip, mtu, out);
}

uint16_t mtu_candidate(uint16_t device, unsigned int i)
{
	static const uint16_t less[] = { 0,   8,   20,	28,  40,  60,  80, 100,
					 120, 160, 220, 300, 420, 600, 844 };

	if (i >= ARRAY_SIZE(less) || device < MTU_LEAST + less[i])
		return 0;
	return device - less[i];
}
