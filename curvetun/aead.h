// SPDX-License-Identifier: GPL-2.0-or-later
/* aead - the ciphers of data messages, by libcrypto, in place: ChaCha20-Poly1305 (RFC 8439)
 * everywhere, AES-256-GCM where both ends have it in hardware. The nonce is the message number
 * as Noise has it. */
#ifndef CURVETUN_AEAD_H
#define CURVETUN_AEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum {
	AEAD_KEY = 32,
	AEAD_TAG = 16,
	AEAD_MAX = 65536, /* bytes of one message */
};

enum aead_kind { AEAD_CHACHA, AEAD_AES };

struct aead;

/* True if this CPU does AES-256-GCM in hardware. */
bool aead_aes_fast(void);

/* One key for one direction. Returns 0 with '*ret_a' owned by the caller, or -ENOMEM with 'e'. */
int aead_new(enum aead_kind kind, const uint8_t key[AEAD_KEY], bool sealing, struct aead **ret_a,
	     struct err *e) MUST_USE;
void aead_free(struct aead *a);

/* Encrypts the 'n' bytes (at most AEAD_MAX) at 'data' in place as message 'number' and puts the tag
 * behind them; the 'n_ad' bytes of 'ad' are authenticated too. Returns 0, or -EIO: then nothing at
 * 'data' may be sent. */
int aead_seal(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, uint8_t *data,
	      size_t n) MUST_USE;

/* The reverse for 'n' bytes of which the last AEAD_TAG are the tag. Returns 0, or -EBADMSG when
 * they are not authentic: then nothing at 'data' may be looked at. */
int aead_open(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, uint8_t *data,
	      size_t n) MUST_USE;

#endif
