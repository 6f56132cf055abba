// SPDX-License-Identifier: GPL-2.0-or-later
/* near_test - distances, and which word is near enough. */
#include "unit.h"

#include "base/attr.h"
#include "base/near.h"

static void distances(void **state UNUSED)
{
	assert_int_equal(near_distance("", ""), 0);
	assert_int_equal(near_distance("abc", ""), 3);
	assert_int_equal(near_distance("abc", "axc"), 1);
	assert_int_equal(near_distance("abcd", "acbd"), 1);
	assert_int_equal(near_distance("kitten", "sitting"), 3);
	assert_int_equal(near_distance("a234567890123456789012345678901234567890123456789", ""),
			 48);
}

static void the_nearest_wins(void **state UNUSED)
{
	struct near n = { 0 };

	near_consider(&n, "tcp.dprt", "udp.len");
	assert_null(n.word);
	near_consider(&n, "tcp.dprt", "tcp.sport");
	near_consider(&n, "tcp.dprt", "tcp.dport");
	near_consider(&n, "tcp.dprt", "udp.dport");
	assert_string_equal(n.word, "tcp.dport");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances),
		cmocka_unit_test(the_nearest_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
