// SPDX-License-Identifier: GPL-2.0-or-later
/* Option tables: what is parsed, what is refused and with which sentence, and that --help, manual
 * page and completions name every option. */
#include "ui/opt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/str.h"
#include "ui/optdoc.h"

struct job {
	bool all, brief;
	int mode, color;
	unsigned int sets;
	const char *out;
	uint64_t size, pull, plain;
	struct opt_list in;
	int form;
};

static const struct opt_name colors[] = {
	{ "red", 1, "like blood" },
	{ "green", 2, "like grass" },
	{ "0x2", 2, NULL },
	{ NULL, 0, NULL },
};

#define AT(m) offsetof(struct job, m)
static const struct opt opts[] = {
	{ .kind = OPT_GROUP, .help = "Things" },
	{ OPT_FLAG, 'a', 0, "all", NULL, AT(all), .help = "all of it" },
	{ OPT_FLAG, 'b', 0, "brief", NULL, AT(brief), .help = "less of it" },
	{ OPT_SET, 'x', 0, "extra", NULL, AT(mode), .value = 7, .help = "more of it" },
	{ OPT_STR, 'o', 0, "out", NULL, AT(out), .arg = "FILE", .complete = ARG_FILE,
	  .help = "where to" },
	{ OPT_LIST, 'i', 'd', "in", "dev", AT(in), .arg = "DEV", .help = "where from" },
	{ OPT_NUM, 'S', 0, "ring-size", NULL, AT(size), .unit = NUM_BYTES, .min = 1024,
	  .max = 1 << 30, .def = "1MiB", .arg = "SIZE", .help = "how large" },
	{ OPT_NUM, 'k', 0, "pull", NULL, AT(pull), .unit = NUM_TIME, .bare = "us", .arg = "TIME",
	  .help = "how often" },
	{ OPT_NUM, 'n', 0, "num", NULL, AT(plain), .unit = NUM_PLAIN, .arg = "N",
	  .help = "how many" },
	{ OPT_ENUM, 'c', 0, "color", NULL, AT(color), .names = colors, .arg = "COLOR",
	  .help = "which" },
	{ OPT_SETS, 'L', 0, "sets", NULL, AT(sets), .names = colors, .arg = "COLORS",
	  .help = "which ones" },
	{ OPT_ENUM, 0, 0, "form", NULL, AT(form), .names = colors, .arg = "FORM",
	  .optional = "green", .help = "a form" },
	{ OPT_REFUSED, 'U', 0, "update", NULL, .help = "bring a file of your own" },
	{ OPT_FLAG, 0, 0, "outline", NULL, AT(brief), .help = "begins as another does" },
	{ .kind = OPT_END },
};
static const struct opt_table table = { "tool", "does a thing", "[OPTION]...", NULL, opts };

static int parse(struct job *job, int *n_words, struct err *e, int argc, const char **argv)
{
	memset(job, 0x5a, sizeof(*job));
	assert_int_equal(opt_defaults(&table, job, e), 0);
	return opt_parse(&table, argc, (char **)argv, job, n_words, e);
}

