// SPDX-License-Identifier: GPL-2.0-or-later
/* dns - a bounded cache of names in front of c-ares. c-ares tells which of its sockets it wants
 * watched; they are gathered, with a timer for its time-outs, in one epoll descriptor. */
#include "sys/dns.h"

#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/str.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum {
	WAYS = 4,
	PENDING = 256,	   /* questions on their way; more are put off */
	NAME_BYTES = 254,  /* RFC 1035 2.3.4, with a NUL */
	ORIGIN = 0x80,	   /* with a family: the entry is of who announces the address */
	TIMEOUT_MS = 1000, /* of the first try; c-ares doubles it */
	TRIES = 2,
	HOSTS_MAX = 4096, /* lines of /etc/hosts that are looked at */
};

enum state { EMPTY, ASKED, KNOWN };

struct entry {
	uint8_t addr[16];
	uint8_t family;
	uint8_t state; /* enum state */
	uint32_t used; /* when, by the count of look-ups */
	char *name;    /* KNOWN: NULL for none */
};

struct dns {
	ares_channel channel;
	bool open;
	int epoll, timer;
	unsigned int pending;
	uint32_t now;
	uint64_t seed;
	struct entry entry[DNS_CACHE_NAMES];
};

/* A question on its way. The entry may have made room by then, so the address is kept. */
struct question {
	struct dns *d;
	uint8_t family;
	uint8_t addr[16];
};

static size_t addr_bytes(int family)
{
	return (family & ~ORIGIN) == AF_INET ? 4 : 16;
}

static struct entry *set_of(struct dns *d, int family, const void *addr)
{
	uint64_t h = hash_bytes(addr, addr_bytes(family), d->seed + family);

	return &d->entry[h % (DNS_CACHE_NAMES / WAYS) * WAYS];
}

static struct entry *entry_find(struct dns *d, int family, const void *addr)
{
	struct entry *set = set_of(d, family, addr);

	for (unsigned int i = 0; i < WAYS; i++)
		if (set[i].state != EMPTY && set[i].family == family &&
		    memcmp(set[i].addr, addr, addr_bytes(family)) == 0)
			return &set[i];
	return NULL;
}

/* An entry for a new address, in the place of the longest unused. */
static struct entry *entry_make(struct dns *d, int family, const void *addr)
{
	struct entry *set = set_of(d, family, addr), *old = set;

	for (unsigned int i = 0; i < WAYS && old->state != EMPTY; i++)
		if (set[i].state == EMPTY || d->now - set[i].used > d->now - old->used)
			old = &set[i];
	free(old->name);
	*old = (struct entry){ .family = family, .state = ASKED, .used = d->now };
	memcpy(old->addr, addr, addr_bytes(family));
	return old;
}

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

/* What a terminal or a file may see of a text: 'chars'. */
static char *clean(const char *name, const char *chars)
{
	size_t n = strnlen(name, NAME_BYTES);
	char *out = n ? strndup(name, n) : NULL;

	for (char *p = out; p && *p; p++)
		if (!strchr(chars, *p))
			*p = '?';
	return out;
}

static void on_answer(void *arg, int status, int timeouts, struct hostent *host)
{
	struct question *q = arg;
	struct entry *at = entry_find(q->d, q->family, q->addr);

	(void)timeouts;
	if (status != ARES_EDESTRUCTION && at && at->state == ASKED) {
		at->state = KNOWN;
		at->name = status == ARES_SUCCESS && host->h_name
				   ? clean(host->h_name, NAME_CHARS) : NULL;
	}
	q->d->pending--;
	free(q);
}

/* A TXT record: "64500 | 192.0.2.0/24 | DE | ripencc | 2001-02-03". */
static void on_origin(void *arg, int status, int timeouts, unsigned char *buf, int n)
{
	struct question *q = arg;
	struct entry *at = entry_find(q->d, q->family, q->addr);
	struct ares_txt_reply *txt = NULL;

	(void)timeouts;
	if (status != ARES_EDESTRUCTION && at && at->state == ASKED) {
		at->state = KNOWN;
		if (status == ARES_SUCCESS && ares_parse_txt_reply(buf, n, &txt) == ARES_SUCCESS)
			at->name = clean((const char *)txt->txt, NAME_CHARS " |/:");
		ares_free_data(txt);
	}
	q->d->pending--;
	free(q);
}

