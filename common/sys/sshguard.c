// SPDX-License-Identifier: GPL-2.0-or-later
/* sshguard - see sshguard.h. Source: ssh(1), ENVIRONMENT; proc(5). */
#include "sys/sshguard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "sys/fd.h"
#include "sys/netdev.h"

enum { MAX_ENVIRON = 1 << 20, MAX_DEPTH = 64, MAX_LEVELS = 8 };

#define NAME "SSH_CONNECTION="

/* The value of SSH_CONNECTION in what process 'pid' was started with, to 'out'. */
static bool of_process(pid_t pid, struct str *out)
{
	AUTO(str_free) struct str env = { 0 };
	AUTO(close_p) int fd = -1;
	char path[40];
	const char *p, *end;

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fd_read_text(fd, path, MAX_ENVIRON, &env, NULL))
		return false;
	p = str_text(&env);
	for (end = p + env.len; p < end; p += strlen(p) + 1) {
		if (strncmp(p, NAME, strlen(NAME)) != 0)
			continue;
		str_add(out, p + strlen(NAME));
		return true;
	}
	return false;
}

static pid_t parent_of(pid_t pid)
{
	AUTO(str_free) struct str text = { 0 };
	AUTO(close_p) int fd = -1;
	char path[40];
	const char *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fd_read_text(fd, path, MAX_ENVIRON, &text, NULL))
		return 0;
	/* the name in parentheses may have any characters; behind it are a state and the parent */
	p = strrchr(str_text(&text), ')');
	return p && strlen(p) > 4 ? atoi(p + 4) : 0;
}

static bool find_session(struct str *out)
{
	const char *own = getenv("SSH_CONNECTION");
	pid_t pid = getpid();

	if (own) {
		str_add(out, own);
		return true;
	}
	for (unsigned int i = 0; pid > 0 && i < MAX_DEPTH; i++, pid = parent_of(pid))
		if (of_process(pid, out))
			return true;
	return false;
}

static bool has_address(const struct sockaddr *sa, const char *text)
{
	char own[INET6_ADDRSTRLEN];
	const void *addr;

	if (!sa || (sa->sa_family != AF_INET && sa->sa_family != AF_INET6))
		return false;
	addr = &((const struct sockaddr_in6 *)sa)->sin6_addr;
	if (sa->sa_family == AF_INET)
		addr = &((const struct sockaddr_in *)sa)->sin_addr;
	return inet_ntop(sa->sa_family, addr, own, sizeof(own)) && streq(own, text);
}

/* True if 'd' is 'top' or a port of it, or of what is a port of it. */
static bool is_port_of(struct netdev_ctl *ctl, struct netdev d, const struct netdev *top)
{
	for (unsigned int i = 0; i < MAX_LEVELS; i++) {
		if (d.ifindex == top->ifindex)
			return true;
		if (!d.master || netdev_get(ctl, NULL, d.master, &d, NULL))
			return false;
	}
	return false;
}

/* True if what arrives at 'name' goes up to device 'upper'. */
static bool is_below(const char *name, const char *upper)
{
	AUTO(netdev_close_p) struct netdev_ctl *ctl = NULL;
	struct netdev d, top;

	if (netdev_open(&ctl, NULL) || netdev_get(ctl, upper, 0, &top, NULL) ||
	    netdev_get(ctl, name, 0, &d, NULL))
		return false;
	for (unsigned int i = 0; i < MAX_LEVELS; i++) {
		if (is_port_of(ctl, d, &top))
			return true;
		if (!top.lower || netdev_get(ctl, NULL, top.lower, &top, NULL))
			return false;
	}
	return false;
}

bool sshguard_carries(const char *name)
{
	AUTO(str_free) struct str session = { 0 };
	struct ifaddrs *all, *a;
	char server[INET6_ADDRSTRLEN];
	bool found = false;

	/* client's address and port, then the server's */
	if (!find_session(&session) ||
	    sscanf(str_text(&session), "%*s %*s %45s %*s", server) != 1 || getifaddrs(&all) < 0)
		return false;
	server[strcspn(server, "%")] = '\0';
	for (a = all; a && !found; a = a->ifa_next)
		found = has_address(a->ifa_addr, server) && is_below(name, a->ifa_name);
	freeifaddrs(all);
	return found;
}
