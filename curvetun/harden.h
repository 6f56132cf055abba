// SPDX-License-Identifier: GPL-2.0-or-later
/* harden - what a tunnel gives up before it reads the first byte from outside: pages that could
 * reach a disk, capabilities, its user, and all system calls and files that it does not need. */
#ifndef CURVETUN_HARDEN_H
#define CURVETUN_HARDEN_H

#include <stdint.h>

#include "base/err.h"

/* Becomes 'user' (NULL: nobody, for root) and enters the sandbox, in which only a client, whose
 * server's is 'tcp_port' (0: no client), connects by TCP. Returns 0 or -errno. */
int harden(const char *user, uint16_t tcp_port, struct err *e) MUST_USE;

/* Who that is: 'user', or, for root, nobody; NULL: who it is already. */
const char *harden_user(const char *user);

#endif