/* The name at which Team Cymru's zones, which others mirror, tell the origin of 'addr'. */
static void origin_name(int family, const uint8_t *addr, char out[128])
{
	size_t n = 0;

	if (family == AF_INET) {
		snprintf(out, 128, "%u.%u.%u.%u.origin.asn.cymru.com", addr[3], addr[2], addr[1],
			 addr[0]);
		return;
	}
	for (int i = 15; i >= 0; i--)
		n += snprintf(out + n, 128 - n, "%x.%x.", addr[i] & 15, addr[i] >> 4);
	snprintf(out + n, 128 - n, "origin6.asn.cymru.com");
}

static void on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns *d = arg;
	struct epoll_event ev = { .data.fd = fd };

	ev.events = (readable ? (uint32_t)EPOLLIN : 0) | (writable ? (uint32_t)EPOLLOUT : 0);
	if (!ev.events)
		(void)epoll_ctl(d->epoll, EPOLL_CTL_DEL, fd, NULL);
	else if (epoll_ctl(d->epoll, EPOLL_CTL_MOD, fd, &ev) < 0 && errno == ENOENT)
		(void)epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd, &ev);
}

static void set_timer(struct dns *d)
{
	struct timeval tv, *next = ares_timeout(d->channel, NULL, &tv);
	struct itimerspec it = { 0 };

	if (next) {
		it.it_value.tv_sec = next->tv_sec;
		it.it_value.tv_nsec = next->tv_usec * 1000 + 1;
	}
	(void)timerfd_settime(d->timer, 0, &it, NULL);
}

static int open_fds(struct dns *d, struct err *e)
{
	struct epoll_event ev = { .events = EPOLLIN };

	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	d->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (d->epoll < 0 || d->timer < 0)
		return err_sys(e, errno, "resolver: make descriptors");
	ev.data.fd = d->timer;
	if (epoll_ctl(d->epoll, EPOLL_CTL_ADD, d->timer, &ev) < 0)
		return err_sys(e, errno, "resolver: epoll");
	return 0;
}

static int open_channel(struct dns *d, const char *server, struct err *e)
{
	char answers[] = "b"; /* no file is opened later: hosts are read now */
	struct ares_options o = {
		.timeout = TIMEOUT_MS,
		.tries = TRIES,
		.lookups = answers,
		.sock_state_cb = on_socket,
		.sock_state_cb_data = d,
	};
	int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
	int rc = ares_library_init(ARES_LIB_INIT_ALL);

	if (!rc)
		rc = ares_init_options(&d->channel, &o, mask);
	if (rc)
		return err_set(e, EIO, "resolver: %s", ares_strerror(rc));
	d->open = true;
	if (server && ares_set_servers_ports_csv(d->channel, server) != ARES_SUCCESS)
		return err_set(e, EINVAL, "'%s' is not the address of a name server", server);
	return 0;
}

/* /etc/hosts: the first name of an address. */
static void read_hosts(struct dns *d)
{
	FILE *f = fopen("/etc/hosts", "re");
	char line[512];

	for (unsigned int n = 0; f && n < HOSTS_MAX && fgets(line, sizeof(line), f); n++) {
		char *save, *text, *name;
		struct entry *at;
		uint8_t addr[16];
		int family;

		line[strcspn(line, "#")] = '\0';
		text = strtok_r(line, " \t\n", &save);
		name = text ? strtok_r(NULL, " \t\n", &save) : NULL;
		family = text && strchr(text, ':') ? AF_INET6 : AF_INET;
		if (!name || inet_pton(family, text, addr) != 1 || entry_find(d, family, addr))
			continue;
		at = entry_make(d, family, addr);
		at->state = KNOWN;
		at->name = clean(name, NAME_CHARS);
	}
	if (f)
		fclose(f);
}

