// SPDX-License-Identifier: GPL-2.0-or-later
/* ring_rx_test - the ring of a loopback device in a namespace of its own: blocks in order, several
 * lent at once, loss counted and put in its place, and the ledger that closes. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pkt/ring_rx.h"

enum { PAYLOAD = 20000, HEADERS = 14 + 20 + 8, MANY = 400 };

static int udp;

static struct ring_rx_conf conf(void)
{
	return (struct ring_rx_conf){
		.ifindex = 1, .linktype = 1, .ring_bytes = 1 << 20, .retire_ms = 10,
		.ignore_outgoing = true,
	};
}

static struct ring_rx *start(const struct ring_rx_conf *c)
{
	struct ring_rx *r = NULL;
	struct err e = { 0 };

	if (ring_rx_open(c, NULL, NULL, &r, &e) < 0 || ring_rx_start(r, &e) < 0)
		fail_msg("%s", e.text);
	return r;
}

/* Sends datagrams numbered from 'first' on. Loopback delivers before send() returns. */
static void feed(uint32_t first, uint32_t n)
{
	static uint8_t data[PAYLOAD];
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	uint32_t i;

	for (i = first; i < first + n; i++) {
		memcpy(data, &i, sizeof(i));
		assert_int_equal(sendto(udp, data, PAYLOAD, 0, (struct sockaddr *)&to, sizeof(to)),
				 PAYLOAD);
	}
}

static uint32_t number_of(const struct pkt *p)
{
	uint32_t n;

	assert_int_equal(p->len, PAYLOAD + HEADERS);
	memcpy(&n, p->data + HEADERS, sizeof(n));
	return n;
}

/* Takes all blocks until the ring is idle. Numbers must grow; what is left out must be what the
 * block's drop count says. Returns the packets seen; '*next' is the number expected next. */
static uint32_t take_all(struct ring_rx *r, uint32_t *next)
{
	struct pollfd fd = { .fd = ring_rx_fd(r), .events = POLLIN };
	uint32_t n = 0, pos, number;
	struct block b;
	struct pkt p;

	while (!ring_rx_idle(r)) {
		poll(&fd, 1, 100);
		while (ring_rx_get(r, &b)) {
			for (pos = 0; block_next(&b, &pos, &p); n++) {
				number = number_of(&p);
				assert_int_equal(number - *next, p.drops);
				*next = number + 1;
			}
			ring_rx_put(r);
		}
	}
	return n;
}

static void test_everything_in_order(void **state)
{
	struct ring_rx_conf c = conf();
	struct ring_rx *r = start(&c);
	struct ring_rx_count n;
	uint32_t next = 0;
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		feed(i * 20, 20);
		assert_int_equal(take_all(r, &next), 20);
	}
	ring_rx_count(r, &n);
	assert_int_equal(n.offered, 200);
	assert_int_equal(n.dropped, 0);
	assert_int_equal(n.in_blocks, 200);
	ring_rx_close(r);
}

static void test_blocks_stay_lent(void **state)
{
	struct ring_rx_conf c = conf();
	struct ring_rx *r = start(&c);
	struct block lent[8];
	uint32_t n = 0, i, pos;
	struct pkt p;

	(void)state;
	feed(0, 45);
	while (n < 8 && ring_rx_get(r, &lent[n]))
		n++;
	assert_in_range(n, 5, 8);
	assert_int_equal(ring_rx_lent(r), n);
	feed(1000, 5); /* the kernel keeps off what is lent */
	for (i = 0, pos = 0; i < n; i++) {
		assert_int_equal(lent[i].seq, i + 1);
		assert_true(block_next(&lent[i], &pos, &p));
		assert_true(number_of(&p) < 45);
		pos = 0;
		ring_rx_put(r);
	}
	assert_int_equal(ring_rx_lent(r), 0);
	ring_rx_close(r);
}

/* The ring is left full several times; each gap is told where it is, with its size. */
static void test_gaps_in_their_place(void **state)
{
	struct ring_rx_conf c = conf();
	struct ring_rx *r = start(&c);
	uint32_t next = 0, seen = 0, sent = 0, i;
	struct ring_rx_count n;
	struct err e;

	(void)state;
	for (i = 0; i < 4; i++, sent += MANY) {
		feed(sent, MANY);
		seen += take_all(r, &next);
	}
	feed(sent++, 1); /* what follows the last gap */
	seen += take_all(r, &next);
	assert_int_equal(next, sent);
	assert_int_equal(ring_rx_stop(r, &e), 0);
	feed(sent, 3);
	assert_true(ring_rx_idle(r));
	ring_rx_count(r, &n);
	assert_int_equal(n.offered, sent);
	assert_int_equal(n.in_blocks, seen);
	assert_int_equal(n.offered - n.dropped, n.in_blocks);
	assert_true(n.dropped > MANY && n.freezes >= 4);
	ring_rx_close(r);
}

static void test_snaplen(void **state)
{
	struct ring_rx_conf c = conf();
	struct ring_rx *r;
	struct block b;
	uint32_t pos = 0;
	struct pkt p;
	struct pollfd fd;

	(void)state;
	c.snaplen = 60;
	r = start(&c);
	feed(7, 1);
	fd = (struct pollfd){ .fd = ring_rx_fd(r), .events = POLLIN };
	assert_int_equal(poll(&fd, 1, 5000), 1);
	assert_int_equal(ring_rx_get(r, &b), 1);
	assert_true(block_next(&b, &pos, &p));
	assert_int_equal(p.cap_len, 60);
	assert_int_equal(number_of(&p), 7);
	ring_rx_put(r);
	ring_rx_close(r);
}

static int give_up(void *arg)
{
	(void)arg;
	return 1;
}

static void test_sizes(void **state)
{
	struct ring_rx_conf c = conf();
	struct ring_rx *r = NULL;
	struct err e = { 0 };

	(void)state;
	c.ring_bytes = 1000;
	assert_int_equal(ring_rx_open(&c, NULL, NULL, &r, &e), -EINVAL);
	assert_non_null(strstr(e.text, "too small"));
	c.ring_bytes = 1ull << 60;
	assert_int_equal(ring_rx_open(&c, NULL, NULL, &r, &e), -EINVAL);
	assert_non_null(strstr(e.text, "1099511627776 MiB"));
	c.ring_bytes = 4ull << 40;
	assert_true(ring_rx_open(&c, give_up, NULL, &r, &e) < 0);
	assert_non_null(strstr(e.text, "4194304 MiB"));
	assert_int_equal(ring_rx_default_bytes(0, 0) % (1 << 20), 0);
	assert_true(ring_rx_default_bytes(400000000000ull, 1ull << 40) <= 1ull << 30);
	assert_int_equal(ring_rx_default_bytes(10000000000ull, 64 << 20), 4 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_in_order),
		cmocka_unit_test(test_blocks_stay_lent),
		cmocka_unit_test(test_gaps_in_their_place),
		cmocka_unit_test(test_snaplen),
		cmocka_unit_test(test_sizes),
	};
	/* Somebody listens, or each datagram would be answered by an ICMP error. */
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

	if (unshare(CLONE_NEWNET) < 0) {
		printf("1..0 # SKIP needs root, for a network namespace\n");
		return 0;
	}
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	if (udp < 0 || ioctl(udp, SIOCSIFFLAGS, &up) < 0 ||
	    bind(udp, (struct sockaddr *)&here, sizeof(here)) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
