// SPDX-License-Identifier: GPL-2.0-or-later
/* clients - many clients of a curvetun server in one process, for the benchmark `crowd`:
 *   keys N                         the lines for the server's file clients
 *   first KEY                      a first message of client 0 to the server with that key, in hex
 *   run ADDRESS PORT KEY N ROUNDS  each makes ROUNDS handshakes, confirmed by a message
 * The clients' secrets follow from their numbers. Prints what was done as JSON. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../curvetun/core.h"
#include "../../../curvetun/keytext.h"
#include "base/bytes.h"
#include "base/num.h"
#include "sys/clock.h"

enum { MOST = 4096, AT_ONCE = 32, AGAIN_MS = 1000 };

struct client {
	struct noise_pair own;
	struct core *core;
	struct peer *server;
	int fd;
	unsigned int left; /* handshakes still to be made */
	int64_t sent_ns;   /* 0: none is under way */
};

struct crowd {
	struct client *c;
	struct pollfd *poll;
	unsigned int n, n_busy, next;
	struct sockaddr_in6 to;
	uint64_t n_done, n_cookies, n_again;
};

static void key_of(unsigned int number, struct noise_pair *p)
{
	static const char label[] = "clients of a benchmark";
	uint8_t text[4];

	put_le32(text, number);
	crypto_generichash_blake2b(p->secret, sizeof(p->secret), text, sizeof(text),
				   (const uint8_t *)label, sizeof(label));
	noise_public(p);
}

static int print_keys(unsigned int n)
{
	struct noise_pair p;
	unsigned int i;

	for (i = 0; i < n; i++) {
		AUTO(str_free) struct str s = { 0 };

		key_of(i, &p);
		keytext_add(&s, p.public);
		printf("user%u;%s;ip=10.8.%u.%u\n", i, str_text(&s), i >> 8, i & 255);
	}
	return 0;
}

static int make_core(struct client *c, unsigned int number, const uint8_t key[NOISE_KEY],
		     struct err *e)
{
	struct core_conf conf = { .own = &c->own, .can = MSG_CAN_AES | MSG_CAN_CSUM, .mtu = 1420,
				  .n_peers = 1 };
	int rc;

	key_of(number, &c->own);
	memcpy(conf.server_key, key, NOISE_KEY);
	rc = core_new(&conf, &c->core, e);
	return rc ? rc : core_add(c->core, key, NULL, &c->server, e);
}

static int print_first(const char *text, struct err *e)
{
	uint8_t key[NOISE_KEY], msg[MSG_FIRST_BYTES];
	struct client c;
	size_t i;
	int rc = keytext_parse(text, strlen(text), key, e);

	rc = rc ? rc : make_core(&c, 0, key, e);
	rc = rc ? rc : core_first(c.core, c.server, 0, clock_real_ns(), msg);
	for (i = 0; i < sizeof(msg) && !rc; i++)
		printf("%02x", msg[i]);
	return rc;
}

static int make(struct crowd *w, unsigned int i, const uint8_t key[NOISE_KEY], unsigned int rounds,
		struct err *e)
{
	struct client *c = &w->c[i];
	int rc = make_core(c, i, key, e);

	if (rc)
		return rc;
	c->left = rounds;
	c->fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&w->to, sizeof(w->to)) < 0)
		return err_sys(e, errno, "socket of a client");
	w->poll[i] = (struct pollfd){ .fd = c->fd, .events = POLLIN };
	return 0;
}

static void begin(struct client *c, int64_t now_ns)
{
	uint8_t msg[MSG_FIRST_BYTES];

	c->sent_ns = now_ns;
	if (core_first(c->core, c->server, now_ns, clock_real_ns(), msg) ||
	    send(c->fd, msg, sizeof(msg), 0) < 0)
		perror("clients: send");
}

