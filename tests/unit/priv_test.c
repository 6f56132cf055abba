// SPDX-License-Identifier: GPL-2.0-or-later
/* priv: children give up what they have and try to get it back. */
#include "sys/priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fd.h"

#define TRY(cond)                                                                  \
	do {                                                                       \
		if (!(cond)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			_exit(1);                                                  \
		}                                                                  \
	} while (0)

static char dir[64];

static void in_child(void (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_lookup(void **state)
{
	struct priv_user u;
	struct err e;

	(void)state;
	assert_int_equal(priv_lookup("root", NULL, &u, &e), 0);
	assert_int_equal(u.uid, 0);
	assert_int_equal(priv_lookup("daemon", NULL, &u, &e), 0);
	assert_int_equal(u.uid, 1);
	assert_int_equal(u.gid, 1);
	assert_int_equal(priv_lookup("1", NULL, &u, &e), 0);
	assert_int_equal(u.gid, 1);
	assert_true(u.n_groups >= 1);
	assert_int_equal(priv_lookup("54321", NULL, &u, &e), 0);
	assert_int_equal(u.uid, 54321);
	assert_int_equal(u.gid, 54321);
	assert_int_equal(u.n_groups, 0);
	assert_int_equal(priv_lookup("daemon", "mail", &u, &e), 0);
	assert_int_equal(u.gid, 8);
	assert_int_equal(priv_lookup(NULL, "77", &u, &e), 0);
	assert_int_equal(u.uid, geteuid());
	assert_int_equal(u.gid, 77);
	assert_int_equal(priv_lookup("no-such-user", NULL, &u, &e), -ENOENT);
	assert_string_equal(e.text, "there is no user \"no-such-user\"");
	assert_int_equal(priv_lookup("1x", NULL, &u, &e), -ENOENT);
	assert_int_equal(priv_lookup("4294967295", NULL, &u, &e), -ENOENT); /* (uid_t)-1 */
	assert_int_equal(priv_lookup("root", "no-such-group", &u, &e), -ENOENT);
	assert_int_equal(priv_lookup(NULL, NULL, &u, &e), -EINVAL);
}

static void drop_all(void)
{
	static const unsigned int need[] = { CAP_NET_RAW, CAP_NET_ADMIN };
	struct err e;

	TRY(priv_drop(NULL, NULL, 0, &e) == 0);
	TRY(!priv_has(CAP_NET_RAW));
	TRY(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	TRY(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
	TRY(priv_need(need, 2, "capturing", &e) == -EPERM);
	TRY(strstr(e.text, "capturing needs CAP_NET_RAW, CAP_NET_ADMIN: run as root"));
	TRY(strstr(e.text, "setcap cap_net_raw,cap_net_admin+eip /"));
	TRY(priv_fail(&e, EPERM, CAP_NET_RAW, "open a packet socket") == -EPERM);
	TRY(strstr(e.text, "CAP_NET_RAW"));
	TRY(priv_fail(&e, ENOMEM, CAP_NET_RAW, "open a packet socket") == -ENOMEM);
	TRY(!strstr(e.text, "CAP_NET_RAW"));
}

static void keep_one(void)
{
	static const unsigned int keep[] = { CAP_NET_RAW };
	struct err e;
	int fd;

	TRY(priv_drop(NULL, keep, 1, &e) == 0);
	TRY(priv_has(CAP_NET_RAW) && !priv_has(CAP_SETUID) && !priv_has(CAP_SYS_ADMIN));
	TRY(priv_need(keep, 1, "capturing", &e) == 0);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	TRY(fd >= 0);
}

static void change_user(void)
{
	static const unsigned int keep[] = { CAP_NET_RAW };
	struct priv_user u;
	gid_t groups[64];
	struct err e;
	uid_t r, f, s;

	TRY(priv_lookup("nobody", NULL, &u, &e) == 0);
	TRY(priv_drop(&u, keep, 1, &e) == 0);
	TRY(getresuid(&r, &f, &s) == 0 && r == u.uid && f == u.uid && s == u.uid);
	TRY(getegid() == u.gid);
	TRY(getgroups(64, groups) == (int)u.n_groups);
	TRY(setuid(0) < 0);
	TRY(setgid(0) < 0);
	TRY(setgroups(0, NULL) < 0);
	TRY(open("/etc/shadow", O_RDONLY) < 0 && errno == EACCES);
	TRY(priv_has(CAP_NET_RAW));
	TRY(socket(AF_PACKET, SOCK_RAW, 0) >= 0);
}

/* What rotation needs: files made in root's own folder, through its descriptor, after the change.
 */
static void rotate_after(void)
{
	static const unsigned int keep[] = { CAP_DAC_OVERRIDE };
	struct priv_user u;
	struct err e;
	int dirfd, fd;

	TRY(fd_open_dir(dir, &dirfd, &e) == 0);
	TRY(priv_lookup("nobody", NULL, &u, &e) == 0);
	TRY(!priv_may_create(&u, dirfd));
	TRY(priv_drop(&u, keep, 1, &e) == 0);
	fd = openat(dirfd, "rotated", O_WRONLY | O_CREAT | O_EXCL, 0600);
	TRY(fd >= 0);
	TRY(unlinkat(dirfd, "rotated", 0) == 0);
}

static void no_rotate_after(void)
{
	struct priv_user u;
	struct err e;
	int dirfd;

	TRY(fd_open_dir(dir, &dirfd, &e) == 0);
	TRY(priv_lookup("nobody", NULL, &u, &e) == 0);
	TRY(priv_drop(&u, NULL, 0, &e) == 0);
	TRY(openat(dirfd, "rotated", O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES);
}

static void not_permitted(void)
{
	struct priv_user u;
	struct err e;

	TRY(priv_drop(NULL, NULL, 0, &e) == 0);
	TRY(priv_lookup("nobody", NULL, &u, &e) == 0);
	TRY(priv_drop(&u, NULL, 0, &e) == -EPERM);
	TRY(strstr(e.text, "CAP_SETGID"));
}

static void test_drop_all(void **state)
{
	(void)state;
	in_child(drop_all);
}

static void test_keep_one(void **state)
{
	(void)state;
	in_child(keep_one);
}

static void test_change_user(void **state)
{
	(void)state;
	in_child(change_user);
}

static void test_rotation(void **state)
{
	(void)state;
	in_child(rotate_after);
	in_child(no_rotate_after);
}

static void test_not_permitted(void **state)
{
	(void)state;
	in_child(not_permitted);
}

static void test_may_create(void **state)
{
	struct priv_user u = { .uid = 54321, .gid = 54321, .groups = { 54322 }, .n_groups = 1 };
	AUTO(close_p) int fd = -1;
	struct err e;

	(void)state;
	assert_int_equal(fd_open_dir(dir, &fd, &e), 0);
	assert_false(priv_may_create(&u, fd));
	assert_int_equal(fchown(fd, 54321, 0), 0);
	assert_true(priv_may_create(&u, fd));
	assert_int_equal(fchown(fd, 0, 54322), 0);
	assert_false(priv_may_create(&u, fd));
	assert_int_equal(fchmod(fd, 0770), 0);
	assert_true(priv_may_create(&u, fd));
	assert_int_equal(fchown(fd, 0, 0), 0);
	assert_int_equal(fchmod(fd, 0772), 0); /* write without search */
	assert_false(priv_may_create(&u, fd));
	assert_int_equal(fchmod(fd, 0777), 0);
	assert_true(priv_may_create(&u, fd));
	assert_int_equal(fchmod(fd, 0700), 0);
	assert_int_equal(fd_open_dir("/nowhere", &fd, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/nowhere"));
}

static void no_root(void **state)
{
	(void)state;
	print_message("skipped: needs root to change users\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup),	   cmocka_unit_test(test_drop_all),
		cmocka_unit_test(test_keep_one),   cmocka_unit_test(test_change_user),
		cmocka_unit_test(test_rotation),   cmocka_unit_test(test_not_permitted),
		cmocka_unit_test(test_may_create),
	};
	int rc;

	if (geteuid()) {
		const struct CMUnitTest none[] = { cmocka_unit_test(no_root) };

		return cmocka_run_group_tests(none, NULL, NULL);
	}
	snprintf(dir, sizeof(dir), "/tmp/priv_test.%d", getpid());
	if (mkdir(dir, 0700))
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	return rmdir(dir) ? 1 : rc;
}
