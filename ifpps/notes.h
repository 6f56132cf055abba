// SPDX-License-Identifier: GPL-2.0-or-later
/* notes - what views ask of the kernel besides a sample, kept with it in recordings under a name
 * ("/proc/net/snmp", "reasons"): when the recording is played, the same views find the same answers.
 * Plain values and pure code; reading takes bytes of any origin. */
#ifndef IFPPS_NOTES_H
#define IFPPS_NOTES_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/str.h"

enum { NOTES_MAX = 16 };

struct notes {
	struct note {
		char name[40];
		struct str text;
	} v[NOTES_MAX];
	size_t n;
};

/* Forgets all of them. */
void notes_clear(struct notes *t);
void notes_free(struct notes *t);

/* An emptied note called 'name', in the place of one that is called so; NULL: there are too many.
 */
struct str *notes_new(struct notes *t, const char *name);

/* What is noted under 'name', in '*ret'; false: nothing. */
bool notes_find(const struct notes *t, const char *name, struct cur *ret);

/* Adds them to 'out': their number, then of each name and text (pack.h). */
void notes_pack(const struct notes *t, struct str *out);

/* Fills 't' (of a call before, or zeroed); bytes that end where they would begin are no notes.
 * Returns 0, or -errno with 'e' (-EBADMSG). */
int notes_read(struct cur *c, struct notes *t, struct err *e) MUST_USE;

#endif
