// SPDX-License-Identifier: GPL-2.0-or-later
/* hwtstamp against a driver played by the test. */
#include "sys/hwtstamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <string.h>

struct driver {
	struct hwtstamp_config set;
	struct ethtool_ts_info info;
	int widen; /* filter set instead of what was asked; 0: none */
	int fail;
};

static int play(void *arg, const char *dev, unsigned long request, void *data)
{
	struct driver *d = arg;
	struct hwtstamp_config *c = data;
	struct ethtool_ts_info *info = data;

	assert_string_equal(dev, "eth9");
	if (d->fail)
		return d->fail;
	switch (request) {
	case SIOCETHTOOL:
		assert_int_equal(info->cmd, ETHTOOL_GET_TS_INFO);
		*info = d->info;
		return 0;
	case SIOCGHWTSTAMP:
		*c = d->set;
		return 0;
	case SIOCSHWTSTAMP:
		assert_int_equal(c->flags, 0);
		if (d->widen)
			c->rx_filter = d->widen;
		d->set = *c;
		return 0;
	}
	fail_msg("request %#lx", request);
	return -EINVAL;
}

static struct driver good(void)
{
	return (struct driver){
		.info = { .so_timestamping =
				  SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE,
			  .phc_index = 3,
			  .tx_types = 3,
			  .rx_filters = 1 << HWTSTAMP_FILTER_NONE | 1 << HWTSTAMP_FILTER_ALL },
		.set = { .tx_type = HWTSTAMP_TX_ON },
	};
}

static void test_all(void **state)
{
	struct driver d = good();
	struct hwtstamp_io io = { play, &d };
	struct hwtstamp_setting cur, want;
	struct hwtstamp_caps c;
	struct err e;

	(void)state;
	assert_int_equal(hwtstamp_caps(&io, "eth9", &c, &e), 0);
	assert_int_equal(c.phc_index, 3);
	assert_int_equal(hwtstamp_get(&io, "eth9", &cur, &e), 0);
	assert_int_equal(cur.rx_filter, HWTSTAMP_FILTER_NONE);
	assert_int_equal(hwtstamp_want_all("eth9", &c, &cur, &want, &e), 0);
	assert_int_equal(want.tx_type, HWTSTAMP_TX_ON);
	assert_int_equal(hwtstamp_set(&io, "eth9", &want, &e), 0);
	assert_int_equal(d.set.rx_filter, HWTSTAMP_FILTER_ALL);
	assert_int_equal(d.set.tx_type, HWTSTAMP_TX_ON);
}

static void test_lacking(void **state)
{
	struct driver d = good();
	struct hwtstamp_io io = { play, &d };
	struct hwtstamp_setting cur = { 0 }, want;
	struct hwtstamp_caps c;
	struct err e;

	(void)state;
	d.info.rx_filters = 1 << HWTSTAMP_FILTER_PTP_V2_EVENT;
	assert_int_equal(hwtstamp_caps(&io, "eth9", &c, &e), 0);
	assert_int_equal(hwtstamp_want_all("eth9", &c, &cur, &want, &e), -EOPNOTSUPP);
	assert_non_null(strstr(e.text, "only some packets"));
	c.so_flags = SOF_TIMESTAMPING_RX_SOFTWARE;
	assert_int_equal(hwtstamp_want_all("eth9", &c, &cur, &want, &e), -EOPNOTSUPP);
	assert_non_null(strstr(e.text, "eth9 cannot stamp"));
}

static void test_drivers_answer(void **state)
{
	struct driver d = good();
	struct hwtstamp_io io = { play, &d };
	struct hwtstamp_setting s = { .rx_filter = HWTSTAMP_FILTER_PTP_V2_EVENT };
	struct err e;

	(void)state;
	d.widen = HWTSTAMP_FILTER_ALL;
	assert_int_equal(hwtstamp_set(&io, "eth9", &s, &e), 0);
	assert_int_equal(s.rx_filter, HWTSTAMP_FILTER_ALL);
	d.widen = HWTSTAMP_FILTER_PTP_V1_L4_SYNC; /* narrower than ALL */
	assert_int_equal(hwtstamp_set(&io, "eth9", &s, &e), -ERANGE);
	d.fail = -EPERM;
	assert_int_equal(hwtstamp_set(&io, "eth9", &s, &e), -EPERM);
	assert_non_null(strstr(e.text, "CAP_NET_ADMIN"));
	d.fail = -ERANGE;
	assert_int_equal(hwtstamp_set(&io, "eth9", &s, &e), -ERANGE);
	d.fail = -EOPNOTSUPP;
	assert_int_equal(hwtstamp_get(&io, "eth9", &s, &e), -EOPNOTSUPP);
	assert_int_equal(hwtstamp_get(&io, "much-too-long-a-name", &s, &e), -ENODEV);
}

/* The real way: loopback stamps in software only. */
static void test_real(void **state)
{
	struct hwtstamp_setting cur = { 0 }, want;
	struct hwtstamp_caps c;
	struct err e;

	(void)state;
	assert_int_equal(hwtstamp_caps(NULL, "lo", &c, &e), 0);
	assert_int_equal(c.phc_index, -1);
	assert_true(c.so_flags & SOF_TIMESTAMPING_RX_SOFTWARE);
	assert_int_equal(hwtstamp_want_all("lo", &c, &cur, &want, &e), -EOPNOTSUPP);
	assert_int_equal(hwtstamp_caps(NULL, "nosuch0", &c, &e), -ENODEV);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_lacking),
		cmocka_unit_test(test_drivers_answer),
		cmocka_unit_test(test_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
