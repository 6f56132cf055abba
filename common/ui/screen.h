// SPDX-License-Identifier: GPL-2.0-or-later
/* screen - the terminal of a monitor, by ncurses: shows a canvas, reads keys. The only user of
 * ncurses. Works on 80x24, without colours (NO_COLOR, monochrome terminals), on light and dark
 * grounds, in UTF-8 and ASCII. One a process. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include <stdbool.h>

#include "base/err.h"
#include "ui/canvas.h"

/* Keys that are no character. */
enum screen_key {
	SCREEN_NO_KEY = 0,
	SCREEN_ENTER = '\r',
	SCREEN_ESC = 27,
	SCREEN_BACKSPACE = 127,
	SCREEN_UP = 0x110000,
	SCREEN_DOWN,
	SCREEN_LEFT,
	SCREEN_RIGHT,
	SCREEN_PAGE_UP,
	SCREEN_PAGE_DOWN,
	SCREEN_HOME,
	SCREEN_END,
};

/* A key and what it does, for the help that '?' shows; a NULL 'key' ends the list. */
struct screen_help {
	const char *key;
	const char *what;
};

struct screen;

/* Takes over the terminal, with sys/sig holding the signals. '*ret_s' is to be closed before
 * anything else is printed. Returns 0, or -errno with 'e' (-ENOTTY: standard input or output is no
 * terminal; -EINVAL: TERM names none that has a cursor). */
int screen_open(struct screen **ret_s, struct err *e) MUST_USE;

/* Gives the terminal back as it was. */
void screen_close(struct screen *s);
void screen_close_p(struct screen **s);

/* A blank canvas of the terminal's size, to be drawn on. */
struct canvas *screen_canvas(struct screen *s);

/* Brings the canvas to the terminal; what has not changed is not sent. */
void screen_show(struct screen *s);

/* The next key that waits, or SCREEN_NO_KEY. Does not block: wait for standard input. A terminal
 * that is gone reports 'q'. */
int screen_key(struct screen *s);

/* After SIG_EVENT_RESIZE: takes the new size. Returns 0, or -ENOMEM with 'e'. */
int screen_resize(struct screen *s, struct err *e) MUST_USE;

/* Draws the 'lists' (of 'n') of keys in columns over the canvas, for '?'. A key that stands in an
 * earlier list, whose program takes it before, is left out. */
void screen_draw_help(struct canvas *c, const char *title, const struct screen_help *const *lists,
		      size_t n);

#endif
