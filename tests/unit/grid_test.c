// SPDX-License-Identifier: GPL-2.0-or-later
/* The canvas and the table on it: clipping, widths, sorting, filter, cursor, columns, keys. */
#include "ui/grid.h"

#include <errno.h>
#include <stdio.h>
#include <locale.h>
#include <string.h>

#include "ui/canvas.h"
#include "ui/screen.h"
#include "unit.h"

static const struct grid_column columns[] = {
	{ .name = "name", .title = "NAME", .width = 6, .grow = 4, .left = true, .rising = true },
	{ .name = "rate", .title = "RATE", .width = 5, .rank = 1 },
	{ .name = "note", .title = "NOTE", .width = 8, .rank = 2, .left = true },
	{ .name = "more", .title = "MORE", .width = 4, .rank = 3, .hidden = true },
};

struct row {
	const char *name;
	unsigned int rate;
	const char *note;
};

struct data {
	struct row *rows;
	unsigned int n_cells, n_compares;
};

static void cell(void *arg, size_t row, unsigned int col, struct grid_cell *ret)
{
	struct data *d = arg;

	d->n_cells++;
	if (col == 0)
		str_add(&ret->text, d->rows[row].name);
	else if (col == 1)
		str_addf(&ret->text, "%u", d->rows[row].rate);
	else
		str_add(&ret->text, d->rows[row].note);
}

static int compare(void *arg, size_t a, size_t b, unsigned int col)
{
	struct data *d = arg;
	const struct row *x = &d->rows[a], *y = &d->rows[b];

	d->n_compares++;
	return col == 1 ? (x->rate > y->rate) - (x->rate < y->rate) : strcmp(x->name, y->name);
}

static uint64_t id(void *arg, size_t row)
{
	struct data *d = arg;

	return (uintptr_t)d->rows[row].name;
}

static const struct grid_ops ops = { .cell = cell, .compare = compare, .id = id };

static struct row three[] = {
	{ "beta", 20, "second" }, { "alpha", 30, "First" }, { "gamma", 10, "third one" }
};

struct state {
	struct grid *g;
	struct canvas c;
	struct data d;
	struct str text;
};

static void start(struct state *s, struct row *rows, size_t n, unsigned int height,
		  unsigned int width)
{
	struct err e;

	memset(s, 0, sizeof(*s));
	s->d.rows = rows;
	assert_int_equal(canvas_size(&s->c, height, width, &e), 0);
	assert_int_equal(grid_new(columns, ARRAY_SIZE(columns), &ops, &s->d, &s->g, &e), 0);
	assert_int_equal(grid_rows(s->g, n, &e), 0);
}

static const char *drawn(struct state *s)
{
	str_clear(&s->text);
	canvas_clear(&s->c);
	grid_draw(s->g, &s->c, 0, s->c.rows);
	canvas_text(&s->c, &s->text);
	return str_text(&s->text);
}

static void end(struct state *s)
{
	grid_free(s->g);
	canvas_free(&s->c);
	str_free(&s->text);
}

static void keys(struct state *s, const char *keys)
{
	for (; *keys; keys++)
		assert_true(grid_key(s->g, *keys == '\n' ? SCREEN_ENTER : *keys));
}

static void sorts_and_reverses(void **state)
{
	struct state s;
	struct err e;

	(void)state;
	start(&s, three, 3, 5, 21);
	assert_string_equal(drawn(&s), "NAME^   RATE NOTE\nalpha     30 First\nbeta      20 second\n"
				       "gamma     10 third o~\n\n");
	keys(&s, ">");
	assert_string_equal(drawn(&s), "NAME   RATEv NOTE\nalpha     30 First\nbeta      20 second\n"
				       "gamma     10 third o~\n\n");
	keys(&s, "r");
	assert_non_null(strstr(drawn(&s), "RATE^ NOTE\ngamma"));
	assert_int_equal(grid_set_sort(s.g, "-name", "--sort", &e), 0);
	assert_non_null(strstr(drawn(&s), "NOTE\ngamma"));
	assert_int_equal(grid_set_sort(s.g, "nonsense", "--sort", &e), -EINVAL);
	assert_string_equal(e.text, "--sort: there is no column \"nonsense\", but name, rate, note, "
				    "more");
	end(&s);
}

