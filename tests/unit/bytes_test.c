// SPDX-License-Identifier: GPL-2.0-or-later
/* bytes - reads stay inside, failures stick, what is written is read back. */
#include "base/bytes.h"

#include "unit.h"

static const uint8_t octets[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static void test_integers(void **state UNUSED)
{
	struct cur c = cur_of(octets, 9);
	struct cur d = c;

	assert_int_equal(cur_u8(&c), 1);
	assert_int_equal(cur_be16(&c), 0x0203);
	assert_int_equal(cur_be24(&c), 0x040506);
	assert_int_equal(cur_le16(&c), 0x0807);
	assert_int_equal(cur_left(&c), 1);
	assert_int_equal(cur_be32(&d), 0x01020304);
	assert_int_equal(cur_le32(&d), 0x08070605);
	d = cur_of(octets, 8);
	assert_true(cur_be64(&d) == 0x0102030405060708ull);
	d = cur_of(octets, 8);
	assert_true(cur_le64(&d) == 0x0807060504030201ull);
	assert_false(c.failed || d.failed);
}

/* Every read at every length: it works if the bytes are there, else it yields 0 and fails. */
static void test_every_read_at_every_end(void **state UNUSED)
{
	for (size_t n = 0; n <= 9; n++) {
		struct cur c[8];

		for (size_t i = 0; i < ARRAY_SIZE(c); i++)
			c[i] = cur_of(octets, n);
		assert_int_equal(cur_u8(&c[0]) != 0, n >= 1);
		assert_int_equal(cur_be16(&c[1]) != 0, n >= 2);
		assert_int_equal(cur_be24(&c[2]) != 0, n >= 3);
		assert_int_equal(cur_be32(&c[3]) != 0, n >= 4);
		assert_int_equal(cur_be64(&c[4]) != 0, n >= 8);
		assert_int_equal(cur_le16(&c[5]) != 0, n >= 2);
		assert_int_equal(cur_le32(&c[6]) != 0, n >= 4);
		assert_int_equal(cur_le64(&c[7]) != 0, n >= 8);
		for (size_t i = 0; i < ARRAY_SIZE(c); i++)
			if (c[i].failed)
				assert_int_equal(cur_left(&c[i]), 0);
	}
}

static void test_failure_sticks(void **state UNUSED)
{
	struct cur c = cur_of(octets, 4);

	assert_null(cur_take(&c, 5));
	assert_true(c.failed);
	assert_null(cur_take(&c, 1));
	assert_int_equal(cur_u8(&c), 0);
	/* Nothing is there, and nothing may be taken: no failure, so that empty tails are fine. */
	c = cur_of(NULL, 0);
	(void)cur_take(&c, 0);
	assert_false(c.failed);
}

static void test_huge_counts(void **state UNUSED)
{
	struct cur c = cur_of(octets, 9);

	cur_skip(&c, SIZE_MAX);
	assert_true(c.failed);
	c = cur_of(octets, 9);
	cur_skip(&c, 1);
	assert_null(cur_peek(&c, SIZE_MAX - 1));
	assert_true(c.failed);
}

static void test_peek(void **state UNUSED)
{
	struct cur c = cur_of(octets, 9);

	assert_ptr_equal(cur_peek(&c, 9), octets);
	assert_int_equal(cur_left(&c), 9);
	assert_null(cur_peek(&c, 10));
	assert_int_equal(cur_left(&c), 0);
}

static void test_sub_narrows(void **state UNUSED)
{
	struct cur c = cur_of(octets, 9);
	struct cur s = cur_sub(&c, 3);

	assert_int_equal(cur_left(&s), 3);
	assert_int_equal(cur_left(&c), 6);
	assert_int_equal(cur_be32(&s), 0);
	assert_true(s.failed);
	assert_false(c.failed);
	assert_int_equal(cur_u8(&c), 4);
	s = cur_sub(&c, 6);
	assert_true(s.failed && c.failed);
	assert_int_equal(cur_left(&s), 0);
}

static void test_writing(void **state UNUSED)
{
	static const uint8_t expected[] = {
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 22,
		21, 20, 19, 18, 17, 16, 15, 0, 0, 'a', 'b', 4, 3, 2, 1,
	};
	uint8_t buf[sizeof(expected)];
	struct wcur w = wcur_of(buf, sizeof(buf));

	memset(buf, 0xee, sizeof(buf));
	wcur_u8(&w, 1);
	wcur_be16(&w, 0x0203);
	wcur_be32(&w, 0x04050607);
	wcur_be64(&w, 0x08090a0b0c0d0e0full);
	wcur_le64(&w, 0x0f10111213141516ull);
	wcur_zero(&w, 2);
	wcur_bytes(&w, "ab", 2);
	wcur_le32(&w, 0x01020304);
	assert_false(w.failed);
	assert_int_equal(wcur_used(&w), sizeof(expected));
	assert_memory_equal(buf, expected, sizeof(expected));
	wcur_bytes(&w, NULL, 0);
	assert_false(w.failed);
}

static void test_writing_too_much(void **state UNUSED)
{
	uint8_t buf[8] = { 0 };
	struct wcur w = wcur_of(buf, 3);

	wcur_le16(&w, 0x0201);
	wcur_le32(&w, 0xffffffff);
	assert_true(w.failed);
	wcur_u8(&w, 9); /* would fit, but something before it is missing */
	assert_int_equal(wcur_used(&w), 2);
	assert_memory_equal(buf, "\1\2\0\0\0\0\0\0", 8);
	assert_null(wcur_room(&w, SIZE_MAX));
}

static void test_unaligned(void **state UNUSED)
{
	uint8_t buf[16] = { 0 };

	for (int at = 0; at < 8; at++) {
		put_be16(buf + at, 0x1234);
		assert_int_equal(get_be16(buf + at), 0x1234);
		assert_int_equal(get_le16(buf + at), 0x3412);
		put_le16(buf + at, 0x1234);
		assert_int_equal(get_le16(buf + at), 0x1234);
		put_be32(buf + at, 0x12345678);
		assert_int_equal(get_be32(buf + at), 0x12345678);
		assert_int_equal(get_le32(buf + at), 0x78563412);
		put_le32(buf + at, 0x12345678);
		assert_int_equal(get_le32(buf + at), 0x12345678);
		put_le64(buf + at, 0x123456789abcdef0ull);
		assert_true(get_le64(buf + at) == 0x123456789abcdef0ull);
		assert_true(get_be64(buf + at) == 0xf0debc9a78563412ull);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_every_read_at_every_end),
		cmocka_unit_test(test_failure_sticks),
		cmocka_unit_test(test_huge_counts),
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_sub_narrows),
		cmocka_unit_test(test_writing),
		cmocka_unit_test(test_writing_too_much),
		cmocka_unit_test(test_unaligned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
