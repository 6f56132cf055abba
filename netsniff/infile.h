// SPDX-License-Identifier: GPL-2.0-or-later
/* infile - the capture files of a job: opened before privilege goes, read after. */
#ifndef NETSNIFF_INFILE_H
#define NETSNIFF_INFILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "job.h"

struct infile {
	const char *name; /* for sentences */
	int fd;
	off_t start;      /* where it begins; -1: a pipe, which can be read once */
	bool unmapped;    /* read by read(2), -c */
};

struct infiles {
	struct infile v[OPT_LIST_MAX];
	size_t n;
};

/* Opens all files of -i, "-" as standard input, without reading. Ctrl-C ends the wait for a named
 * pipe's writer. Returns 0 with '*ret_f' owned by the caller (infiles_close()), or -errno. */
int infiles_open(const struct job *job, struct infiles *ret_f, struct err *e) MUST_USE;
void infiles_close(struct infiles *f);

/* A descriptor of 'f' at its beginning, the caller's. Returns it, or -errno with 'e'. */
int infile_fd(const struct infile *f, struct err *e) MUST_USE;

/* True if all files can be read again from their beginning. */
bool infiles_can_rewind(const struct infiles *f);

#endif
