// SPDX-License-Identifier: GPL-2.0-or-later
/* utf8 - see utf8.h. */
#include "ui/utf8.h"

unsigned int utf8_next(const char *s, size_t n, uint32_t *ret_c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	unsigned int len, i;
	uint32_t c;

	if (!n)
		return 0;
	if (p[0] < 0x80) {
		*ret_c = p[0];
		return 1;
	}
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n < len)
		return 0;
	c = p[0] & (0xff >> (len + 1));
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_c = c;
	return len;
}

size_t utf8_count(const char *s, size_t n)
{
	size_t count = 0;
	unsigned int len;
	uint32_t c;

	while (n) {
		len = utf8_next(s, n, &c);
		len = len ? len : 1;
		s += len;
		n -= len;
		count++;
	}
	return count;
}
