// SPDX-License-Identifier: GPL-2.0-or-later
/* aead - see aead.h. libcrypto and not libsodium, which takes almost twice as long for a datagram.
 * The cipher's functions are asked of its provider (provider-cipher(7)) and called without the EVP
 * layer between, which looks up parameters by name several times a message: half of the time that a
 * datagram's encryption takes.
 *
 * ChaCha20-Poly1305 is put together here of libcrypto's ChaCha20 and Poly1305, as RFC 8439, section
 * 2.8, has it. libcrypto's own makes the block with the one-time key and the last, incomplete one
 * by themselves, each for the price of several; made in one go with the others they take a fifth
 * off the whole. */
#include "aead.h"

#include <errno.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

enum { BLOCK = 64, POLY_KEY = 32, SCRATCH = 2 * BLOCK + AEAD_MAX };

struct aead {
	EVP_CIPHER *cipher; /* keeps the provider loaded */
	EVP_MAC_CTX *poly;  /* of ChaCha20-Poly1305; NULL: the cipher makes the tag itself */
	void *ctx;
#ifdef AEAD_WITNESS
	uint8_t id[16]; /* of the key */
#endif
	OSSL_FUNC_cipher_newctx_fn *newctx;
	OSSL_FUNC_cipher_freectx_fn *freectx;
	OSSL_FUNC_cipher_encrypt_init_fn *init; /* or its twin for opening */
	OSSL_FUNC_cipher_update_fn *update;
	OSSL_FUNC_cipher_final_fn *final;
	OSSL_FUNC_cipher_get_ctx_params_fn *get;
	OSSL_FUNC_cipher_set_ctx_params_fn *set;
};

bool aead_aes_fast(void)
{
	return sodium_runtime_has_aesni() && sodium_runtime_has_pclmul();
}

static void take(struct aead *a, const OSSL_DISPATCH *d, bool sealing)
{
	for (; d->function_id; d++) {
		if (d->function_id == OSSL_FUNC_CIPHER_NEWCTX)
			a->newctx = OSSL_FUNC_cipher_newctx(d);
		else if (d->function_id == OSSL_FUNC_CIPHER_FREECTX)
			a->freectx = OSSL_FUNC_cipher_freectx(d);
		else if (d->function_id == OSSL_FUNC_CIPHER_ENCRYPT_INIT && sealing)
			a->init = OSSL_FUNC_cipher_encrypt_init(d);
		else if (d->function_id == OSSL_FUNC_CIPHER_DECRYPT_INIT && !sealing)
			a->init = OSSL_FUNC_cipher_decrypt_init(d);
		else if (d->function_id == OSSL_FUNC_CIPHER_UPDATE)
			a->update = OSSL_FUNC_cipher_update(d);
		else if (d->function_id == OSSL_FUNC_CIPHER_FINAL)
			a->final = OSSL_FUNC_cipher_final(d);
		else if (d->function_id == OSSL_FUNC_CIPHER_GET_CTX_PARAMS)
			a->get = OSSL_FUNC_cipher_get_ctx_params(d);
		else if (d->function_id == OSSL_FUNC_CIPHER_SET_CTX_PARAMS)
			a->set = OSSL_FUNC_cipher_set_ctx_params(d);
	}
}

/* True if 'names', "AES-256-GCM:id-aes256-GCM:...", has 'name' first. */
static bool is_named(const char *names, const char *name)
{
	size_t n = strlen(name);

	return !strncasecmp(names, name, n) && (!names[n] || names[n] == ':');
}

