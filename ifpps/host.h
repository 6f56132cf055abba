// SPDX-License-Identifier: GPL-2.0-or-later
/* host - what /proc says of the machine, into a sample; below --proc-root DIR a recorded one. Files
 * stay open and are read again, so that a sample costs one system call a file. */
#ifndef IFPPS_HOST_H
#define IFPPS_HOST_H

#include "base/str.h"
#include "sample.h"

enum { HOST_FILES = 5 };

struct host_reader {
	const char *root; /* "" or DIR */
	int fd[HOST_FILES];
	struct str text;
	unsigned int irqs[256]; /* of the device that is watched */
	size_t n_irqs;
};

/* 'root' is kept. */
void host_open(struct host_reader *r, const char *root);
void host_close(struct host_reader *r);

/* Reads what 'needs' (enum need) names, as far as it is there; 's->have' says what was.
 * Returns 0, or -errno with 'e'. */
int host_read(struct host_reader *r, unsigned int needs, struct sample *s,
	      struct err *e) MUST_USE;

/* Adds the text of file 'path' ("/proc/net/snmp") below the root to an emptied '*ret'.
 * Returns 0 or -errno with 'e'. */
int host_text(const struct host_reader *r, const char *path, struct str *ret,
	      struct err *e) MUST_USE;

#endif
