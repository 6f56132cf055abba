// SPDX-License-Identifier: GPL-2.0-or-later
/* astrace's --diff: what is made of answers to control and test payloads, and the payloads' bytes.
 * (Whether QUIC's are right is for others to say: tests/netns reads them by tshark and decrypts
 * them.) */
#include "unit.h"

#include "../../astrace/diff.h"

enum { T = DIFF_TIME, A = DIFF_ACK, D = DIFF_DATA, R = DIFF_RST, E = DIFF_ERROR };

/* Slots: the usual hop limit, then 1 to 5; the target is the fifth. */
struct row {
	unsigned int control[6], test[6];
	struct diff_finding want;
};

static const struct row rows[] = {
	/* alike; with silent hops; with an answer that was lost on either side */
	{ { A, T, T, T, T, A }, { A, T, T, T, T, A }, { DIFF_SAME, DIFF_NOWHERE, 4, 0, 5 } },
	{ { A, T, 0, 0, T, A }, { A, T, 0, 0, T, A }, { DIFF_SAME, DIFF_NOWHERE, 4, 0, 5 } },
	{ { A, T, T, T, T, A }, { A, T, 0, T, 0, A }, { DIFF_SAME, DIFF_NOWHERE, 3, 0, 5 } },
	{ { A, T, 0, T, T, A }, { A, T, T, T, T, A }, { DIFF_SAME, DIFF_NOWHERE, 4, 0, 5 } },
	/* dropped: between hops, between silent hops, before the first, at the target */
	{ { A, T, T, T, T, A }, { 0, T, T, 0, 0, 0 }, { DIFF_DROPPED, DIFF_IN_PATH, 2, 3, 5 } },
	{ { A, T, T, 0, T, A }, { 0, T, T, 0, 0, 0 }, { DIFF_DROPPED, DIFF_IN_PATH, 2, 4, 5 } },
	{ { A, T, T, T, T, A }, { 0, 0, 0, 0, 0, 0 }, { DIFF_DROPPED, DIFF_IN_PATH, 0, 1, 5 } },
	{ { A, T, T, T, T, A }, { 0, T, T, T, T, 0 }, { DIFF_DROPPED, DIFF_IN_PATH, 4, 5, 5 } },
	/* a hop before the filter did not answer the test by chance */
	{ { A, T, T, T, T, A }, { 0, 0, T, 0, 0, 0 }, { DIFF_DROPPED, DIFF_IN_PATH, 2, 3, 5 } },
	/* reset by somebody on the way: the test goes on or not */
	{ { A, T, T, T, T, A }, { R, T, T, R, R, R }, { DIFF_RESET, DIFF_IN_PATH, 2, 3, 5 } },
	{ { A, T, T, T, T, A },
	  { R | A, T, T, R | T, R | T, R | A },
	  { DIFF_RESET, DIFF_ON_PATH, 2, 3, 5 } },
	{ { A, T, T, 0, 0, A },
	  { R | A, T, T, R, R, R | A },
	  { DIFF_RESET, DIFF_ON_PATH, 2, 3, 5 } },
	{ { A, T, T, 0, 0, A }, { R, T, T, R, R, R }, { DIFF_RESET, DIFF_PATH_UNKNOWN, 2, 3, 5 } },
	/* by the target, or right before it */
	{ { A, T, T, T, T, A }, { R, T, T, T, T, R }, { DIFF_RESET, DIFF_PATH_UNKNOWN, 4, 5, 5 } },
	/* the target resets either */
	{ { R, T, T, T, T, R }, { R, T, T, T, T, R }, { DIFF_SAME, DIFF_NOWHERE, 4, 0, 5 } },
	/* answered on the way */
	{ { D, T, T, T, T, D }, { D, T, T, D, D, D }, { DIFF_ANSWERED, DIFF_IN_PATH, 2, 3, 5 } },
	{ { D, T, T, T, T, D },
	  { D, T, T, D | T, D | T, D },
	  { DIFF_ANSWERED, DIFF_ON_PATH, 2, 3, 5 } },
	{ { A, T, T, T, T, A }, { A, T, T, A, A, A }, { DIFF_ANSWERED, DIFF_IN_PATH, 2, 3, 5 } },
	/* rejected */
	{ { A, T, T, T, T, A }, { E, T, T, E, E, E }, { DIFF_REJECTED, DIFF_IN_PATH, 2, 3, 5 } },
	/* nothing to compare */
	{ { 0, T, T, T, T, 0 }, { 0, T, T, 0, 0, 0 }, { DIFF_NO_CONTROL, DIFF_NOWHERE, 0, 0, 0 } },
	{ { 0, T, T, 0, 0, 0 }, { A, T, T, T, T, A }, { DIFF_NO_CONTROL, DIFF_NOWHERE, 0, 0, 0 } },
	/* farther than was asked */
	{ { A, T, T, T, T, T }, { 0, T, T, 0, 0, 0 }, { DIFF_DROPPED, DIFF_IN_PATH, 2, 3, 0 } },
	{ { A, T, T, T, T, T }, { A, T, T, T, T, T }, { DIFF_SAME, DIFF_NOWHERE, 5, 0, 0 } },
};