#define PARSE(...)                                                                                 \
	const char *argv[] = { "tool", ##__VA_ARGS__, NULL };                                      \
	struct err e = { 0 };                                                                      \
	struct job job;                                                                            \
	int n_words = -1, r = parse(&job, &n_words, &e, ARRAY_SIZE(argv) - 1, argv)

#define REFUSED(sentence, ...)                                                                     \
	do {                                                                                       \
		PARSE(__VA_ARGS__);                                                                \
		assert_int_equal(r, e.code == ERANGE ? -ERANGE : -EINVAL);                         \
		assert_string_equal(e.text, sentence);                                             \
	} while (0)

static void defaults_come_first(void **state)
{
	PARSE();
	(void)state;
	assert_int_equal(r, 0);
	assert_int_equal(n_words, 0);
	assert_false(job.all);
	assert_null(job.out);
	assert_int_equal(job.size, 1 << 20);
	assert_true(job.plain == OPT_UNSET);
	assert_int_equal(job.in.n, 0);
	assert_int_equal(job.mode, 0);
}

static void short_names_cluster_and_take_arguments(void **state)
{
	PARSE("-abx", "-ofile", "-i", "eth0", "-deth1", "-S", "64KiB", "-k1000", "-c", "GREEN");
	(void)state;
	assert_int_equal(r, 0);
	assert_true(job.all && job.brief);
	assert_int_equal(job.mode, 7);
	assert_string_equal(job.out, "file");
	assert_int_equal(job.in.n, 2);
	assert_string_equal(job.in.v[0], "eth0");
	assert_string_equal(job.in.v[1], "eth1");
	assert_int_equal(job.size, 65536);
	assert_int_equal(job.pull, 1000000);
	assert_int_equal(job.color, 2);
}

static void long_names_take_arguments(void **state)
{
	PARSE("--out=a=b", "--dev", "-", "--ring=2KiB", "--pull", "3ms", "--sets=red,green",
	      "--form");
	(void)state;
	assert_int_equal(r, 0);
	assert_string_equal(job.out, "a=b");
	assert_string_equal(job.in.v[0], "-");
	assert_int_equal(job.size, 2048);
	assert_int_equal(job.pull, 3000000);
	assert_int_equal(job.sets, 3);
	assert_int_equal(job.form, 2);
}

static void words_are_kept_in_order(void **state)
{
	PARSE("one", "-a", "-", "--", "-b", "two");
	(void)state;
	assert_int_equal(r, 0);
	assert_int_equal(n_words, 4);
	assert_string_equal(argv[1], "one");
	assert_string_equal(argv[2], "-");
	assert_string_equal(argv[3], "-b");
	assert_string_equal(argv[4], "two");
	assert_false(job.brief);
}

static void bad_usage_gets_a_sentence(void **state)
{
	(void)state;
	REFUSED("unknown option -z; --help lists all", "-az");
	REFUSED("unknown option in '-\xc3\xa4'; --help lists all", "-\xc3\xa4");
	REFUSED("unknown option --rign-size, did you mean --ring-size?; --help lists all",
		"--rign-size=4");
	REFUSED("unknown option --wombat; --help lists all", "--wombat");
	REFUSED("option -o needs an argument: FILE", "-o");
	REFUSED("option --out needs an argument: FILE", "--out");
	REFUSED("option --all takes no argument", "--all=3");
	REFUSED("option --ou is ambiguous: --out or --outline?", "--ou");
	REFUSED("-S: '12abc' is not a size such as 4096, 64KiB or 1GiB", "-S", "12abc");
	REFUSED("--ring-size: 1 is out of range (1KiB to 1GiB)", "--ring-size=1");
	REFUSED("-n: '' is not a whole number", "-n", "");
	REFUSED("-c: 'blue' is none of: red, green", "-c", "blue");
	REFUSED("-L: '' is none of: red, green", "-L", "red,");
	REFUSED("-U: bring a file of your own", "-U");
	REFUSED("--update: bring a file of your own", "--update");
}

static void a_list_is_bounded(void **state)
{
	const char *argv[OPT_LIST_MAX + 2] = { "tool" };
	struct err e = { 0 };
	struct job job;
	int n, i;

	(void)state;
	for (i = 1; i < OPT_LIST_MAX + 2; i++)
		argv[i] = "-ix";
	assert_int_equal(parse(&job, &n, &e, OPT_LIST_MAX + 1, argv), 0);
	assert_int_equal(parse(&job, &n, &e, OPT_LIST_MAX + 2, argv), -EINVAL);
	assert_string_equal(e.text, "-i may be given 64 times at most");
}

static void long_garbage_is_only_refused(void **state)
{
	char big[5000] = "--";

	(void)state;
	memset(big + 2, 'r', sizeof(big) - 3);
	{
		PARSE(big);
		assert_int_equal(r, -EINVAL);
	}
	memcpy(big, "-S9", 3);
	{
		PARSE(big);
		assert_int_equal(r, -EINVAL);
	}
}

/* Every option that is not refused must be in 'text', under each of its names. */
static void assert_names(const struct str *text, const char *prefix_long)
{
	char name[64];

	assert_false(text->failed);
	for (const struct opt *o = opts; o->kind != OPT_END; o++) {
		if (o->kind == OPT_GROUP || o->kind == OPT_REFUSED)
			continue;
		snprintf(name, sizeof(name), "%s%s", prefix_long, o->name);
		if (!strstr(text->p, name) && !strchr(name, '\\') && !strchr(o->name, '-'))
			fail_msg("%s is missing in:\n%s", name, text->p);
	}
}

static void texts_name_every_option(void **state)
{
	static void (*const makers[])(const struct opt_table *,
				      struct str *) = { optdoc_help, optdoc_bash, optdoc_zsh };
	AUTO(str_free) struct str s = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		str_clear(&s);
		makers[i](&table, &s);
		assert_names(&s, "--");
		assert_non_null(strstr(s.p, "--ring-size"));
	}
	str_clear(&s);
	optdoc_mdoc(&table, &s);
	assert_names(&s, "Fl \\-");
	assert_non_null(strstr(s.p, ".It Fl i , Fl d , Fl \\-in , Fl \\-dev Ar DEV\n"));
	assert_non_null(strstr(s.p, "The default is 1MiB.\n"));
}

static void help_fits_a_terminal(void **state)
{
	AUTO(str_free) struct str s = { 0 };
	const char *line, *end;

	(void)state;
	optdoc_help(&table, &s);
	for (line = s.p; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		assert_true(end - line <= 80);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_come_first),
		cmocka_unit_test(short_names_cluster_and_take_arguments),
		cmocka_unit_test(long_names_take_arguments),
		cmocka_unit_test(words_are_kept_in_order),
		cmocka_unit_test(bad_usage_gets_a_sentence),
		cmocka_unit_test(a_list_is_bounded),
		cmocka_unit_test(long_garbage_is_only_refused),
		cmocka_unit_test(texts_name_every_option),
		cmocka_unit_test(help_fits_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
