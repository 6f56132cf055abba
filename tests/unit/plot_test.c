// SPDX-License-Identifier: GPL-2.0-or-later
/* plot_test - text is escaped, bars keep to their scale, parts stand below each other. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "ui/plot.h"

static void text_is_escaped(void **state UNUSED)
{
	AUTO(plot_free) struct plot p = { 0 };
	AUTO(str_free) struct str s = { 0 };
	const struct plot_bar bar = { "<a>\033", "\"b\" & c", 1, 0 };

	plot_note(&p, "x < y");
	plot_bars(&p, "head", &bar, 1);
	plot_finish(&p, "t & \"u\"", &s);
	assert_non_null(strstr(s.p, "aria-label=\"t &amp; &quot;u&quot;\""));
	assert_non_null(strstr(s.p, ">x &lt; y<"));
	assert_non_null(strstr(s.p, ">&lt;a&gt;?<"));
	assert_non_null(strstr(s.p, ">&quot;b&quot; &amp; c<"));
	assert_null(strchr(s.p, '\033'));
}

static void bars_are_on_one_scale(void **state UNUSED)
{
	AUTO(plot_free) struct plot p = { 0 };
	const struct plot_bar bars[] = {
		{ "all", "100", UINT64_MAX, 0 }, { "half", "50", UINT64_MAX / 2, 1 },
		{ "none", "0", 0, 2 },
	};
	unsigned int before;

	plot_bars(&p, "head", bars, 3);
	assert_non_null(strstr(p.body.p, "width=\"330.0\""));
	assert_non_null(strstr(p.body.p, "width=\"165.0\""));
	assert_non_null(strstr(p.body.p, "width=\"0.0\""));
	before = p.y;
	plot_bars(&p, "empty", NULL, 0);
	assert_true(p.y > before);
}

static void steps(void **state UNUSED)
{
	AUTO(plot_free) struct plot p = { 0 };
	const uint64_t v[] = { 0, 10, 5 };

	plot_steps(&p, "head", v, 3, "10", "a", "b");
	assert_non_null(strstr(p.body.p, "d=\"M0 146V146.0H286.7V26.0H573.3V86.0H860.0V146Z\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(bars_are_on_one_scale),
		cmocka_unit_test(steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