static void columns_come_and_go(void **state)
{
	struct state s;
	struct err e;

	(void)state;
	start(&s, three, 3, 2, 13);
	assert_string_equal(drawn(&s), "NAME^    RATE\nalpha      30\n");
	assert_int_equal(canvas_size(&s.c, 2, 6, &e), 0);
	assert_string_equal(drawn(&s), "NAME^\nalpha\n");
	assert_int_equal(canvas_size(&s.c, 2, 40, &e), 0);
	assert_false(grid_shows(s.g, 3));
	assert_int_equal(grid_set_columns(s.g, "+more,-rate", "--columns", &e), 0);
	assert_true(grid_shows(s.g, 3) && !grid_shows(s.g, 1));
	assert_string_equal(drawn(&s), "NAME^      NOTE     MORE\nalpha      First    ####\n");
	assert_int_equal(grid_set_columns(s.g, "rate", "--columns", &e), 0);
	assert_string_equal(drawn(&s), " RATE\n   30\n");
	assert_int_equal(grid_set_columns(s.g, "rate,", "--columns", &e), -EINVAL);
	keys(&s, "oj ");
	assert_non_null(strstr(drawn(&s), "columns:"));
	keys(&s, "\n");
	assert_false(grid_shows(s.g, 1));
	end(&s);
}

static void filters(void **state)
{
	struct state s;
	struct str text = { 0 };

	(void)state;
	start(&s, three, 3, 5, 21);
	keys(&s, "/FIRS\n");
	assert_string_equal(drawn(&s), "NAME^   RATE NOTE\nalpha     30 First\n\n\n\n");
	grid_status(s.g, &text);
	assert_string_equal(str_text(&text), "sorted by name, 1 of 3 rows, filter: FIRS");
	grid_set_filter(s.g, "a !beta !first");
	assert_non_null(strstr(drawn(&s), "NOTE\ngamma     10 third o~\n\n"));
	grid_set_filter(s.g, "nobody");
	assert_string_equal(drawn(&s), "NAME^   RATE NOTE\n\n\n\n\n");
	keys(&s, "j");
	assert_true(grid_key(s.g, SCREEN_ESC));
	assert_non_null(strstr(drawn(&s), "alpha"));
	str_free(&text);
	end(&s);
}

static void the_cursor_stays_on_its_row(void **state)
{
	struct row rows[40], changed[40];
	char names[40][8];
	struct state s;
	struct err e;
	size_t row;

	(void)state;
	for (unsigned int i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "r%02u", i);
		rows[i] = (struct row){ names[i], 100 - i, "" };
	}
	start(&s, rows, 40, 6, 21);
	assert_int_equal(grid_set_sort(s.g, "rate", "", &e), 0);
	drawn(&s);
	keys(&s, "j");
	drawn(&s);
	for (int i = 0; i < 9; i++)
		assert_true(grid_key(s.g, SCREEN_DOWN));
	assert_non_null(strstr(drawn(&s), "\nr09"));
	assert_true(grid_cursor(s.g, &row) && row == 9);
	memcpy(changed, rows, sizeof(rows));
	changed[9].rate = 1000;
	changed[3].name = names[3];
	s.d.rows = changed;
	assert_int_equal(grid_rows(s.g, 40, &e), 0);
	assert_ptr_equal(strstr(drawn(&s), "\nr09"), strchr(str_text(&s.text), '\n'));
	assert_true(grid_cursor(s.g, &row) && row == 9);
	assert_true(grid_key(s.g, SCREEN_END));
	assert_non_null(strstr(drawn(&s), "r39"));
	assert_true(grid_key(s.g, SCREEN_PAGE_UP));
	assert_true(grid_key(s.g, SCREEN_PAGE_UP));
	drawn(&s);
	/* Its row goes away: it stays in the table. */
	assert_int_equal(grid_rows(s.g, 2, &e), 0);
	drawn(&s);
	assert_true(grid_cursor(s.g, &row) && row < 2);
	assert_int_equal(grid_rows(s.g, 0, &e), 0);
	drawn(&s);
	assert_false(grid_cursor(s.g, &row));
	end(&s);
}

