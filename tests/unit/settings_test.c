// SPDX-License-Identifier: GPL-2.0-or-later
/* settings: reading, writing and naming; and libnl's errors as errno (sys/nl.h). */
#include "sys/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <netlink/errno.h>
#include <sched.h>
#include <string.h>

#include "sys/nl.h"

static void test_ids(void **state)
{
	struct setting s = { .kind = SETTING_SYSCTL, .key = "kernel.printk" };
	char id[128], other[128];
	struct err e;

	(void)state;
	assert_int_equal(setting_id(&s, id, sizeof(id), &e), 0);
	assert_string_equal(id, "sysctl:kernel.printk@0");
	strcpy(s.key, "net/ipv4/conf/eth0.5/mtu");
	assert_int_equal(setting_id(&s, id, sizeof(id), &e), 0);
	assert_null(strchr(id, '/'));
	assert_null(strstr(id, "@0"));
	assert_int_equal(setting_id(&s, id, 10, &e), -ENAMETOOLONG);
	s = (struct setting){ .kind = SETTING_IRQ, .key = "33" };
	assert_int_equal(setting_id(&s, id, sizeof(id), &e), 0);
	assert_string_equal(id, "irq:33@0");
	if (unshare(CLONE_NEWNET) < 0) {
		print_message("skipped: needs root for a network namespace\n");
		skip();
	}
	/* The same device name in another namespace is another setting. */
	s = (struct setting){ .kind = SETTING_HWTSTAMP, .key = "eth9" };
	assert_int_equal(setting_id(&s, id, sizeof(id), &e), 0);
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	assert_int_equal(setting_id(&s, other, sizeof(other), &e), 0);
	assert_string_not_equal(id, other);
}

static void test_bad(void **state)
{
	struct setting irq = { .kind = SETTING_IRQ, .key = "no number" };
	struct setting hw = { .kind = SETTING_HWTSTAMP, .key = "nosuch0" };
	char value[RESTORER_VALUE_BYTES];
	struct err e;

	(void)state;
	assert_int_equal(setting_get(&irq, value, &e), -EINVAL);
	assert_int_equal(setting_set(&irq, "0", &e), -EINVAL);
	strcpy(irq.key, "4000000");
	assert_int_equal(setting_get(&irq, value, &e), -ENOENT);
	assert_int_equal(setting_set(&irq, "0", &e), -ENOENT);
	assert_int_equal(setting_get(&hw, value, &e), -ENODEV);
	assert_int_equal(setting_set(&hw, "0", &e), -EINVAL);
	assert_int_equal(setting_set(&hw, "0 1", &e), -ENODEV);
}

static void test_nl_errors(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(nl_errno(-NLE_NODEV), ENODEV);
	assert_int_equal(nl_errno(NLE_PERM), EPERM);
	assert_int_equal(nl_errno(-NLE_PARSE_ERR), EIO);
	assert_int_equal(nl_fail(&e, -NLE_BUSY, "ask %d", 7), -EBUSY);
	assert_int_equal(strncmp(e.text, "ask 7: ", 7), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nl_errors),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
