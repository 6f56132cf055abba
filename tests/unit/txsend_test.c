// SPDX-License-Identifier: GPL-2.0-or-later
/* txsend - frames over a veth pair in a namespace of the test's own: what arrives, what is refused,
 * what is said when the device goes. */
#include "pkt/txsend.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/clock.h"
#include "unit.h"
#include "veth.h"

enum { PROTO = 0x88b5 };

static int sh(const char *cmd)
{
	int r = system(cmd);

	if (r)
		fprintf(stderr, "%s: %d\n", cmd, r);
	return r;
}

static int set_up(void **s)
{
	(void)s;
	/* With GRO, vb has a receive ring of its own, of 256 frames; without, it would share the
	 * CPU's backlog with everybody's veth, and a burst elsewhere would push frames out. */
	return sh("ip link add va type veth peer name vb && ethtool -K vb gro on && "
		  "ip link set va mtu 9000 up && ip link set vb mtu 9000 up") ||
	       wait_running("va") || wait_running("vb");
}

static int tear_down(void **s)
{
	(void)s;
	return sh("ip link del va 2>/dev/null; true");
}

/* A frame of 'len' bytes whose payload counts from 'seed'. */
static void fill(uint8_t *f, size_t len, unsigned int seed)
{
	for (size_t i = 0; i < len; i++)
		f[i] = (uint8_t)(seed + i);
	memset(f, 0xff, MIN(len, (size_t)6));
	if (len >= 14) {
		f[6] = 2;
		f[12] = PROTO >> 8;
		f[13] = PROTO & 0xff;
	}
}

static int receiver(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW, htons(PROTO));
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons(PROTO) };
	struct timeval tv = { .tv_sec = 30 };
	int buf = 16 << 20;

	assert_true(fd >= 0);
	ll.sll_ifindex = if_nametoindex("vb");
	assert_int_equal(bind(fd, (struct sockaddr *)&ll, sizeof(ll)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buf, sizeof(buf)), 0);
	return fd;
}

/* Each test runs by sendmmsg, and then by a transmit ring for frames of so many bytes. */
static size_t ring_frame_bytes;
static bool xsk;

static struct txsend *sender(bool bypass)
{
	struct txsend *t;
	struct err e = { 0 };

	if (txsend_open(&(struct txsend_opts){ .dev = "va", .qdisc_bypass = bypass,
						.ring_frame_bytes = ring_frame_bytes,
						.xsk = xsk }, &t, &e) < 0)
		fail_msg("%s", e.text);
	return t;
}

static void arrive(bool bypass)
{
	enum { N = 1000, BURST = 100 };
	AUTO(txsend_close_p) struct txsend *t = sender(bypass);
	static uint8_t frame[N][2000];
	uint8_t got[9100];
	struct iovec v[N];
	struct txsend_stats st;
	struct err e = { 0 };
	uint64_t bytes = 0;
	int fd = receiver();

	for (int i = 0; i < N; i++) {
		v[i] = (struct iovec){ frame[i], 14 + (size_t)i * 7 % 1986 };
		fill(frame[i], v[i].iov_len, i);
		bytes += v[i].iov_len;
	}
	for (int i = 0; i < N; i++) {
		if (i % BURST == 0)
			assert_int_equal(txsend_frames(t, v + i, BURST, -1, &e), BURST);
		assert_int_equal(recv(fd, got, sizeof(got), 0), v[i].iov_len);
		assert_memory_equal(got, frame[i], v[i].iov_len);
	}
	assert_int_equal(txsend_drain(t, 30000, -1), 0);
	txsend_get_stats(t, &st);
	assert_int_equal(st.sent, N);
	assert_int_equal(st.sent_bytes, bytes);
	assert_int_equal(st.too_long + st.too_short, 0);
	close(fd);
}

static void frames_arrive_in_order(void **s)
{
	(void)s;
	arrive(false);
}

static void frames_arrive_past_the_qdisc(void **s)
{
	(void)s;
	arrive(true);
}

static void every_refused_frame_is_counted(void **s)
{
	AUTO(txsend_close_p) struct txsend *t = sender(false);
	static uint8_t frame[TXSEND_MAX_FRAME];
	size_t len[] = { 60, 9014, 9015, 13, 0, 65535, 61 };
	struct iovec v[ARRAY_SIZE(len)];
	struct txsend_stats st;
	struct err e = { 0 };

	(void)s;
	fill(frame, sizeof(frame), 0);
	for (size_t i = 0; i < ARRAY_SIZE(len); i++)
		v[i] = (struct iovec){ frame, len[i] };
	assert_int_equal(txsend_frames(t, v, ARRAY_SIZE(len), -1, &e), ARRAY_SIZE(len));
	txsend_get_stats(t, &st);
	assert_int_equal(st.sent, 3);
	assert_int_equal(st.sent_bytes, 60 + 9014 + 61);
	assert_int_equal(st.too_long, 2);
	assert_int_equal(st.too_short, 2);
	assert_int_equal(txsend_mtu(t), 9000);
	assert_int_equal(txsend_hatype(t), 1);
}

