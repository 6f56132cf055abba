// SPDX-License-Identifier: GPL-2.0-or-later
/* protodoc_test - a table of its own: bits, kinds, conditions, values, groups; roff is escaped. */
#include "unit.h"

#include <string.h>

#include "base/attr.h"
#include "ui/protodoc.h"

static const struct value_name names[] = { { 1, "one" }, { 2, "t-wo\\" }, { 0, NULL } };
static const struct field_when when = { BITS(0, 4), 2, { 1, 2 } };

static const struct field fields[] = {
	{ .name = "a", BITS(0, 4), .kind = FIELD_DEC, .names = names, .label = "first", .ref = "R 1" },
	{ .name = "b", BITS(4, 1), .kind = FIELD_BOOL, .flags = FIELD_VIEW, .label = "bit",
	  .ref = "R 2" },
	{ .name = "c", BYTES(1, 2), .kind = FIELD_HEX, .reg = REG_ETHERTYPE, .when = &when,
	  .flags = FIELD_LE | FIELD_ARRAY, .label = "c", .ref = "R 3" },
	{ .name = "d", .kind = FIELD_TEXT, .flags = FIELD_FOUND, .label = "d", .ref = "R 4" },
};

static const struct opt_def groups[] = {
	{ .kind = KIND_GROUP, .name = "g", .fields = fields, .n_fields = 1, .ref = "R 5" },
	{ .kind = KIND_GROUP, .name = "h", .fields = fields, .n_fields = 1, .ref = "R 6" },
};

static const struct proto made_up = {
	.name = "made", .alias = "up", .label = "Made up", .ref = "R", .min_bytes = 3,
	.fields = fields, .n_fields = 4, .opts = groups, .n_opts = 2,
	.in = { { REG_UDP_PORT, 7 }, { REG_ETHERTYPE, 0x88b5 } },
};

static void table(void **state UNUSED)
{
	AUTO(str_free) struct str s = { 0 };

	protodoc_table(&made_up, &s);
	assert_string_equal(s.p,
		"made: Made up, R\n"
		"  also called up\n"
		"  is UDP port 7, ethertype 0x88b5\n"
		"  header of 3 bytes\n\n"
		"  a     0-3  number                               first                                    R 1\n"
		"  b *     4  yes or no                            bit                                      R 2\n"
		"  c    8-23  hex number, little endian, repeated  "
		"c; an ethertype; if bits 0-3 are 1 or 2  R 3\n"
		"  d       -  text                                 d                                        R 4\n"
		"  * bits that another field covers: for filters and --fields, not printed\n"
		"    a: 1 one, 2 t-wo\\\n"
		"\n  made.g (group), R 5\n"
		"    a  0-3  number  first  R 1\n"
		"      a: 1 one, 2 t-wo\\\n"
		"\n  made.h (group), R 6\n"
		"    the fields of made.g\n");
}

static void json(void **state UNUSED)
{
	AUTO(str_free) struct str s = { 0 };
	struct jsonw j = jsonw_of(&s);

	protodoc_json(&made_up, &j);
	assert_non_null(strstr(s.p, "\"in\":[{\"registry\":\"a UDP port\",\"value\":7},"));
	assert_non_null(strstr(s.p, "{\"value\":2,\"name\":\"t-wo\\\\\"}"));
	assert_non_null(strstr(s.p, "\"when\":{\"bit\":0,\"bits\":4,\"is\":[1,2]}"));
	assert_non_null(strstr(s.p, "{\"name\":\"d\",\"kind\":\"text\""));
	assert_int_equal(s.p[s.len - 1], '\n');
}

static void page_is_escaped(void **state UNUSED)
{
	AUTO(str_free) struct str s = { 0 };

	protodoc_mdoc(&s);
	assert_false(s.failed);
	assert_non_null(strstr(s.p, ".Ss tcp\n.Bd -literal\n"));
	assert_non_null(strstr(s.p, "16\\-31"));
}

static void registries_have_names(void **state UNUSED)
{
	assert_null(protodoc_registry(REG_NONE));
	for (unsigned int i = REG_NONE + 1; i < N_REGISTRY; i++)
		assert_non_null(strchr(protodoc_registry(i), ' '));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(json),
		cmocka_unit_test(page_is_escaped),
		cmocka_unit_test(registries_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
