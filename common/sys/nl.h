// SPDX-License-Identifier: GPL-2.0-or-later
/* nl - what every user of libnl-3 needs: sockets that close themselves and errors as sentences. */
#ifndef SYS_NL_H
#define SYS_NL_H

#include "base/err.h"

struct nl_sock;

/* Opens and connects a netlink socket of 'protocol' (NETLINK_ROUTE, ...), close-on-exec, with
 * extended acknowledgements. Returns 0 with '*ret_s' owned by the caller, or -errno with 'e'. */
int nl_open(int protocol, struct nl_sock **ret_s, struct err *e) MUST_USE;
void nl_sock_free_p(struct nl_sock **s);

/* The errno (> 0) that stands behind a libnl error code (NLE_*, either sign). */
int nl_errno(int nl_code);

/* err_sys() for a libnl error code. Returns -errno. */
int nl_fail(struct err *e, int nl_code, const char *fmt, ...) PRINTF(3, 4);

#endif
