// SPDX-License-Identifier: GPL-2.0-or-later
/* noise - the handshakes Noise_IK_25519_ChaChaPoly_BLAKE2b and Noise_IKpsk2_..., revision 34 of the
 * Noise protocol framework. Bytes in, bytes out: randomness comes from the caller, nothing is sent.
 * Both ends end with the same two keys, which noise_split() gives. */
#ifndef CURVETUN_NOISE_H
#define CURVETUN_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "kdf.h"

enum {
	NOISE_KEY = 32,
	NOISE_TAG = 16,
	/* What messages 1 and 2 add to their payload. */
	NOISE_ADD_1 = NOISE_KEY + NOISE_KEY + NOISE_TAG + NOISE_TAG,
	NOISE_ADD_2 = NOISE_KEY + NOISE_TAG,
};

/* A long-term key pair, or the public half of one. */
struct noise_pair {
	uint8_t secret[NOISE_KEY], public[NOISE_KEY];
};

/* A handshake under way. Wipe it by noise_wipe(). */
struct noise {
	uint8_t ck[KDF_BYTES], h[KDF_BYTES], k[NOISE_KEY];
	uint64_t n;
	const struct noise_pair *own; /* lent */
	uint8_t e[NOISE_KEY];	      /* own ephemeral secret */
	uint8_t re[NOISE_KEY];	      /* the other's ephemeral public key */
	uint8_t rs[NOISE_KEY];	      /* the other's long-term public key */
	uint8_t psk[NOISE_KEY];
	bool has_psk;
};

/* Makes '*p' of its secret. */
void noise_public(struct noise_pair *p);

/* Begins as the initiator towards the long-term key 'rs', or as the responder ('rs' NULL). The
 * 'n_prologue' bytes of 'prologue' must be the same at both ends; 'has_psk' chooses IKpsk2. */
void noise_start(struct noise *s, const struct noise_pair *own, const uint8_t *rs, bool has_psk,
		 const void *prologue, size_t n_prologue);

/* Sets the shared key of IKpsk2; a responder knows it only after message 1. */
void noise_set_psk(struct noise *s, const uint8_t psk[NOISE_KEY]);

/* Writes a message with the 'n' bytes of 'payload' under the ephemeral secret 'e', which must be
 * fresh and random; 'out' has room for NOISE_ADD_1 or NOISE_ADD_2 more than that. Returns 0, or
 * -EKEYREJECTED when the other's key is one of the few that make no secret. */
int noise_write_1(struct noise *s, const uint8_t e[NOISE_KEY], const void *payload, size_t n,
		  uint8_t *out) MUST_USE;
int noise_write_2(struct noise *s, const uint8_t e[NOISE_KEY], const void *payload, size_t n,
		  uint8_t *out) MUST_USE;

/* Reads a message of 'n' bytes; 'payload' has room for 'n' less NOISE_ADD_1 or NOISE_ADD_2.
 * Returns 0, or -EBADMSG when it is too short or not authentic; the handshake is then of no more
 * use. Message 1 is read in two steps, so that 's->rs' can be looked up before it costs more. */
int noise_read_1_key(struct noise *s, const uint8_t *msg, size_t n) MUST_USE;
int noise_read_1_rest(struct noise *s, const uint8_t *msg, size_t n, uint8_t *payload) MUST_USE;
int noise_read_2(struct noise *s, const uint8_t *msg, size_t n, uint8_t *payload) MUST_USE;

/* The keys of what the initiator sends and of what the responder sends. */
void noise_split(const struct noise *s, uint8_t from_initiator[NOISE_KEY],
		 uint8_t from_responder[NOISE_KEY]);

void noise_wipe(struct noise *s);

#endif
