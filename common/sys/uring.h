// SPDX-License-Identifier: GPL-2.0-or-later
/* uring - narrowing an io_uring: seccomp does not see what a ring does, so a ring that lives in a
 * sandbox is limited by the kernel itself. */
#ifndef SYS_URING_H
#define SYS_URING_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Limits the ring 'ring_fd', made with IORING_SETUP_R_DISABLED, to the operations 'ops'
 * (IORING_OP_*) and to no registration at all, and switches it on. Returns 0 or -errno with 'e'
 * (-EOPNOTSUPP: the kernel, before 5.10, cannot). Source: io_uring_register(2). */
int uring_restrict(int ring_fd, const uint8_t *ops, size_t n_ops, struct err *e) MUST_USE;

#endif
