// SPDX-License-Identifier: GPL-2.0-or-later
/* curvetun's session, aead, window and msg: repeats, order, limits by counters set near them and
 * a clock of the test's, flipped bits, MACs and cookies. */
#include "../../curvetun/session.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "../../curvetun/aead.h"
#include "base/bytes.h"
#include "unit.h"

enum { TEXT = 100 };

/* Two ends of a session that agree on 'can' and 'can2'. */
static void make(struct session *s[2], uint32_t can, uint32_t can2)
{
	struct session_keys k = { .local = 1, .remote = 2, .can = can, .n_rx = 2 };
	struct err e = { 0 };

	k.initiator = true;
	memset(k.tx, 1, sizeof(k.tx));
	memset(k.rx, 2, sizeof(k.rx));
	assert_int_equal(session_new(&k, 0, &s[0], &e), 0);
	memset(k.tx, 2, sizeof(k.tx));
	memset(k.rx, 1, sizeof(k.rx));
	k.can = can2;
	k.initiator = false;
	assert_int_equal(session_new(&k, 0, &s[1], &e), 0);
}

static void done(struct session *s[2])
{
	session_free(s[0]);
	session_free(s[1]);
}

static int seal(struct session *s, uint8_t msg[TEXT + MSG_OVERHEAD], int64_t now)
{
	memset(msg + MSG_HEAD, 'x', TEXT);
	return session_seal(s, MSG_F_VALID, msg, TEXT, now);
}

static void test_a_message_comes_once(void **state UNUSED)
{
	uint8_t m[3][TEXT + MSG_OVERHEAD], again[TEXT + MSG_OVERHEAD];
	struct session *s[2];

	for (uint32_t can = 0; can <= MSG_CAN_AES; can++) {
		make(s, can, can);
		for (int i = 0; i < 3; i++)
			assert_int_equal(seal(s[0], m[i], 0), 0);
		memcpy(again, m[2], sizeof(again));
		assert_int_equal(session_open(s[1], m[2], sizeof(m[2]), 0), 0);
		assert_int_equal(m[2][MSG_HEAD + TEXT - 1], 'x');
		assert_int_equal(session_open(s[1], m[0], sizeof(m[0]), 0), 0);
		assert_int_equal(session_open(s[1], again, sizeof(again), 0), -EEXIST);
		assert_int_equal(session_open(s[1], m[1], sizeof(m[1]), 0), 0);
		assert_int_equal(s[1]->n_repeated, 1);
		done(s);
	}
}

static void test_every_bit_counts(void **state UNUSED)
{
	uint8_t m[TEXT + MSG_OVERHEAD], c[TEXT + MSG_OVERHEAD];
	struct session *s[2];

	for (uint32_t can = 0; can <= MSG_CAN_AES; can++) {
		make(s, can, can);
		assert_int_equal(seal(s[0], m, 0), 0);
		for (size_t i = 0; i < sizeof(m); i++) {
			memcpy(c, m, sizeof(m));
			c[i] ^= 1 << i % 8;
			assert_int_equal(session_open(s[1], c, sizeof(c), 0), -EBADMSG);
		}
		for (size_t n = MSG_OVERHEAD; n < sizeof(m); n++) {
			memcpy(c, m, sizeof(m));
			assert_int_equal(session_open(s[1], c, n, 0), -EBADMSG);
		}
		assert_int_equal(session_open(s[1], m, sizeof(m), 0), 0);
		done(s);
	}
}

static void test_what_was_agreed_is_in_the_keys(void **state UNUSED)
{
	uint8_t m[TEXT + MSG_OVERHEAD];
	struct session *s[2];

	make(s, 0, MSG_CAN_CSUM);
	assert_int_equal(seal(s[0], m, 0), 0);
	assert_int_equal(session_open(s[1], m, sizeof(m), 0), -EBADMSG);
	done(s);
}

