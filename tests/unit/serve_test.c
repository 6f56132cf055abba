// SPDX-License-Identifier: GPL-2.0-or-later
/* OpenMetrics text, files that are replaced whole, and the HTTP server that shows it. */
#include "ui/serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fd.h"
#include "ui/metrics.h"
#include "unit.h"

static void text(void **state)
{
	struct str s = { 0 };

	(void)state;
	metrics_family(&s, "x_bytes", METRICS_COUNTER, "all \"bytes\"\nof it");
	metrics_u64(&s, "x_bytes", METRICS_COUNTER, 7, "device", "a\"b\\c\nd\xff", "cpu", "0", NULL);
	metrics_u64(&s, "x_bytes", METRICS_COUNTER, UINT64_MAX, NULL);
	metrics_family(&s, "y_seconds", METRICS_GAUGE, "y");
	metrics_fixed(&s, "y_seconds", METRICS_GAUGE, 1050, 3, NULL);
	metrics_fixed(&s, "y_seconds", METRICS_GAUGE, 5, 0, "a", "b", NULL);
	metrics_end(&s);
	assert_string_equal(str_text(&s),
			    "# TYPE x_bytes counter\n# HELP x_bytes all \\\"bytes\\\"\\nof it\n"
			    "x_bytes_total{device=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\",cpu=\"0\"} 7\n"
			    "x_bytes_total 18446744073709551615\n"
			    "# TYPE y_seconds gauge\n# HELP y_seconds y\ny_seconds 1.050\n"
			    "y_seconds{a=\"b\"} 5\n# EOF\n");
	str_free(&s);
}

static void files_are_replaced_whole(void **state)
{
	char dir[] = "/tmp/metrics.XXXXXX", path[64], text[64] = "";
	struct str s = { 0 };
	struct err e;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/x.prom", dir);
	str_add(&s, "first and long\n");
	assert_int_equal(fd_replace_text(path, &s, &e), 0);
	assert_int_equal(s.len, 0);
	str_add(&s, "second\n");
	assert_int_equal(fd_replace_text(path, &s, &e), 0);
	fd = open(path, O_RDONLY);
	assert_int_equal(fd_read_full(fd, text, sizeof(text)), 7);
	assert_string_equal(text, "second\n");
	close(fd);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0); /* a folder in its place */
	str_add(&s, "third\n");
	assert_int_equal(fd_replace_text(path, &s, &e), -EISDIR);
	rmdir(path);
	assert_int_equal(rmdir(dir), 0); /* nothing else was left there */
	assert_int_equal(fd_replace_text("/nonexistent/x", &s, &e), -ENOENT);
	str_free(&s);
}

static int page(void *arg, struct str *out)
{
	if (*(bool *)arg)
		return -EAGAIN;
	str_add(out, "hello 1\n# EOF\n");
	return 0;
}

static int client(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Turns the server until 'fd' was closed by it; what it answered goes to 'buf'. */
static void receive(struct serve *s, int fd, char *buf, size_t size)
{
	size_t n = 0;
	ssize_t got = 1;

	for (int i = 0; i < 2000 && got; i++) {
		struct pollfd p[2] = { { fd, POLLIN, 0 }, { serve_fd(s), POLLIN, 0 } };

		assert_true(poll(p, 2, 10) >= 0);
		serve_turn(s);
		if (!(p[0].revents & (POLLIN | POLLHUP)))
			continue;
		got = recv(fd, buf + n, size - n - 1, 0);
		assert_true(got >= 0 || errno == ECONNRESET);
		n += MAX(got, 0);
		if (got < 0)
			break;
	}
	assert_true(got <= 0);
	buf[n] = '\0';
	close(fd);
}

static void ask(struct serve *s, const char *request, const char *status, const char *part)
{
	char buf[4096];
	int fd = client(serve_port(s));

	assert_int_equal(fd_write_full(fd, request, strlen(request)), 0);
	receive(s, fd, buf, sizeof(buf));
	assert_memory_equal(buf + 9, status, 3);
	assert_non_null(strstr(buf, part));
}

static void answers(void **state)
{
	bool fails = false;
	struct serve *s;
	struct err e;

	(void)state;
	assert_int_equal(serve_open("0", METRICS_TYPE, page, &fails, &s, &e), 0);
	assert_true(serve_port(s) > 0);
	ask(s, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200", "hello 1\n# EOF\n");
	ask(s, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200",
	    "application/openmetrics-text; version=1.0.0");
	ask(s, "GET / HTTP/1.0\r\n\r\n", "200", "/metrics");
	ask(s, "GET /../etc/passwd HTTP/1.0\r\n\r\n", "404", "there is /metrics only");
	ask(s, "POST /metrics HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", "405", "only GET");
	ask(s, "nonsense\r\n\r\n", "405", "");
	fails = true;
	ask(s, "GET /metrics HTTP/1.0\r\n\r\n", "503", "nothing to tell");
	serve_close(s);
}

/* Clients that ask nothing are shown out, and take no more than their places meanwhile. */
static void silent_clients(void **state)
{
	int fd[SERVE_CONNECTIONS + 4];
	bool fails = false;
	char buf[64];
	struct serve *s;
	struct err e;

	(void)state;
	assert_int_equal(serve_open("127.0.0.1:0", METRICS_TYPE, page, &fails, &s, &e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(fd); i++) {
		fd[i] = client(serve_port(s));
		serve_turn(s);
	}
	/* More than one address may have is closed at once. */
	receive(s, fd[ARRAY_SIZE(fd) - 1], buf, sizeof(buf));
	assert_string_equal(buf, "");
	for (size_t i = 0; i + 1 < ARRAY_SIZE(fd); i++)
		receive(s, fd[i], buf, sizeof(buf));
	ask(s, "GET /metrics HTTP/1.0\r\n\r\n", "200", "hello");
	serve_close(s);
}

static void bad_addresses(void **state)
{
	static const char *const bad[] = { "", "x", "1.2.3.4", "1.2.3:80", ":80x", "[::1:80", "70000",
					   "localhost:80", "[::1]80" };
	struct serve *s, *other;
	bool fails = false;
	char again[32];
	struct err e;
	int rc;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		rc = serve_open(bad[i], "x", page, &fails, &s, &e);
		assert_true(rc == -EINVAL || rc == -ERANGE);
	}
	assert_int_equal(serve_open("[::1]:0", "x", page, &fails, &s, &e), 0);
	snprintf(again, sizeof(again), "[::1]:%u", serve_port(s));
	assert_int_equal(serve_open(again, "x", page, &fails, &other, &e), -EADDRINUSE);
	assert_non_null(strstr(e.text, "Address already in use"));
	serve_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(files_are_replaced_whole),
		cmocka_unit_test(answers),
		cmocka_unit_test(silent_clients),
		cmocka_unit_test(bad_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
