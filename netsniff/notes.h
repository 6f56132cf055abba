// SPDX-License-Identifier: GPL-2.0-or-later
/* notes - what --geo and --dns add to the addresses that are printed: name, place, AS.
 * Opens all its files before the sandbox. A live capture never waits for a name; a file does, for
 * a moment, while the name server answers. */
#ifndef NETSNIFF_NOTES_H
#define NETSNIFF_NOTES_H

#include "base/err.h"

struct job;
struct notes;
struct render_notes;

/* Opens what 'job' asks for; '*ret_n' is NULL when it asks for neither. 0, or -errno with 'e'. */
int notes_open(const struct job *job, struct notes **ret_n, struct err *e) MUST_USE;
void notes_close(struct notes *n);

/* For struct render_style; NULL for NULL. Valid until notes_close(). */
struct render_notes *notes_render(struct notes *n);

/* Takes the answers that have come. NULL does nothing. */
void notes_turn(struct notes *n);

#endif
