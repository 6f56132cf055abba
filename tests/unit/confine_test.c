// SPDX-License-Identifier: GPL-2.0-or-later
/* All of a capture's set-up together, in the order programs do it: restorer, devices, packet
 * socket, change of user, sandbox; and then what a run still does: statistics, rotation in root's
 * folder, device events, signals, putting settings back. */
#include "sys/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/landlock.h"
#include "sys/netdev.h"
#include "sys/netmon.h"
#include "sys/priv.h"
#include "sys/restorer.h"
#include "sys/sig.h"

#define TRY(cond)                                                                          \
	do {                                                                               \
		if (!(cond)) {                                                             \
			fprintf(stderr, "%s:%d: %s (%s; %s)\n", __FILE__, __LINE__, #cond, \
				strerror(errno), err.text);                                \
			_exit(1);                                                          \
		}                                                                          \
	} while (0)

static struct err err;
static char base[64], out[80], state_dir[80];

struct run {
	struct restorer *restorer;
	struct netdev_ctl *ctl;
	struct netmon *mon;
	int sig, sock, dirfd, landlock;
};

static void set_up(struct run *r)
{
	static const unsigned int keep[] = { CAP_DAC_OVERRIDE };
	struct setting s = { .kind = SETTING_SYSCTL,
			     .key = "net.ipv4.ip_default_ttl",
			     .value = "9" };
	struct sandbox_path path = { .write = true };
	struct sandbox_needs needs = { .flags = SANDBOX_THREADS, .paths = &path, .n_paths = 1 };
	struct sandbox_report report;
	struct priv_user user;

	r->landlock = landlock_abi(); /* cannot be asked in the sandbox */
	TRY(sig_open(&r->sig, &err) == 0);
	TRY(restorer_start(state_dir, &s, 1, &r->restorer, &err) == 0 && !s.error);
	TRY(netdev_open(&r->ctl, &err) == 0);
	TRY(netmon_open(&r->mon, &err) == 0);
	r->sock = socket(AF_PACKET, SOCK_RAW, 0);
	TRY(r->sock >= 0);
	TRY(fd_open_dir(out, &r->dirfd, &err) == 0);
	TRY(priv_lookup("nobody", NULL, &user, &err) == 0);
	TRY(!priv_may_create(&user, r->dirfd));
	TRY(priv_drop(&user, keep, 1, &err) == 0);
	path.fd = r->dirfd;
	TRY(sandbox_enter(&needs, &report, &err) == 0);
	TRY(report.seccomp);
	TRY(strstr(report.text, r->landlock ? "seccomp, Landlock " : "no Landlock"));
}

static void rotate(const struct run *r)
{
	struct statvfs fs;
	int fd;

	fd = openat(r->dirfd, "one", O_RDWR | O_CREAT | O_EXCL, 0600);
	TRY(fd >= 0);
	TRY(fd_write_full(fd, "data", 4) == 0);
	TRY(fstatvfs(fd, &fs) == 0);
	TRY(renameat(r->dirfd, "one", r->dirfd, "two") == 0);
	TRY(unlinkat(r->dirfd, "two", 0) == 0);
	/* CAP_DAC_OVERRIDE reaches no further than the folder. */
	if (r->landlock)
		TRY(openat(AT_FDCWD, "/etc/shadow", O_RDONLY) < 0 && errno == EACCES);
}

static void life(void)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);
	struct netmon_event ev;
	struct netdev_stats st;
	struct netdev lo;
	struct pollfd p;
	struct run r;
	char byte;

	TRY(unshare(CLONE_NEWNET) == 0);
	set_up(&r);
	rotate(&r);
	TRY(netdev_get(r.ctl, "lo", 0, &lo, &err) == 0);
	TRY(netdev_stats(r.ctl, lo.ifindex, &st, &err) == 0);
	TRY(netmon_next(r.mon, &ev, &err) == 0);
	TRY(getsockopt(r.sock, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0);
	TRY(recv(r.sock, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN);
	raise(SIGTERM);
	p = (struct pollfd){ .fd = r.sig, .events = POLLIN };
	TRY(poll(&p, 1, 5000) == 1);
	TRY(sig_next(r.sig) == SIG_EVENT_STOP);
	TRY(restorer_stop(r.restorer, &err) == 0);
	netmon_close(r.mon);
	netdev_close(r.ctl);
	raise(SIGINT);
	_exit(2);
}

static void test_life(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		life();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
}

static void no_root(void **state)
{
	(void)state;
	print_message("skipped: needs root to change users\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_life) };
	char cmd[96];
	int rc;

	if (geteuid()) {
		const struct CMUnitTest none[] = { cmocka_unit_test(no_root) };

		return cmocka_run_group_tests(none, NULL, NULL);
	}
	signal(SIGINT, SIG_DFL); /* a shell's background job inherits it ignored */
	snprintf(base, sizeof(base), "/tmp/confine_test.%d", getpid());
	snprintf(out, sizeof(out), "%s/out", base);
	snprintf(state_dir, sizeof(state_dir), "%s/state", base);
	if (mkdir(base, 0700) || mkdir(out, 0700))
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(cmd, sizeof(cmd), "rm -r '%s'", base);
	return system(cmd) ? 1 : rc;
}