static void test_limits(void **state UNUSED)
{
	uint8_t m[TEXT + MSG_OVERHEAD];
	struct session *s[2];

	make(s, MSG_CAN_AES, MSG_CAN_AES);
	s[0]->tx_next = SESSION_REKEY_AES - 1;
	assert_false(session_due(s[0], 0));
	assert_int_equal(seal(s[0], m, 0), 0);
	assert_true(session_due(s[0], 0));
	assert_int_equal(session_open(s[1], m, sizeof(m), 0), 0);
	assert_true(session_due(s[1], 0));
	s[0]->tx_next = SESSION_LAST_AES - 1;
	assert_int_equal(seal(s[0], m, 0), 0);
	assert_int_equal(seal(s[0], m, 0), -EKEYEXPIRED);
	done(s);
	make(s, 0, 0);
	s[0]->tx_next = SESSION_LAST_CHACHA;
	assert_int_equal(seal(s[0], m, 0), -EKEYEXPIRED);
	assert_int_equal(seal(s[1], m, SESSION_LIFE_NS - 1), 0);
	assert_true(session_due(s[1], SESSION_REKEY_NS));
	assert_int_equal(session_open(s[0], m, sizeof(m), SESSION_LIFE_NS), -EKEYEXPIRED);
	assert_int_equal(seal(s[1], m, SESSION_LIFE_NS), -EKEYEXPIRED);
	s[0]->n_failed = SESSION_LAST_FAILED - 1;
	m[20] ^= 1;
	assert_int_equal(session_open(s[0], m, sizeof(m), 0), -EBADMSG);
	assert_true(session_over(s[0], 0));
	done(s);
}

static void test_window(void **state UNUSED)
{
	struct window w = { 0 };

	assert_true(window_fresh(&w, 0));
	window_mark(&w, 0);
	assert_false(window_fresh(&w, 0));
	window_mark(&w, WINDOW_SIZE);
	assert_true(window_fresh(&w, 1));
	assert_false(window_fresh(&w, 0));
	window_mark(&w, WINDOW_SIZE + 1);
	assert_false(window_fresh(&w, 1));
	window_mark(&w, 1000 * WINDOW_SIZE);
	for (uint64_t i = 1; i < WINDOW_SIZE; i++)
		assert_true(window_fresh(&w, 1000 * WINDOW_SIZE - i));
	assert_false(window_fresh(&w, 999 * WINDOW_SIZE));
	assert_false(window_fresh(&w, UINT64_MAX));
}

/* The window against a list of all numbers seen, in a random walk. */
static void test_window_against_a_list(void **state UNUSED)
{
	static uint8_t seen[1 << 18];
	struct window w = { 0 };
	uint64_t top = 0, n;

	for (int i = 0; i < 200000; i++) {
		n = randombytes_uniform(64);
		if (top + 64 > 9000)
			n = top + 64 - randombytes_uniform(9000);
		if (randombytes_uniform(500) == 0)
			n = top + randombytes_uniform(2000);
		if (n >= sizeof(seen))
			break;
		bool fresh = !seen[n] && n + WINDOW_SIZE > top;

		assert_int_equal(window_fresh(&w, n), fresh);
		if (fresh) {
			window_mark(&w, n);
			seen[n] = 1;
			top = n > top ? n : top;
		}
	}
}

/* What libsodium makes of the same. Returns false where it cannot. */
static bool reference(enum aead_kind kind, const uint8_t *key, uint64_t number, const uint8_t *ad,
		      size_t n_ad, const uint8_t *text, size_t n, uint8_t *out)
{
	uint8_t nonce[12] = { 0 };

	if (kind == AEAD_AES && !crypto_aead_aes256gcm_is_available())
		return false;
	put_le64(nonce + 4, kind == AEAD_AES ? __builtin_bswap64(number) : number);
	(kind == AEAD_AES ? crypto_aead_aes256gcm_encrypt :
			    crypto_aead_chacha20poly1305_ietf_encrypt)(
		out, NULL, text, n, ad, n_ad, NULL, nonce, key);
	return true;
}

