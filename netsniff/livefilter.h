// SPDX-License-Identifier: GPL-2.0-or-later
/* livefilter - the filter that runs in the kernel: the file of -f, behind a test for -t, cut to
 * --snaplen. */
#ifndef NETSNIFF_LIVEFILTER_H
#define NETSNIFF_LIVEFILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Loads filter 'path' (a file, "-" for standard input, an expression for packets of 'linktype';
 * NULL: none), named by option 'what' in sentences, and puts in front of it a test for
 * 'packet_type' (PACKET_ANY: none); with 'snaplen' (0: none) it keeps no more bytes. An expression
 * is for packets whose VLAN tags the kernel takes off ('stripped'), or for those of files. Returns
 * 0 with '*ret_prog' (len 0 if nothing was asked for), freed by livefilter_free(), or -errno. */
int livefilter_load(const char *what, const char *path, unsigned int linktype, bool stripped,
		    int packet_type, uint64_t snaplen, struct sock_fprog *ret_prog,
		    struct err *e) MUST_USE;
void livefilter_free(struct sock_fprog *prog);

#endif
