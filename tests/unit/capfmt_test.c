// SPDX-License-Identifier: GPL-2.0-or-later
/* capfmt_test - magic numbers of both byte orders. */
#include "capfile_test.h"

#include "pkt/capfmt.h"

static void magics(void **state)
{
	enum capfmt format;
	bool swapped;
	int i;

	(void)state;
	for (i = 0; i < CAPFMT_N; i++) {
		assert_int_equal(capfmt_table[i].format, i);
		assert_true(capfmt_of_magic(capfmt_table[i].magic, &format, &swapped));
		assert_int_equal(format, i);
		assert_false(swapped);
		if (i == CAPFMT_PCAPNG) /* the same from either end */
			continue;
		assert_true(capfmt_of_magic(__builtin_bswap32(capfmt_table[i].magic), &format,
					    &swapped));
		assert_int_equal(format, i);
		assert_true(swapped);
	}
	assert_false(capfmt_of_magic(0, &format, &swapped));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(magics) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
