// SPDX-License-Identifier: GPL-2.0-or-later
/* kdf - see kdf.h. */
#include "kdf.h"

#include <sodium.h>
#include <string.h>

enum { BLOCK = 128 };

static void add(crypto_generichash_blake2b_state *s, const void *data, size_t n)
{
	if (n)
		crypto_generichash_blake2b_update(s, data, n);
}

void kdf_hash(uint8_t out[KDF_BYTES], const void *a, size_t na, const void *b, size_t nb)
{
	crypto_generichash_blake2b_state s;

	crypto_generichash_blake2b_init(&s, NULL, 0, KDF_BYTES);
	add(&s, a, na);
	add(&s, b, nb);
	crypto_generichash_blake2b_final(&s, out, KDF_BYTES);
	sodium_memzero(&s, sizeof(s));
}

void kdf_hmac(uint8_t out[KDF_BYTES], const void *key, size_t n_key, const void *a, size_t na,
	      const void *b, size_t nb)
{
	uint8_t pad[BLOCK] = { 0 }, inner[KDF_BYTES];
	size_t i;
	crypto_generichash_blake2b_state s;

	memcpy(pad, key, n_key);
	for (i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36;
	crypto_generichash_blake2b_init(&s, NULL, 0, KDF_BYTES);
	add(&s, pad, BLOCK);
	add(&s, a, na);
	add(&s, b, nb);
	crypto_generichash_blake2b_final(&s, inner, KDF_BYTES);
	for (i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	kdf_hash(out, pad, BLOCK, inner, KDF_BYTES);
	sodium_memzero(pad, sizeof(pad));
	sodium_memzero(inner, sizeof(inner));
	sodium_memzero(&s, sizeof(s));
}

void kdf_hkdf(const uint8_t ck[KDF_BYTES], const void *ikm, size_t n, uint8_t o1[KDF_BYTES],
	      uint8_t o2[KDF_BYTES], uint8_t *o3)
{
	uint8_t temp[KDF_BYTES];

	kdf_hmac(temp, ck, KDF_BYTES, ikm, n, NULL, 0);
	kdf_hmac(o1, temp, KDF_BYTES, "\1", 1, NULL, 0);
	kdf_hmac(o2, temp, KDF_BYTES, o1, KDF_BYTES, "\2", 1);
	if (o3)
		kdf_hmac(o3, temp, KDF_BYTES, o2, KDF_BYTES, "\3", 1);
	sodium_memzero(temp, sizeof(temp));
}
