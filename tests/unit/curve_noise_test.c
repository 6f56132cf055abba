// SPDX-License-Identifier: GPL-2.0-or-later
/* curvetun's noise and kdf against the second implementation, tests/lib/noise.py, which made the
 * transcripts below; every bit of the messages counts. */
#include "../../curvetun/noise.h"

#include <sodium.h>
#include <string.h>

#include "unit.h"

static const char prologue[] = "curvetun 1 udp";
static const char first[] = "first payload", second[] = "second";

struct transcript {
	const char *m1, *m2, *a, *b;
	bool psk;
};

static const struct transcript transcripts[] = {
	{
		.m1 = "1abd837630950772b6f7f80b9abd251af1683121f34a106846ee7f986c04e81b94a7b15f"
		      "530ec374d704ee4812660c2f1f1b028f20f446472749031800ef5cafe64a82895c769965"
		      "dc7a57ada062542ad82e6af993c3965983ae577d89b3a6188578a752d22d4bc994ec3783"
		      "ed",
		.m2 = "77fa7faf1b2c9f864717f66268dc7d5abda346a052e4a4f77715730c7aaaca1defe80120"
		      "13a478b1d1e729ad9343c89a33d38fa7a7a7",
		.a = "b6d4bd02b5255251bea75279d45fe92713ce38ab42a01321e8221adf8c3c8e79",
		.b = "9450c2c41c4bb22161bf0771866404bbd21c218a124b232db9ce8823e4165f4c",
	},
	{
		.m1 = "1abd837630950772b6f7f80b9abd251af1683121f34a106846ee7f986c04e81bfc1e7767"
		      "a63c5f83c8b6da11d46ef21757020a6f724f3a15f5cc8d4400647d86e1d3599794ebb8a4"
		      "ebb68a7e1265f5834cb3448fef4b77fef9d4464e754bc76f9762ba06dddf105b4d88325b"
		      "ab",
		.m2 = "77fa7faf1b2c9f864717f66268dc7d5abda346a052e4a4f77715730c7aaaca1db392788f"
		      "b985a03392fb5f05a7b0736e0ba91d601446",
		.a = "91b61fc72a27f94378ac099680a6a056b7729135e2409c9f833b915034283af8",
		.b = "a79b4607e74dd511de372569a4dc417106889b877e3cd9699b1048eaba700c03",
		.psk = true,
	},
};

struct ends {
	struct noise_pair i, r;
	uint8_t e1[32], e2[32], psk[32];
	struct noise init, resp;
	uint8_t m1[256], m2[256];
	size_t n1, n2;
};

static void secret(const char *label, uint8_t out[32])
{
	crypto_hash_sha256(out, (const uint8_t *)label, strlen(label));
}

static void begin(struct ends *x, bool psk)
{
	secret("initiator", x->i.secret);
	secret("responder", x->r.secret);
	secret("e1", x->e1);
	secret("e2", x->e2);
	secret("psk", x->psk);
	noise_public(&x->i);
	noise_public(&x->r);
	noise_start(&x->init, &x->i, x->r.public, psk, prologue, strlen(prologue));
	noise_start(&x->resp, &x->r, NULL, psk, prologue, strlen(prologue));
	noise_set_psk(&x->init, x->psk);
	noise_set_psk(&x->resp, x->psk);
	x->n1 = NOISE_ADD_1 + strlen(first);
	x->n2 = NOISE_ADD_2 + strlen(second);
}

static int read_1(struct ends *x, uint8_t *out)
{
	int rc = noise_read_1_key(&x->resp, x->m1, x->n1);

	return rc ? rc : noise_read_1_rest(&x->resp, x->m1, x->n1, out);
}

static void same_hex(const uint8_t *data, size_t n, const char *want)
{
	char hex[600];

	assert_string_equal(sodium_bin2hex(hex, sizeof(hex), data, n), want);
}

