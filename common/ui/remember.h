// SPDX-License-Identifier: GPL-2.0-or-later
/* remember - what somebody chose on a screen, kept for the next time: lines "KEY VALUE" in
 * $XDG_CONFIG_HOME/PROGRAM/screen, else ~/.config/PROGRAM/screen (XDG Base Directory
 * Specification 0.8). It is a convenience: whatever is wrong with the file or its folder, nothing
 * is remembered and nobody is stopped. */
#ifndef UI_REMEMBER_H
#define UI_REMEMBER_H

#include "base/attr.h"

struct remember;

/* Reads what is kept for 'program'; makes the folder if need be. NULL when there is nowhere to keep
 * anything; all functions take that. */
struct remember *remember_open(const char *program);
void remember_close(struct remember *r);

/* The folder that a sandbox is to leave writable; NULL: there is none. */
const char *remember_folder(const struct remember *r);

/* The value of 'key' (a word); NULL: nothing is kept. It may be anything: the file is the user's.
 */
const char *remember_get(const struct remember *r, const char *key);

/* Keeps 'value' (one line) under 'key', at once if it is another one than before; the file is
 * replaced as a whole. */
void remember_set(struct remember *r, const char *key, const char *value);

#endif