/* Finds the functions of the cipher. */
static bool find(struct aead *a, const char *name, bool sealing)
{
	const OSSL_PROVIDER *p;
	const OSSL_ALGORITHM *all;
	int no_cache = 0, i;

	a->cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	p = a->cipher ? EVP_CIPHER_get0_provider(a->cipher) : NULL;
	all = p ? OSSL_PROVIDER_query_operation(p, OSSL_OP_CIPHER, &no_cache) : NULL;
	for (i = 0; all && all[i].algorithm_names; i++)
		if (is_named(all[i].algorithm_names, name))
			take(a, all[i].implementation, sealing);
	if (all)
		OSSL_PROVIDER_unquery_operation(p, OSSL_OP_CIPHER, all);
	if (!a->newctx || !a->freectx || !a->init || !a->update || !a->final || !a->get || !a->set)
		return false;
	a->ctx = a->newctx(OSSL_PROVIDER_get0_provider_ctx(p));
	return a->ctx != NULL;
}

static bool find_poly(struct aead *a)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "POLY1305", NULL);

	a->poly = mac ? EVP_MAC_CTX_new(mac) : NULL;
	EVP_MAC_free(mac); /* the context has its own reference */
	return a->poly != NULL;
}

int aead_new(enum aead_kind kind, const uint8_t key[AEAD_KEY], bool sealing, struct aead **ret_a,
	     struct err *e)
{
	struct aead *a = calloc(1, sizeof(*a));

	if (!a)
		return err_sys(e, ENOMEM, "cipher");
	if (!find(a, kind == AEAD_AES ? "AES-256-GCM" : "ChaCha20", sealing) ||
	    (kind == AEAD_CHACHA && !find_poly(a)) ||
	    !a->init(a->ctx, key, AEAD_KEY, NULL, 0, NULL)) {
		aead_free(a);
		return err_set(e, ENOMEM, "libcrypto gives no %s",
			       kind == AEAD_AES ? "AES-256-GCM" : "ChaCha20-Poly1305");
	}
#ifdef AEAD_WITNESS
	crypto_generichash(a->id, sizeof(a->id), key, AEAD_KEY, NULL, 0);
#endif
	*ret_a = a;
	return 0;
}

void aead_free(struct aead *a)
{
	if (!a)
		return;
	if (a->ctx)
		a->freectx(a->ctx); /* wipes the key */
	EVP_MAC_CTX_free(a->poly);
	EVP_CIPHER_free(a->cipher);
	free(a);
}

/* A debug build writes down what each message is sealed under: a hash of the key and the number, to
 * the descriptor that the environment names. A test looks that none comes twice. */
#ifdef AEAD_WITNESS
static void witness(const struct aead *a, uint64_t number)
{
	const char *fd = getenv("CURVETUN_WITNESS");
	uint8_t record[sizeof(a->id) + 8];

	memcpy(record, a->id, sizeof(a->id));
	put_le64(record + sizeof(a->id), number);
	if (fd && write(atoi(fd), record, sizeof(record)) != sizeof(record))
		abort();
}
#else
static void witness(const struct aead *a UNUSED, uint64_t number UNUSED)
{
}
#endif

/* --- ChaCha20-Poly1305 ------------------------------------------------------------------------ */

/* Fills 's' with a block of key stream, whose first POLY_KEY bytes are the one-time key, and behind
 * it the 'n' bytes of 'text' with the stream of the blocks that follow added. */
static bool chacha(struct aead *a, uint64_t number, const uint8_t *text, size_t n, uint8_t *s)
{
	uint8_t counter_nonce[16] = { 0 };
	size_t all = BLOCK + ALIGN_UP(n, BLOCK), len;

	put_le64(counter_nonce + 8, number);
	memset(s, 0, BLOCK);
	memcpy(s + BLOCK, text, n);
	memset(s + BLOCK + n, 0, all - BLOCK - n);
	return a->init(a->ctx, NULL, 0, counter_nonce, sizeof(counter_nonce), NULL) &&
	       a->update(a->ctx, s, &len, all, s, all);
}

/* Adds 'n' bytes and zeros up to a multiple of 16. */
static bool poly_add(struct aead *a, const uint8_t *p, size_t n)
{
	static const uint8_t zeros[16];

	return EVP_MAC_update(a->poly, p, n) && (n % 16 == 0 ||
						 EVP_MAC_update(a->poly, zeros, 16 - n % 16));
}

