// SPDX-License-Identifier: GPL-2.0-or-later
/* settings - the kinds of machine-wide settings that sys/restorer changes: reading one, writing
 * one, and a name for it that all programs agree on. Values are short texts. */
#ifndef SYS_SETTINGS_H
#define SYS_SETTINGS_H

#include <stddef.h>

#include "base/err.h"
#include "sys/restorer.h"

/* The present value of the setting that 's' names, with a NUL, in 'value' of RESTORER_VALUE_BYTES.
 * Returns 0 or -errno with 'e'. */
int setting_get(const struct setting *s, char *value, struct err *e) MUST_USE;

/* Writes 'value'. The kernel may spell it differently when it is read again. */
int setting_set(const struct setting *s, const char *value, struct err *e) MUST_USE;

/* A file name for the setting, with the network namespace in it if it is a namespace's own.
 * Returns 0 or -errno with 'e' (-ENAMETOOLONG: does not fit 'size'). */
int setting_id(const struct setting *s, char *id, size_t size, struct err *e) MUST_USE;

#endif
