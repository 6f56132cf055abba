// SPDX-License-Identifier: GPL-2.0-or-later
/* csum_test - Internet checksums against the plain definition of RFC 1071. */
#include "unit.h"

#include "base/bytes.h"
#include "proto/csum.h"

static uint16_t plain(const uint8_t *p, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i += 2)
		sum += (uint64_t)p[i] << 8 | (i + 1 < n ? p[i + 1] : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void rfc_example(void **state)
{
	/* RFC 1071 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2 */
	const uint8_t p[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

	(void)state;
	assert_int_equal(csum_fold(csum_add(0, p, sizeof(p))), (uint16_t)~0xddf2);
}

static void every_length(void **state)
{
	static uint8_t p[70000];
	uint32_t x = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(p); i++)
		p[i] = (x = x * 1664525 + 1013904223) >> 24;
	for (size_t n = 0; n < 200; n++)
		for (size_t off = 0; off < 8; off++)
			assert_int_equal(csum_fold(csum_add(0, p + off, n)), plain(p + off, n));
	assert_int_equal(csum_fold(csum_add(0, p, 65535)), plain(p, 65535));
	memset(p, 0xff, sizeof(p));
	assert_int_equal(csum_fold(csum_add(0, p, sizeof(p))), plain(p, sizeof(p)));
}

static void pieces_equal_the_whole(void **state)
{
	const uint8_t p[] = "the quick brown fox jumps over the lazy dog";

	(void)state;
	for (size_t cut = 0; cut < sizeof(p); cut += 2)
		assert_int_equal(csum_fold(csum_add(csum_add(0, p, cut), p + cut, sizeof(p) - cut)),
				 plain(p, sizeof(p)));
}

static void pseudo_headers(void **state)
{
	uint8_t p4[12] = { 10, 0, 0, 1, 192, 168, 255, 254, 0, 17, 0x12, 0x34 };
	uint8_t p6[40] = { 0 };

	(void)state;
	assert_int_equal(csum_fold(csum_pseudo4(p4, p4 + 4, 17, 0x1234)), plain(p4, 12));
	for (unsigned int i = 0; i < 32; i++)
		p6[i] = i * 7;
	p6[33] = 1;
	p6[34] = 2;
	p6[35] = 3;
	p6[39] = 58;
	assert_int_equal(csum_fold(csum_pseudo6(p6, p6 + 16, 58, 0x10203)), plain(p6, 40));
}

static void update_equals_recomputing(void **state)
{
	uint8_t p[6] = { 1, 2, 3, 4, 5, 6 };

	(void)state;
	for (uint32_t v = 0; v < 65536; v += 13) {
		uint16_t before = plain(p, 6), old = get_be16(p + 2), after;

		put_be16(p + 2, v);
		after = csum_update(before, old, v);
		assert_int_equal(after, plain(p, 6));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_example),	    cmocka_unit_test(every_length),
		cmocka_unit_test(pieces_equal_the_whole), cmocka_unit_test(pseudo_headers),
		cmocka_unit_test(update_equals_recomputing),
	};

	return cmocka_run_group_tests_name("csum", tests, NULL, NULL);
}