static bool poly(struct aead *a, const uint8_t key[POLY_KEY], const uint8_t *ad, size_t n_ad,
		 const uint8_t *text, size_t n, uint8_t tag[AEAD_TAG])
{
	uint8_t lengths[16];
	size_t len;

	put_le64(lengths, n_ad);
	put_le64(lengths + 8, n);
	return EVP_MAC_init(a->poly, key, POLY_KEY, NULL) && poly_add(a, ad, n_ad) &&
	       poly_add(a, text, n) && poly_add(a, lengths, sizeof(lengths)) &&
	       EVP_MAC_final(a->poly, tag, &len, AEAD_TAG);
}

static bool chacha_seal(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad,
			uint8_t *data, size_t n)
{
	uint8_t s[SCRATCH];
	bool ok = chacha(a, number, data, n, s) &&
		  poly(a, s, ad, n_ad, s + BLOCK, n, data + n);

	if (ok)
		memcpy(data, s + BLOCK, n);
	sodium_memzero(s, BLOCK);
	return ok;
}

static bool chacha_open(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad,
			uint8_t *data, size_t n)
{
	uint8_t s[SCRATCH], tag[AEAD_TAG];
	bool ok = chacha(a, number, data, n, s) && poly(a, s, ad, n_ad, data, n, tag) &&
		  !sodium_memcmp(tag, data + n, AEAD_TAG);

	if (ok)
		memcpy(data, s + BLOCK, n);
	sodium_memzero(s, BLOCK);
	return ok;
}

/* --- AES-256-GCM ------------------------------------------------------------------------------ */

/* The nonce as Noise, section 12, has it for AESGCM: big-endian. */
static bool gcm_begin(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad)
{
	uint8_t nonce[12] = { 0 };
	size_t n;

	put_le64(nonce + 4, __builtin_bswap64(number));
	if (!a->init(a->ctx, NULL, 0, nonce, sizeof(nonce), NULL))
		return false;
	return !n_ad || a->update(a->ctx, NULL, &n, n_ad, ad, n_ad);
}

static void tag_param(uint8_t *tag, OSSL_PARAM p[2])
{
	p[0] = OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, AEAD_TAG);
	p[1] = OSSL_PARAM_construct_end();
}

static bool gcm_seal(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad,
		     uint8_t *data, size_t n)
{
	OSSL_PARAM tag[2];
	size_t len;

	tag_param(data + n, tag);
	return gcm_begin(a, number, ad, n_ad) &&
	       (!n || a->update(a->ctx, data, &len, n, data, n)) &&
	       a->final(a->ctx, data + n, &len, 0) && a->get(a->ctx, tag);
}

static bool gcm_open(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad,
		     uint8_t *data, size_t n)
{
	OSSL_PARAM tag[2];
	size_t len;

	tag_param(data + n, tag);
	return gcm_begin(a, number, ad, n_ad) && a->set(a->ctx, tag) &&
	       (!n || a->update(a->ctx, data, &len, n, data, n)) &&
	       a->final(a->ctx, data + n, &len, 0);
}

/* --- both ------------------------------------------------------------------------------------- */

int aead_seal(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, uint8_t *data,
	      size_t n)
{
	if (n > AEAD_MAX)
		return -EIO;
	witness(a, number);
	return (a->poly ? chacha_seal : gcm_seal)(a, number, ad, n_ad, data, n) ? 0 : -EIO;
}

int aead_open(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, uint8_t *data,
	      size_t n)
{
	if (n < AEAD_TAG || n - AEAD_TAG > AEAD_MAX)
		return -EBADMSG;
	n -= AEAD_TAG;
	return (a->poly ? chacha_open : gcm_open)(a, number, ad, n_ad, data, n) ? 0 : -EBADMSG;
}
