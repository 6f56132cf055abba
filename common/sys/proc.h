// SPDX-License-Identifier: GPL-2.0-or-later
/* proc - small text files of /proc and /sys, and sysctls. */
#ifndef SYS_PROC_H
#define SYS_PROC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* Reads the file 'path' into 'buf' with a NUL behind and without trailing white space.
 * Returns its length, or -errno with 'e' (-EFBIG: does not fit 'size'). */
ssize_t proc_read(const char *path, char *buf, size_t size, struct err *e) MUST_USE;

/* Reads a whole file of unknown length, at most 'max' bytes, into memory of its own with a NUL
 * behind. Returns 0 with '*ret_text' owned by the caller, or -errno with 'e'. */
int proc_read_all(const char *path, size_t max, char **ret_text, struct err *e) MUST_USE;

/* Reads a file that holds one number. */
int proc_read_u64(const char *path, uint64_t *ret_v, struct err *e) MUST_USE;

/* Writes 'text' in one call to an existing file. */
int proc_write(const char *path, const char *text, struct err *e) MUST_USE;

/* The sysctl 'name' ("net.core.rmem_max"; a '/' stands for itself, so a device name with dots is
 * spelt net/ipv4/conf/eth0.5/...). net.* is that of the caller's network namespace. */
ssize_t sysctl_get(const char *name, char *buf, size_t size, struct err *e) MUST_USE;
int sysctl_set(const char *name, const char *value, struct err *e) MUST_USE;

#endif
