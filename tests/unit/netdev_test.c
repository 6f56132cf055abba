// SPDX-License-Identifier: GPL-2.0-or-later
/* netdev, ethtool and netmon on veth pairs in a network namespace of the test's own. */
#include "sys/netdev.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/ethtool.h"
#include "sys/fd.h"
#include "sys/netmon.h"
#include "unit.h"
#include "veth.h"

/* Runs "ip ..." in the namespace. */
static void ip(const char *args)
{
	char cmd[256];

	snprintf(cmd, sizeof(cmd), "ip %s", args);
	assert_int_equal(system(cmd), 0);
}

static int make_pair(void **state)
{
	(void)state;
	ip("link add va type veth peer name vb");
	ip("link set va mtu 1400 address 02:00:00:00:00:0a");
	ip("link set va up");
	ip("link set vb up");
	return wait_running("va") || wait_running("vb");
}

static int remove_pair(void **state)
{
	(void)state;
	return system("ip link del va 2>/dev/null || ip link del vx 2>/dev/null || true");
}

static void test_list(void **state)
{
	AUTO(netdev_close_p) struct netdev_ctl *c = NULL;
	AUTO(free_p) struct netdev *d = NULL;
	struct err e;
	size_t n;

	(void)state;
	assert_int_equal(netdev_open(&c, &e), 0);
	assert_int_equal(netdev_list(c, &d, &n, &e), 0);
	assert_int_equal(n, 3);
	assert_string_equal(d[0].name, "lo");
	assert_int_equal(d[0].hatype, ARPHRD_LOOPBACK);
	for (size_t i = 1; i < n; i++)
		assert_true(d[i].ifindex > d[i - 1].ifindex);
}

static void test_get(void **state)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 10 };
	AUTO(netdev_close_p) struct netdev_ctl *c = NULL;
	struct netdev d, same;
	struct err e;

	(void)state;
	assert_int_equal(netdev_open(&c, &e), 0);
	assert_int_equal(netdev_get(c, "va", 0, &d, &e), 0);
	assert_string_equal(d.name, "va");
	assert_string_equal(d.kind, "veth");
	assert_int_equal(d.ifindex, if_nametoindex("va"));
	assert_int_equal(d.mtu, 1400);
	assert_int_equal(d.hatype, ARPHRD_ETHER);
	assert_int_equal(d.mac_bytes, 6);
	assert_memory_equal(d.mac, mac, 6);
	assert_true(d.flags & IFF_UP);
	assert_true(d.n_rx_queues >= 1);
	assert_int_equal(netdev_get(c, NULL, d.ifindex, &same, &e), 0);
	assert_string_equal(same.name, "va");

	assert_int_equal(netdev_get(c, "nosuch0", 0, &d, &e), -ENODEV);
	assert_string_equal(e.text, "there is no network device \"nosuch0\"");
	assert_int_equal(netdev_get(c, NULL, 9999, &d, &e), -ENODEV);
	assert_int_equal(netdev_get(c, "", 0, &d, &e), -ENODEV);
	assert_int_equal(netdev_get(c, "a/b", 0, &d, &e), -ENODEV);
	assert_int_equal(netdev_get(c, "sixteen-letters.", 0, &d, &e), -ENODEV);
	assert_int_equal(netdev_get(c, NULL, -1, &d, &e), -ENODEV);
}

static void test_names(void **state)
{
	(void)state;
	assert_true(netdev_name_ok("eth0"));
	assert_true(netdev_name_ok("fifteen-letters"));
	assert_false(netdev_name_ok("sixteen-letters."));
	assert_false(netdev_name_ok(""));
	assert_false(netdev_name_ok("."));
	assert_false(netdev_name_ok(".."));
	assert_false(netdev_name_ok("a b"));
	assert_false(netdev_name_ok("a:b"));
}

static void test_stats(void **state)
{
	AUTO(close_p) int fd = socket(AF_PACKET, SOCK_RAW, 0);
	AUTO(netdev_close_p) struct netdev_ctl *c = NULL;
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex("va") };
	struct netdev_stats a0, a1, b0, b1;
	char frame[60] = { 0 };
	struct err e;
	int vb = if_nametoindex("vb");

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(netdev_open(&c, &e), 0);
	assert_int_equal(netdev_stats(c, to.sll_ifindex, &a0, &e), 0);
	assert_int_equal(netdev_stats(c, vb, &b0, &e), 0);
	frame[12] = (char)0x88; /* an ethertype that nobody takes */
	frame[13] = (char)0xb5;
	for (int i = 0; i < 10; i++)
		assert_int_equal(sendto(fd, frame, sizeof(frame), 0, (void *)&to, sizeof(to)), 60);
	assert_int_equal(netdev_stats(c, to.sll_ifindex, &a1, &e), 0);
	assert_int_equal(netdev_stats(c, vb, &b1, &e), 0);
	/* The kernel's own neighbour discovery may add some. */
	assert_true(a1.tx_packets >= a0.tx_packets + 10);
	assert_true(a1.tx_bytes >= a0.tx_bytes + 600);
	assert_true(b1.rx_packets >= b0.rx_packets + 10);
	assert_int_equal(netdev_stats(c, 9999, &a1, &e), -ENODEV);
}

/* A veth's driver tells its peer's number among its counters. */
static void note_peer(void *arg, const char *name, uint64_t v)
{
	if (!strcmp(name, "peer_ifindex"))
		*(uint64_t *)arg = v;
}

