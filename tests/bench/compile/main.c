// SPDX-License-Identifier: GPL-2.0-or-later
/* compile - compiles many filter expressions in one process, for tests that compare compilers and
 * for the benchmark of compilation. Reads lines "LINKTYPE SNAPLEN NETMASK HOW TEXT", separated by
 * tabs: HOW is made of 'p' (plain: not optimised) and 'l' (for a live socket). For each it prints
 * the nanoseconds it took and the instructions, or "-" and why not. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cbpf/expr.h"
#include "cbpf/insn.h"
#include "sys/exprnames.h"

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void one(char *line)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	struct expr_env env = { .names = exprnames_system() };
	struct err e = { 0 };
	char *how, *text;
	uint64_t start;
	int rc;

	env.linktype = strtoul(line, &line, 10);
	env.snaplen = strtoul(line, &line, 10);
	env.netmask = strtoul(line, &line, 10);
	how = *line ? line + 1 : line;
	text = how + strcspn(how, "\t");
	env.no_optimise = memchr(how, 'p', text - how) != NULL;
	env.mode = memchr(how, 'l', text - how) ? EXPR_LIVE : EXPR_FILE;
	start = now_ns();
	rc = expr_compile(*text ? text + 1 : text, &env, &prog, &e);
	printf("%" PRIu64, now_ns() - start);
	if (rc)
		printf(" - %s", e.text);
	for (unsigned int i = 0; i < prog.len; i++)
		printf(" %u,%u,%u,%u", prog.filter[i].code, prog.filter[i].jt, prog.filter[i].jf,
		       prog.filter[i].k);
	putchar('\n');
}

int main(void)
{
	AUTO(free_p) char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		line[n - (line[n - 1] == '\n')] = '\0';
		one(line);
		fflush(stdout);
	}
	return 0;
}
