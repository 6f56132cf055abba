// SPDX-License-Identifier: GPL-2.0-or-later
/* fd - owned file descriptors, and reads and writes that finish what they began. */
#ifndef SYS_FD_H
#define SYS_FD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* For AUTO(close_p) int fd = -1; */
static inline void close_p(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Reads until 'n_bytes' are at 'buf' or the file ends, over short reads and signals.
 * Returns the bytes read (fewer only at the end of the file) or -errno. */
ssize_t fd_read_full(int fd, void *buf, size_t n_bytes) MUST_USE;

/* Writes all 'n_bytes', over short writes and signals; on a full pipe that does not block it waits.
 * Returns 0 or -errno. */
int fd_write_full(int fd, const void *buf, size_t n_bytes) MUST_USE;

/* As fd_write_full(), at 'offset' of a file, whose position does not move. */
int fd_pwrite_full(int fd, const void *buf, size_t n_bytes, int64_t offset) MUST_USE;

/* Adds all that 'fd' has to 'out', called 'name' in sentences. Returns 0, or -errno with 'e':
 * -EFBIG when it is more than 'max_bytes'. */
int fd_read_text(int fd, const char *name, size_t max_bytes, struct str *out,
		 struct err *e) MUST_USE;

/* Writes 's' and empties it. Returns 0 or -errno with 'e', whose sentence begins with 'what':
 * -EPIPE for a reader that went away, -ENOMEM for a text that could not be kept whole. */
int fd_write_text(int fd, struct str *s, const char *what, struct err *e) MUST_USE;

/* Puts 's' into file 'path' so that a reader sees the old text or the new one, whole: written
 * beside it and renamed. Returns 0 with 's' emptied, or -errno with 'e' and no file left behind. */
int fd_replace_text(const char *path, struct str *s, struct err *e) MUST_USE;

/* Tries whether fd_replace_text() could write 'path', so that a run says so at its beginning.
 * Returns 0 or -errno with 'e'. */
int fd_replace_check(const char *path, struct err *e) MUST_USE;

/* As fd_write_text() to standard output, for a program whose output this is: a reader that went
 * away is no failure. */
int fd_print_text(struct str *s, struct err *e) MUST_USE;

/* Sets or clears O_NONBLOCK. Returns 0 or -errno. */
int fd_set_nonblock(int fd, int on) MUST_USE;

/* Opens the folder 'path' so that files can be made in it by openat() after a change of user or a
 * sandbox. Returns 0 with '*ret_fd' (owned by the caller) or -errno with 'e'. */
int fd_open_dir(const char *path, int *ret_fd, struct err *e) MUST_USE;

#endif
