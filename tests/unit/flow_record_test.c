// SPDX-License-Identifier: GPL-2.0-or-later
/* flowtop's moments of a recording come back as they were, and cut at every byte they are refused;
 * who fills the table, and when its ports are used up. */
#include "../../flowtop/pack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../flowtop/fill.h"
#include "../../flowtop/ctstat.h"
#include "sys/clock.h"
#include "unit.h"

static struct ct flow(uint16_t sport, bool snat)
{
	struct ct c = { .key = { .family = AF_INET, .proto = IPPROTO_UDP, .zone = 3 },
			.state = CT_NO_STATE, .has_counters = true, .id = sport, .mark = 9,
			.status = IPS_SEEN_REPLY, .timeout_s = 30, .packets = { 1, 2 },
			.bytes = { 100, 1ull << 40 }, .start_ns = 12345 };

	inet_pton(AF_INET, "10.0.0.1", c.key.orig.src.addr);
	inet_pton(AF_INET, "192.0.2.1", c.key.orig.dst.addr);
	c.key.orig.src.port = sport;
	c.key.orig.dst.port = 53;
	c.reply = (struct ct_tuple){ c.key.orig.dst, c.key.orig.src };
	if (snat)
		inet_pton(AF_INET, "198.51.100.1", c.reply.dst.addr);
	return c;
}

static void add(struct flows *t, const struct ct *c, uint32_t owner)
{
	uint32_t row = flows_add(t, c);
	struct flow *f = flows_at(t, row);

	f->has_rate = true;
	f->byte_rate[CT_REPLY] = 12.5;
	f->counted_ns = 5 * NS_PER_S;
	f->owner = owner;
	f->owner_sure = owner ? OWNER_LIKELY : OWNER_UNKNOWN;
}

static void keep(void *arg, const struct flow *f)
{
	struct flow *to = arg;

	if (f->ct.id == 1000)
		to[0] = *f;
	else if (f->ct.id == 1001)
		to[1] = *f;
}

static void a_moment_comes_back_and_cut_it_is_refused(void **state)
{
	struct pack_head h = { .now_ns = 7 * NS_PER_S, .v = { [PACK_EVENTS] = 77 } };
	struct pack_head back = { .now_ns = 107 * NS_PER_S };
	struct owner w = { .pid = 42, .uid = 7, .process = "proc", .user = "joe" };
	struct ct a = flow(1000, true), b = flow(1001, false);
	AUTO(owners_close_p) struct owners *from = NULL, *to = NULL;
	AUTO(flows_free_p) struct flows *t = NULL;
	AUTO(str_free) struct str s = { 0 };
	uint32_t rows[] = { 0, 1 };
	struct flow got[2];
	struct err e;

	(void)state;
	assert_int_equal(owners_of_recording(&from, &e), 0);
	assert_int_equal(owners_of_recording(&to, &e), 0);
	assert_int_equal(flows_new(1, &t, &e), 0);
	memcpy(b.helper, "ftp", 4);
	add(t, &a, owners_add(from, &w));
	add(t, &b, 0);
	pack_table(&h, t, rows, 2, from, &s);
	assert_false(s.failed);
	assert_int_equal(pack_read(cur_of(s.p, s.len), &back, to, keep, got, &e), 0);
	assert_int_equal(back.v[PACK_EVENTS], 77);
	assert_memory_equal(&got[0].ct, &a, sizeof(a));
	assert_memory_equal(&got[1].ct, &b, sizeof(b));
	assert_true(got[0].byte_rate[CT_REPLY] == 12.5f);
	assert_int_equal(back.now_ns - got[0].counted_ns, h.now_ns - 5 * NS_PER_S);
	assert_string_equal(owners_get(to, got[0].owner)->user, "joe");
	assert_int_equal(got[0].owner_sure, OWNER_LIKELY);
	assert_int_equal(got[1].owner, 0);
	for (size_t n = 0; n < s.len; n++)
		assert_int_equal(pack_read(cur_of(s.p, n), &back, to, keep, got, &e), -EBADMSG);
}

static const struct fill_row *row_of(const struct fill *f, uint8_t proto)
{
	for (size_t i = 0; i < fill_rows(f); i++)
		if (fill_at(f, i)->proto == proto)
			return fill_at(f, i);
	return NULL;
}

static void ports_of_a_translation_are_counted_and_run_out(void **state)
{
	AUTO(flows_free_p) struct flows *t = NULL;
	const struct fill_row *nat, *source;
	struct fill *f;
	struct err e;
	uint16_t port = 2000;

	(void)state;
	assert_int_equal(flows_new(1, &t, &e), 0);
	assert_int_equal(fill_new(&f, &e), 0);
	for (int s = 1; s <= 60; s++) { /* a hundred more each second */
		for (int i = 0; i < 100; i++) {
			struct ct c = flow(port, true);

			c.reply.dst.port = port++;
			add(t, &c, 0);
		}
		fill_count(f, t, s * NS_PER_S);
	}
	nat = row_of(f, IPPROTO_UDP);
	source = row_of(f, 0);
	assert_int_equal(fill_rows(f), 2);
	assert_int_equal(nat->entries, 6000);
	assert_int_equal(nat->ports, 6000);
	assert_int_equal(nat->busiest, 6000);
	assert_int_equal(source->entries, 6000);
	assert_true(fill_forecast_s(source) < 0);
	assert_in_range((long)fill_forecast_s(nat), 580, 590); /* 58,512 more at 100 a second */
	assert_in_range((long)fill_table_forecast_s(f, 16000), 98, 102);
	for (int s = 61; s <= 120; s++)
		fill_count(f, t, s * NS_PER_S);
	assert_true(fill_forecast_s(row_of(f, IPPROTO_UDP)) < 0); /* it has stopped growing */
	fill_free(f);
}

static void statistics_of_all_cpus_are_added(void **state)
{
	static const uint8_t cpu[] = {
		0x24, 0, 0, 0, 4, 1, 0, 0, 0, 0, /* a message of type 4 */
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		8, 0, 9, 0, 0, 0, 1, 2, /* insert failed: 258 */
		8, 0, 11, 0, 0, 0, 0, 5, /* early dropped: 5 */
	};
	struct ctstat_table t = { 0 };

	(void)state;
	ctstat_parse(cpu, sizeof(cpu), &t);
	ctstat_parse(cpu, sizeof(cpu), &t);
	assert_int_equal(t.insert_failed, 516);
	assert_int_equal(t.early_drop, 10);
	for (size_t n = 0; n < sizeof(cpu); n++) {
		struct ctstat_table none = { 0 };

		ctstat_parse(cpu, n, &none);
		assert_int_equal(none.early_drop, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moment_comes_back_and_cut_it_is_refused),
		cmocka_unit_test(ports_of_a_translation_are_counted_and_run_out),
		cmocka_unit_test(statistics_of_all_cpus_are_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
