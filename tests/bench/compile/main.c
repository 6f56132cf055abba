// SPDX-License-Identifier: GPL-2.0-or-later
/* compile - compiles many filter expressions in one process, for tests that compare compilers and
 * for the benchmark of compilation. Reads lines "LINKTYPE SNAPLEN NETMASK HOW TEXT", separated by
 * tabs: HOW is made of 'p' (plain: not optimised), 'l' (for a live socket), 'x' (by libpcap, which
 * is loaded then, and takes the number of a link type for its DLT) and a number: so many times, of
 * which the fastest counts. For each line it prints the nanoseconds it took and the instructions,
 * or "-" and why not. */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cbpf/expr.h"
#include "cbpf/insn.h"
#include "sys/exprnames.h"

/* What of libpcap is used. Its program is laid out as the kernel's. */
struct peer {
	void *(*open_dead)(int dlt, int snaplen);
	int (*compile)(void *p, struct sock_fprog *ret, const char *text, int optimise,
		       uint32_t netmask);
	char *(*geterr)(void *p);
	void (*freecode)(struct sock_fprog *prog);
	void (*close)(void *p);
};

struct line {
	struct expr_env env;
	const char *text;
	bool by_peer;
	unsigned long repeats;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int peer_open(struct peer *p)
{
	void *lib = dlopen("libpcap.so.0.8", RTLD_NOW);

	if (!lib)
		return -1;
	p->open_dead = (void *(*)(int, int))dlsym(lib, "pcap_open_dead");
	p->compile = (int (*)(void *, struct sock_fprog *, const char *, int, uint32_t))
		dlsym(lib, "pcap_compile");
	p->geterr = (char *(*)(void *))dlsym(lib, "pcap_geterr");
	p->freecode = (void (*)(struct sock_fprog *))dlsym(lib, "pcap_freecode");
	p->close = (void (*)(void *))dlsym(lib, "pcap_close");
	return p->open_dead && p->compile && p->geterr && p->freecode && p->close ? 0 : -1;
}

static void print(uint64_t ns, const struct sock_fprog *prog, const char *why)
{
	printf("%" PRIu64, ns);
	if (why)
		printf(" - %s", why);
	for (unsigned int i = 0; !why && i < prog->len; i++)
		printf(" %u,%u,%u,%u", prog->filter[i].code, prog->filter[i].jt, prog->filter[i].jf,
		       prog->filter[i].k);
	putchar('\n');
}

static void ours(const struct line *l)
{
	uint64_t best = UINT64_MAX;

	for (unsigned long i = 1; i <= l->repeats; i++) {
		AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
		struct err e = { 0 };
		uint64_t start = now_ns();
		int rc = expr_compile(l->text, &l->env, &prog, &e);

		best = MIN(best, now_ns() - start);
		if (i == l->repeats)
			print(best, &prog, rc ? e.text : NULL);
	}
}

static void theirs(const struct line *l, const struct peer *peer)
{
	void *p = peer->open_dead(l->env.linktype, l->env.snaplen);
	uint64_t best = UINT64_MAX;

	for (unsigned long i = 1; p && i <= l->repeats; i++) {
		struct sock_fprog prog = { 0 };
		uint64_t start = now_ns();
		int rc = peer->compile(p, &prog, l->text, !l->env.no_optimise, l->env.netmask);

		best = MIN(best, now_ns() - start);
		if (i == l->repeats)
			print(best, &prog, rc ? peer->geterr(p) : NULL);
		peer->freecode(&prog);
	}
	if (p)
		peer->close(p);
}

static struct line parse(char *text)
{
	struct line l = { .env.names = exprnames_system() };
	char *how;

	l.env.linktype = strtoul(text, &text, 10);
	l.env.snaplen = strtoul(text, &text, 10);
	l.env.netmask = strtoul(text, &text, 10);
	how = *text ? text + 1 : text;
	for (; *how && *how != '\t' && (*how < '0' || *how > '9'); how++) {
		l.env.no_optimise |= *how == 'p';
		l.env.mode = *how == 'l' ? EXPR_LIVE : l.env.mode;
		l.by_peer |= *how == 'x';
	}
	l.repeats = *how != '\t' ? strtoul(how, &how, 10) : 1;
	l.repeats = MAX(l.repeats, 1ul);
	l.text = *how ? how + 1 : how;
	return l;
}

int main(void)
{
	AUTO(free_p) char *text = NULL;
	struct peer peer = { 0 };
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&text, &cap, stdin)) > 0) {
		struct line l;

		text[n - (text[n - 1] == '\n')] = '\0';
		l = parse(text);
		if (l.by_peer && !peer.compile && peer_open(&peer) < 0) {
			fprintf(stderr, "compile: no libpcap.so.0.8\n");
			return 1;
		}
		if (l.by_peer)
			theirs(&l, &peer);
		else
			ours(&l);
		fflush(stdout);
	}
	return 0;
}
