// SPDX-License-Identifier: GPL-2.0-or-later
/* Children enter the sandbox and try what it forbids, by system call and by io_uring, and what it
 * allows. */
#include "sys/sandbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <linux/bpf.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/landlock.h"
#include "sys/uring.h"

static char in_dir[64], out_dir[64], secret[96];

/* What a child does in the sandbox; returns 0, or the line that went wrong. */
typedef int (*child_fn)(int dirfd);

#define TRY(cond)                        \
	do {                             \
		if (!(cond))             \
			return __LINE__; \
	} while (0)

/* 'expr' fails with EPERM (seccomp) or EACCES (Landlock). */
#define REFUSED(expr)                                                          \
	do {                                                                   \
		errno = 0;                                                     \
		if ((long)(expr) != -1 || (errno != EPERM && errno != EACCES)) \
			return __LINE__;                                       \
	} while (0)

static void run(child_fn fn, unsigned int flags, bool with_dir)
{
	pid_t pid = fork();
	int status, line;

	if (pid == 0) {
		struct sandbox_path p = { .write = true };
		struct sandbox_needs n = { .flags = flags, .paths = &p, .n_paths = with_dir };
		struct sandbox_report r;
		struct err e;

		alarm(20);
		if (fd_open_dir(out_dir, &p.fd, &e))
			_exit(1);
		if (sandbox_enter(&n, &r, &e) || !r.seccomp) {
			fprintf(stderr, "%s\n", e.text);
			_exit(2);
		}
		line = fn(p.fd);
		if (line)
			fprintf(stderr, "%s:%d: %s\n", __FILE__, line, strerror(errno));
		_exit(line ? 3 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int open_outside(int dirfd)
{
	int fd;

	REFUSED(open("/etc/passwd", O_RDONLY));
	REFUSED(open(secret, O_RDONLY));
	REFUSED(openat(dirfd, "../in/secret", O_RDONLY));
	REFUSED(openat(dirfd, "/etc/hostname", O_WRONLY));
	REFUSED(syscall(SYS_open, secret, O_RDONLY));
	REFUSED(syscall(SYS_openat2, dirfd, "a", NULL, 0));
	REFUSED(symlinkat(secret, dirfd, "link"));
	REFUSED(linkat(AT_FDCWD, secret, dirfd, "hard", 0));
	REFUSED(mkdirat(dirfd, "sub", 0700));
	REFUSED(renameat(AT_FDCWD, secret, dirfd, "stolen"));
	REFUSED(unlink(secret));
	REFUSED(truncate(secret, 0));
	fd = openat(dirfd, "new", O_RDWR | O_CREAT | O_EXCL, 0600);
	TRY(fd >= 0);
	close(fd);
	return 0;
}

static void test_open_outside(void **state)
{
	(void)state;
	if (!landlock_abi()) {
		print_message("skipped: the kernel has no Landlock\n");
		skip();
	}
	run(open_outside, 0, true);
	assert_int_equal(access(secret, F_OK), 0);
}

static int open_nothing(int dirfd)
{
	REFUSED(openat(dirfd, "x", O_RDWR | O_CREAT, 0600));
	REFUSED(openat(dirfd, ".", O_RDONLY));
	REFUSED(unlinkat(dirfd, "new", 0));
	return 0;
}

static void test_open_nothing(void **state)
{
	(void)state;
	run(open_nothing, 0, false);
}

static int forbidden(int dirfd)
{
	char *argv[] = { "true", NULL };
	void *m;

	(void)dirfd;
	REFUSED(execve("/bin/true", argv, NULL));
	REFUSED(syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0));
	REFUSED(socket(AF_INET, SOCK_DGRAM, 0));
	REFUSED(socket(AF_PACKET, SOCK_RAW, 0));
	REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
	REFUSED(ptrace(PTRACE_TRACEME, 0, 0, 0));
	REFUSED(ptrace(PTRACE_ATTACH, getppid(), 0, 0));
	REFUSED(syscall(SYS_process_vm_writev, getppid(), NULL, 0, NULL, 0, 0));
	REFUSED(kill(getppid(), 0));
	REFUSED(fork());
	REFUSED(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
	REFUSED(syscall(SYS_io_uring_setup, 4, NULL));
	REFUSED(syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, NULL, 0));
	REFUSED(syscall(SYS_setns, 0, 0));
	REFUSED(syscall(SYS_unshare, 0));
	REFUSED(syscall(SYS_mount, NULL, NULL, NULL, 0, NULL));
	REFUSED(syscall(SYS_setresuid, 0, 0, 0));
	REFUSED(chdir("/"));
	/* MAP_FAILED is -1. */
	REFUSED(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	TRY(m != MAP_FAILED);
	REFUSED(mprotect(m, 4096, PROT_READ | PROT_EXEC));
	return 0;
}

static void test_forbidden(void **state)
{
	(void)state;
	run(forbidden, 0, false);
	run(forbidden, 0, true);
}

/* What netsniff does after set-up: rotation, statistics, waiting. */
static int allowed(int dirfd)
{
	char buf[8] = "x";
	struct iovec iov = { buf, sizeof(buf) };
	struct timespec ts = { .tv_nsec = 1 };
	struct stat st;
	int fd, other;
	void *m;

	fd = openat(dirfd, "a", O_RDWR | O_CREAT | O_TRUNC, 0600);
	TRY(fd >= 0);
	TRY(pwritev(fd, &iov, 1, 0) == sizeof(buf));
	TRY(write(fd, buf, 1) == 1);
	TRY(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 65536) == 0 || errno == EOPNOTSUPP);
	TRY(ftruncate(fd, 4) == 0);
	TRY(fsync(fd) == 0);
	TRY(fstat(fd, &st) == 0 && st.st_size == 4);
	m = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
	TRY(m != MAP_FAILED && munmap(m, 4096) == 0);
	TRY(renameat(dirfd, "a", dirfd, "b") == 0);
	other = openat(dirfd, ".", O_RDONLY | O_DIRECTORY);
	TRY(other >= 0);
	TRY(unlinkat(dirfd, "b", 0) == 0);
	TRY(close(fd) == 0 && close(other) == 0);
	TRY(clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL) == 0);
	TRY(poll(NULL, 0, 0) == 0);
	free(malloc(10 << 20));
	TRY(localtime(&ts.tv_sec));
	TRY(fflush(stdout) == 0);
	return 0;
}

static void test_allowed(void **state)
{
	(void)state;
	run(allowed, 0, true);
}

static void *thread_main(void *arg)
{
	int *secret_fd = arg;

	*secret_fd = open(secret, O_RDONLY);
	return NULL;
}

static int threads(int dirfd)
{
	int fd = 0;
	pthread_t t;

	(void)dirfd;
	TRY(pthread_create(&t, NULL, thread_main, &fd) == 0);
	TRY(pthread_join(t, NULL) == 0);
	TRY(fd == -1);
	REFUSED(fork());
	return 0;
}

static int no_threads(int dirfd)
{
	pthread_t t;

	(void)dirfd;
	TRY(pthread_create(&t, NULL, thread_main, NULL) != 0);
	return 0;
}

static void test_threads(void **state)
{
	(void)state;
	run(threads, SANDBOX_THREADS, true);
	run(no_threads, 0, true);
}

static int bpf_read(int dirfd)
{
	union bpf_attr a = { .map_fd = -1 };

	(void)dirfd;
	TRY(syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &a, sizeof(a)) < 0 && errno == EBADF);
	REFUSED(syscall(SYS_bpf, BPF_MAP_CREATE, &a, sizeof(a)));
	REFUSED(syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof(a)));
	REFUSED(syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &a, sizeof(a)));
	return 0;
}

