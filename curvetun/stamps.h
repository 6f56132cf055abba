// SPDX-License-Identifier: GPL-2.0-or-later
/* stamps - the highest stamp of each peer's first messages, on disk: a client's clock may go back,
 * a server may restart, and neither lets an old message pass for a new one. The file is opened
 * once, with privilege; a record is written in place by one call. */
#ifndef CURVETUN_STAMPS_H
#define CURVETUN_STAMPS_H

#include <stdint.h>

#include "core.h"
#include "folder.h"

/* Opens the file stamps of the folder and gives the peers of 'c' what it holds. Returns 0 with
 * '*ret_fd', to be closed, or -errno with 'e'. */
int stamps_open(const struct folder *f, struct core *c, int *ret_fd, struct err *e) MUST_USE;

/* Keeps the stamp of 'p', 'sync' before anything else happens. Returns 0 or -errno. */
int stamps_put(int fd, struct peer *p, bool sync) MUST_USE;

#endif
