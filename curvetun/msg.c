// SPDX-License-Identifier: GPL-2.0-or-later
/* msg - see msg.h. */
#include "msg.h"

#include <sodium.h>
#include <string.h>

#include "base/bytes.h"

enum { MAC1_AT = MSG_FIRST_BYTES - 2 * MSG_MAC, MAC2_AT = MSG_FIRST_BYTES - MSG_MAC };

void msg_hello_write(const struct msg_hello *h, uint8_t out[MSG_HELLO])
{
	memset(out, 0, MSG_HELLO);
	put_le64(out, h->stamp);
	put_le32(out + 8, h->can);
	put_le16(out + 12, h->mtu);
	out[14] = h->n_queues;
}

bool msg_hello_read(const uint8_t in[MSG_HELLO], struct msg_hello *ret_h)
{
	struct msg_hello h = { .stamp = get_le64(in),
			       .can = get_le32(in + 8),
			       .mtu = get_le16(in + 12),
			       .n_queues = in[14] };

	if (!h.n_queues || h.n_queues > MSG_MAX_QUEUES)
		return false;
	*ret_h = h;
	return true;
}

const char *msg_prologue(enum msg_carrier carrier)
{
	return carrier == CARRIER_TCP ? "curvetun 1 tcp" : "curvetun 1 udp";
}

static void key_of(const char *label, const uint8_t public[NOISE_KEY], uint8_t out[32])
{
	crypto_generichash_blake2b(out, 32, (const uint8_t *)label, strlen(label), public,
				   NOISE_KEY);
}

void msg_keys_of(const uint8_t server_public[NOISE_KEY], struct msg_keys *ret_k)
{
	key_of("curvetun 1 mac", server_public, ret_k->mac);
	key_of("curvetun 1 cookie", server_public, ret_k->cookie);
}

static void mac(const uint8_t *key, size_t n_key, const void *msg, size_t n, uint8_t out[MSG_MAC])
{
	crypto_generichash_blake2b(out, MSG_MAC, msg, n, key, n_key);
}

void msg_mac_put(const struct msg_keys *k, uint8_t *msg, size_t n)
{
	mac(k->mac, sizeof(k->mac), msg, n, msg + n);
}

enum msg_type msg_check(const struct msg_keys *k, const uint8_t *msg, size_t n)
{
	uint8_t want[MSG_MAC];
	size_t at;

	if (n >= MSG_OVERHEAD && msg[0] == MSG_DATA && !msg[3])
		return MSG_DATA;
	if (n == MSG_FIRST_BYTES && msg[0] == MSG_FIRST)
		at = MAC1_AT;
	else if (n == MSG_ANSWER_BYTES && msg[0] == MSG_ANSWER)
		at = n - MSG_MAC;
	else if (n == MSG_COOKIE_BYTES && msg[0] == MSG_COOKIE)
		at = n - MSG_MAC;
	else
		return 0;
	mac(k->mac, sizeof(k->mac), msg, at, want);
	return sodium_memcmp(want, msg + at, MSG_MAC) ? 0 : msg[0];
}

void msg_cookie_of(const uint8_t secret[32], const struct sockaddr_in6 *from, uint8_t out[MSG_MAC])
{
	uint8_t who[18];

	memcpy(who, &from->sin6_addr, 16);
	memcpy(who + 16, &from->sin6_port, 2);
	mac(secret, 32, who, sizeof(who), out);
}

void msg_cookie_write(const struct msg_keys *k, const uint8_t *first, const uint8_t nonce[24],
		      const uint8_t cookie[MSG_MAC], uint8_t out[MSG_COOKIE_BYTES])
{
	memset(out, 0, 4);
	out[0] = MSG_COOKIE;
	memcpy(out + 4, first + 4, 4);
	memcpy(out + 8, nonce, 24);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + 32, NULL, cookie, MSG_MAC, first + MAC1_AT,
						   MSG_MAC, NULL, nonce, k->cookie);
	msg_mac_put(k, out, MSG_COOKIE_BYTES - MSG_MAC);
}

bool msg_cookie_read(const struct msg_keys *k, const uint8_t *msg, const uint8_t mac1[MSG_MAC],
		     uint8_t ret_cookie[MSG_MAC])
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(ret_cookie, NULL, NULL, msg + 32,
							  2 * MSG_MAC, mac1, MSG_MAC, msg + 8,
							  k->cookie) == 0;
}

void msg_mac2_put(const uint8_t cookie[MSG_MAC], uint8_t *first)
{
	mac(cookie, MSG_MAC, first, MAC2_AT, first + MAC2_AT);
}

bool msg_has_mac2(const uint8_t *first)
{
	return !sodium_is_zero(first + MAC2_AT, MSG_MAC);
}

bool msg_mac2_ok(const uint8_t cookie[MSG_MAC], const uint8_t *first)
{
	uint8_t want[MSG_MAC];

	mac(cookie, MSG_MAC, first, MAC2_AT, want);
	return sodium_memcmp(want, first + MAC2_AT, MSG_MAC) == 0;
}