/* Of many rows only those on the screen are sorted and written. */
static void the_unseen_costs_little(void **state)
{
	enum { N = 100000 };
	struct row *rows = calloc(N, sizeof(*rows));
	struct state s;
	struct err e;
	uint32_t x = 1;
	size_t row;

	(void)state;
	start(&s, rows, N, 11, 30);
	for (size_t i = 0; i < N; i++) {
		x = x * 1664525 + 1013904223;
		rows[i] = (struct row){ "n", x >> 4, "" };
	}
	rows[77].rate = UINT32_MAX;
	rows[99999].rate = UINT32_MAX - 1;
	assert_int_equal(grid_set_sort(s.g, "rate", "", &e), 0);
	drawn(&s);
	assert_true(grid_row_at(s.g, 0, &row) && row == 77);
	assert_true(grid_row_at(s.g, 1, &row) && row == 99999);
	for (size_t i = 1, last = 77; i < 10; i++, last = row)
		assert_true(grid_row_at(s.g, i, &row) && rows[row].rate <= rows[last].rate);
	assert_true(s.d.n_cells < 100);
	assert_true(s.d.n_compares < N * 8);
	free(rows);
	end(&s);
}

static void a_table_of_nothing(void **state)
{
	struct state s;
	size_t row;

	(void)state;
	start(&s, NULL, 0, 3, 21);
	assert_string_equal(drawn(&s), "NAME^   RATE NOTE\n\n\n");
	assert_true(grid_key(s.g, SCREEN_DOWN) && grid_key(s.g, SCREEN_END));
	assert_string_equal(drawn(&s), "NAME^   RATE NOTE\n\n\n");
	assert_false(grid_cursor(s.g, &row));
	end(&s);
}

static void canvas_clips_and_tames(void **state)
{
	static const uint64_t v[] = { 0, 1, 4, 8, CANVAS_NO_VALUE, 8 };
	struct str text = { 0 };
	struct canvas c = { 0 };
	struct err e;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	assert_int_equal(canvas_size(&c, 2, 8, &e), 0);
	canvas_put(&c, 0, 5, 10, STYLE_PLAIN, "\033[1mabc");
	canvas_put_right(&c, 1, 0, 3, STYLE_BAD, "1234");
	canvas_put_right(&c, 1, 4, 3, STYLE_BAD, "12");
	canvas_put(&c, 7, 0, 3, STYLE_PLAIN, "out");
	canvas_text(&c, &text);
	assert_string_equal(str_text(&text), "     ?[~\n###  12\n");
	str_clear(&text);
	c.utf8 = true;
	canvas_clear(&c);
	/* U+202E turns text around, U+65E5 is two columns wide. */
	canvas_put(&c, 0, 0, 4, STYLE_PLAIN, "\xe2\x80\xae\xe6\x97\xa5\xe6\x97\xa5");
	canvas_spark(&c, 1, 0, 8, STYLE_PLAIN, v, ARRAY_SIZE(v), 0);
	canvas_text(&c, &text);
	assert_string_equal(str_text(&text), "?\xe6\x97\xa5\xe2\x80\xa6\n   \xe2\x96\x81\xe2\x96\x84"
					     "\xe2\x96\x88 \xe2\x96\x88\n");
	str_clear(&text);
	c.utf8 = false;
	canvas_graph(&c, 0, 0, 2, 8, STYLE_PLAIN, v + 1, 3, 8);
	canvas_text(&c, &text);
	assert_string_equal(str_text(&text), "       #\n     .##\n");
	str_free(&text);
	canvas_free(&c);
}

static void help_fits(void **state)
{
	const struct screen_help *lists[] = { grid_help, grid_help };
	struct str text = { 0 };
	struct canvas c = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(canvas_size(&c, 24, 80, &e), 0);
	screen_draw_help(&c, "keys", lists, 2);
	canvas_text(&c, &text);
	for (const struct screen_help *h = grid_help; h->key; h++)
		assert_non_null(strstr(str_text(&text), h->what));
	str_free(&text);
	canvas_free(&c);
}

static void no_terminal(void **state)
{
	struct screen *s;
	struct err e;

	(void)state;
	assert_int_equal(screen_open(&s, &e), -ENOTTY);
	assert_string_equal(e.text, "standard input and output are no terminal");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_and_reverses),
		cmocka_unit_test(columns_come_and_go),
		cmocka_unit_test(filters),
		cmocka_unit_test(the_cursor_stays_on_its_row),
		cmocka_unit_test(the_unseen_costs_little),
		cmocka_unit_test(a_table_of_nothing),
		cmocka_unit_test(canvas_clips_and_tames),
		cmocka_unit_test(help_fits),
		cmocka_unit_test(no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
