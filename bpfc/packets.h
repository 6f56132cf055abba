// SPDX-License-Identifier: GPL-2.0-or-later
/* packets - the packets of a capture file one by one, each with what the kernel would know of it
 * had it arrived now. */
#ifndef BPFC_PACKETS_H
#define BPFC_PACKETS_H

#include "base/err.h"
#include "cbpf/vm.h"
#include "pkt/capfile.h"
#include "proto/walk.h"

struct packets {
	struct capfile *file;
	uint64_t n;   /* number of the packet at hand, from 1 */
	struct pkt p; /* lent until the next one */
	struct vm_aux aux;
	uint64_t random; /* the same for packet N of every run */
	struct walk walk;
};

/* Opens file 'path' ("-": standard input) and looks at none of its bytes. Returns its descriptor,
 * or -errno with 'e'. */
int packets_file(const char *path, struct err *e) MUST_USE;

/* Begins with the first packet of file 'fd', which stays with the caller; 'name' goes into
 * sentences. Returns 0 with '*ret' owned by the caller (packets_close()), or -errno with 'e'.
 * '*ret' must not move: 'aux' points into it. */
int packets_open(int fd, const char *name, struct packets *ret, struct err *e) MUST_USE;

/* Steps to the next packet. Returns 1, 0 at the end, -EINTR after a signal (without 'e': call
 * again, nothing is lost), or -errno with 'e'. */
int packets_next(struct packets *ps, struct err *e) MUST_USE;

void packets_close(struct packets *ps);

#endif
