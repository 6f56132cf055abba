// SPDX-License-Identifier: GPL-2.0-or-later
/* found_test - what find hooks hand over, by the model of dns: values, groups, lies, cut ends. */
#include "unit.h"

#include <string.h>

#include "proto/found.h"
#include "proto/netlink_attrs.h"

/* Writes down what arrives: "(" and ")" for groups, names of fields, "!" for a lie. */
struct list {
	struct finder fi;
	char text[256];
	size_t n;
	unsigned int values, lies;
};

static void add(struct finder *fi, const char *word)
{
	struct list *l = (struct list *)fi;
	size_t n = strlen(word);

	assert_true(l->n + n < sizeof(l->text));
	memcpy(l->text + l->n, word, n + 1);
	l->n += n;
}

static void on_value(struct finder *fi, const struct value *v)
{
	((struct list *)fi)->values++;
	add(fi, v->field->name);
	add(fi, " ");
}

static void on_open(struct finder *fi, const struct opt_def *g)
{
	add(fi, g->name);
	add(fi, "(");
}

static void on_close(struct finder *fi, const struct opt_def *g)
{
	assert_non_null(g);
	add(fi, ")");
}

static void on_bad(struct finder *fi, const char *what, uint64_t value)
{
	(void)value;
	((struct list *)fi)->lies++;
	add(fi, "!");
	add(fi, what);
}

static const char question[] = "\0\7\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1";

/* 'n' bytes of the question as layer of 'total' bytes. */
static void run(struct list *l, const void *data, uint32_t n, uint32_t total)
{
	struct walk w = { .data = data, .cap_len = n, .len = total, .n_layers = 1 };

	w.layers[0] = (struct layer){ .proto = proto_by_name("dns"), .hdr_bytes = total,
				      .hdr_have = n, .total_bytes = total };
	*l = (struct list){ .fi = { .value = on_value, .open = on_open, .close = on_close,
				    .bad = on_bad } };
	walk_find(&w, &w.layers[0], &l->fi);
	assert_int_equal(l->fi.depth, 0);
}

static void values_come_in_groups(void **state)
{
	struct list l;

	(void)state;
	run(&l, question, sizeof(question) - 1, sizeof(question) - 1);
	assert_string_equal(l.text, "question(name type class )");
}

static void cut_is_no_lie(void **state)
{
	struct list l;

	(void)state;
	for (uint32_t n = 0; n < sizeof(question) - 1; n++) {
		run(&l, question, n, sizeof(question) - 1);
		assert_int_equal(l.lies, 0);
	}
}

static void short_is_a_lie(void **state)
{
	struct list l;

	(void)state;
	for (uint32_t n = 12; n < sizeof(question) - 1; n++) {
		run(&l, question, n, n);
		assert_int_equal(l.lies, 1);
	}
}

static void names_that_point_at_themselves_end(void **state)
{
	static const char loop[] = "\0\7\1\0\0\1\0\0\0\0\0\0\300\14\0\1\0\1";
	struct list l;

	(void)state;
	run(&l, loop, sizeof(loop) - 1, sizeof(loop) - 1);
	assert_int_equal(l.lies, 1);
	assert_int_equal(l.values, 0);
}

static void depth_is_limited(void **state)
{
	struct list l = { .fi = { .value = on_value, .open = on_open, .close = on_close,
				  .bad = on_bad } };
	const struct opt_def *g = proto_by_name("dns")->opts;

	(void)state;
	for (unsigned int i = 0; i < FOUND_DEPTH; i++)
		assert_true(found_open(&l.fi, g));
	assert_false(found_open(&l.fi, g));
	for (unsigned int i = 0; i < FOUND_DEPTH; i++)
		found_close(&l.fi);
}

/* A new link, ifindex 7: the header of its family, then one attribute, its name. */
static void attributes_of_netlink(void **state)
{
	static const uint8_t link[] = { 0, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
					9, 0, 3, 0, 'e', 't', 'h', '0', 0, 0, 0, 0 };
	struct list l = { .fi = { .value = on_value, .open = on_open, .close = on_close,
				  .bad = on_bad } };
	struct cur c = cur_of(link, sizeof(link));

	(void)state;
	nl_route(&l.fi, 16, &c);
	assert_int_equal(l.lies, 0);
	assert_non_null(strstr(l.text, "name"));
	/* an attribute of 9 bytes where 3 are left */
	l = (struct list){ .fi = l.fi };
	c = cur_of(link, 19);
	nl_route(&l.fi, 16, &c);
	assert_null(strstr(l.text, "name"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_in_groups),
		cmocka_unit_test(cut_is_no_lie),
		cmocka_unit_test(short_is_a_lie),
		cmocka_unit_test(names_that_point_at_themselves_end),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(attributes_of_netlink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
