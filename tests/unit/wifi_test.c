// SPDX-License-Identifier: GPL-2.0-or-later
/* wifi_test - the messages to nl80211, read back attribute by attribute, and what its answers lead
 * to; a stand-in for the kernel takes them, as no wireless device is at hand. */
#include "unit.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>
#include <linux/netlink.h>
#include <linux/nl80211.h>

#include "base/attr.h"
#include "base/str.h"
#include "sys/wifi.h"

enum { WLAN = 7, MON = 9, LO = 1, ATTRS = NL80211_ATTR_IFTYPE };

/* What the kernel would have: wlan0, lo, and wlan0mon once it was made. */
static struct {
	bool has_mon, is_up;
	uint32_t wlan_type, mon_type;
	int fail_new, fail_up, cut;
	int n_new, n_del;
} kernel;

static unsigned int fake_index(void *arg, const char *dev)
{
	(void)arg;
	return streq(dev, "wlan0") ? WLAN : streq(dev, "lo") ? LO :
	       streq(dev, "wlan0mon") && kernel.has_mon ? MON : 0;
}

static int fake_up(void *arg, const char *dev)
{
	(void)arg;
	assert_string_equal(dev, "wlan0mon");
	kernel.is_up = !kernel.fail_up;
	return -kernel.fail_up;
}

static int answer(uint32_t ifindex, void *reply, int room)
{
	struct nl_msg *m = nlmsg_alloc();
	int n;

	if (ifindex == LO)
		return nlmsg_free(m), -ENODEV;
	assert_non_null(genlmsg_put(m, 0, 0, WIFI_TEST_FAMILY, 0, 0, NL80211_CMD_NEW_INTERFACE, 0));
	assert_int_equal(nla_put_u32(m, NL80211_ATTR_IFTYPE,
				     ifindex == MON ? kernel.mon_type : kernel.wlan_type), 0);
	n = nlmsg_hdr(m)->nlmsg_len - kernel.cut;
	assert_true(n <= room);
	memcpy(reply, nlmsg_hdr(m), n);
	nlmsg_free(m);
	return n;
}

static void check_new(struct nlattr **attrs)
{
	kernel.n_new++;
	assert_int_equal(nla_get_u32(attrs[NL80211_ATTR_IFINDEX]), WLAN);
	assert_string_equal(nla_get_string(attrs[NL80211_ATTR_IFNAME]), "wlan0mon");
	assert_int_equal(nla_get_u32(attrs[NL80211_ATTR_IFTYPE]), NL80211_IFTYPE_MONITOR);
	kernel.has_mon = !kernel.fail_new;
	kernel.mon_type = NL80211_IFTYPE_MONITOR;
}

static int fake_exchange(void *arg, const struct nlmsghdr *request, void *reply, int room)
{
	struct nlmsghdr *h = (struct nlmsghdr *)request;
	struct nlattr *attrs[ATTRS + 1];
	uint32_t ifindex;

	(void)arg;
	assert_int_equal(h->nlmsg_type, WIFI_TEST_FAMILY);
	assert_int_equal(h->nlmsg_flags & (NLM_F_REQUEST | NLM_F_ACK), NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(genlmsg_parse(h, 0, attrs, ATTRS, NULL), 0);
	ifindex = nla_get_u32(attrs[NL80211_ATTR_IFINDEX]);
	switch (genlmsg_hdr(h)->cmd) {
	case NL80211_CMD_GET_INTERFACE:
		return answer(ifindex, reply, room);
	case NL80211_CMD_NEW_INTERFACE:
		check_new(attrs);
		return kernel.fail_new ? -kernel.fail_new : answer(MON, reply, room);
	case NL80211_CMD_DEL_INTERFACE:
		assert_int_equal(ifindex, MON);
		kernel.n_del++;
		kernel.has_mon = false;
		return 0;
	}
	fail_msg("command %d", genlmsg_hdr(h)->cmd);
	return -EINVAL;
}

static const struct wifi_io io = { .exchange = fake_exchange, .up = fake_up, .index = fake_index };

static int reset(void **state UNUSED)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.wlan_type = NL80211_IFTYPE_STATION;
	return 0;
}

