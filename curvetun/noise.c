// SPDX-License-Identifier: GPL-2.0-or-later
/* noise - see noise.h. The names are those of the specification, sections 5.2, 7.5 and 9. */
#include "noise.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"

static void mix_hash(struct noise *s, const void *data, size_t n)
{
	kdf_hash(s->h, s->h, KDF_BYTES, data, n);
}

static void mix_key(struct noise *s, const uint8_t ikm[NOISE_KEY])
{
	uint8_t k[KDF_BYTES];

	kdf_hkdf(s->ck, ikm, NOISE_KEY, s->ck, k, NULL);
	memcpy(s->k, k, NOISE_KEY);
	s->n = 0;
	sodium_memzero(k, sizeof(k));
}

static int mix_dh(struct noise *s, const uint8_t secret[NOISE_KEY], const uint8_t public[NOISE_KEY])
{
	uint8_t dh[NOISE_KEY];
	int rc = crypto_scalarmult_curve25519(dh, secret, public);

	mix_key(s, dh);
	sodium_memzero(dh, sizeof(dh));
	return rc ? -EKEYREJECTED : 0;
}

static void mix_psk(struct noise *s)
{
	uint8_t h[KDF_BYTES], k[KDF_BYTES];

	kdf_hkdf(s->ck, s->psk, NOISE_KEY, s->ck, h, k);
	mix_hash(s, h, KDF_BYTES);
	memcpy(s->k, k, NOISE_KEY);
	s->n = 0;
	sodium_memzero(h, sizeof(h));
	sodium_memzero(k, sizeof(k));
}

/* Token e: with a shared key it also goes into the chaining key (section 9.2). */
static void mix_e(struct noise *s, const uint8_t public[NOISE_KEY])
{
	mix_hash(s, public, NOISE_KEY);
	if (s->has_psk)
		mix_key(s, public);
}

static void nonce_of(const struct noise *s, uint8_t nonce[12])
{
	memset(nonce, 0, 4);
	put_le64(nonce + 4, s->n);
}

static void encrypt(struct noise *s, const void *plain, size_t n, uint8_t *out)
{
	uint8_t nonce[12];

	nonce_of(s, nonce);
	crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, plain, n, s->h, KDF_BYTES, NULL, nonce,
						  s->k);
	s->n++;
	mix_hash(s, out, n + NOISE_TAG);
}

/* 'n' bytes with their tag. */
static int decrypt(struct noise *s, const uint8_t *sealed, size_t n, uint8_t *out)
{
	uint8_t nonce[12];

	nonce_of(s, nonce);
	if (crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, n, s->h, KDF_BYTES,
						      nonce, s->k))
		return -EBADMSG;
	s->n++;
	mix_hash(s, sealed, n);
	return 0;
}

void noise_public(struct noise_pair *p)
{
	crypto_scalarmult_curve25519_base(p->public, p->secret);
}

void noise_start(struct noise *s, const struct noise_pair *own, const uint8_t *rs, bool has_psk,
		 const void *prologue, size_t n_prologue)
{
	const char *name = has_psk ? "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2b" :
				     "Noise_IK_25519_ChaChaPoly_BLAKE2b";

	memset(s, 0, sizeof(*s));
	s->own = own;
	s->has_psk = has_psk;
	memcpy(s->h, name, strlen(name));
	memcpy(s->ck, s->h, KDF_BYTES);
	mix_hash(s, prologue, n_prologue);
	if (rs)
		memcpy(s->rs, rs, NOISE_KEY);
	mix_hash(s, rs ? rs : own->public, NOISE_KEY);
}

void noise_set_psk(struct noise *s, const uint8_t psk[NOISE_KEY])
{
	memcpy(s->psk, psk, NOISE_KEY);
}

/* Puts our ephemeral key first in a message. */
static void begin(struct noise *s, const uint8_t e[NOISE_KEY], uint8_t *out)
{
	memcpy(s->e, e, NOISE_KEY);
	crypto_scalarmult_curve25519_base(out, e);
	mix_e(s, out);
}

int noise_write_1(struct noise *s, const uint8_t e[NOISE_KEY], const void *payload, size_t n,
		  uint8_t *out)
{
	int rc;

	begin(s, e, out);
	rc = mix_dh(s, s->e, s->rs);
	encrypt(s, s->own->public, NOISE_KEY, out + NOISE_KEY);
	rc = mix_dh(s, s->own->secret, s->rs) ? -EKEYREJECTED : rc;
	encrypt(s, payload, n, out + 2 * NOISE_KEY + NOISE_TAG);
	return rc;
}

int noise_read_1_key(struct noise *s, const uint8_t *msg, size_t n)
{
	if (n < NOISE_ADD_1)
		return -EBADMSG;
	memcpy(s->re, msg, NOISE_KEY);
	mix_e(s, s->re);
	if (mix_dh(s, s->own->secret, s->re))
		return -EBADMSG;
	return decrypt(s, msg + NOISE_KEY, NOISE_KEY + NOISE_TAG, s->rs);
}

int noise_read_1_rest(struct noise *s, const uint8_t *msg, size_t n, uint8_t *payload)
{
	const size_t head = 2 * NOISE_KEY + NOISE_TAG;

	if (mix_dh(s, s->own->secret, s->rs))
		return -EBADMSG;
	return decrypt(s, msg + head, n - head, payload);
}

int noise_write_2(struct noise *s, const uint8_t e[NOISE_KEY], const void *payload, size_t n,
		  uint8_t *out)
{
	int rc;

	begin(s, e, out);
	rc = mix_dh(s, s->e, s->re);
	rc = mix_dh(s, s->e, s->rs) ? -EKEYREJECTED : rc;
	if (s->has_psk)
		mix_psk(s);
	encrypt(s, payload, n, out + NOISE_KEY);
	return rc;
}

int noise_read_2(struct noise *s, const uint8_t *msg, size_t n, uint8_t *payload)
{
	if (n < NOISE_ADD_2)
		return -EBADMSG;
	memcpy(s->re, msg, NOISE_KEY);
	mix_e(s, s->re);
	if (mix_dh(s, s->e, s->re) || mix_dh(s, s->own->secret, s->re))
		return -EBADMSG;
	if (s->has_psk)
		mix_psk(s);
	return decrypt(s, msg + NOISE_KEY, n - NOISE_KEY, payload);
}

void noise_split(const struct noise *s, uint8_t from_initiator[NOISE_KEY],
		 uint8_t from_responder[NOISE_KEY])
{
	uint8_t a[KDF_BYTES], b[KDF_BYTES];

	kdf_hkdf(s->ck, NULL, 0, a, b, NULL);
	memcpy(from_initiator, a, NOISE_KEY);
	memcpy(from_responder, b, NOISE_KEY);
	sodium_memzero(a, sizeof(a));
	sodium_memzero(b, sizeof(b));
}

void noise_wipe(struct noise *s)
{
	sodium_memzero(s, sizeof(*s));
}
