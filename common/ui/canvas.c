// SPDX-License-Identifier: GPL-2.0-or-later
/* canvas - see canvas.h. */
#include "ui/canvas.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

#include "ui/utf8.h"

#define ELLIPSIS 0x2026
#define BARS	 8 /* steps of height of one character */

int canvas_size(struct canvas *c, unsigned int rows, unsigned int cols, struct err *e)
{
	struct canvas_cell *cells;

	rows = MAX(1u, MIN(rows, (unsigned int)CANVAS_ROWS_MAX));
	cols = MAX(1u, MIN(cols, (unsigned int)CANVAS_COLS_MAX));
	cells = reallocarray(c->cells, (size_t)rows * cols, sizeof(*cells));
	if (!cells)
		return err_sys(e, ENOMEM, "a screen of %u by %u", cols, rows);
	c->cells = cells;
	c->rows = rows;
	c->cols = cols;
	canvas_clear(c);
	return 0;
}

void canvas_clear(struct canvas *c)
{
	for (size_t i = 0; i < (size_t)c->rows * c->cols; i++)
		c->cells[i] = (struct canvas_cell){ .c = ' ' };
}

void canvas_free(struct canvas *c)
{
	free(c->cells);
	c->cells = NULL;
	c->rows = c->cols = 0;
}

static void set(struct canvas *c, unsigned int row, unsigned int col, uint32_t ch,
		enum style style)
{
	if (row < c->rows && col < c->cols)
		c->cells[(size_t)row * c->cols + col] =
			(struct canvas_cell){ .c = ch, .style = style };
}

/* The next character of '*text' as it is drawn, and the columns it takes (0: none). */
static uint32_t next(const struct canvas *c, const char **text, unsigned int *ret_cols)
{
	uint32_t ch;
	unsigned int len = utf8_next(*text, strlen(*text), &ch);
	int cols;

	*text += len ? len : 1;
	*ret_cols = 1;
	if (!len || (ch > 0x7e && !c->utf8) || ch < 0x20 || ch == 0x7f)
		return '?';
	if (ch < 0x7f)
		return ch;
	cols = wcwidth(ch);
	/* Controls, and marks that turn text around, have no width or none that is known. */
	if (cols < 0 || (ch >= 0x200e && ch <= 0x202e) || (ch >= 0x2066 && ch <= 0x2069))
		return '?';
	*ret_cols = cols;
	return ch;
}

unsigned int canvas_width(const struct canvas *c, const char *text)
{
	unsigned int cols, sum = 0;

	while (*text) {
		next(c, &text, &cols);
		sum += cols;
	}
	return sum;
}

/* Draws up to 'width' columns. Returns the columns taken. */
static unsigned int draw(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
			 enum style style, const char *text)
{
	unsigned int cols, at = 0;
	uint32_t ch;

	while (*text) {
		ch = next(c, &text, &cols);
		if (at + cols > width)
			break;
		if (!cols)
			continue;
		set(c, row, col + at, ch, style);
		if (cols > 1)
			set(c, row, col + at + 1, 0, style);
		at += cols;
	}
	return at;
}

static void blank(struct canvas *c, unsigned int row, unsigned int col, unsigned int n,
		  enum style style)
{
	for (unsigned int i = 0; i < n; i++)
		set(c, row, col + i, ' ', style);
}

void canvas_put(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
		enum style style, const char *text)
{
	unsigned int used, all = canvas_width(c, text);

	width = col < c->cols ? MIN(width, c->cols - col) : 0;
	used = draw(c, row, col, all > width && width ? width - 1 : width, style, text);
	blank(c, row, col + used, width - used, style);
	if (all > width && width)
		set(c, row, col + used, c->utf8 ? ELLIPSIS : '~', style);
}

void canvas_put_right(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
		      enum style style, const char *text)
{
	unsigned int all = canvas_width(c, text);

	if (all > width) {
		for (unsigned int i = 0; i < width; i++)
			set(c, row, col + i, '#', style);
		return;
	}
	blank(c, row, col, width - all, style);
	draw(c, row, col + width - all, all, style, text);
}

unsigned int canvas_putf(struct canvas *c, unsigned int row, unsigned int col, enum style style,
			 const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (col >= c->cols)
		return col;
	return col + draw(c, row, col, c->cols - col, style, text);
}

void canvas_style(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
		  enum style style)
{
	for (unsigned int i = 0; i < width; i++)
		if (row < c->rows && col + i < c->cols)
			c->cells[(size_t)row * c->cols + col + i].style = style;
}

/* A bar of 'eighths' of a character's height. */
static uint32_t bar(const struct canvas *c, unsigned int eighths)
{
	static const char ascii[BARS + 1] = " ..::||##";

	if (!eighths)
		return ' ';
	return c->utf8 ? 0x2580 + eighths : (unsigned char)ascii[eighths];
}

void canvas_graph(struct canvas *c, unsigned int row, unsigned int col, unsigned int height,
		  unsigned int width, enum style style, const uint64_t *v, size_t n, uint64_t max)
{
	size_t first = n > width ? n - width : 0;
	unsigned int gap = n < width ? width - n : 0, steps, part;

	if (!max)
		for (size_t i = first; i < n; i++)
			if (v[i] != CANVAS_NO_VALUE)
				max = MAX(max, v[i]);
	for (unsigned int y = 0; y < height; y++)
		blank(c, row + y, col, width, style);
	for (size_t i = first; i < n; i++) {
		if (v[i] == CANVAS_NO_VALUE || !v[i])
			continue;
		/* Something is never drawn as nothing. */
		steps = max ? (unsigned __int128)MIN(v[i], max) * height * BARS / max : 0;
		steps = MAX(steps, 1u);
		for (unsigned int y = 0; y < height; y++) {
			unsigned int below = (height - 1 - y) * BARS;

			part = steps > below ? MIN(steps - below, (unsigned int)BARS) : 0;
			set(c, row + y, col + gap + (i - first), bar(c, part), style);
		}
	}
}

void canvas_spark(struct canvas *c, unsigned int row, unsigned int col, unsigned int width,
		  enum style style, const uint64_t *v, size_t n, uint64_t max)
{
	canvas_graph(c, row, col, 1, width, style, v, n, max);
}

static void add_utf8(struct str *out, uint32_t c)
{
	if (c < 0x80) {
		str_addc(out, c);
	} else if (c < 0x800) {
		str_addc(out, 0xc0 | c >> 6);
		str_addc(out, 0x80 | (c & 0x3f));
	} else {
		if (c >= 0x10000) {
			str_addc(out, 0xf0 | c >> 18);
			str_addc(out, 0x80 | (c >> 12 & 0x3f));
		} else {
			str_addc(out, 0xe0 | c >> 12);
		}
		str_addc(out, 0x80 | (c >> 6 & 0x3f));
		str_addc(out, 0x80 | (c & 0x3f));
	}
}

void canvas_text(const struct canvas *c, struct str *out)
{
	for (unsigned int y = 0; y < c->rows; y++) {
		const struct canvas_cell *row = c->cells + (size_t)y * c->cols;
		unsigned int end = c->cols;

		while (end && row[end - 1].c == ' ')
			end--;
		for (unsigned int x = 0; x < end; x++)
			if (row[x].c)
				add_utf8(out, row[x].c);
		str_addc(out, '\n');
	}
}
