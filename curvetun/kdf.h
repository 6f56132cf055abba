// SPDX-License-Identifier: GPL-2.0-or-later
/* kdf - BLAKE2b as Noise uses it: hash, HMAC (RFC 2104) and HKDF (RFC 5869 without its info).
 * Built on libsodium's BLAKE2b, which has no HMAC of it. Results are wiped by who asked for
 * them. */
#ifndef CURVETUN_KDF_H
#define CURVETUN_KDF_H

#include <stddef.h>
#include <stdint.h>

enum { KDF_BYTES = 64 };

/* BLAKE2b-512 of the 'na' bytes of 'a' followed by the 'nb' bytes of 'b'. 'out' may be 'a' or
 * 'b'. */
void kdf_hash(uint8_t out[KDF_BYTES], const void *a, size_t na, const void *b, size_t nb);

/* HMAC-BLAKE2b-512 under 'key' (at most 128 bytes) of the same. */
void kdf_hmac(uint8_t out[KDF_BYTES], const void *key, size_t n_key, const void *a, size_t na,
	      const void *b, size_t nb);

/* HKDF of Noise revision 34, section 4.3: chaining key 'ck', 'n' bytes of material 'ikm'. 'o3'
 * may be NULL; an output may be 'ck' itself. */
void kdf_hkdf(const uint8_t ck[KDF_BYTES], const void *ikm, size_t n, uint8_t o1[KDF_BYTES],
	      uint8_t o2[KDF_BYTES], uint8_t *o3);

#endif
