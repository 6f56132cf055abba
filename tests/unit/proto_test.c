// SPDX-License-Identifier: GPL-2.0-or-later
/* proto_test - the table itself: complete, unambiguous, in bounds; bits in and out. */
#include "unit.h"

#include <string.h>

#include "proto/proto.h"

static void check_fields(const struct proto *p, const struct field *f, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!f[i].label || !f[i].ref)
			fail_msg("%s.%s has no label or reference", p->name, f[i].name);
		if (!(f[i].flags & (FIELD_REST | FIELD_FOUND)) && !f[i].at.n)
			fail_msg("%s.%s has no width", p->name, f[i].name);
		if ((f[i].flags & FIELD_FOUND) && (field_is_number(&f[i]) != (f[i].at.n > 0)))
			fail_msg("%s.%s: numbers that are found have a width, others none",
				 p->name, f[i].name);
		if (f[i].flags & FIELD_FOUND)
			continue;
		if (field_is_number(&f[i]))
			assert_true(f[i].at.n <= 64);
		else
			assert_int_equal(f[i].at.off % 8, 0);
		if (f[i].kind == FIELD_MAC)
			assert_int_equal(f[i].at.n, 48);
		if (f[i].kind == FIELD_IPV4)
			assert_int_equal(f[i].at.n, 32);
		if (f[i].kind == FIELD_IPV6)
			assert_int_equal(f[i].at.n, 128);
		for (unsigned int k = 0; k < i; k++)
			if (proto_name_is(f[k].name, f[k].alias, f[i].name) &&
			    !(f[k].when && f[i].when))
				fail_msg("%s.%s is there twice", p->name, f[i].name);
	}
}

static void table_is_complete(void **state)
{
	size_t n;
	const struct proto *const *all = proto_all(&n);

	(void)state;
	assert_true(n >= 20);
	for (size_t i = 0; i < n; i++) {
		const struct proto *p = all[i];

		assert_non_null(p->label);
		assert_non_null(p->ref);
		assert_true(p->in[0].reg);
		assert_true(p->n_fields <= 64);
		check_fields(p, p->fields, p->n_fields);
		for (unsigned int k = 0; k < p->n_opts; k++) {
			assert_non_null(p->opts[k].ref);
			if (p->tlv) /* else they are groups, which have no number */
				assert_ptr_equal(proto_opt(p, p->opts[k].kind), &p->opts[k]);
			check_fields(p, p->opts[k].fields, p->opts[k].n_fields);
		}
		assert_ptr_equal(proto_by_name(p->name), p);
	}
}

static void index_finds_what_the_table_says(void **state)
{
	static struct proto_index ix;
	size_t n;
	const struct proto *const *all = proto_all(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(all[i]->in) && all[i]->in[k].reg; k++) {
			const struct proto_link *l = &all[i]->in[k];

			assert_non_null(proto_by_link(l->reg, l->value));
			if (!all[i]->check)
				assert_ptr_equal(proto_index_get(&ix, l->reg, l->value, NULL, 0, 0),
						 all[i]);
		}
	}
	for (uint32_t v = 0; v < 70000; v++) {
		for (unsigned int r = 0; r < N_REGISTRY; r += 3) {
			const struct proto *p = proto_by_link(r, v);

			if (!p || !p->check)
				assert_ptr_equal(proto_index_get(&ix, r, v, NULL, 0, 0), p);
		}
	}
}

static void names_are_found(void **state)
{
	const struct proto *p = NULL;
	const struct opt_def *o = NULL;
	const struct field *f = proto_find("tcp.dport", &p, &o);

	(void)state;
	assert_non_null(f);
	assert_string_equal(p->name, "tcp");
	assert_null(o);
	assert_ptr_equal(proto_find("tcp.dp", &p, &o), f);
	f = proto_find("tcp.mss.value", &p, &o);
	assert_non_null(f);
	assert_int_equal(o->kind, 2);
	assert_string_equal(proto_find("ipv4.da", &p, &o)->name, "dst");
	assert_null(proto_find("tcp", &p, &o));
	assert_null(proto_find("tcp.", &p, &o));
	assert_null(proto_find(".dport", &p, &o));
	assert_null(proto_find("tcp.nonsense", &p, &o));
	assert_null(proto_find("tcp.mss.nonsense", &p, &o));
	assert_null(proto_find("nonsense.dport", &p, &o));
	assert_null(proto_find("averyveryverylongnamewithoutanend.x", &p, &o));
	assert_null(proto_by_name("tc"));
	assert_null(proto_by_name(""));
}

static void bits_in_and_out(void **state)
{
	uint8_t buf[20];

	(void)state;
	for (unsigned int off = 0; off < 70; off++) {
		for (unsigned int n = 1; n <= 64; n++) {
			struct bits b = { off, n };
			uint64_t v = 0x9e3779b97f4a7c15ull >> (64 - n);

			memset(buf, 0xff, sizeof(buf));
			bits_put(buf, b, v);
			assert_true(bits_get(buf, b) == v);
			bits_put(buf, b, n == 64 ? UINT64_MAX : (1ull << n) - 1);
			for (unsigned int i = 0; i < sizeof(buf); i++)
				assert_int_equal(buf[i], 0xff);
		}
	}
}

static void little_endian(void **state)
{
	const struct field f = { .at = { 8, 32 }, .kind = FIELD_DEC, .flags = FIELD_LE };
	uint8_t buf[5] = { 0 };

	(void)state;
	field_put(&f, buf, 0x01020304);
	assert_memory_equal(buf, "\0\4\3\2\1", 5);
	assert_int_equal(field_get(&f, buf), 0x01020304);
}

static void conditions(void **state)
{
	const struct field_when w = { { 8, 8 }, 2, { 3, 5 } };
	const uint8_t buf[2] = { 0, 5 }, other[2] = { 0, 4 };

	(void)state;
	assert_true(field_when_holds(NULL, buf, 0));
	assert_true(field_when_holds(&w, buf, 2));
	assert_false(field_when_holds(&w, buf, 1));
	assert_false(field_when_holds(&w, other, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_complete),
		cmocka_unit_test(index_finds_what_the_table_says),
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(bits_in_and_out),
		cmocka_unit_test(little_endian),
		cmocka_unit_test(conditions),
	};

	return cmocka_run_group_tests_name("proto", tests, NULL, NULL);
}
