// SPDX-License-Identifier: GPL-2.0-or-later
/* dns_test - a name server of our own on loopback: names, none, bytes that no name has, no answer,
 * and the bound on questions. */
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/dns.h"

struct server {
	int fd;
	char text[32];
	unsigned int asked;
};

static void start(struct server *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	s->asked = 0;
	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &n), 0);
	snprintf(s->text, sizeof(s->text), "127.0.0.1:%u", ntohs(a.sin_port));
}

/* Answers one question: with the pointer 'name' (encoded), or that there is no such name. */
static void answer(struct server *s, const char *name, size_t n)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	unsigned char buf[512];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t got;

	assert_int_equal(poll(&p, 1, 5000), 1);
	got = recvfrom(s->fd, buf, 300, 0, (struct sockaddr *)&from, &len);
	assert_true(got > 12);
	s->asked++;
	buf[2] = 0x81;
	buf[3] = name ? 0x80 : 0x83;
	buf[10] = buf[11] = 0; /* without what stands behind the question */
	got = 12;
	while (buf[got])
		got += buf[got] + 1;
	got += 5;
	if (name) {
		static const unsigned char head[] = { 0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 9, 0 };

		buf[7] = 1;
		memcpy(buf + got, head, sizeof(head));
		got += sizeof(head);
		buf[got++] = n;
		memcpy(buf + got, name, n);
		got += n;
	}
	assert_int_equal(sendto(s->fd, buf, got, 0, (struct sockaddr *)&from, len), got);
}

static struct dns *open_one(const struct server *s)
{
	struct dns *d = NULL;
	struct err e = { 0 };

	if (dns_open(s->text, &d, &e))
		fail_msg("%s", e.text);
	return d;
}

static const unsigned char v4[4] = { 192, 0, 2, 1 };
static const unsigned char v6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };

static void names_come_later(void **state)
{
	struct server s;
	struct dns *d;

	(void)state;
	start(&s);
	d = open_one(&s);
	assert_null(dns_name(d, AF_INET, v4));
	assert_null(dns_name(d, AF_INET, v4)); /* asked once */
	assert_int_equal(dns_pending(d), 1);
	answer(&s, "\4host\7example\0", 14);
	assert_string_equal(dns_wait(d, AF_INET, v4, 5000), "host.example");
	assert_int_equal(dns_pending(d), 0);
	assert_null(dns_name(d, AF_INET6, v6));
	answer(&s, NULL, 0);
	assert_string_equal(dns_wait(d, AF_INET6, v6, 5000), "");
	assert_string_equal(dns_name(d, AF_INET, v4), "host.example");
	assert_int_equal(s.asked, 2);
	dns_close(d);
	close(s.fd);
}

static void only_harmless_letters_pass(void **state)
{
	struct server s;
	const char *name;
	struct dns *d;

	(void)state;
	start(&s);
	d = open_one(&s);
	assert_null(dns_name(d, AF_INET, v4));
	answer(&s, "\5a\033[1m\0", 7);
	name = dns_wait(d, AF_INET, v4, 5000);
	assert_non_null(name);
	for (const char *p = name; *p; p++)
		assert_true(*p > ' ' && *p <= '~' && *p != '[');
	dns_close(d);
	close(s.fd);
}

static void a_silent_server_blocks_nobody(void **state)
{
	struct server s;
	struct dns *d;

	(void)state;
	start(&s);
	d = open_one(&s);
	assert_null(dns_wait(d, AF_INET, v4, 20));
	/* far more than may be on their way: the rest is put off, not queued without end */
	for (unsigned int i = 0; i < 2000; i++) {
		unsigned char addr[4] = { 198, 51, i >> 8, i };

		assert_null(dns_name(d, AF_INET, addr));
	}
	assert_true(dns_pending(d) <= 256);
	dns_close(d);
	close(s.fd);
}

static void hosts_are_read_before(void **state)
{
	static const unsigned char loopback[4] = { 127, 0, 0, 1 };
	struct server s;
	const char *name;
	struct dns *d;

	(void)state;
	start(&s);
	d = open_one(&s);
	name = dns_name(d, AF_INET, loopback);
	assert_non_null(name);
	assert_string_equal(name, "localhost");
	dns_close(d);
	close(s.fd);
}

static void bad_server_is_refused(void **state)
{
	struct dns *d = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(dns_open("nobody", &d, &e), -EINVAL);
	assert_null(d);
	assert_non_null(strstr(e.text, "'nobody'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_later),
		cmocka_unit_test(only_harmless_letters_pass),
		cmocka_unit_test(a_silent_server_blocks_nobody),
		cmocka_unit_test(hosts_are_read_before),
		cmocka_unit_test(bad_server_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
