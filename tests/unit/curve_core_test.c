// SPDX-License-Identifier: GPL-2.0-or-later
/* curvetun's core: a server and its clients exchange messages in memory, by a clock of the test's:
 * handshakes, strangers, replays, flipped bytes, cookies under load, and a day of new keys. */
#include "../../curvetun/core.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "unit.h"

#define S 1000000000ll

struct world {
	struct noise_pair sk, ck;
	struct core *s, *c;
	struct peer *at_s, *at_c; /* the client there, the server here */
	struct sockaddr_in6 from;
	struct core_event ev;
	uint8_t first[MSG_FIRST_BYTES], msg[200];
};

static void make(struct world *w, const uint8_t *psk, uint32_t can_s, enum msg_carrier carrier)
{
	struct core_conf conf = { .own = &w->sk, .server = true, .can = can_s, .mtu = 1420 };
	struct err e = { 0 };

	memset(w, 0, sizeof(*w));
	randombytes_buf(w->sk.secret, 32);
	randombytes_buf(w->ck.secret, 32);
	noise_public(&w->sk);
	noise_public(&w->ck);
	w->from.sin6_port = 7;
	conf.n_peers = 1;
	assert_int_equal(core_new(&conf, &w->s, &e), 0);
	conf.own = &w->ck;
	conf.server = false;
	conf.can = MSG_CAN_AES | MSG_CAN_CSUM;
	conf.carrier = carrier;
	memcpy(conf.server_key, w->sk.public, 32);
	assert_int_equal(core_new(&conf, &w->c, &e), 0);
	assert_int_equal(core_add(w->s, w->ck.public, psk, &w->at_s, &e), 0);
	assert_int_equal(core_add(w->s, w->ck.public, psk, &w->at_s, &e), -EEXIST);
	assert_int_equal(core_add(w->c, w->sk.public, psk, &w->at_c, &e), 0);
}

static void done(struct world *w)
{
	core_free(w->s);
	core_free(w->c);
}

static enum core_result to_server(struct world *w, uint8_t *msg, size_t n, int64_t now)
{
	return core_input(w->s, msg, n, &w->from, now, &w->ev);
}

/* The server's last reply reaches the client. */
static enum core_result to_client(struct world *w, int64_t now)
{
	size_t n = w->ev.n_out;

	memcpy(w->msg, w->ev.out, n);
	return core_input(w->c, w->msg, n, &w->from, now, &w->ev);
}

static void first(struct world *w, int64_t now)
{
	assert_int_equal(core_first(w->c, w->at_c, now, now, w->first), 0);
}

/* A message with 'text' from one end; what the other makes of it. */
static enum core_result data(struct world *w, bool to_s, int64_t now)
{
	memcpy(w->msg + MSG_HEAD, "text", 4);
	assert_int_equal(core_seal(to_s ? w->at_c : w->at_s, 1, w->msg, 4, now), 0);
	return core_input(to_s ? w->s : w->c, w->msg, 4 + MSG_OVERHEAD, &w->from, now, &w->ev);
}

static void shake(struct world *w, int64_t now)
{
	first(w, now);
	assert_int_equal(to_server(w, w->first, sizeof(w->first), now), CORE_ANSWER);
	assert_int_equal(to_client(w, now), CORE_KEYED);
	assert_int_equal(data(w, true, now), CORE_DATA);
	assert_true(w->ev.confirmed && w->ev.n_data == 4 && w->ev.flags == 1);
	assert_memory_equal(w->ev.data, "text", 4);
	assert_int_equal(data(w, false, now), CORE_DATA);
}

static void test_a_handshake_and_data_both_ways(void **state UNUSED)
{
	const uint8_t psk[32] = { 9 };
	struct world w;

	for (int i = 0; i < 4; i++) {
		make(&w, i & 1 ? psk : NULL, i & 2 ? MSG_CAN_AES : 0, CARRIER_UDP);
		shake(&w, S);
		assert_int_equal(w.at_s->cur->can, i & 2 ? MSG_CAN_AES : 0);
		assert_int_equal(w.at_c->cur->can, w.at_s->cur->can);
		assert_int_equal(w.at_s->at.sin6_port, 7);
		done(&w);
	}
}

static void test_the_server_sends_only_once_it_has_heard(void **state UNUSED)
{
	struct world w;

	make(&w, NULL, 0, CARRIER_UDP);
	first(&w, S);
	assert_int_equal(to_server(&w, w.first, sizeof(w.first), S), CORE_ANSWER);
	assert_int_equal(core_seal(w.at_s, 0, w.msg, 4, S), -ENOKEY);
	done(&w);
}

static void test_strangers_replays_and_flipped_bytes_get_no_answer(void **state UNUSED)
{
	uint8_t copy[MSG_FIRST_BYTES];
	struct world w, other;

	make(&w, NULL, 0, CARRIER_UDP);
	make(&other, NULL, 0, CARRIER_UDP);
	first(&w, S);
	for (size_t i = 0; i < MSG_FIRST_BYTES - MSG_MAC; i++) {
		memcpy(copy, w.first, sizeof(copy));
		copy[i] ^= 1 << i % 8;
		assert_int_equal(to_server(&w, copy, sizeof(copy), S), CORE_DROP);
		assert_int_equal(to_server(&w, copy, i, S), CORE_DROP);
	}
	memcpy(copy, w.first, sizeof(copy));
	assert_int_equal(to_server(&other, copy, sizeof(copy), S), CORE_DROP);
	assert_int_equal(to_server(&w, copy, sizeof(copy), S), CORE_ANSWER);
	assert_int_equal(to_server(&w, w.first, sizeof(copy), S), CORE_DROP);
	/* A client that knows the server, which does not know it. */
	randombytes_buf(w.ck.secret, 32);
	noise_public(&w.ck);
	first(&w, 2 * S);
	assert_int_equal(to_server(&w, w.first, sizeof(w.first), 2 * S), CORE_DROP);
	assert_string_equal(w.ev.reason, "not a client");
	done(&w);
	done(&other);
}