static void names(void **state UNUSED)
{
	char name[IF_NAMESIZE];

	wifi_monitor_name("wlan0", name);
	assert_string_equal(name, "wlan0mon");
	wifi_monitor_name("wlp0s20f3abcdef", name);
	assert_string_equal(name, "wlp0s20f3abcmon");
}

static void types(void **state UNUSED)
{
	struct err e = { 0 };

	assert_int_equal(wifi_is_monitor(&io, "wlan0", &e), 0);
	kernel.wlan_type = NL80211_IFTYPE_MONITOR;
	assert_int_equal(wifi_is_monitor(&io, "wlan0", &e), 1);
	assert_int_equal(wifi_is_monitor(&io, "lo", &e), -EOPNOTSUPP);
	assert_string_equal(e.text, "lo is no wireless device");
	assert_int_equal(wifi_is_monitor(&io, "gone0", &e), -ENODEV);
	kernel.cut = 4;
	assert_int_equal(wifi_is_monitor(&io, "wlan0", &e), -EPROTO);
	kernel.cut = 20;
	assert_int_equal(wifi_is_monitor(&io, "wlan0", &e), -EPROTO);
}

static void made_and_taken_away(void **state UNUSED)
{
	struct err e = { 0 };

	assert_int_equal(wifi_has_monitor(&io, "wlan0", &e), 0);
	assert_int_equal(wifi_add_monitor(&io, "wlan0", &e), 0);
	assert_true(kernel.has_mon && kernel.is_up);
	assert_int_equal(wifi_has_monitor(&io, "wlan0", &e), 1);
	kernel.mon_type = NL80211_IFTYPE_STATION;
	assert_int_equal(wifi_has_monitor(&io, "wlan0", &e), -EEXIST);
	assert_int_equal(wifi_del_monitor(&io, "wlan0", &e), 0);
	assert_false(kernel.has_mon);
	/* twice is as good as once */
	assert_int_equal(wifi_del_monitor(&io, "wlan0", &e), 0);
	assert_int_equal(kernel.n_del, 1);
}

static void failures(void **state UNUSED)
{
	struct err e = { 0 };

	kernel.fail_new = EPERM;
	assert_int_equal(wifi_add_monitor(&io, "wlan0", &e), -EPERM);
	assert_string_equal(e.text, "wlan0: a monitor interface needs CAP_NET_ADMIN");
	kernel.fail_new = EOPNOTSUPP;
	assert_int_equal(wifi_add_monitor(&io, "wlan0", &e), -EOPNOTSUPP);
	assert_non_null(strstr(e.text, "make monitor interface wlan0mon"));
	assert_int_equal(wifi_add_monitor(&io, "gone0", &e), -ENODEV);
	assert_int_equal(wifi_add_monitor(&io, "a/b", &e), -ENODEV);
	assert_int_equal(kernel.n_new, 2);
	/* what could not be set up does not stay */
	kernel.fail_new = 0;
	kernel.fail_up = ERFKILL;
	assert_int_equal(wifi_add_monitor(&io, "wlan0", &e), -ERFKILL);
	assert_false(kernel.has_mon);
	assert_int_equal(kernel.n_del, 1);
}

static void without_wireless_devices(void **state UNUSED)
{
	struct err e = { 0 };

	/* whether this kernel knows nl80211 or not */
	assert_int_equal(wifi_is_monitor(NULL, "lo", &e), -EOPNOTSUPP);
	assert_int_equal(wifi_has_monitor(NULL, "lo", &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test_setup(types, reset),
		cmocka_unit_test_setup(made_and_taken_away, reset),
		cmocka_unit_test_setup(failures, reset),
		cmocka_unit_test(without_wireless_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
