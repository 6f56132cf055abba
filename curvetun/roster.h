// SPDX-License-Identifier: GPL-2.0-or-later
/* roster - the clients of a server as its peers: made of the file's lines at the start, and again
 * while it runs, when who stays in the list notices nothing. */
#ifndef CURVETUN_ROSTER_H
#define CURVETUN_ROSTER_H

#include "lists.h"
#include "tunnel.h"

enum { ROSTER_SPARE = 1024 }; /* clients that a running server takes besides */

/* Makes the 'n' lines, which it takes over whatever happens, the clients of 't' in place of the
 * '*n_old' in '*old'. Returns 0, or -errno with 'e': then nothing has changed. */
int roster_apply(struct tunnel *t, struct client_line *lines, size_t n, struct client_line **old,
		 size_t *n_old, struct err *e) MUST_USE;

/* Adds 'p' to the other carrier's core as well. */
int roster_twin(struct tunnel *t, struct peer *p, struct err *e) MUST_USE;

/* Zeroes and frees lines. */
void roster_free(struct client_line *lines, size_t n);

#endif