static void test_messages_of_another_carrier_are_refused(void **state UNUSED)
{
	struct world w;

	make(&w, NULL, 0, CARRIER_TCP);
	first(&w, S);
	assert_int_equal(to_server(&w, w.first, sizeof(w.first), S), CORE_DROP);
	done(&w);
}

static void test_a_forged_answer_does_not_spoil_the_handshake(void **state UNUSED)
{
	struct world w;
	struct core_event kept;
	struct msg_keys k;

	make(&w, NULL, 0, CARRIER_UDP);
	first(&w, S);
	assert_int_equal(to_server(&w, w.first, sizeof(w.first), S), CORE_ANSWER);
	kept = w.ev;
	w.ev.out[20] ^= 1;
	msg_keys_of(w.sk.public, &k);
	msg_mac_put(&k, w.ev.out, MSG_ANSWER_BYTES - MSG_MAC);
	assert_int_equal(to_client(&w, S), CORE_DROP);
	w.ev = kept;
	assert_int_equal(to_client(&w, S), CORE_KEYED);
	done(&w);
}

static void test_under_load_a_cookie_is_wanted(void **state UNUSED)
{
	struct world w;
	int n_answers = 0, i;

	make(&w, NULL, 0, CARRIER_UDP);
	for (i = 0; i < 1000; i++) {
		first(&w, S);
		assert_int_equal(to_server(&w, w.first, sizeof(w.first), S), CORE_ANSWER);
		if (w.ev.n_out == MSG_COOKIE_BYTES)
			break;
		n_answers++;
	}
	assert_in_range(n_answers, 150, 250);
	assert_int_equal(to_client(&w, S), CORE_COOKIE);
	shake(&w, S);
	/* From another port the cookie is of no use, nor when its secret has changed twice. */
	w.from.sin6_port = 8;
	first(&w, S);
	assert_int_equal(to_server(&w, w.first, sizeof(w.first), S), CORE_ANSWER);
	assert_int_equal(w.ev.n_out, MSG_COOKIE_BYTES);
	/* Later there is no load. */
	first(&w, 5 * S);
	assert_int_equal(to_server(&w, w.first, sizeof(w.first), 5 * S), CORE_ANSWER);
	assert_int_equal(w.ev.n_out, MSG_ANSWER_BYTES);
	done(&w);
}

static void test_a_day_of_new_keys(void **state UNUSED)
{
	struct world w;
	uint64_t n = 0;

	make(&w, NULL, MSG_CAN_AES, CARRIER_UDP);
	for (int64_t now = S; now < 86400 * S; now += 10 * S) {
		if (core_due(w.at_c, now)) {
			shake(&w, now);
			n++;
		}
		assert_int_equal(data(&w, true, now), CORE_DATA);
		assert_int_equal(data(&w, false, now), CORE_DATA);
	}
	assert_int_equal(n, 864);
	done(&w);
}

static void test_the_key_before_still_receives_until_its_end(void **state UNUSED)
{
	uint8_t late[4 + MSG_OVERHEAD], later[4 + MSG_OVERHEAD];
	struct world w;

	make(&w, NULL, 0, CARRIER_UDP);
	shake(&w, S);
	assert_int_equal(core_seal(w.at_c, 0, late, 4, 2 * S), 0);
	assert_int_equal(core_seal(w.at_c, 0, later, 4, 2 * S), 0);
	shake(&w, 100 * S);
	assert_int_equal(to_server(&w, late, sizeof(late), 101 * S), CORE_DATA);
	assert_int_equal(core_sweep(w.s, 120 * S), 2);
	assert_int_equal(core_sweep(w.s, 121 * S), 1);
	assert_null(w.at_s->prev);
	assert_int_equal(to_server(&w, later, sizeof(later), 122 * S), CORE_DROP);
	assert_int_equal(core_sweep(w.s, 300 * S), 0);
	done(&w);
}

static void test_a_clock_that_goes_back_does_not_lock_out(void **state UNUSED)
{
	struct world w;

	make(&w, NULL, 0, CARRIER_UDP);
	shake(&w, 1000 * S);
	assert_int_equal(core_first(w.c, w.at_c, 1001 * S, 0, w.first), 0);
	assert_int_equal(to_server(&w, w.first, sizeof(w.first), 1001 * S), CORE_ANSWER);
	done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_handshake_and_data_both_ways),
		cmocka_unit_test(test_the_server_sends_only_once_it_has_heard),
		cmocka_unit_test(test_strangers_replays_and_flipped_bytes_get_no_answer),
		cmocka_unit_test(test_messages_of_another_carrier_are_refused),
		cmocka_unit_test(test_a_forged_answer_does_not_spoil_the_handshake),
		cmocka_unit_test(test_under_load_a_cookie_is_wanted),
		cmocka_unit_test(test_a_day_of_new_keys),
		cmocka_unit_test(test_the_key_before_still_receives_until_its_end),
		cmocka_unit_test(test_a_clock_that_goes_back_does_not_lock_out),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
