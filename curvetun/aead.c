// SPDX-License-Identifier: GPL-2.0-or-later
/* aead - see aead.h. libcrypto and not libsodium, with which one stream measured a quarter slower
 * in ChaCha20 and an eighth in AES-256-GCM. */
#include "aead.h"

#include <errno.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"

struct aead {
	EVP_CIPHER_CTX *ctx;
	enum aead_kind kind;
};

bool aead_aes_fast(void)
{
	return sodium_runtime_has_aesni() && sodium_runtime_has_pclmul();
}

int aead_new(enum aead_kind kind, const uint8_t key[AEAD_KEY], bool sealing, struct aead **ret_a,
	     struct err *e)
{
	const EVP_CIPHER *c = kind == AEAD_AES ? EVP_aes_256_gcm() : EVP_chacha20_poly1305();
	struct aead *a = calloc(1, sizeof(*a));

	if (!a)
		return err_sys(e, ENOMEM, "cipher");
	a->kind = kind;
	a->ctx = EVP_CIPHER_CTX_new();
	if (!a->ctx || !EVP_CipherInit_ex(a->ctx, c, NULL, key, NULL, sealing)) {
		aead_free(a);
		return err_sys(e, ENOMEM, "cipher");
	}
	*ret_a = a;
	return 0;
}

void aead_free(struct aead *a)
{
	if (!a)
		return;
	EVP_CIPHER_CTX_free(a->ctx); /* wipes the key */
	free(a);
}

/* Noise section 12: little-endian for ChaChaPoly, big-endian for AESGCM. */
static int begin(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, int sealing)
{
	uint8_t nonce[12] = { 0 };
	int n;

	put_le64(nonce + 4, a->kind == AEAD_AES ? __builtin_bswap64(number) : number);
	if (!EVP_CipherInit_ex(a->ctx, NULL, NULL, NULL, nonce, sealing))
		return -EIO;
	return !n_ad || EVP_CipherUpdate(a->ctx, NULL, &n, ad, n_ad) ? 0 : -EIO;
}

int aead_seal(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, uint8_t *data,
	      size_t n)
{
	int len = 0;

	if (begin(a, number, ad, n_ad, 1) ||
	    (n && !EVP_CipherUpdate(a->ctx, data, &len, data, n)) ||
	    !EVP_CipherFinal_ex(a->ctx, data + n, &len) ||
	    !EVP_CIPHER_CTX_ctrl(a->ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG, data + n))
		return -EIO;
	return 0;
}

int aead_open(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, uint8_t *data,
	      size_t n)
{
	int len = 0;

	if (n < AEAD_TAG || begin(a, number, ad, n_ad, 0))
		return -EBADMSG;
	n -= AEAD_TAG;
	if (!EVP_CIPHER_CTX_ctrl(a->ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG, data + n) ||
	    (n && !EVP_CipherUpdate(a->ctx, data, &len, data, n)) ||
	    EVP_CipherFinal_ex(a->ctx, data + n, &len) <= 0)
		return -EBADMSG;
	return 0;
}
