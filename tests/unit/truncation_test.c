// SPDX-License-Identifier: GPL-2.0-or-later
/* truncation_test - every packet of the golden captures, cut after each of its bytes: what the
 * capture cut is never called bad where the whole is not, and what ends early on the wire is shown
 * too. All forms of output are made; sanitizers watch a copy of the exact size. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/str.h"
#include "proto/render.h"

#define GOLDEN     "tests/golden"
#define FILE_BYTES (1u << 16)

static struct walk w;
static struct str s;
static const struct render_style st;
static unsigned int n_packets, n_cuts;

static void show(unsigned int linktype, const uint8_t *p, uint32_t n, uint32_t len)
{
	const struct render_meta m = { .number = 1 };
	uint8_t *copy = malloc(n + !n);

	assert_non_null(copy);
	memcpy(copy, p, n);
	walk_packet(linktype, copy, n, len, &w);
	str_clear(&s);
	render_text(&s, &w, &m, &st);
	render_less(&s, &w, &m, &st);
	str_clear(&s);
	render_json(&s, &w, &m, &st);
	assert_false(s.failed);
	assert_string_equal(s.p + s.len - 2, "}\n");
	free(copy);
	n_cuts++;
}

static bool called_bad(void)
{
	return strstr(str_text(&s), "\"bad\":");
}

static void every_cut(const char *name, unsigned int number, unsigned int linktype,
		      const uint8_t *p, uint32_t n, uint32_t len)
{
	bool bad;

	show(linktype, p, n, len);
	bad = called_bad();
	for (uint32_t k = 0; k < n; k++) {
		show(linktype, p, k, len);
		if (!bad && called_bad())
			fail_msg("%s, packet %u cut after %u of %u bytes is called bad: %s", name,
				 number, k, n, s.p);
		show(linktype, p, k, k);
	}
	n_packets++;
}

/* A capture of ours: little endian, nanoseconds. */
static void one_file(const char *name)
{
	static uint8_t buf[FILE_BYTES];
	char path[300];
	unsigned int number = 0;
	uint32_t linktype;
	struct cur c;
	FILE *f;

	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	c = cur_of(buf, fread(buf, 1, sizeof(buf), f));
	fclose(f);
	assert_true(cur_left(&c) < sizeof(buf));
	cur_skip(&c, 20);
	linktype = cur_le32(&c);
	while (cur_take(&c, 8)) {
		uint32_t n = cur_le32(&c), len = cur_le32(&c);
		const uint8_t *p = cur_take(&c, n);

		assert_non_null(p);
		every_cut(name, ++number, linktype, p, n, len);
	}
	assert_true(number);
}

static void golden_captures(void **state)
{
	DIR *d = opendir(GOLDEN);
	unsigned int n_files = 0;
	struct dirent *e;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d))) {
		if (!str_ends(e->d_name, ".pcap"))
			continue;
		one_file(e->d_name);
		n_files++;
	}
	closedir(d);
	str_free(&s);
	assert_true(n_files >= 55);
	assert_true(n_packets >= 500);
	printf("truncation: %u packets of %u captures, shown %u times\n", n_packets, n_files, n_cuts);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(golden_captures) };

	return cmocka_run_group_tests_name("truncation", tests, NULL, NULL);
}
