// SPDX-License-Identifier: GPL-2.0-or-later
/* term - what a descriptor is for people: a terminal, how wide, with colours or not; and the only
 * way in which text of strangers may reach it. */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct term {
	bool tty;
	bool color;         /* a terminal, TERM is not "dumb", NO_COLOR (no-color.org) not set */
	unsigned int width; /* columns; 80 when not known */
};

enum term_color { TERM_PLAIN, TERM_BOLD, TERM_RED, TERM_GREEN, TERM_YELLOW, TERM_BLUE, TERM_CYAN };

/* What descriptor 'fd' is now. */
struct term term_of(int fd);

/* The escape sequence for 'c', or "" where there are no colours. TERM_PLAIN ends all of them. */
const char *term_color(const struct term *t, enum term_color c);

/* Adds 'n' bytes of any origin: what a terminal would act on (controls, also of ISO 6429's second
 * set), what turns text around (Unicode bidirectional controls), and bytes that are no UTF-8 come
 * as \x1b and \u202e. */
void term_add_safe(struct str *out, const char *text, size_t n);

#endif
