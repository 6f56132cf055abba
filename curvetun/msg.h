// SPDX-License-Identifier: GPL-2.0-or-later
/* msg - what curvetun's messages look like on the wire, and the checks that need no handshake:
 * the MAC that everything but data carries, and cookies. Integers are little-endian. The manual
 * page, section PROTOCOL, describes the same for people.
 *
 *   first    type 1, pattern, 0, 0, sender u32, Noise message 1 with a hello, mac1, mac2
 *   answer   type 2, 0, 0, 0, sender u32, receiver u32, Noise message 2 with a hello, mac1
 *   cookie   type 3, 0, 0, 0, receiver u32, nonce 24, sealed cookie 16 + 16, mac1
 *   data     type 4, flags, queue, 0, receiver u32, number u64, sealed payload + 16 */
#ifndef CURVETUN_MSG_H
#define CURVETUN_MSG_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "noise.h"

enum msg_type { MSG_FIRST = 1, MSG_ANSWER = 2, MSG_COOKIE = 3, MSG_DATA = 4 };
enum msg_carrier { CARRIER_UDP, CARRIER_TCP };

enum {
	MSG_MAC = 16,
	MSG_HELLO = 32,
	MSG_FIRST_BYTES = 8 + NOISE_ADD_1 + MSG_HELLO + 2 * MSG_MAC,
	MSG_ANSWER_BYTES = 12 + NOISE_ADD_2 + MSG_HELLO + MSG_MAC,
	MSG_COOKIE_BYTES = 8 + 24 + 2 * MSG_MAC + MSG_MAC,
	MSG_HEAD = 16, /* of data */
	MSG_OVERHEAD = MSG_HEAD + 16,
	MSG_MAX_QUEUES = 8,
};

_Static_assert((int)MSG_COOKIE_BYTES < (int)MSG_FIRST_BYTES, "a cookie is shorter than its cause");

/* Flags of a data message. */
enum {
	MSG_F_PARTIAL = 1, /* the inner TCP or UDP checksum holds the pseudo header's sum only */
	MSG_F_VALID = 2,   /* the sender has seen the inner checksum to be right */
};

/* What the ends can do: the client lists, the server answers with those it takes. */
enum {
	MSG_CAN_AES = 1,  /* data in AES-256-GCM */
	MSG_CAN_CSUM = 2, /* completes checksums (MSG_F_PARTIAL) */
};

/* The payload of handshake messages. */
struct msg_hello {
	uint64_t stamp; /* of a first message: ns since 1970, always higher than the one before */
	uint32_t can;
	uint16_t mtu;	  /* of the TUN device */
	uint8_t n_queues; /* that send, 1 to MSG_MAX_QUEUES */
};

void msg_hello_write(const struct msg_hello *h, uint8_t out[MSG_HELLO]);

/* False when it makes no sense. */
bool msg_hello_read(const uint8_t in[MSG_HELLO], struct msg_hello *ret_h) MUST_USE;

/* What Noise binds besides the messages: protocol version and carrier. */
const char *msg_prologue(enum msg_carrier carrier);

/* Keys that follow from a server's public key: whoever does not know it is not answered. */
struct msg_keys {
	uint8_t mac[32];
	uint8_t cookie[32];
};

void msg_keys_of(const uint8_t server_public[NOISE_KEY], struct msg_keys *ret_k);

/* Puts mac1 over the first 'n' bytes of 'msg' behind them. */
void msg_mac_put(const struct msg_keys *k, uint8_t *msg, size_t n);

/* The type of the message of 'n' bytes, or 0 if it is none: data by its form alone, others also by
 * mac1. Compares in constant time. */
enum msg_type msg_check(const struct msg_keys *k, const uint8_t *msg, size_t n) MUST_USE;

/* A cookie proves that its holder receives at 'from': keyed by 'secret', which changes. */
void msg_cookie_of(const uint8_t secret[32], const struct sockaddr_in6 *from, uint8_t out[MSG_MAC]);

/* Seals 'cookie' in a message that answers 'first' (MSG_FIRST_BYTES) under 24 random bytes
 * 'nonce'. */
void msg_cookie_write(const struct msg_keys *k, const uint8_t *first, const uint8_t nonce[24],
		      const uint8_t cookie[MSG_MAC], uint8_t out[MSG_COOKIE_BYTES]);

/* Opens it, given mac1 of the first message it should answer. False when it does not. */
bool msg_cookie_read(const struct msg_keys *k, const uint8_t *msg, const uint8_t mac1[MSG_MAC],
		     uint8_t ret_cookie[MSG_MAC]) MUST_USE;

/* Puts mac2 under 'cookie' at the end of a first message, looks whether there is any, or that
 * one. */
bool msg_has_mac2(const uint8_t *first) MUST_USE;
void msg_mac2_put(const uint8_t cookie[MSG_MAC], uint8_t *first);
bool msg_mac2_ok(const uint8_t cookie[MSG_MAC], const uint8_t *first) MUST_USE;

#endif
