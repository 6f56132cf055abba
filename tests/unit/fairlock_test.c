// SPDX-License-Identifier: GPL-2.0-or-later
/* fairlock - it goes to a thread that waits, also when the one that leaves takes it at once. */
#include "sys/fairlock.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/attr.h"
#include "unit.h"

enum { TURNS = 100 };

struct shared {
	struct fairlock lock;
	int tid, had_it;
};

static void *waiter(void *arg)
{
	struct shared *s = arg;

	atomic_put(&s->tid, gettid());
	fairlock_take(&s->lock);
	s->had_it = 1;
	fairlock_leave(&s->lock);
	return NULL;
}

/* True if the thread sleeps: the third word of its stat, behind a name in brackets. */
static int sleeps(int tid)
{
	char path[64], text[512] = "";
	const char *end;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	end = strrchr(text, ')');
	assert_non_null(end);
	return end[2] == 'S';
}

static void test_waiter_comes_next(void **state UNUSED)
{
	struct shared s;
	pthread_t thread;
	int i;

	for (i = 0; i < TURNS; i++) {
		s = (struct shared){ .tid = 0 };
		fairlock_init(&s.lock);
		fairlock_take(&s.lock);
		assert_int_equal(pthread_create(&thread, NULL, waiter, &s), 0);
		while (!atomic_get(&s.tid) || !sleeps(s.tid))
			sched_yield();
		fairlock_leave(&s.lock);
		fairlock_take(&s.lock);
		assert_int_equal(s.had_it, 1);
		fairlock_leave(&s.lock);
		pthread_join(thread, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waiter_comes_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
