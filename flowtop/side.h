// SPDX-License-Identifier: GPL-2.0-or-later
/* side - what is done besides showing: --record and --plot. */
#ifndef FLOWTOP_SIDE_H
#define FLOWTOP_SIDE_H

#include "app.h"

struct side;

/* Opens what the job of 'a' (kept) asks for. Returns 0 with '*ret_s' (NULL: nothing), or -errno
 * with 'e'. */
int side_open(struct app *a, struct side **ret_s, struct err *e) MUST_USE;

/* The folder that a sandbox is to leave writable; NULL: none. */
const char *side_folder(const struct side *s);

/* Takes the flows that app_choose() chose, once an interval. Returns 0 or -errno with 'e'. */
int side_take(struct side *s, struct err *e) MUST_USE;

/* Finishes the files, the picture only if the run went well ('ok'). Returns 0 or -errno with 'e'.
 */
int side_close(struct side *s, bool ok, struct err *e) MUST_USE;

#endif