int dns_open(const char *server, struct dns **ret_d, struct err *e)
{
	struct dns *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return err_sys(e, ENOMEM, "resolver");
	d->epoll = d->timer = -1;
	/* names are of strangers' choice: they must not choose where they are kept */
	if (getrandom(&d->seed, sizeof(d->seed), 0) != sizeof(d->seed))
		d->seed = clock_mono_ns();
	rc = open_fds(d, e);
	if (!rc)
		rc = open_channel(d, server, e);
	if (rc) {
		dns_close(d);
		return rc;
	}
	read_hosts(d);
	*ret_d = d;
	return 0;
}

void dns_close(struct dns *d)
{
	if (!d)
		return;
	if (d->open)
		ares_destroy(d->channel);
	ares_library_cleanup();
	for (size_t i = 0; i < DNS_CACHE_NAMES; i++)
		free(d->entry[i].name);
	if (d->timer >= 0)
		close(d->timer);
	if (d->epoll >= 0)
		close(d->epoll);
	free(d);
}

void dns_close_p(struct dns **d)
{
	dns_close(*d);
}

int dns_fd(const struct dns *d)
{
	return d->epoll;
}

unsigned int dns_pending(const struct dns *d)
{
	return d->pending;
}

void dns_turn(struct dns *d)
{
	struct epoll_event ev[16];
	int n = epoll_wait(d->epoll, ev, ARRAY_SIZE(ev), 0);
	uint64_t ticks;

	for (int i = 0; i < n; i++) {
		if (ev[i].data.fd == d->timer) {
			if (read(d->timer, &ticks, sizeof(ticks)) < 0)
				continue;
			ares_process_fd(d->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
			continue;
		}
		if (ev[i].events & ~(uint32_t)EPOLLOUT)
			ares_process_fd(d->channel, ev[i].data.fd, ARES_SOCKET_BAD);
		if (ev[i].events & EPOLLOUT)
			ares_process_fd(d->channel, ARES_SOCKET_BAD, ev[i].data.fd);
	}
	set_timer(d);
}

static void ask(struct dns *d, int family, const void *addr)
{
	struct question *q = calloc(1, sizeof(*q));
	char name[128];

	if (!q)
		return;
	q->d = d;
	q->family = family;
	memcpy(q->addr, addr, addr_bytes(family));
	(void)entry_make(d, family, addr);
	d->pending++;
	if (family & ORIGIN) {
		origin_name(family & ~ORIGIN, addr, name);
		ares_query(d->channel, name, 1, 16, on_origin, q); /* class IN, type TXT */
	} else {
		ares_gethostbyaddr(d->channel, addr, addr_bytes(family), family, on_answer, q);
	}
	set_timer(d);
}

const char *dns_name(struct dns *d, int family, const void *addr)
{
	struct entry *at = entry_find(d, family, addr);

	d->now++;
	if (!at) {
		if (d->pending < PENDING)
			ask(d, family, addr);
		at = entry_find(d, family, addr);
	}
	if (!at)
		return NULL;
	at->used = d->now;
	if (at->state != KNOWN)
		return NULL;
	return at->name ? at->name : "";
}

const char *dns_origin(struct dns *d, int family, const void *addr)
{
	return dns_name(d, family | ORIGIN, addr);
}

const char *dns_wait(struct dns *d, int family, const void *addr, int timeout_ms)
{
	int64_t end = clock_mono_ns() + timeout_ms * (int64_t)1000000;
	const char *name = dns_name(d, family, addr);

	while (!name) {
		int64_t left_ms = (end - clock_mono_ns()) / 1000000;
		struct pollfd p = { .fd = d->epoll, .events = POLLIN };

		if (left_ms <= 0 || poll(&p, 1, left_ms) <= 0)
			return NULL;
		dns_turn(d);
		name = dns_name(d, family, addr);
	}
	return name;
}
