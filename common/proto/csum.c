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

uint32_t csum_crc32c(uint32_t crc, const void *data, size_t n)
{
	/* the reflected polynomial 0x82f63b78 over all values of four bits */
	static const uint32_t nibble[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
		0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};
	const uint8_t *p = data;

	crc = ~crc;
	while (n--) {
		crc ^= *p++;
		crc = crc >> 4 ^ nibble[crc & 15];
		crc = crc >> 4 ^ nibble[crc & 15];
	}
	return ~crc;
}
