// SPDX-License-Identifier: GPL-2.0-or-later
/* folder - the folder ~/.curvetun: makes and reads the keys and the user's name, and lends the
 * text of the files clients and servers. Refuses secrets that others can read. */
#ifndef CURVETUN_FOLDER_H
#define CURVETUN_FOLDER_H

#include "base/err.h"
#include "base/str.h"
#include "noise.h"

enum { FOLDER_NAME = 64, FOLDER_TEXT_MAX = 16 << 20 };

struct folder {
	int fd;
	char path[480];
};

/* A user's identity. */
struct identity {
	struct noise_pair keys;
	char name[FOLDER_NAME];
};

/* Opens the folder 'path' (NULL: .curvetun in the home folder); 'make' creates it if need be.
 * Returns 0 with '*ret_f', to be closed, or -errno with 'e'. */
int folder_open(const char *path, bool make, struct folder *ret_f, struct err *e) MUST_USE;
void folder_close(struct folder *f);

/* True for what may be a user's name or an alias: 1 to 63 printable characters without ';', '#' and
 * blanks. */
bool folder_name_ok(const char *name, size_t n) MUST_USE;

/* Makes keys for the user 'name', with empty files of clients and servers where there are none.
 * Keys that are there are never overwritten, but for those of the old protocol, which are kept
 * as priv.key.old and pub.key.old. */
int folder_make_keys(const struct folder *f, const char *name, struct err *e) MUST_USE;

/* Reads them. Wipe '*ret_i'. */
int folder_read_keys(const struct folder *f, struct identity *ret_i, struct err *e) MUST_USE;

/* Adds the text of file 'name' to 'out'; 'secret' refuses it when others may read it. */
int folder_read(const struct folder *f, const char *name, bool secret, struct str *out,
		struct err *e) MUST_USE;

/* Zeroes the text and frees it. */
void str_wipe(struct str *s);

#endif
