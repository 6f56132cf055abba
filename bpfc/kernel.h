// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel - asks the kernel what a filter keeps of a packet: both go to a pair of sockets that
 * nobody else sees. */
#ifndef BPFC_KERNEL_H
#define BPFC_KERNEL_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct kernel {
	int pair[2]; /* -1: there are none */
};

/* Makes the sockets, for kernel_run() after the sandbox is entered. Where that fails the kernel
 * cannot be asked, which is all. */
void kernel_open(struct kernel *k);
void kernel_close(struct kernel *k);

/* Runs 'prog' over the 'n' bytes at 'data', as all of a packet. Returns 0 with how many bytes it
 * keeps of them in '*ret_kept' (an accepted packet of no bytes: 0) and whether it accepts in
 * '*ret_accepted', or -errno. */
int kernel_run(struct kernel *k, const struct sock_fprog *prog, const uint8_t *data, uint32_t n,
	       bool *ret_accepted, uint32_t *ret_kept) MUST_USE;

#endif
