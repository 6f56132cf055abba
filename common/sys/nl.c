// SPDX-License-Identifier: GPL-2.0-or-later
/* nl - see nl.h. */
#include "sys/nl.h"

#include <errno.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <linux/netlink.h>

/* libnl has folded errno values into its own; this is the way back, as far as there is one. */
int nl_errno(int nl_code)
{
	static const struct {
		int nl, sys;
	} map[] = {
		{ NLE_INTR, EINTR },
		{ NLE_BAD_SOCK, EBADF },
		{ NLE_AGAIN, EAGAIN },
		{ NLE_NOMEM, ENOMEM },
		{ NLE_EXIST, EEXIST },
		{ NLE_INVAL, EINVAL },
		{ NLE_RANGE, ERANGE },
		{ NLE_MSGSIZE, EMSGSIZE },
		{ NLE_OPNOTSUPP, EOPNOTSUPP },
		{ NLE_AF_NOSUPPORT, EAFNOSUPPORT },
		{ NLE_OBJ_NOTFOUND, ENOENT },
		{ NLE_NOADDR, EADDRNOTAVAIL },
		{ NLE_MSG_TRUNC, EMSGSIZE },
		{ NLE_NOACCESS, EACCES },
		{ NLE_PERM, EPERM },
		{ NLE_BUSY, EBUSY },
		{ NLE_NODEV, ENODEV },
		{ NLE_DUMP_INTR, EINTR },
		{ NLE_PROTO_MISMATCH, EPROTONOSUPPORT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(map); i++)
		if (map[i].nl == abs(nl_code))
			return map[i].sys;
	return EIO;
}

int nl_fail(struct err *e, int nl_code, const char *fmt, ...)
{
	char text[sizeof(e->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(e, nl_errno(nl_code), "%s: %s", text, nl_geterror(nl_code));
}

int nl_open(int protocol, struct nl_sock **ret_s, struct err *e)
{
	struct nl_sock *s = nl_socket_alloc();
	int rc, on = 1;

	if (!s)
		return err_sys(e, ENOMEM, "netlink socket");
	rc = nl_connect(s, protocol);
	if (rc < 0) {
		nl_socket_free(s);
		return nl_fail(e, rc, "open a netlink socket");
	}
	/* Only makes refusals more talkative; a kernel that cannot is fine. */
	(void)setsockopt(nl_socket_get_fd(s), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	*ret_s = s;
	return 0;
}

void nl_sock_free_p(struct nl_sock **s)
{
	nl_socket_free(*s);
}
