// SPDX-License-Identifier: GPL-2.0-or-later
/* linktype_test - names and numbers of the link type registry. */
#include "unit.h"

#include <linux/if_arp.h>
#include <string.h>

#include "proto/linktype.h"

static void registry_is_sorted_and_named(void **state)
{
	size_t n;
	const struct linktype_info *all = linktype_all(&n);

	(void)state;
	assert_true(n > 150);
	for (size_t i = 0; i < n; i++) {
		if (i)
			assert_true(all[i - 1].linktype < all[i].linktype);
		assert_non_null(all[i].descr);
		assert_int_equal(linktype_by_name(all[i].name), all[i].linktype);
		assert_ptr_equal(linktype_info(all[i].linktype), &all[i]);
		assert_int_equal(linktype_of_dlt(all[i].dlt), all[i].linktype);
	}
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(linktype_name(LINKTYPE_ETHERNET), "EN10MB");
	assert_int_equal(linktype_by_name("DLT_EN10MB"), 1);
	assert_int_equal(linktype_by_name("linktype_ethernet"), 1);
	assert_int_equal(linktype_by_name("raw"), LINKTYPE_RAW);
	assert_int_equal(linktype_by_name("LINUX_SLL2"), 276);
	assert_int_equal(linktype_by_name("276"), 276);
	assert_int_equal(linktype_by_name("nonsense"), -1);
	assert_int_equal(linktype_by_name(""), -1);
	assert_int_equal(linktype_by_name("-1"), -1);
	assert_int_equal(linktype_by_name("1x"), -1);
	assert_int_equal(linktype_by_name("65536"), -1);
	assert_null(linktype_name(65000));
}

static void dlts(void **state)
{
	(void)state;
	assert_int_equal(linktype_of_dlt(12), LINKTYPE_RAW);
	assert_int_equal(linktype_of_dlt(14), LINKTYPE_RAW);
	assert_int_equal(linktype_of_dlt(1), LINKTYPE_ETHERNET);
	assert_int_equal(linktype_of_dlt(65000), 65000);
}

static void hardware(void **state)
{
	(void)state;
	assert_int_equal(linktype_of_arphrd(ARPHRD_ETHER), LINKTYPE_ETHERNET);
	assert_int_equal(linktype_of_arphrd(ARPHRD_LOOPBACK), LINKTYPE_ETHERNET);
	assert_int_equal(linktype_of_arphrd(ARPHRD_NONE), LINKTYPE_RAW);
	assert_int_equal(linktype_of_arphrd(ARPHRD_NETLINK), LINKTYPE_NETLINK);
	assert_int_equal(linktype_of_arphrd(12345), LINKTYPE_LINUX_SLL2);
	assert_int_equal(linktype_to_arphrd(LINKTYPE_ETHERNET), ARPHRD_ETHER);
	assert_int_equal(linktype_to_arphrd(65000), -1);
	assert_int_equal(linktype_net_off(LINKTYPE_ETHERNET), 14);
	assert_int_equal(linktype_net_off(LINKTYPE_RAW), 0);
	assert_int_equal(linktype_net_off(LINKTYPE_IEEE802_11), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registry_is_sorted_and_named),
		cmocka_unit_test(names),
		cmocka_unit_test(dlts),
		cmocka_unit_test(hardware),
	};

	return cmocka_run_group_tests_name("linktype", tests, NULL, NULL);
}