static void verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int control[DIFF_HOPS + 1] = { 0 }, test[DIFF_HOPS + 1] = { 0 };
		const struct diff_finding *w = &rows[i].want;
		struct diff_finding f;

		memcpy(control, rows[i].control, sizeof(rows[i].control));
		memcpy(test, rows[i].test, sizeof(rows[i].test));
		f = diff_judge(control, test, 1, 5);
		if (f.verdict != w->verdict || f.place != w->place || f.after != w->after ||
		    f.at != w->at || f.far != w->far)
			fail_msg("row %zu: %s, place %d, after %u, at %u, far %u", i,
				 diff_verdict_words(f.verdict), f.place, f.after, f.at, f.far);
	}
}

/* Whatever the bits are, places lie within what was asked. */
static void any_bits(void **state)
{
	uint64_t x = 1;

	(void)state;
	for (unsigned int n = 0; n < 200000; n++) {
		unsigned int control[DIFF_HOPS + 1], test[DIFF_HOPS + 1], first, last;
		struct diff_finding f;

		for (unsigned int s = 0; s <= DIFF_HOPS; s++) {
			x = x * 6364136223846793005ull + 1442695040888963407ull;
			control[s] = x >> 33 & x >> 40 & 127;
			test[s] = x >> 47 & x >> 54 & 127;
		}
		first = 1 + (x >> 20) % DIFF_HOPS;
		last = first + (x >> 27) % (DIFF_HOPS + 1 - first);
		f = diff_judge(control, test, first, last);
		assert_true(!f.at || (f.at >= first && f.at <= last));
		assert_true(!f.after || (f.after >= first && f.after <= last));
		assert_true(!f.far || (f.far >= first && f.far <= last));
		assert_true(!f.at || f.after < f.at);
	}
}

static void payloads(void **state)
{
	struct payload p, c;
	char text[32];
	struct err e;

	(void)state;
	assert_int_equal(payload_make("hex:00fF7e", false, &p, &e), 0);
	assert_int_equal(p.n, 3);
	assert_memory_equal(p.bytes, "\x00\xff\x7e", 3);
	assert_int_equal(payload_control(&p, text, &c, &e), 0);
	assert_int_equal(c.n, 3);
	assert_memory_equal(c.bytes, "xxx", 3);
	assert_int_equal(payload_make("http:a.example", false, &p, &e), 0);
	assert_memory_equal(p.bytes, "GET / HTTP/1.1\r\nHost: a.example\r\n", 33);
	assert_int_equal(payload_control(&p, text, &c, &e), 0);
	assert_string_equal(c.spec, "http:example.com");
	assert_int_equal(payload_make("dns:a.bc.", true, &p, &e), 0);
	assert_int_equal(p.n, 12 + 6 + 4);
	assert_memory_equal(p.bytes + 2, "\1\0\0\1\0\0\0\0\0\0\1a\2bc\0\0\1\0\1", 20);
	assert_int_equal(payload_make("dns:a.bc", false, &c, &e), 0);
	assert_int_equal(get_be16(c.bytes), p.n);
	assert_int_equal(payload_make("tls:a.example", false, &p, &e), 0);
	assert_int_equal(get_be16(p.bytes + 3), p.n - 5);
	assert_int_equal(get_be32(p.bytes + 5), 1u << 24 | (p.n - 9));
	assert_int_equal(payload_make("quic:a.example", true, &p, &e), 0);
	assert_int_equal(p.n, PAYLOAD_MAX);
	assert_true(payload_make("quic:a.example", false, &p, &e) < 0);
	assert_true(payload_make("hex:0g", false, &p, &e) < 0);
	assert_true(payload_make("hex: 1", false, &p, &e) < 0);
	assert_true(payload_make("a.example", false, &p, &e) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(any_bits),
		cmocka_unit_test(payloads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
