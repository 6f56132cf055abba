// SPDX-License-Identifier: GPL-2.0-or-later
/* helper - see helper.h. */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <netlink/socket.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/netlink.h>

#include "sys/fd.h"
#include "sys/netconf.h"
#include "sys/nl.h"
#include "sys/priv.h"

enum request { REQUEST_CLIENTS = 1, REQUEST_SOCKET = 2, REQUEST_DEVICE = 3 };

/* What goes back: a code, with a descriptor when it is 0. */
static void reply(int fd, int code, int pass)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { &code, sizeof(code) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (!code) {
		m.msg_control = control.buf;
		m.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass, sizeof(int));
	}
	(void)!sendmsg(fd, &m, MSG_NOSIGNAL);
}

/* The same conditions as at the start (folder.c). */
static int open_clients(const struct helper_conf *conf)
{
	int fd = openat(conf->folder->fd, "clients", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_mode & 077) {
		close(fd);
		return -EPERM;
	}
	return fd;
}

static int open_socket(const struct helper_conf *conf)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int mark = HELPER_MARK;

	if (fd < 0)
		return -errno;
	if (helper_marks(conf) && setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) < 0) {
		close(fd);
		return -EPERM;
	}
	return fd;
}

static int set_rules(const struct helper_conf *conf, struct nl_sock *nl, bool add, struct err *e)
{
	const int family[] = { AF_INET, AF_INET6 };
	int i, rc = 0;

	for (i = 0; i < 2; i++)
		if (conf->dev->all[i] && (!rc || !add))
			rc = netconf_all(nl, conf->ifindex, family[i], HELPER_MARK, HELPER_TABLE,
					 add, e);
	return rc;
}

/* Rules outlive a device, its routes do not. */
static int open_device(struct helper_conf *conf, struct nl_sock *nl)
{
	struct tun t;
	int rc;

	(void)!set_rules(conf, nl, false, NULL);
	rc = device_open(conf->dev, nl, &t, NULL);
	if (rc)
		return rc;
	conf->ifindex = t.ifindex;
	rc = set_rules(conf, nl, true, NULL);
	if (!rc)
		return t.fd;
	tun_close(&t);
	return rc;
}

static void serve(struct helper_conf *conf, int fd, struct nl_sock *nl)
{
	uint8_t request;
	int pass;

	while (recv(fd, &request, 1, 0) == 1) {
		pass = request == REQUEST_CLIENTS ? open_clients(conf) :
		       request == REQUEST_SOCKET ? open_socket(conf) :
		       request == REQUEST_DEVICE ? open_device(conf, nl) : -EINVAL;
		reply(fd, pass < 0 ? pass : 0, pass);
		if (pass >= 0)
			close(pass);
	}
}

/* Leaves open these alone: a device or a port that the tunnel had must be free when it is gone. */
static void close_others(const int *keep, size_t n)
{
	unsigned int from = STDERR_FILENO + 1;

	while (n--) {
		if ((unsigned int)keep[n] > from)
			close_range(from, keep[n] - 1, 0);
		from = keep[n] + 1;
	}
	close_range(from, ~0u, 0);
}

static int downwards(const void *a, const void *b)
{
	return *(const int *)b - *(const int *)a;
}

/* The process: away from the terminal's signals, with what it needs and no more. */
static void run(const struct helper_conf *conf, int fd, struct nl_sock *nl)
{
	static const unsigned int keep[] = { CAP_NET_ADMIN, CAP_DAC_OVERRIDE };
	int open[] = { fd, conf->folder->fd, nl_socket_get_fd(nl) };
	struct helper_conf now = *conf;
	sigset_t all;

	qsort(open, ARRAY_SIZE(open), sizeof(open[0]), downwards);
	close_others(open, ARRAY_SIZE(open));
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "curvetun-helper");
	if (priv_drop(NULL, keep, ARRAY_SIZE(keep), NULL))
		return;
	serve(&now, fd, nl);
	(void)!set_rules(&now, nl, false, NULL);
	unlinkat(conf->folder->fd, conf->socket_name, 0);
}

int helper_start(const struct helper_conf *conf, struct helper *ret_h, struct err *e)
{
	AUTO(nl_sock_free_p) struct nl_sock *nl = NULL;
	struct timeval patience = { .tv_sec = 5 };
	int pair[2], rc;
	pid_t pid;

	rc = nl_open(NETLINK_ROUTE, &nl, e);
	if (rc)
		return rc;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, errno, "talk to a second process");
	rc = set_rules(conf, nl, true, e);
	pid = rc ? 0 : fork();
	if (!rc && pid < 0)
		rc = err_sys(e, errno, "start a second process");
	if (!rc && !pid) {
		close(pair[0]);
		run(conf, pair[1], nl);
		_exit(0);
	}
	close(pair[1]);
	if (rc) {
		(void)!set_rules(conf, nl, false, NULL);
		close(pair[0]);
		return rc;
	}
	(void)setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	ret_h->fd = pair[0];
	return 0;
}

void helper_stop(struct helper *h)
{
	close_p(&h->fd);
	h->fd = -1;
}

static int ask(struct helper *h, uint8_t request)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	int code, fd;
	struct iovec iov = { &code, sizeof(code) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.buf,
			    .msg_controllen = sizeof(control.buf) };
	struct cmsghdr *c;

	if (h->fd < 0 || send(h->fd, &request, 1, MSG_NOSIGNAL) != 1 ||
	    recvmsg(h->fd, &m, MSG_CMSG_CLOEXEC) != sizeof(code))
		return -EPIPE;
	c = CMSG_FIRSTHDR(&m);
	if (code || !c || c->cmsg_type != SCM_RIGHTS)
		return code ? code : -EPIPE;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

int helper_clients(struct helper *h, struct err *e)
{
	int fd = ask(h, REQUEST_CLIENTS);

	return fd == -EPERM ? err_set(e, EPERM, "the file clients can be read or written by others") :
	       fd < 0	    ? err_sys(e, -fd, "open the file clients again") : fd;
}

int helper_device(struct helper *h, struct err *e)
{
	int fd = ask(h, REQUEST_DEVICE);

	return fd < 0 ? err_sys(e, -fd, "make the device again") : fd;
}

int helper_socket(struct helper *h)
{
	return ask(h, REQUEST_SOCKET);
}
