// SPDX-License-Identifier: GPL-2.0-or-later
/* The restorer (and its helper, sys/keeper.h) against a sysctl of a private network namespace:
 * normal end, kill -9, several owners. */
#include "sys/restorer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/proc.h"

#define TTL "net.ipv4.ip_default_ttl"

static char dir[64];

static struct setting ttl(const char *value)
{
	struct setting s = { .kind = SETTING_SYSCTL, .key = TTL };

	snprintf(s.value, sizeof(s.value), "%s", value);
	return s;
}

static void check_ttl(const char *want)
{
	char now[32];

	assert_true(sysctl_get(TTL, now, sizeof(now), NULL) > 0);
	assert_string_equal(now, want);
}

/* The helpers were orphaned to this process (a subreaper): all have ended when none is left. */
static void wait_for_helpers(void)
{
	alarm(20);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	alarm(0);
}

/* Only the gate is left in the state folder: no record. */
static void check_no_records(void)
{
	DIR *d = opendir(dir);
	struct dirent *ent;

	assert_non_null(d);
	while ((ent = readdir(d)))
		if (ent->d_name[0] != '.')
			assert_string_equal(ent->d_name, "gate");
	closedir(d);
}

/* Starts an owner process that sets 'value' and then waits to be killed; returns once it is set. */
static pid_t owner(const char *value)
{
	int p[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(p), 0);
	pid = fork();
	if (pid == 0) {
		struct setting s = ttl(value);
		struct restorer *r;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (restorer_start(dir, &s, 1, &r, NULL) || s.error || write(p[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(p[1]);
	assert_int_equal(read(p[0], &c, 1), 1);
	close(p[0]);
	return pid;
}

static void end(pid_t pid, int signo)
{
	assert_int_equal(kill(pid, signo), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_normal(void **state)
{
	struct setting s = ttl("99");
	struct err e = { 0 };
	struct restorer *r;

	(void)state;
	assert_int_equal(restorer_start(dir, &s, 1, &r, &e), 0);
	assert_int_equal(s.error, 0);
	assert_string_equal(s.old, "64");
	check_ttl("99");
	assert_int_equal(restorer_stop(r, &e), 0);
	check_ttl("64");
	check_no_records();
}

static void test_kill9(void **state)
{
	pid_t pid = owner("70");

	(void)state;
	check_ttl("70");
	end(pid, SIGKILL);
	wait_for_helpers();
	check_ttl("64");
	check_no_records();
}

static void test_two_owners(void **state)
{
	pid_t a = owner("70"), b = owner("80");

	(void)state;
	check_ttl("80");
	end(a, SIGKILL);
	wait(NULL); /* a's helper */
	check_ttl("80");
	end(b, SIGKILL);
	wait_for_helpers();
	check_ttl("64");
	check_no_records();
}

/* Many come and go at once: whatever the order, the end is the beginning. */
static void test_race(void **state)
{
	pid_t pid[12];

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		pid[i] = fork();
		if (pid[i])
			continue;
		for (int turn = 0; turn < 10; turn++) {
			char value[8];
			struct setting s;
			struct restorer *r;

			snprintf(value, sizeof(value), "%zu", 100 + i);
			s = ttl(value);
			if (restorer_start(dir, &s, 1, &r, NULL) || s.error || strcmp(s.old, "64"))
				_exit(1);
			if (turn == 9)
				kill(getpid(), SIGKILL);
			if (restorer_stop(r, NULL))
				_exit(2);
		}
	}
	for (size_t i = 0; i < 12; i++) {
		int status;

		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_true(WIFSIGNALED(status));
	}
	wait_for_helpers();
	check_ttl("64");
	check_no_records();
}

/* Ctrl-C goes to the whole process group: the helper must not be in it. */
static void test_own_session(void **state)
{
	struct setting s = ttl("71");
	pid_t group = fork();
	int status;

	(void)state;
	if (group == 0) {
		struct restorer *r;

		setpgid(0, 0);
		if (restorer_start(dir, &s, 1, &r, NULL) || s.error)
			_exit(1);
		signal(SIGINT, SIG_IGN);
		kill(0, SIGINT);
		_exit(restorer_stop(r, NULL) ? 2 : 0); /* fails if the helper is dead */
	}
	assert_int_equal(waitpid(group, &status, 0), group);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	check_ttl("64");
}

/* The pid of the one helper, a child of this process. */
static pid_t helper_pid(void)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", getpid(), getpid());
	assert_true(proc_read(path, text, sizeof(text), NULL) > 0);
	return atoi(text);
}

/* A killed helper leaves a record; the next run that touches the setting puts right what it left.
 */
static void test_helper_killed(void **state)
{
	struct setting s = ttl("90"), t = ttl("91");
	struct err e = { 0 };
	struct restorer *r;

	(void)state;
	assert_int_equal(restorer_start(dir, &s, 1, &r, &e), 0);
	assert_int_equal(kill(helper_pid(), SIGKILL), 0);
	assert_int_equal(restorer_stop(r, &e), -ECHILD);
	check_ttl("90");
	assert_int_equal(restorer_start(dir, &t, 1, &r, &e), 0);
	assert_string_equal(t.old, "64");
	assert_int_equal(restorer_stop(r, &e), 0);
	check_ttl("64");
	check_no_records();
}

static void test_changed_by_others(void **state)
{
	struct setting s = ttl("90");
	struct err e = { 0 };
	struct restorer *r;

	(void)state;
	assert_int_equal(restorer_start(dir, &s, 1, &r, &e), 0);
	assert_int_equal(sysctl_set(TTL, "50", &e), 0);
	assert_int_equal(restorer_stop(r, &e), 0);
	check_ttl("50");
	check_no_records();
	assert_int_equal(sysctl_set(TTL, "64", &e), 0);
}

static void test_at_least(void **state)
{
	struct setting s[2] = { ttl("60"),
				{ .kind = SETTING_SYSCTL, .key = "net.ipv4.tcp_orphan_retries" } };
	struct err e = { 0 };
	struct restorer *r;

	(void)state;
	s[0].at_least = true;
	strcpy(s[1].value, "3");
	assert_int_equal(restorer_start(dir, s, 2, &r, &e), 0);
	assert_int_equal(s[0].error, 0);
	assert_int_equal(s[1].error, 0);
	check_ttl("64");
	assert_int_equal(restorer_stop(r, &e), 0);
	check_ttl("64");
}

/* One that cannot be changed is told, and does not stop the other. */
static void test_partial(void **state)
{
	struct setting s[2] = { { .kind = SETTING_SYSCTL, .key = "net.no.such" }, ttl("77") };
	struct err e = { 0 };
	struct restorer *r;

	(void)state;
	strcpy(s[0].value, "1");
	assert_int_equal(restorer_start(dir, s, 2, &r, &e), 0);
	assert_int_equal(s[0].error, ENOENT);
	assert_non_null(strstr(e.text, "/proc/sys/net/no/such"));
	assert_int_equal(s[1].error, 0);
	check_ttl("77");
	assert_int_equal(restorer_stop(r, &e), 0);
	check_ttl("64");
	check_no_records();
}

static void test_refused_value(void **state)
{
	struct setting s = ttl("4711"); /* at most 255 */
	struct err e = { 0 };
	struct restorer *r;

	(void)state;
	assert_int_equal(restorer_start(dir, &s, 1, &r, &e), 0);
	assert_int_equal(s.error, EINVAL);
	assert_int_equal(restorer_stop(r, &e), 0);
	check_ttl("64");
	check_no_records();
}

static void test_bad_state_dir(void **state)
{
	struct setting s = ttl("77");
	struct err e = { 0 };
	struct restorer *r;

	(void)state;
	assert_int_equal(restorer_start("/nowhere/at/all", &s, 1, &r, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/nowhere/at/all"));
	assert_int_equal(restorer_start("/tmp", &s, 1, &r, &e), -EPERM);
	check_ttl("64");
}

static void no_root(void **state)
{
	(void)state;
	print_message("skipped: needs root for a network namespace\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_kill9),
		cmocka_unit_test(test_two_owners),
		cmocka_unit_test(test_race),
		cmocka_unit_test(test_own_session),
		cmocka_unit_test(test_helper_killed),
		cmocka_unit_test(test_changed_by_others),
		cmocka_unit_test(test_at_least),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_refused_value),
		cmocka_unit_test(test_bad_state_dir),
	};
	char cmd[96];
	int rc;

	if (unshare(CLONE_NEWNET) < 0) {
		const struct CMUnitTest none[] = { cmocka_unit_test(no_root) };

		return cmocka_run_group_tests(none, NULL, NULL);
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	snprintf(dir, sizeof(dir), "/tmp/restorer_test.%d", getpid());
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(cmd, sizeof(cmd), "rm -r '%s'", dir);
	return system(cmd) ? 1 : rc;
}
