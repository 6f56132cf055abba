// SPDX-License-Identifier: GPL-2.0-or-later
/* canvas - a screen in memory: characters with a style each, drawn by the views of monitors and
 * shown by ui/screen. Knows no terminal, so that views are tested as text.
 * Everything is clipped to the canvas; text of strangers is made harmless on the way in. */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* What a text means, not how it looks. None is told by colour alone: what is bad says so too. */
enum style {
	STYLE_PLAIN,
	STYLE_STRONG,
	STYLE_FAINT,
	STYLE_HEAD,   /* heads of tables */
	STYLE_CURSOR, /* the row that keys act on */
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_ACCENT, /* graphs, first of two */
	STYLE_SECOND, /* graphs, second of two */
	STYLE_N,
};

enum { CANVAS_ROWS_MAX = 1000, CANVAS_COLS_MAX = 2000 };

struct canvas_cell {
	uint32_t c; /* code point; 0: the right half of the character before it */
	uint8_t style;
};

struct canvas {
	unsigned int rows, cols;
	bool utf8; /* draws with more than ASCII */
	struct canvas_cell *cells;
};

/* Makes it 'rows' by 'cols' (each cut to the maximum) and blank. Returns 0, or -ENOMEM with 'e'. */
int canvas_size(struct canvas *c, unsigned int rows, unsigned int cols, struct err *e) MUST_USE;
void canvas_clear(struct canvas *c);
void canvas_free(struct canvas *c);

/* 'text' (UTF-8 of any origin) from 'col' on, followed by blanks up to 'width' columns. What is
 * longer ends in a mark of its being cut. canvas_put_right(): blanks before it, and a text that
 * does not fit becomes '#'s, as a number that is cut would be another number. */
void canvas_put(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
		enum style style, const char *text);
void canvas_put_right(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
		      enum style style, const char *text);

/* From 'col' to the end of the row, without blanks behind. Returns the column behind the text. */
unsigned int canvas_putf(struct canvas *c, unsigned int row, unsigned int col, enum style style,
			 const char *fmt, ...) PRINTF(5, 6);

/* Gives 'width' columns of a row another style. */
void canvas_style(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
		  enum style style);

/* The 'n' values 'v', oldest first, as one row of bars of 'width' columns whose full height is
 * 'max' (0: the largest value). The newest stands at the right; CANVAS_NO_VALUE leaves a gap. */
#define CANVAS_NO_VALUE UINT64_MAX
void canvas_spark(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
		  enum style style, const uint64_t *v, size_t n, uint64_t max);

/* The same as a graph of 'height' rows. */
void canvas_graph(struct canvas *c, unsigned int row, unsigned int col, unsigned int height,
		  unsigned int width, enum style style, const uint64_t *v, size_t n, uint64_t max);

/* The columns that 'text' takes on the canvas. */
unsigned int canvas_width(const struct canvas *c, const char *text);

/* Adds the canvas as lines of text without blanks at their ends. */
void canvas_text(const struct canvas *c, struct str *out);

#endif
