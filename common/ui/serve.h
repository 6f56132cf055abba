// SPDX-License-Identifier: GPL-2.0-or-later
/* serve - a small HTTP server of one page, "/metrics", by libmicrohttpd: --listen of monitors.
 * Without a thread: its one descriptor goes into the program's loop. What strangers can take is
 * bounded: connections, of one address too, memory of each, time without a whole request. */
#ifndef UI_SERVE_H
#define UI_SERVE_H

#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

struct serve;

enum { SERVE_CONNECTIONS = 16, SERVE_SECONDS = 5, SERVE_MEMORY = 16384 };

/* Writes the page to an empty 'out', of HTTP type 'type' as given to serve_open(). Returns 0, or
 * -errno: the client is told that there is nothing now. */
typedef int (*serve_page_fn)(void *arg, struct str *out);

/* Listens on 'where': "PORT", "ADDRESS:PORT", "[ADDRESS]:PORT", on loopback where no address is
 * named; port 0: any that is free. Returns 0 with '*ret_s', or -errno with 'e' (-EADDRINUSE,
 * -EINVAL: no such form). */
int serve_open(const char *where, const char *type, serve_page_fn page, void *arg,
	       struct serve **ret_s, struct err *e) MUST_USE;
void serve_close(struct serve *s);
void serve_close_p(struct serve **s);

/* To wait on for reading, then call serve_turn(), which does not block; and in any case every few
 * seconds, so that silent clients are shown out. */
int serve_fd(const struct serve *s);
void serve_turn(struct serve *s);

/* The port that it listens on. */
uint16_t serve_port(const struct serve *s);

#endif
