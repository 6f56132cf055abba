// SPDX-License-Identifier: GPL-2.0-or-later
/* control - see control.h. One reply at a time; the next in line waits. */
#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sys/fd.h"
#include "tunnel.h"

enum { FILE_NAME = FOLDER_NAME + 16 };

/* Through the folder's descriptor, as its name may be longer than an address takes. */
static void address_of(const struct folder *f, const char *name, struct sockaddr_un *ret_a,
		       char file[FILE_NAME])
{
	char *p;

	snprintf(file, FILE_NAME, "%s%s.sock", name ? "client-" : "", name ? name : "server");
	for (p = file; *p; p++)
		if (*p == '/')
			*p = '_';
	*ret_a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret_a->sun_path, sizeof(ret_a->sun_path), "/proc/self/fd/%d/%s", f->fd, file);
}

int control_open(const struct folder *f, const char *name, struct control *ret_c, struct err *e)
{
	AUTO(close_p) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char file[FILE_NAME];
	struct sockaddr_un a;
	mode_t mask;
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "open the control socket");
	address_of(f, name, &a, file);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return err_set(e, EADDRINUSE, "a tunnel runs already: %s/%s answers", f->path,
			       file);
	unlinkat(f->fd, file, 0); /* what a tunnel that is no more left behind */
	mask = umask(0177);
	rc = bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 8) ? errno : 0;
	umask(mask);
	if (rc)
		return err_sys(e, rc, "make the control socket %s/%s", f->path, file);
	*ret_c = (struct control){ .fd = TAKE(fd, -1), .to = -1 };
	memcpy(ret_c->file, file, sizeof(file));
	return 0;
}

void control_close(struct control *c)
{
	close_p(&c->fd);
	close_p(&c->to);
	c->fd = c->to = -1;
	str_free(&c->reply);
}

static int on_connect(void *arg, uint64_t events, struct err *e);

/* Sends what is left of the reply; at its end the next may come. */
static int on_room(void *arg, uint64_t events UNUSED, struct err *e)
{
	struct control *c = arg;
	ssize_t n = send(c->to, str_text(&c->reply) + c->sent, c->reply.len - c->sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return 0;
	c->sent += MAX(n, 0);
	if (n > 0 && c->sent < c->reply.len)
		return 0;
	loop_del(c->t->loop, c->to);
	close(c->to);
	c->to = -1;
	return loop_add(c->t->loop, c->fd, EPOLLIN, on_connect, c, e);
}

static int on_connect(void *arg, uint64_t events UNUSED, struct err *e)
{
	struct control *c = arg;

	c->to = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (c->to < 0)
		return 0;
	loop_del(c->t->loop, c->fd);
	str_clear(&c->reply);
	control_report(c->t, &c->reply);
	c->sent = 0;
	return loop_add(c->t->loop, c->to, EPOLLOUT, on_room, c, e);
}

int control_start(struct control *c, struct tunnel *t, struct err *e)
{
	c->t = t;
	return c->fd < 0 ? 0 : loop_add(t->loop, c->fd, EPOLLIN, on_connect, c, e);
}
