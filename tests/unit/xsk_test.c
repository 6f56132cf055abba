// SPDX-License-Identifier: GPL-2.0-or-later
/* xsk - frames through an AF_XDP socket on the loopback device of a namespace of our own: all
 * arrive, all come back, no more are put than there are. */
#include "pkt/xsk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

enum { FRAMES = 64, BYTES = 100, PROTO = 0x88b5 };

static int receiver(void)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons(PROTO),
				  .sll_ifindex = 1 };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(PROTO));

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&ll, sizeof(ll)), 0);
	return fd;
}

static struct xsk *opened(void)
{
	struct xsk *x;
	struct err e;

	if (xsk_open("lo", 0, FRAMES, &x, &e))
		fail_msg("%s", e.text);
	assert_false(xsk_zero_copy(x));
	return x;
}

/* Puts as many frames as there is room for, numbered from 'from'. */
static unsigned int put_all(struct xsk *x, unsigned int from)
{
	uint8_t frame[BYTES] = { [12] = PROTO >> 8, [13] = PROTO & 0xff };
	unsigned int n;

	for (n = 0;; n++) {
		frame[20] = from + n;
		if (!xsk_put(x, frame, sizeof(frame)))
			return n;
	}
}

static void settle(struct xsk *x)
{
	for (int i = 0; i < 1000 && xsk_waiting(x); i++)
		(void)!xsk_kick(x);
	for (int i = 0; i < 1000 && xsk_under_way(x); i++)
		if (!xsk_reap(x))
			poll(NULL, 0, 1);
}

static void frames_arrive_and_come_back(void **s)
{
	struct xsk *x = opened();
	int fd = receiver();
	uint8_t got[BYTES + 1];

	(void)s;
	for (unsigned int turn = 0; turn < 20; turn++) {
		assert_int_equal(put_all(x, turn), FRAMES);
		assert_int_equal(xsk_waiting(x), FRAMES);
		assert_int_equal(xsk_under_way(x), FRAMES);
		settle(x);
		assert_int_equal(xsk_waiting(x), 0);
		assert_int_equal(xsk_under_way(x), 0);
		for (unsigned int i = 0; i < FRAMES; i++) {
			assert_int_equal(recv(fd, got, sizeof(got), 0), BYTES);
			assert_int_equal(got[20], (uint8_t)(turn + i));
		}
	}
	xsk_close(x);
	close(fd);
}

static void a_queue_has_one_socket(void **s)
{
	struct xsk *x = opened(), *other;
	struct err e;

	(void)s;
	assert_int_equal(xsk_open("lo", 0, FRAMES, &other, &e), -EBUSY);
	assert_string_equal(e.text, "lo: queue 0 has an AF_XDP socket already");
	xsk_close(x);
	xsk_close(opened());
}

static void what_is_not_there_is_named(void **s)
{
	struct xsk *x;
	struct err e;

	(void)s;
	assert_int_equal(xsk_open("lo", 7, FRAMES, &x, &e), -EINVAL);
	assert_string_equal(e.text, "lo has no queue 7 for an AF_XDP socket");
	assert_true(xsk_open("nosuch0", 0, FRAMES, &x, &e) < 0);
	assert_non_null(strstr(e.text, "nosuch0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_arrive_and_come_back),
		cmocka_unit_test(a_queue_has_one_socket),
		cmocka_unit_test(what_is_not_there_is_named),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		perror("skipped: a network namespace needs CAP_SYS_ADMIN");
		return 77;
	}
	if (system("ip link set lo up"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
