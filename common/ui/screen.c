// SPDX-License-Identifier: GPL-2.0-or-later
/* screen - see screen.h. newterm() is used as initscr() ends the process where it cannot go on. */
#include "ui/screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct screen {
	SCREEN *term;
	bool color;
	struct canvas canvas;
};

enum { ESC_DELAY_MS = 25 };

/* Foregrounds on the terminal's own ground: what is readable on black and on white. */
static void start_colors(struct screen *s)
{
	static const short fg[STYLE_N] = {
		[STYLE_GOOD] = COLOR_GREEN,   [STYLE_WARN] = COLOR_MAGENTA,
		[STYLE_BAD] = COLOR_RED,      [STYLE_ACCENT] = COLOR_BLUE,
		[STYLE_SECOND] = COLOR_GREEN,
	};
	const char *no_color = getenv("NO_COLOR");

	s->color = (!no_color || !*no_color) && has_colors() && start_color() == OK &&
		   use_default_colors() == OK;
	for (short i = 0; s->color && i < STYLE_N; i++)
		if (fg[i])
			init_pair(i + 1, fg[i], -1);
}

static attr_t attr_of(const struct screen *s, enum style style)
{
	static const attr_t attrs[STYLE_N] = {
		[STYLE_STRONG] = A_BOLD, [STYLE_FAINT] = A_NORMAL, [STYLE_HEAD] = A_REVERSE,
		[STYLE_CURSOR] = A_REVERSE | A_BOLD, [STYLE_WARN] = A_BOLD, [STYLE_BAD] = A_BOLD,
	};
	attr_t a = attrs[style];

	if (s->color && style >= STYLE_GOOD)
		a |= COLOR_PAIR(style + 1);
	return a;
}

static int take_size(struct screen *s, struct err *e)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	return canvas_size(&s->canvas, LINES, COLS, e);
}

int screen_open(struct screen **ret_s, struct err *e)
{
	const char *kind = getenv("TERM");
	struct screen *s;
	int rc;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ENOTTY, "standard input and output are no terminal");
	s = calloc(1, sizeof(*s));
	if (!s)
		return err_sys(e, ENOMEM, "screen");
	setlocale(LC_CTYPE, "");
	s->canvas.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	s->term = newterm(NULL, stdout, stdin);
	if (!s->term) {
		free(s);
		return err_set(e, EINVAL, "the terminal \"%.32s\" (TERM) is not known here",
			       kind ? kind : "");
	}
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESC_DELAY_MS);
	curs_set(0);
	start_colors(s);
	rc = take_size(s, e);
	if (rc) {
		screen_close(s);
		return rc;
	}
	*ret_s = s;
	return 0;
}

void screen_close(struct screen *s)
{
	if (!s)
		return;
	endwin();
	delscreen(s->term);
	canvas_free(&s->canvas);
	free(s);
}

void screen_close_p(struct screen **s)
{
	screen_close(*s);
}

struct canvas *screen_canvas(struct screen *s)
{
	canvas_clear(&s->canvas);
	return &s->canvas;
}

/* One run of cells of the same style. */
static void show_run(struct screen *s, unsigned int row, unsigned int from, unsigned int to)
{
	const struct canvas_cell *cell = s->canvas.cells + (size_t)row * s->canvas.cols;
	wchar_t text[CANVAS_COLS_MAX + 1];
	unsigned int n = 0;

	for (unsigned int x = from; x < to; x++)
		if (cell[x].c)
			text[n++] = cell[x].c;
	text[n] = L'\0';
	attrset(attr_of(s, cell[from].style));
	mvaddnwstr(row, from, text, n);
}

void screen_show(struct screen *s)
{
	const struct canvas *c = &s->canvas;

	erase();
	for (unsigned int y = 0; y < c->rows; y++) {
		const struct canvas_cell *cell = c->cells + (size_t)y * c->cols;

		for (unsigned int x = 0, end; x < c->cols; x = end) {
			for (end = x + 1; end < c->cols && cell[end].style == cell[x].style; end++)
				;
			show_run(s, y, x, end);
		}
	}
	attrset(A_NORMAL);
	refresh();
}

int screen_key(struct screen *s)
{
	static const struct {
		wint_t from;
		int to;
	} keys[] = {
		{ KEY_UP, SCREEN_UP },	       { KEY_DOWN, SCREEN_DOWN },
		{ KEY_LEFT, SCREEN_LEFT },     { KEY_RIGHT, SCREEN_RIGHT },
		{ KEY_PPAGE, SCREEN_PAGE_UP }, { KEY_NPAGE, SCREEN_PAGE_DOWN },
		{ KEY_HOME, SCREEN_HOME },     { KEY_END, SCREEN_END },
		{ KEY_ENTER, SCREEN_ENTER },   { KEY_BACKSPACE, SCREEN_BACKSPACE },
	};
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	wint_t w;
	int rc = get_wch(&w);

	(void)s;
	if (rc == KEY_CODE_YES) {
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			if (keys[i].from == w)
				return keys[i].to;
		return SCREEN_NO_KEY;
	}
	if (rc == OK)
		return w == '\n' ? SCREEN_ENTER : w == '\b' ? SCREEN_BACKSPACE : (int)w;
	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR) ? 'q' : SCREEN_NO_KEY;
}

int screen_resize(struct screen *s, struct err *e)
{
	int rc = take_size(s, e);

	clearok(stdscr, TRUE);
	return rc;
}

static bool stands_before(const struct screen_help *const *lists, size_t i, const char *key)
{
	while (i--)
		for (const struct screen_help *h = lists[i]; h->key; h++)
			if (streq(h->key, key))
				return true;
	return false;
}

void screen_draw_help(struct canvas *c, const char *title, const struct screen_help *const *lists,
		      size_t n)
{
	unsigned int row = 2, col = 2, widest = 0;

	canvas_clear(c);
	canvas_put(c, 0, 0, c->cols, STYLE_HEAD, title);
	for (size_t i = 0; i < n; i++)
		for (const struct screen_help *h = lists[i]; h->key; h++)
			widest = MAX(widest, canvas_width(c, h->what));
	for (size_t i = 0; i < n; i++)
		for (const struct screen_help *h = lists[i]; h->key; h++) {
			if (stands_before(lists, i, h->key))
				continue;
			if (row + 1 >= c->rows) {
				row = 2;
				col += 16 + widest;
			}
			canvas_put(c, row, col, 12, STYLE_STRONG, h->key);
			canvas_putf(c, row++, col + 13, STYLE_PLAIN, "%s", h->what);
		}
	canvas_put(c, c->rows - 1, 0, c->cols, STYLE_FAINT, " any key goes back");
}