static void test_transcripts(void **state UNUSED)
{
	uint8_t out[256], a[32], b[32], a2[32], b2[32];
	struct ends x;

	for (size_t i = 0; i < ARRAY_SIZE(transcripts); i++) {
		const struct transcript *t = &transcripts[i];

		begin(&x, t->psk);
		assert_int_equal(noise_write_1(&x.init, x.e1, first, strlen(first), x.m1), 0);
		same_hex(x.m1, x.n1, t->m1);
		assert_int_equal(read_1(&x, out), 0);
		assert_memory_equal(out, first, strlen(first));
		assert_memory_equal(x.resp.rs, x.i.public, 32);
		assert_int_equal(noise_write_2(&x.resp, x.e2, second, strlen(second), x.m2), 0);
		same_hex(x.m2, x.n2, t->m2);
		assert_int_equal(noise_read_2(&x.init, x.m2, x.n2, out), 0);
		assert_memory_equal(out, second, strlen(second));
		noise_split(&x.init, a, b);
		noise_split(&x.resp, a2, b2);
		same_hex(a, 32, t->a);
		same_hex(b, 32, t->b);
		assert_memory_equal(a, a2, 32);
		assert_memory_equal(b, b2, 32);
	}
}

static void test_a_flipped_bit_or_a_lost_byte_is_refused(void **state UNUSED)
{
	uint8_t out[256];
	struct ends x;

	for (size_t n = 0; n < NOISE_ADD_1 + strlen(first); n++) {
		begin(&x, false);
		assert_int_equal(noise_write_1(&x.init, x.e1, first, strlen(first), x.m1), 0);
		x.m1[n] ^= 1 << n % 7;
		assert_true(read_1(&x, out) < 0);
		begin(&x, false);
		assert_int_equal(noise_write_1(&x.init, x.e1, first, strlen(first), x.m1), 0);
		x.n1 = n;
		assert_true(read_1(&x, out) < 0);
	}
}

static void test_another_carrier_or_shared_key_is_refused(void **state UNUSED)
{
	uint8_t out[256];
	struct ends x;

	begin(&x, false);
	assert_int_equal(noise_write_1(&x.init, x.e1, first, strlen(first), x.m1), 0);
	noise_start(&x.resp, &x.r, NULL, false, "curvetun 1 tcp", strlen(prologue));
	assert_true(read_1(&x, out) < 0);
	begin(&x, true);
	x.resp.psk[0] ^= 1;
	assert_int_equal(noise_write_1(&x.init, x.e1, first, strlen(first), x.m1), 0);
	assert_int_equal(read_1(&x, out), 0);
	assert_int_equal(noise_write_2(&x.resp, x.e2, second, strlen(second), x.m2), 0);
	assert_true(noise_read_2(&x.init, x.m2, x.n2, out) < 0);
}

static void test_a_key_without_a_secret_is_refused(void **state UNUSED)
{
	const uint8_t zero[32] = { 0 };
	struct ends x;

	begin(&x, false);
	noise_start(&x.init, &x.i, zero, false, prologue, strlen(prologue));
	assert_true(noise_write_1(&x.init, x.e1, first, strlen(first), x.m1) < 0);
}

static void test_hmac(void **state UNUSED)
{
	uint8_t out[KDF_BYTES];

	kdf_hmac(out, "key", 3, "mess", 4, "age", 3);
	same_hex(out, sizeof(out),
		 "04e9ada930688cde75eec939782eed653073dd621d7643f813702976257cf037"
		 "d325b50eedd417c01b6ad1f978fbe2980a93d27d854044e8626df6fa279d6680");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transcripts),
		cmocka_unit_test(test_a_flipped_bit_or_a_lost_byte_is_refused),
		cmocka_unit_test(test_another_carrier_or_shared_key_is_refused),
		cmocka_unit_test(test_a_key_without_a_secret_is_refused),
		cmocka_unit_test(test_hmac),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
