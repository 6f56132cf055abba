// SPDX-License-Identifier: GPL-2.0-or-later
/* inner - see inner.h. */
#include "inner.h"

#include <string.h>

#include "base/bytes.h"
#include "proto/csum.h"

static bool read4(const uint8_t *p, size_t n, struct inner *i)
{
	size_t head = (p[0] & 15) * 4u;

	if (n < 20 || head < 20 || head > n || get_be16(p + 2) != n)
		return false;
	*i = (struct inner){ .proto = p[9], .l4 = head, .src = p + 12, .dst = p + 16,
			     .fragment = get_be16(p + 6) & 0x3fff };
	return true;
}

static bool read6(const uint8_t *p, size_t n, struct inner *i)
{
	if (n < 40 || get_be16(p + 4) + 40u != n)
		return false;
	*i = (struct inner){ .v6 = true, .proto = p[6], .l4 = 40, .src = p + 8, .dst = p + 24,
			     .fragment = p[6] == 44 };
	return true;
}

bool inner_read(const uint8_t *p, size_t n, struct inner *ret_i)
{
	if (!n)
		return false;
	return p[0] >> 4 == 4 ? read4(p, n, ret_i) : p[0] >> 4 == 6 && read6(p, n, ret_i);
}

void inner_addr(const struct inner *i, bool dst, uint8_t out[16])
{
	const uint8_t *a = dst ? i->dst : i->src;

	if (i->v6) {
		memcpy(out, a, 16);
		return;
	}
	memset(out, 0, 10);
	memset(out + 10, 0xff, 2);
	memcpy(out + 12, a, 4);
}

uint64_t inner_pseudo(const struct inner *i, uint8_t proto, uint32_t n)
{
	return i->v6 ? csum_pseudo6(i->src, i->dst, proto, n) :
		       csum_pseudo4(i->src, i->dst, proto, n);
}

void inner_set_length(uint8_t *p, const struct inner *i, size_t n)
{
	if (i->v6) {
		put_be16(p + 4, n - 40);
		return;
	}
	put_be16(p + 2, n);
	put_be16(p + 10, 0);
	put_be16(p + 10, csum_fold(csum_add(0, p, i->l4)));
}
