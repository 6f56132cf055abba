// SPDX-License-Identifier: GPL-2.0-or-later
/* xsk_rx and xsk_gate - frames on the loopback device of a namespace of our own are lent in blocks
 * laid out as a ring's, filtered and counted; sshguard names the device of a session. */
#include "pkt/xsk_rx.h"

#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pkt/xsk_gate.h"
#include "sys/sshguard.h"
#include "unit.h"

enum { FRAMES = 100, BYTES = 100, WAIT_MS = 30000 };

static void send_frames(void)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_ifindex = 1, .sll_halen = 6 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	uint8_t frame[BYTES] = { [0] = 0xff, [12] = 0x88, [13] = 0xb5 };

	assert_true(fd >= 0);
	for (unsigned int i = 0; i < FRAMES; i++) {
		frame[20] = i;
		assert_int_equal(sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&ll,
					sizeof(ll)), BYTES);
	}
	close(fd);
}

/* Frames with an even number. */
static struct sock_filter even[] = {
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, 40),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static void frames_are_lent_in_blocks(void **s)
{
	struct sock_fprog filter = { .len = ARRAY_SIZE(even), .filter = even };
	struct xsk_rx_conf conf = { .dev = "lo", .ifindex = 1, .hatype = ARPHRD_LOOPBACK, .step = 1,
				    .n_queues = 1, .ring_bytes = 8 << 20, .retire_ms = 5,
				    .filter = &filter };
	struct ring_rx_count c;
	struct xsk_rx *r;
	unsigned int n = 0;
	bool in_driver = false;
	struct block b;
	struct pkt p;
	struct err e;

	(void)s;
	if (xsk_gate_open(1, &conf.gate, &e) || xsk_rx_open(&conf, &r, &e) ||
	    xsk_gate_start(conf.gate, 1, &in_driver, &e))
		fail_msg("%s", e.text);
	assert_false(in_driver);
	send_frames();
	while (n < FRAMES / 2) {
		struct pollfd pfd = { .fd = xsk_rx_fd(r), .events = POLLIN };
		uint32_t pos = 0;

		assert_true(poll(&pfd, 1, WAIT_MS) > 0);
		if (!xsk_rx_get(r, &b))
			continue;
		while (block_next(&b, &pos, &p)) {
			assert_int_equal(p.len, BYTES);
			assert_int_equal(p.cap_len, 40);
			assert_int_equal(p.data[20], 2 * n++);
			assert_int_equal(((uintptr_t)p.data - 28) % 4, 0);
			assert_int_equal(p.protocol, 0x88b5);
		}
		xsk_rx_put(r);
	}
	xsk_gate_stop(conf.gate);
	xsk_rx_stop(r);
	assert_true(xsk_rx_idle(r));
	xsk_rx_count(r, &c);
	assert_int_equal(c.offered, FRAMES / 2);
	assert_int_equal(c.in_blocks, FRAMES / 2);
	assert_int_equal(xsk_rx_rejected(r), FRAMES / 2);
	assert_int_equal(xsk_gate_count(conf.gate, 0), FRAMES);
	xsk_rx_close(r);
	xsk_gate_close(conf.gate);
}

static void the_device_of_a_session(void **s)
{
	(void)s;
	setenv("SSH_CONNECTION", "127.0.0.9 50000 127.0.0.1 22", 1);
	assert_true(sshguard_carries("lo"));
	assert_false(sshguard_carries("nosuch0"));
	setenv("SSH_CONNECTION", "127.0.0.9 50000 192.0.2.77 22", 1);
	assert_false(sshguard_carries("lo"));
	setenv("SSH_CONNECTION", "rubbish", 1);
	assert_false(sshguard_carries("lo"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_lent_in_blocks),
		cmocka_unit_test(the_device_of_a_session),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		perror("skipped: a network namespace needs CAP_SYS_ADMIN");
		return 77;
	}
	if (system("ip link set lo up"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