static void test_bpf(void **state)
{
	(void)state;
	run(bpf_read, SANDBOX_BPF_READ, true);
}

static struct io_uring ring;

/* Sends the prepared entry and returns its result. */
static int ring_do(void)
{
	struct io_uring_cqe *cqe;
	int res;

	if (io_uring_submit_and_wait(&ring, 1) < 0 || io_uring_peek_cqe(&ring, &cqe) < 0)
		return -9999;
	res = cqe->res;
	io_uring_cqe_seen(&ring, cqe);
	return res;
}

static int by_ring(int dirfd)
{
	int fd = openat(dirfd, "ring", O_RDWR | O_CREAT, 0600);

	TRY(fd >= 0);
	io_uring_prep_write(io_uring_get_sqe(&ring), fd, "data", 4, 0);
	TRY(ring_do() == 4);
	io_uring_prep_fsync(io_uring_get_sqe(&ring), fd, 0);
	TRY(ring_do() == 0);
	io_uring_prep_socket(io_uring_get_sqe(&ring), AF_INET, SOCK_DGRAM, 0, 0);
	TRY(ring_do() == -EACCES);
	io_uring_prep_openat(io_uring_get_sqe(&ring), AT_FDCWD, secret, O_RDONLY, 0);
	TRY(ring_do() == -EACCES);
	io_uring_prep_openat(io_uring_get_sqe(&ring), dirfd, "ring", O_RDONLY, 0);
	TRY(ring_do() == -EACCES);
	io_uring_prep_unlinkat(io_uring_get_sqe(&ring), dirfd, "ring", 0);
	TRY(ring_do() == -EACCES);
	REFUSED(syscall(SYS_io_uring_register, ring.ring_fd, IORING_REGISTER_EVENTFD, &fd, 1));
	REFUSED(syscall(SYS_io_uring_setup, 4, NULL));
	return 0;
}