static void take(struct crowd *w, struct client *c, int64_t now_ns)
{
	uint8_t msg[2048];
	struct core_event ev;
	ssize_t n = recv(c->fd, msg, sizeof(msg), 0);

	if (n <= 0)
		return;
	switch (core_input(c->core, msg, n, &w->to, now_ns, &ev)) {
	case CORE_COOKIE:
		w->n_cookies++;
		begin(c, now_ns);
		break;
	case CORE_KEYED:
		if (core_seal(c->server, 0, msg, 0, now_ns) ||
		    send(c->fd, msg, MSG_OVERHEAD, 0) < 0)
			perror("clients: send");
		w->n_done++;
		w->n_busy--;
		c->left--;
		c->sent_ns = 0;
		break;
	default:
		break;
	}
}

/* Begins handshakes up to AT_ONCE, and again those that were not answered. */
static void push(struct crowd *w, int64_t now_ns)
{
	unsigned int i;

	for (i = 0; i < w->n && w->n_busy < AT_ONCE; i++) {
		struct client *c = &w->c[w->next++ % w->n];

		if (!c->left || c->sent_ns)
			continue;
		w->n_busy++;
		begin(c, now_ns);
	}
	for (i = 0; i < w->n; i++)
		if (w->c[i].sent_ns && now_ns - w->c[i].sent_ns > AGAIN_MS * NS_PER_MS) {
			w->n_again++;
			begin(&w->c[i], now_ns);
		}
}

static int run(struct crowd *w, uint64_t rounds)
{
	int64_t from_ns = clock_mono_ns(), now_ns = from_ns;
	unsigned int i;

	while (w->n_done < w->n * rounds) {
		push(w, now_ns);
		(void)!poll(w->poll, w->n, AGAIN_MS);
		now_ns = clock_mono_ns();
		for (i = 0; i < w->n; i++)
			if (w->poll[i].revents)
				take(w, &w->c[i], now_ns);
	}
	printf("{\"handshakes\": %" PRIu64 ", \"seconds\": %.3f, \"cookies\": %" PRIu64
	       ", \"again\": %" PRIu64 "}\n",
	       w->n_done, (clock_mono_ns() - from_ns) / 1e9, w->n_cookies, w->n_again);
	return 0;
}

static int start(char **argv, struct err *e)
{
	struct rlimit files = { MOST + 64, MOST + 64 };
	struct crowd w = { .to = { .sin6_family = AF_INET6 } };
	uint64_t port, n, rounds, i;
	uint8_t key[NOISE_KEY];
	char mapped[80];
	int rc = num_parse(argv[3], NUM_PLAIN, 1, 65535, "port", &port, e);

	rc = rc ? rc : num_parse(argv[5], NUM_PLAIN, 1, MOST, "number of clients", &n, e);
	rc = rc ? rc : num_parse(argv[6], NUM_PLAIN, 1, 1000, "rounds", &rounds, e);
	rc = rc ? rc : keytext_parse(argv[4], strlen(argv[4]), key, e);
	if (rc)
		return rc;
	snprintf(mapped, sizeof(mapped), "::ffff:%s", argv[2]);
	if (inet_pton(AF_INET6, mapped, &w.to.sin6_addr) != 1)
		return err_set(e, EINVAL, "%s is no IPv4 address", argv[2]);
	w.to.sin6_port = htons(port);
	(void)setrlimit(RLIMIT_NOFILE, &files);
	w.n = n;
	w.c = calloc(n, sizeof(w.c[0]));
	w.poll = calloc(n, sizeof(w.poll[0]));
	if (!w.c || !w.poll)
		return err_sys(e, ENOMEM, "clients");
	for (i = 0; i < n && !rc; i++)
		rc = make(&w, i, key, rounds, e);
	return rc ? rc : run(&w, rounds);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	uint64_t n;
	int rc;

	if (sodium_init() < 0)
		return 1;
	if (argc == 3 && !strcmp(argv[1], "keys"))
		rc = num_parse(argv[2], NUM_PLAIN, 1, MOST, "number of clients", &n, &e) ||
		     print_keys(n);
	else if (argc == 3 && !strcmp(argv[1], "first"))
		rc = print_first(argv[2], &e);
	else if (argc == 7 && !strcmp(argv[1], "run"))
		rc = start(argv, &e);
	else
		rc = err_set(&e, EINVAL, "usage: clients keys N | first KEY | run ADDRESS PORT KEY N ROUNDS");
	if (rc)
		fprintf(stderr, "clients: %s\n", e.text);
	return rc != 0;
}
