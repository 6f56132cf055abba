// SPDX-License-Identifier: GPL-2.0-or-later
/* tun and netconf: a TUN device in a network namespace of the test's own, with address and route;
 * a packet that the kernel sends arrives behind its header. */
#include "sys/tun.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/socket.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "sys/netconf.h"
#include "sys/netdev.h"
#include "sys/nl.h"
#include "unit.h"

static void test_a_packet_comes_out(void **state UNUSED)
{
	struct netconf_net own = { AF_INET, { 10, 9, 0, 1 }, 24 };
	struct netconf_net six = { AF_INET6, { 0xfd, 9, [15] = 1 }, 64 };
	struct netconf_net far = { AF_INET, { 192, 0, 2, 0 }, 24 };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = 9 };
	AUTO(nl_sock_free_p) struct nl_sock *nl = NULL;
	AUTO(netdev_close_p) struct netdev_ctl *c = NULL;
	uint8_t buf[2048];
	struct netdev d;
	struct pollfd p;
	struct tun t;
	struct err e;
	int fd;

	assert_int_equal(tun_open("tt%d", true, &t, &e), 0);
	assert_string_equal(t.name, "tt0");
	assert_true(t.tso);
	assert_int_equal(nl_open(NETLINK_ROUTE, &nl, &e), 0);
	assert_int_equal(netconf_addr(nl, t.ifindex, &own, &e), 0);
	assert_int_equal(netconf_addr(nl, t.ifindex, &own, &e), -EEXIST);
	assert_int_equal(netconf_addr(nl, t.ifindex, &six, &e), 0);
	assert_int_equal(netconf_up(nl, t.ifindex, 1400, 60000, &e), 0);
	assert_int_equal(netconf_route(nl, t.ifindex, &far, &e), 0);
	assert_int_equal(netdev_open(&c, &e), 0);
	assert_int_equal(netdev_get(c, "tt0", 0, &d, &e), 0);
	assert_int_equal(d.mtu, 1400);
	assert_true(d.flags & IFF_UP);
	memcpy(&to.sin_addr, (uint8_t[]){ 192, 0, 2, 7 }, 4);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(sendto(fd, "text", 4, 0, (void *)&to, sizeof(to)), 4);
	close(fd);
	p = (struct pollfd){ t.fd, POLLIN, 0 };
	assert_int_equal(poll(&p, 1, 5000), 1);
	assert_int_equal(read(t.fd, buf, sizeof(buf)), sizeof(struct virtio_net_hdr) + 32);
	assert_memory_equal(buf + sizeof(struct virtio_net_hdr) + 28, "text", 4);
	tun_close(&t);
	assert_int_equal(netdev_get(c, "tt0", 0, &d, &e), -ENODEV);
}

static void test_names(void **state UNUSED)
{
	struct tun t, u;
	struct err e;

	assert_int_equal(tun_open("a/b", false, &t, &e), -EINVAL);
	assert_int_equal(tun_open("one", false, &t, &e), 0);
	assert_int_equal(tun_open("one", false, &u, &e), -EBUSY);
	assert_string_equal(e.text, "the device one is there already");
	tun_close(&t);
}

static void no_root(void **state UNUSED)
{
	print_message("skipped: needs root for a network namespace\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_packet_comes_out),
		cmocka_unit_test(test_names),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		const struct CMUnitTest none[] = { cmocka_unit_test(no_root) };

		return cmocka_run_group_tests(none, NULL, NULL);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