static void test_by_ring(void **state)
{
	static const uint8_t ops[] = { IORING_OP_WRITE, IORING_OP_WRITEV, IORING_OP_FSYNC };
	struct err e;
	int rc = io_uring_queue_init(8, &ring, IORING_SETUP_R_DISABLED);

	(void)state;
	if (rc < 0) {
		print_message("skipped: the kernel has no io_uring: %s\n", strerror(-rc));
		skip();
	}
	assert_int_equal(uring_restrict(ring.ring_fd, ops, sizeof(ops), &e), 0);
	run(by_ring, SANDBOX_URING, true);
	io_uring_queue_exit(&ring);
}

/* A ring that was never restricted is of no use where no ring was asked for. */
static int stray_ring(int dirfd)
{
	(void)dirfd;
	io_uring_prep_socket(io_uring_get_sqe(&ring), AF_INET, SOCK_DGRAM, 0, 0);
	TRY(io_uring_submit(&ring) == -EPERM);
	return 0;
}

static void test_stray_ring(void **state)
{
	(void)state;
	if (io_uring_queue_init(8, &ring, 0) < 0) {
		print_message("skipped: the kernel has no io_uring\n");
		skip();
	}
	run(stray_ring, 0, true);
	io_uring_queue_exit(&ring);
}

static void *wait_for_byte(void *arg)
{
	char c;

	return read(*(int *)arg, &c, 1) == 1 ? NULL : arg;
}

static void test_needs_one_thread(void **state)
{
	struct sandbox_needs n = { 0 };
	struct sandbox_report r;
	struct err e = { 0 };
	pthread_t t;
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	assert_int_equal(pthread_create(&t, NULL, wait_for_byte, &p[0]), 0);
	assert_int_equal(sandbox_enter(&n, &r, &e), -EBUSY);
	assert_string_equal(e.text, "the sandbox must be entered before threads start");
	assert_int_equal(write(p[1], "x", 1), 1);
	pthread_join(t, NULL);
	close(p[0]);
	close(p[1]);
}

static void test_bad_path(void **state)
{
	struct sandbox_path p = { .path = "/nowhere/at/all" };
	struct err e = { 0 };

	(void)state;
	if (!landlock_abi()) {
		print_message("skipped: the kernel has no Landlock\n");
		skip();
	}
	assert_int_equal(landlock_enter(&p, 1, 0, &e), -ENOENT);
	assert_non_null(strstr(e.text, "/nowhere/at/all"));
}

static int make_dirs(void **state)
{
	char base[] = "/tmp/sandbox_test.XXXXXX";
	int fd;

	if (!mkdtemp(base))
		return -1;
	*state = strdup(base);
	snprintf(in_dir, sizeof(in_dir), "%s/in", base);
	snprintf(out_dir, sizeof(out_dir), "%s/out", base);
	snprintf(secret, sizeof(secret), "%s/secret", in_dir);
	if (mkdir(in_dir, 0755) || mkdir(out_dir, 0755))
		return -1;
	fd = open(secret, O_CREAT | O_WRONLY, 0644);
	return fd < 0 ? -1 : close(fd);
}

static int remove_dirs(void **state)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "rm -r '%s'", (char *)*state);
	free(*state);
	return system(cmd) ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_outside),	 cmocka_unit_test(test_open_nothing),
		cmocka_unit_test(test_forbidden),	 cmocka_unit_test(test_allowed),
		cmocka_unit_test(test_threads),		 cmocka_unit_test(test_bpf),
		cmocka_unit_test(test_by_ring),		 cmocka_unit_test(test_stray_ring),
		cmocka_unit_test(test_needs_one_thread), cmocka_unit_test(test_bad_path),
	};

	return cmocka_run_group_tests(tests, make_dirs, remove_dirs);
}
