// SPDX-License-Identifier: GPL-2.0-or-later
/* helper - see helper.h. This is both sides; what the process looks at is in scout.c. */
#include "helper.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scout.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/priv.h"

struct helper {
	pid_t pid;
	int fd;
	int64_t cpu_ns;
	bool owes[HELPER_REQUESTS];
};

enum what { END, CAME, WENT, HOLDERS };

/* One message of the answer; the last one is END. */
struct answer {
	enum what what;
	uint64_t n; /* CAME, WENT: inode number; HOLDERS: how many; END: the request */
	int64_t cpu_ns;
};

union control {
	char buf[CMSG_SPACE(SOCKDIAG_FDS * sizeof(int))];
	struct cmsghdr align;
};

static void tell(int to, enum what what, uint64_t n, const int *fds, size_t n_fds)
{
	struct answer a = { what, n, clock_cpu_ns() };
	struct iovec iov = { &a, sizeof(a) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control = { .buf = "" };
	struct cmsghdr *c;

	if (n_fds) {
		m.msg_control = control.buf;
		m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
	}
	(void)!sendmsg(to, &m, MSG_NOSIGNAL);
}

static void tell_came(void *arg, uint64_t ino, const int *fds)
{
	tell(*(int *)arg, CAME, ino, fds, SOCKDIAG_FDS);
	for (int i = 0; i < SOCKDIAG_FDS; i++)
		close(fds[i]);
}

static void tell_went(void *arg, uint64_t ino)
{
	tell(*(int *)arg, WENT, ino, NULL, 0);
}

static void tell_holders(struct scout *s, int fd)
{
	AUTO(close_p) int mem = memfd_create("flowtop-holders", MFD_CLOEXEC);
	size_t n;

	if (mem >= 0 && scout_holders(s, mem, &n) == 0)
		tell(fd, HOLDERS, n, &mem, 1);
}

/* The process: away from the terminal's signals, with what it needs and no more. */
static void run(int fd)
{
	static const unsigned int wish[] = { CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH };
	unsigned int keep[ARRAY_SIZE(wish)];
	size_t n = 0;
	struct scout *s;
	uint8_t request;
	sigset_t all;

	close_range(STDERR_FILENO + 1, fd - 1, 0);
	close_range(fd + 1, ~0u, 0);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "flowtop-helper");
	for (size_t i = 0; i < ARRAY_SIZE(wish); i++)
		if (priv_has(wish[i]))
			keep[n++] = wish[i];
	if (scout_new(&s) || priv_drop(NULL, keep, n, NULL))
		return;
	while (recv(fd, &request, 1, 0) == 1) {
		if (request == HELPER_SPACES)
			(void)!scout_spaces(s, tell_came, tell_went, &fd);
		else if (request == HELPER_HOLDERS)
			tell_holders(s, fd);
		tell(fd, END, request, NULL, 0);
	}
}

int helper_start(struct helper **ret_h, struct err *e)
{
	struct helper *h = calloc(1, sizeof(*h));
	int pair[2];

	if (!h)
		return err_set(e, ENOMEM, "out of memory");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		free(h);
		return err_sys(e, errno, "talk to a second process");
	}
	h->pid = fork();
	if (h->pid == 0) {
		close(pair[0]);
		run(pair[1]);
		_exit(0);
	}
	close(pair[1]);
	h->fd = pair[0];
	if (h->pid < 0) {
		err_sys(e, errno, "start a second process");
		close(h->fd);
		free(h);
		return -e->code;
	}
	*ret_h = h;
	return 0;
}

void helper_stop(struct helper *h)
{
	if (!h)
		return;
	close_p(&h->fd);
	while (waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(h);
}

int64_t helper_cpu_ns(const struct helper *h)
{
	return h ? h->cpu_ns : 0;
}

bool helper_owes(const struct helper *h, enum helper_request request)
{
	return h && h->fd >= 0 && h->owes[request];
}

int helper_fd(const struct helper *h)
{
	return h ? h->fd : -1;
}

void helper_ask(struct helper *h, enum helper_request request)
{
	uint8_t byte = request;

	if (h && h->fd >= 0 && !h->owes[request] && send(h->fd, &byte, 1, MSG_NOSIGNAL) == 1)
		h->owes[request] = true;
}

/* The next message, with its descriptors, else -1. False: none is there, or the helper has ended;
 * then nothing is asked any more. */
static bool next(struct helper *h, struct answer *a, int fds[SOCKDIAG_FDS])
{
	union control control;
	struct iovec iov = { a, sizeof(*a) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.buf,
			    .msg_controllen = sizeof(control.buf) };
	struct cmsghdr *c;
	ssize_t n = h->fd < 0 ? 0 : recvmsg(h->fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	for (int i = 0; i < SOCKDIAG_FDS; i++)
		fds[i] = -1;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n != sizeof(*a)) {
		close_p(&h->fd);
		h->fd = -1;
		return false;
	}
	h->cpu_ns = a->cpu_ns;
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(c),
		       MIN(c->cmsg_len - CMSG_LEN(0), SOCKDIAG_FDS * sizeof(int)));
	return true;
}

/* The holders in the memory that 'mem' is, as they were written. */
static void take_holders(int mem, uint64_t n, const struct helper_ops *ops, void *arg)
{
	void *v = mem < 0 || !n || n > HELPER_SOCKETS_MAX
			  ? MAP_FAILED
			  : mmap(NULL, n * sizeof(struct helper_holder), PROT_READ, MAP_PRIVATE,
				 mem, 0);

	close_p(&mem);
	if (v != MAP_FAILED)
		ops->holders(arg, v, n);
}

void helper_turn(struct helper *h, const struct helper_ops *ops, void *arg)
{
	int fds[SOCKDIAG_FDS];
	struct answer a;

	while (h && next(h, &a, fds)) {
		if (a.what == CAME && fds[0] >= 0 && fds[1] >= 0)
			ops->came(arg, a.n, fds);
		else if (a.what == WENT)
			ops->went(arg, a.n);
		else if (a.what == HOLDERS)
			take_holders(fds[0], a.n, ops, arg);
		else if (a.what == END && a.n < HELPER_REQUESTS)
			h->owes[a.n] = false;
	}
}

void helper_holders_put(struct helper_holder *v, size_t n)
{
	if (v)
		munmap(v, n * sizeof(*v));
}
