// SPDX-License-Identifier: GPL-2.0-or-later
/* leb128 - see leb128.h. */
#include "base/leb128.h"

#include <string.h>

void leb128_put(struct str *out, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		str_addc(out, v | 0x80);
	str_addc(out, v);
}

void leb128_put_text(struct str *out, const char *text)
{
	leb128_put(out, strlen(text));
	str_add(out, text);
}

uint64_t leb128_get(struct cur *c)
{
	uint64_t v = 0;
	uint8_t b;

	for (unsigned int shift = 0; shift < 64; shift += 7) {
		b = cur_u8(c);
		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	/* More than ten bytes are no number. */
	cur_skip(c, SIZE_MAX);
	return 0;
}

void leb128_get_text(struct cur *c, char *to, size_t size)
{
	uint64_t n = leb128_get(c);
	const uint8_t *p = cur_take(c, n < size ? n : SIZE_MAX);

	to[0] = '\0';
	if (p) {
		memcpy(to, p, n);
		to[n] = '\0';
	}
}
