// SPDX-License-Identifier: GPL-2.0-or-later
/* ecn - see ecn.h. */
#include "ecn.h"

#include "base/bytes.h"
#include "proto/csum.h"

enum { NOT_ECT = 0, ECT_1 = 1, ECT_0 = 2, CE = 3, ECN = 3 };

static uint8_t tos_of(const uint8_t *pkt, const struct inner *ip)
{
	return ip->v6 ? pkt[0] << 4 | pkt[1] >> 4 : pkt[1];
}

uint8_t ecn_outer(const uint8_t *pkt, const struct inner *ip, bool dscp)
{
	return tos_of(pkt, ip) & (dscp ? 0xff : ECN);
}

/* RFC 6040, figure 4. Returns the field that the packet goes on with, or -1 to drop it. */
static int combine(unsigned int inner, unsigned int outer)
{
	if (outer == CE)
		return inner == NOT_ECT ? -1 : CE;
	return inner == ECT_0 && outer == ECT_1 ? ECT_1 : (int)inner;
}

bool ecn_inner(uint8_t *pkt, const struct inner *ip, uint8_t outer)
{
	unsigned int old = tos_of(pkt, ip) & ECN;
	int ecn = combine(old, outer & ECN);
	uint16_t word;

	if (ecn < 0)
		return false;
	if ((unsigned int)ecn == old)
		return true;
	if (ip->v6) {
		pkt[1] = (pkt[1] & ~(ECN << 4)) | ecn << 4;
		return true;
	}
	word = get_be16(pkt);
	pkt[1] = (pkt[1] & ~ECN) | ecn;
	put_be16(pkt + 10, csum_update(get_be16(pkt + 10), word, get_be16(pkt)));
	return true;
}
