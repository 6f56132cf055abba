// SPDX-License-Identifier: GPL-2.0-or-later
/* clockjump - preloaded into a program under test: its wall clock is wrong by the seconds that the
 * file $CLOCKJUMP says at that moment. Other clocks are right. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long wrong_by(void)
{
	const char *path = getenv("CLOCKJUMP");
	FILE *f = path ? fopen(path, "re") : NULL;
	long s = 0;

	if (f && fscanf(f, "%ld", &s) != 1)
		s = 0;
	if (f)
		fclose(f);
	return s;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = syscall(SYS_clock_gettime, id, t);

	if (!rc && id == CLOCK_REALTIME)
		t->tv_sec += wrong_by();
	return rc;
}