/* One message by both libraries, opened again, and with a bit flipped. */
static void compare(enum aead_kind kind, size_t n, size_t n_ad)
{
	static uint8_t text[AEAD_MAX + AEAD_TAG], want[sizeof(text)], got[sizeof(text)];
	uint64_t number = (uint64_t)randombytes_random() << 32 | n;
	uint8_t key[AEAD_KEY], ad[40];
	struct err e = { 0 };
	struct aead *a;

	randombytes_buf(key, sizeof(key));
	randombytes_buf(ad, sizeof(ad));
	randombytes_buf(text, n);
	memcpy(got, text, n);
	if (!reference(kind, key, number, ad, n_ad, text, n, want))
		return;
	assert_int_equal(aead_new(kind, key, true, &a, &e), 0);
	assert_int_equal(aead_seal(a, number, ad, n_ad, got, n), 0);
	aead_free(a);
	assert_memory_equal(got, want, n + AEAD_TAG);
	assert_int_equal(aead_new(kind, key, false, &a, &e), 0);
	got[randombytes_uniform(n + AEAD_TAG)] ^= 1 << randombytes_uniform(8);
	assert_int_equal(aead_open(a, number, ad, n_ad, got, n + AEAD_TAG), -EBADMSG);
	assert_int_equal(aead_open(a, number + 1, ad, n_ad, want, n + AEAD_TAG), -EBADMSG);
	assert_int_equal(aead_open(a, number, ad, n_ad, want, AEAD_TAG - 1), -EBADMSG);
	reference(kind, key, number, ad, n_ad, text, n, want);
	assert_int_equal(aead_open(a, number, ad, n_ad, want, n + AEAD_TAG), 0);
	assert_memory_equal(want, text, n);
	aead_free(a);
}

static void test_ciphers_are_those_of_the_standard(void **state UNUSED)
{
	static const size_t lengths[] = { 1279, 1440, 1472, 1500, 8999, 16384, 65507, AEAD_MAX };
	unsigned int kind, i;

	for (kind = AEAD_CHACHA; kind <= AEAD_AES; kind++) {
		for (i = 0; i <= 300; i++)
			compare(kind, i, i % 3 ? 16 : i % 40);
		for (i = 0; i < ARRAY_SIZE(lengths); i++)
			compare(kind, lengths[i], 16);
	}
}

static void test_macs_and_cookies(void **state UNUSED)
{
	struct sockaddr_in6 from = { .sin6_port = 7 }, other = { .sin6_port = 8 };
	uint8_t m[MSG_FIRST_BYTES] = { MSG_FIRST }, cookie[MSG_MAC], got[MSG_MAC];
	uint8_t reply[MSG_COOKIE_BYTES];
	const uint8_t nonce[24] = { 3 }, secret[32] = { 4 }, public[32] = { 5 };
	const uint8_t *mac1 = m + MSG_FIRST_BYTES - 2 * MSG_MAC;
	struct msg_keys k;

	msg_keys_of(public, &k);
	assert_int_equal(msg_check(&k, m, sizeof(m)), 0);
	msg_mac_put(&k, m, MSG_FIRST_BYTES - 2 * MSG_MAC);
	assert_int_equal(msg_check(&k, m, sizeof(m)), MSG_FIRST);
	assert_int_equal(msg_check(&k, m, sizeof(m) - 1), 0);
	msg_cookie_of(secret, &from, cookie);
	msg_cookie_write(&k, m, nonce, cookie, reply);
	assert_int_equal(msg_check(&k, reply, sizeof(reply)), MSG_COOKIE);
	assert_true(msg_cookie_read(&k, reply, mac1, got));
	assert_memory_equal(got, cookie, MSG_MAC);
	assert_false(msg_mac2_ok(cookie, m));
	msg_mac2_put(got, m);
	assert_true(msg_mac2_ok(cookie, m));
	msg_cookie_of(secret, &other, cookie);
	assert_false(msg_mac2_ok(cookie, m));
	reply[40] ^= 1;
	assert_int_equal(msg_check(&k, reply, sizeof(reply)), 0);
	assert_false(msg_cookie_read(&k, reply, mac1, got));
}

static void test_hello(void **state UNUSED)
{
	struct msg_hello h = { 1ull << 60, MSG_CAN_AES, 1420, 3 }, r;
	uint8_t b[MSG_HELLO];

	msg_hello_write(&h, b);
	assert_true(msg_hello_read(b, &r));
	assert_true(r.stamp == h.stamp && r.can == h.can && r.mtu == 1420 && r.n_queues == 3);
	b[14] = MSG_MAX_QUEUES + 1;
	assert_false(msg_hello_read(b, &r));
	assert_string_not_equal(msg_prologue(CARRIER_UDP), msg_prologue(CARRIER_TCP));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_message_comes_once),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_what_was_agreed_is_in_the_keys),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_window_against_a_list),
		cmocka_unit_test(test_ciphers_are_those_of_the_standard),
		cmocka_unit_test(test_macs_and_cookies),
		cmocka_unit_test(test_hello),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