/* Sends until it fails after 'cmd'; returns the error. */
static int fails_after(const char *cmd, struct err *e)
{
	AUTO(txsend_close_p) struct txsend *t = sender(false);
	uint8_t frame[60];
	struct iovec v = { frame, sizeof(frame) };

	fill(frame, sizeof(frame), 0);
	assert_int_equal(txsend_frames(t, &v, 1, -1, e), 1);
	assert_int_equal(sh(cmd), 0);
	return txsend_frames(t, &v, 1, -1, e);
}

static void a_removed_device_is_named(void **s)
{
	struct err e = { 0 };

	(void)s;
	assert_int_equal(fails_after("ip link del va", &e), -ENODEV);
	assert_string_equal(e.text, "va: the device was removed");
}

static void a_device_set_down_is_named(void **s)
{
	struct err e = { 0 };

	(void)s;
	assert_int_equal(fails_after("ip link set va down", &e), -ENETDOWN);
	assert_string_equal(e.text, "va: the device is down (ip link set va up)");
}

static void a_renamed_device_goes_on(void **s)
{
	struct err e = { 0 };

	(void)s;
	assert_int_equal(fails_after("ip link set va name vx", &e), 1);
	assert_int_equal(sh("ip link del vx"), 0);
}

static void a_lost_carrier_is_seen(void **s)
{
	AUTO(txsend_close_p) struct txsend *t = sender(true);
	uint8_t frame[60];
	struct iovec v = { frame, sizeof(frame) };
	struct err e = { 0 };

	(void)s;
	fill(frame, sizeof(frame), 0);
	int64_t patience_ns = clock_mono_ns() + 5 * NS_PER_S;
	int r;

	assert_int_equal(sh("ip link set vb down"), 0);
	/* AF_XDP has no word of its own for it: the device's flag is set a little later. */
	do
		r = txsend_frames(t, &v, 1, -1, &e);
	while (xsk && r == 1 && clock_mono_ns() < patience_ns);
	assert_int_equal(r, -ENETDOWN);
	assert_non_null(strstr(e.text, "no carrier"));
	assert_int_equal(txsend_check(t, &e), -ENETDOWN);
}

/* A qdisc that lets nothing through: the sender waits, and wakes when told. */
static void a_full_queue_waits_until_woken(void **s)
{
	AUTO(txsend_close_p) struct txsend *t = sender(false);
	static uint8_t frame[1000];
	static struct iovec v[20000];
	struct err e = { 0 };
	struct txsend_stats st;
	int fd[2], n;

	(void)s;
	assert_int_equal(sh("tc qdisc add dev va root tbf rate 1kbit burst 2000 limit 100000000"),
			 0);
	fill(frame, sizeof(frame), 0);
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		v[i] = (struct iovec){ frame, sizeof(frame) };
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "x", 1), 1);
	n = txsend_frames(t, v, ARRAY_SIZE(v), fd[0], &e);
	assert_in_range(n, 1, ARRAY_SIZE(v) - 1);
	txsend_get_stats(t, &st);
	assert_int_equal(st.sent, n);
	assert_int_equal(txsend_drain(t, 10, -1), -ETIMEDOUT);
	assert_int_equal(txsend_drain(t, 10000, fd[0]), -EINTR);
	close(fd[0]);
	close(fd[1]);
}

static void opening_fails_with_a_sentence(void **s)
{
	struct txsend *t;
	struct err e = { 0 };

	(void)s;
	assert_int_equal(txsend_open(&(struct txsend_opts){ .dev = "nosuch0" }, &t, &e), -ENODEV);
	assert_string_equal(e.text, "nosuch0: no such device");
	assert_int_equal(
		txsend_open(&(struct txsend_opts){ .dev = "much_too_long_a_name" }, &t, &e),
		-ENODEV);
	assert_int_equal(sh("ip link set va down"), 0);
	assert_int_equal(txsend_open(&(struct txsend_opts){ .dev = "va" }, &t, &e), -ENETDOWN);
}

#define ON_VETH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_VETH(frames_arrive_in_order),	 ON_VETH(frames_arrive_past_the_qdisc),
		ON_VETH(every_refused_frame_is_counted), ON_VETH(a_removed_device_is_named),
		ON_VETH(a_device_set_down_is_named),	 ON_VETH(a_renamed_device_goes_on),
		ON_VETH(a_lost_carrier_is_seen),	 ON_VETH(a_full_queue_waits_until_woken),
		ON_VETH(opening_fails_with_a_sentence),
	};
	/* it goes past the qdisc, and frames have one length at most */
	const struct CMUnitTest af_xdp[] = {
		ON_VETH(frames_arrive_past_the_qdisc), ON_VETH(a_removed_device_is_named),
		ON_VETH(a_device_set_down_is_named),   ON_VETH(a_renamed_device_goes_on),
		ON_VETH(a_lost_carrier_is_seen),       ON_VETH(opening_fails_with_a_sentence),
	};
	int rc;

	if (unshare(CLONE_NEWNET) < 0) {
		perror("skipped: a network namespace needs CAP_SYS_ADMIN");
		return 77;
	}
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	ring_frame_bytes = 9100;
	rc += cmocka_run_group_tests(tests, NULL, NULL);
	ring_frame_bytes = 0;
	xsk = true;
	return cmocka_run_group_tests(af_xdp, NULL, NULL) + rc;
}
