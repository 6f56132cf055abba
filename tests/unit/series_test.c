// SPDX-License-Identifier: GPL-2.0-or-later
/* series: the heaviest are kept, points become means when there are too many. */
#include "ui/series.h"

#include <math.h>
#include <stdio.h>

#include "unit.h"

static void the_heaviest_are_kept(void **state)
{
	struct curve_panel panel = { .title = "x" };
	struct series *s;
	double v;

	(void)state;
	assert_int_equal(series_new(1, &s, NULL), 0);
	assert_true(series_begin(s, 0));
	for (int i = 1; i <= 20; i++) {
		char name[16];

		v = i;
		snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(series_add(s, i, name, i, &v, NULL), 0);
	}
	v = 100;
	assert_int_equal(series_add(s, 1, "light", 1, &v, NULL), 0);
	series_panel(s, 0, &panel);
	assert_int_equal(panel.n_curves, CURVES_MAX);
	for (int i = 0; i < CURVES_MAX; i++)
		assert_true(panel.curve[i].p[0].y == 20 - i);
	assert_string_equal(panel.curve[0].name, "n20");
	series_free(s);
}

static void points_become_means(void **state)
{
	struct curve_panel panel = { .title = "x" };
	struct series *s;
	double v, last;
	size_t n;

	(void)state;
	assert_int_equal(series_new(1, &s, NULL), 0);
	for (int i = 0; i < 3 * SERIES_POINTS; i++) {
		v = i;
		if (series_begin(s, i))
			assert_int_equal(series_add(s, 7, "line", 1, &v, NULL), 0);
	}
	n = series_points(s, &last);
	assert_in_range(n, SERIES_POINTS / 2, SERIES_POINTS);
	assert_true(last >= 3 * SERIES_POINTS - 4);
	series_panel(s, 0, &panel);
	assert_int_equal(panel.curve[0].n, n);
	for (size_t i = 0; i < n; i++) /* on the line still */
		assert_true(fabs(panel.curve[0].p[i].x - panel.curve[0].p[i].y) < 0.01);
	series_free(s);
}

static void what_comes_later_has_no_values_before(void **state)
{
	struct curve_panel panel = { .title = "x" };
	double v[2] = { 1, 2 };
	struct series *s;

	(void)state;
	assert_int_equal(series_new(2, &s, NULL), 0);
	assert_true(series_begin(s, 0));
	assert_true(series_begin(s, 1));
	assert_int_equal(series_add(s, 1, "late", 1, v, NULL), 0);
	assert_true(series_begin(s, 2));
	series_panel(s, 1, &panel);
	assert_int_equal(panel.curve[0].n, 3);
	assert_true(isnan(panel.curve[0].p[0].y));
	assert_true(panel.curve[0].p[1].y == 2);
	assert_true(isnan(panel.curve[0].p[2].y));
	series_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_heaviest_are_kept),
		cmocka_unit_test(points_become_means),
		cmocka_unit_test(what_comes_later_has_no_values_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