static void test_ethtool(void **state)
{
	struct ethtool_info i;
	uint64_t peer = 0;
	struct err e;

	(void)state;
	assert_int_equal(ethtool_get("va", &i, &e), 0);
	assert_string_equal(i.driver, "veth");
	assert_int_equal(i.speed_bps, 10000000000ull);
	assert_true(i.tso);
	assert_true(ethtool_merges(&i));
	assert_int_equal(system("ethtool -K va tso off gso off gro off lro off >/dev/null 2>&1"),
			 0);
	assert_int_equal(ethtool_get("va", &i, &e), 0);
	assert_false(i.tso);
	assert_false(ethtool_merges(&i));
	assert_int_equal(ethtool_get("lo", &i, &e), 0);
	assert_int_equal(i.speed_bps, 0);
	assert_int_equal(ethtool_get("nosuch0", &i, &e), -ENODEV);
	assert_int_equal(ethtool_stats("va", note_peer, &peer, &e), 0);
	assert_int_equal(peer, if_nametoindex("vb"));
	assert_int_equal(ethtool_stats("lo", note_peer, &peer, &e), 0);
	assert_int_equal(ethtool_stats("a/b", note_peer, &peer, &e), -ENODEV);
	assert_int_equal(ethtool_get("much-too-long-a-name", &i, &e), -ENODEV);
}

/* The next event about device 'ifindex', waited for. */
static struct netmon_event next(struct netmon *m, int ifindex)
{
	struct pollfd p = { .fd = netmon_fd(m), .events = POLLIN };
	struct netmon_event ev;
	struct err e;
	int rc;

	for (;;) {
		rc = netmon_next(m, &ev, &e);
		assert_true(rc >= 0);
		if (rc && ev.dev.ifindex == ifindex)
			return ev;
		if (!rc)
			assert_int_equal(poll(&p, 1, 30000), 1);
	}
}

static void test_events(void **state)
{
	AUTO(netmon_close_p) struct netmon *m = NULL;
	struct netmon_event ev;
	int va = if_nametoindex("va"), vb = if_nametoindex("vb");
	char text[64];
	struct err e;

	(void)state;
	assert_int_equal(netmon_open(&m, &e), 0);
	assert_int_equal(netmon_next(m, &ev, &e), 0);
	ip("link set va name vx");
	ev = next(m, va);
	assert_int_equal(ev.what, NETMON_RENAMED);
	assert_string_equal(ev.old_name, "va");
	assert_string_equal(ev.dev.name, "vx");
	netmon_text(&ev, text, sizeof(text));
	assert_string_equal(text, "renamed from va");
	ip("link set vx mtu 1300");
	ev = next(m, va);
	assert_int_equal(ev.what, NETMON_MTU);
	assert_int_equal(ev.dev.mtu, 1300);
	ip("link set vx down");
	ev = next(m, va);
	assert_int_equal(ev.what, NETMON_DOWN);
	ev = next(m, vb);
	assert_int_equal(ev.what, NETMON_NO_CARRIER);
	ip("link del vx");
	ev = next(m, va);
	assert_int_equal(ev.what, NETMON_REMOVED);
	assert_string_equal(ev.dev.name, "vx");
	ip("link add va type veth peer name vb");
	ev = next(m, if_nametoindex("va"));
	assert_int_equal(ev.what, NETMON_ADDED);
}

static void test_moved(void **state)
{
	AUTO(netmon_close_p) struct netmon *m = NULL;
	int vb = if_nametoindex("vb");
	char args[64];
	struct err e;
	int rc;

	(void)state;
	assert_int_equal(netmon_open(&m, &e), 0);
	snprintf(args, sizeof(args), "netns add netdev_test.%d", getpid());
	ip(args);
	snprintf(args, sizeof(args), "link set vb netns netdev_test.%d", getpid());
	ip(args);
	do
		rc = next(m, vb).what;
	while (rc == NETMON_DOWN || rc == NETMON_NO_CARRIER);
	snprintf(args, sizeof(args), "netns del netdev_test.%d", getpid());
	ip(args);
	assert_int_equal(rc, NETMON_REMOVED);
}

/* More changes than the socket holds: the list is asked for and the difference told. */
static void test_overrun(void **state)
{
	AUTO(netmon_close_p) struct netmon *m = NULL;
	struct netmon_event ev;
	struct err e;
	FILE *batch;
	int small = 1, n = 0;

	(void)state;
	assert_int_equal(netmon_open(&m, &e), 0);
	assert_int_equal(setsockopt(netmon_fd(m), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	batch = popen("ip -batch -", "w");
	assert_non_null(batch);
	for (int i = 0; i < 20; i++)
		fprintf(batch, "link set va mtu %d\n", 1000 + i);
	fprintf(batch, "link set va down\nlink set va name vx\n");
	assert_int_equal(pclose(batch), 0);
	while (netmon_next(m, &ev, &e) > 0)
		if (!strcmp(ev.dev.name, "vx"))
			n |= 1 << ev.what;
	assert_true(n & 1 << NETMON_RENAMED);
	assert_true(n & 1 << NETMON_DOWN);
	assert_true(n & 1 << NETMON_MTU);
}

#define ON_PAIR(f) cmocka_unit_test_setup_teardown(f, make_pair, remove_pair)

static void no_root(void **state)
{
	(void)state;
	print_message("skipped: needs root for a network namespace\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names), ON_PAIR(test_list),    ON_PAIR(test_get),
		ON_PAIR(test_stats),	      ON_PAIR(test_ethtool), ON_PAIR(test_events),
		ON_PAIR(test_moved),	      ON_PAIR(test_overrun),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		const struct CMUnitTest none[] = { cmocka_unit_test(no_root) };

		return cmocka_run_group_tests(none, NULL, NULL);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
