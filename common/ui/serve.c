// SPDX-License-Identifier: GPL-2.0-or-later
/* serve - see serve.h. The socket is ours, so that failures come with their sentence. */
#include "ui/serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/num.h"
#include "sys/fd.h"

struct serve {
	struct MHD_Daemon *mhd;
	const char *type;
	serve_page_fn page;
	void *arg;
	uint16_t port;
};

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* Takes "127.0.0.1:9100", "[::1]:9100", "9100" apart. */
static int parse_where(const char *where, union address *ret_a, socklen_t *ret_n, struct err *e)
{
	const char *colon = strrchr(where, ':'), *port = colon ? colon + 1 : where;
	char host[INET6_ADDRSTRLEN + 2] = "127.0.0.1";
	size_t n = colon ? colon - where : 0;
	uint64_t v;
	int rc;

	rc = num_parse(port, NUM_PLAIN, 0, 65535, "--listen: port", &v, e);
	if (rc)
		return rc;
	if (n >= sizeof(host))
		return err_set(e, EINVAL, "--listen: %.64s is not an address", where);
	if (n) {
		memcpy(host, where, n);
		host[n] = '\0';
	}
	memset(ret_a, 0, sizeof(*ret_a));
	if (host[0] == '[' && n > 2 && host[n - 1] == ']') {
		host[n - 1] = '\0';
		ret_a->in6.sin6_family = AF_INET6;
		ret_a->in6.sin6_port = htons(v);
		*ret_n = sizeof(ret_a->in6);
		if (inet_pton(AF_INET6, host + 1, &ret_a->in6.sin6_addr) == 1)
			return 0;
	} else {
		ret_a->in.sin_family = AF_INET;
		ret_a->in.sin_port = htons(v);
		*ret_n = sizeof(ret_a->in);
		if (inet_pton(AF_INET, host, &ret_a->in.sin_addr) == 1)
			return 0;
	}
	return err_set(e, EINVAL,
		       "--listen: \"%.64s\" is not PORT, ADDRESS:PORT or [ADDRESS]:PORT", where);
}

static int listen_at(const char *where, uint16_t *ret_port, int *ret_fd, struct err *e)
{
	AUTO(close_p) int fd = -1;
	union address a;
	socklen_t n;
	int rc = parse_where(where, &a, &n, e), on = 1;

	if (rc)
		return rc;
	fd = socket(a.sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(e, errno, "--listen %s", where);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &a.sa, n) || listen(fd, SERVE_CONNECTIONS) || getsockname(fd, &a.sa, &n))
		return err_sys(e, errno, "--listen %s", where);
	*ret_port = ntohs(a.sa.sa_family == AF_INET ? a.in.sin_port : a.in6.sin6_port);
	*ret_fd = TAKE(fd, -1);
	return 0;
}

static enum MHD_Result reply(struct MHD_Connection *c, unsigned int status, const char *type,
			     struct str *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		text->len, text->len ? text->p : (char *)"", MHD_RESPMEM_MUST_COPY);
	enum MHD_Result rc;

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	rc = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return rc;
}

static enum MHD_Result answer(void *arg, struct MHD_Connection *c, const char *url,
			      const char *method, const char *version, const char *body,
			      size_t *n_body, void **state)
{
	static const char plain[] = "text/plain; charset=utf-8";
	AUTO(str_free) struct str text = { 0 };
	struct serve *s = arg;

	(void)version;
	(void)body;
	/* A body is not wanted: the first call comes before it, and the answer ends the matter. */
	*n_body = 0;
	(void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD)) {
		str_add(&text, "only GET and HEAD\n");
		return reply(c, MHD_HTTP_METHOD_NOT_ALLOWED, plain, &text);
	}
	if (!strcmp(url, "/")) {
		str_add(&text, "/metrics\n");
		return reply(c, MHD_HTTP_OK, plain, &text);
	}
	if (strcmp(url, "/metrics")) {
		str_add(&text, "there is /metrics only\n");
		return reply(c, MHD_HTTP_NOT_FOUND, plain, &text);
	}
	if (s->page(s->arg, &text) || text.failed) {
		str_clear(&text);
		str_add(&text, "nothing to tell now\n");
		return reply(c, MHD_HTTP_SERVICE_UNAVAILABLE, plain, &text);
	}
	return reply(c, MHD_HTTP_OK, s->type, &text);
}

int serve_open(const char *where, const char *type, serve_page_fn page, void *arg,
	       struct serve **ret_s, struct err *e)
{
	AUTO(close_p) int fd = -1;
	struct serve *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return err_sys(e, ENOMEM, "--listen");
	*s = (struct serve){ .type = type, .page = page, .arg = arg };
	rc = listen_at(where, &s->port, &fd, e);
	if (rc) {
		free(s);
		return rc;
	}
	s->mhd = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, answer, s,
				  MHD_OPTION_LISTEN_SOCKET, fd,
				  MHD_OPTION_CONNECTION_LIMIT, (unsigned int)SERVE_CONNECTIONS,
				  MHD_OPTION_PER_IP_CONNECTION_LIMIT,
				  (unsigned int)SERVE_CONNECTIONS / 2,
				  MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)SERVE_SECONDS,
				  MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVE_MEMORY,
				  MHD_OPTION_END);
	if (!s->mhd) {
		free(s);
		return err_set(e, EIO, "--listen %s: the HTTP server does not start", where);
	}
	(void)TAKE(fd, -1); /* the server's now */
	*ret_s = s;
	return 0;
}

void serve_close(struct serve *s)
{
	if (!s)
		return;
	MHD_stop_daemon(s->mhd);
	free(s);
}

void serve_close_p(struct serve **s)
{
	serve_close(*s);
}

int serve_fd(const struct serve *s)
{
	const union MHD_DaemonInfo *i = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);

	return i ? i->epoll_fd : -1;
}

void serve_turn(struct serve *s)
{
	MHD_run(s->mhd);
}

uint16_t serve_port(const struct serve *s)
{
	return s->port;
}
