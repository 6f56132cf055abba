// SPDX-License-Identifier: GPL-2.0-or-later
/* csum - see csum.h. Sums little-endian words, as the sum does not depend on byte order but for
 * a swap at the end (RFC 1071 2(B)). */
#include "proto/csum.h"

#include "base/bytes.h"

uint64_t csum_add(uint64_t sum, const void *data, size_t n)
{
	const uint8_t *p = data;
	uint64_t a = 0, b = 0;

	/* 32-bit words into 64-bit sums: no carry is lost below 16 GiB */
	for (; n >= 16; n -= 16, p += 16) {
		a += (uint64_t)get_le32(p) + get_le32(p + 4);
		b += (uint64_t)get_le32(p + 8) + get_le32(p + 12);
	}
	for (; n >= 4; n -= 4, p += 4)
		a += get_le32(p);
	if (n >= 2) {
		b += get_le16(p);
		p += 2;
		n -= 2;
	}
	if (n)
		b += *p;
	a += b;
	a = (a & 0xffffffff) + (a >> 32);
	return sum + a;
}

uint16_t csum_fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~__builtin_bswap16((uint16_t)sum);
}

uint64_t csum_pseudo4(const uint8_t src[4], const uint8_t dst[4], uint8_t proto, uint32_t n)
{
	uint8_t tail[4] = { 0, proto, n >> 8, n };
	uint64_t sum = csum_add(0, src, 4);

	return csum_add(csum_add(sum, dst, 4), tail, 4);
}

uint64_t csum_pseudo6(const uint8_t src[16], const uint8_t dst[16], uint8_t proto, uint32_t n)
{
	uint8_t tail[8] = { n >> 24, n >> 16, n >> 8, n, 0, 0, 0, proto };
	uint64_t sum = csum_add(0, src, 16);

	return csum_add(csum_add(sum, dst, 16), tail, 8);
}

uint16_t csum_update(uint16_t csum, uint16_t old_word, uint16_t new_word)
{
	uint32_t sum = (uint16_t)~csum + (uint32_t)(uint16_t)~old_word + new_word;

	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}
