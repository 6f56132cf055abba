// SPDX-License-Identifier: GPL-2.0-or-later
/* aead - see aead.h. libcrypto and not libsodium, with which one stream measured a quarter slower
 * in ChaCha20 and an eighth in AES-256-GCM. The cipher's functions are asked of its provider
 * (provider-cipher(7)) and called without the EVP layer between, which looks up parameters by
 * name several times a message: half of the time that a datagram's encryption takes. */
#include "aead.h"

#include <errno.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"

struct aead {
	EVP_CIPHER *cipher; /* keeps the provider loaded */
	void *ctx;
	enum aead_kind kind;
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

int aead_new(enum aead_kind kind, const uint8_t key[AEAD_KEY], bool sealing, struct aead **ret_a,
	     struct err *e)
{
	struct aead *a = calloc(1, sizeof(*a));

	if (!a)
		return err_sys(e, ENOMEM, "cipher");
	a->kind = kind;
	if (!find(a, kind == AEAD_AES ? "AES-256-GCM" : "ChaCha20-Poly1305", sealing) ||
	    !a->init(a->ctx, key, AEAD_KEY, NULL, 0, NULL)) {
		aead_free(a);
		return err_set(e, ENOMEM, "libcrypto gives no %s",
			       kind == AEAD_AES ? "AES-256-GCM" : "ChaCha20-Poly1305");
	}
	*ret_a = a;
	return 0;
}

void aead_free(struct aead *a)
{
	if (!a)
		return;
	if (a->ctx)
		a->freectx(a->ctx); /* wipes the key */
	EVP_CIPHER_free(a->cipher);
	free(a);
}

/* Noise section 12: little-endian for ChaChaPoly, big-endian for AESGCM. */
static bool begin(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad)
{
	uint8_t nonce[12] = { 0 };
	size_t n;

	put_le64(nonce + 4, a->kind == AEAD_AES ? __builtin_bswap64(number) : number);
	if (!a->init(a->ctx, NULL, 0, nonce, sizeof(nonce), NULL))
		return false;
	return !n_ad || a->update(a->ctx, NULL, &n, n_ad, ad, n_ad);
}

static void tag_param(uint8_t *tag, OSSL_PARAM p[2])
{
	p[0] = OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag, AEAD_TAG);
	p[1] = OSSL_PARAM_construct_end();
}

int aead_seal(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, uint8_t *data,
	      size_t n)
{
	OSSL_PARAM tag[2];
	size_t len;

	tag_param(data + n, tag);
	if (!begin(a, number, ad, n_ad) || (n && !a->update(a->ctx, data, &len, n, data, n)) ||
	    !a->final(a->ctx, data + n, &len, 0) || !a->get(a->ctx, tag))
		return -EIO;
	return 0;
}

int aead_open(struct aead *a, uint64_t number, const uint8_t *ad, size_t n_ad, uint8_t *data,
	      size_t n)
{
	OSSL_PARAM tag[2];
	size_t len;

	if (n < AEAD_TAG || !begin(a, number, ad, n_ad))
		return -EBADMSG;
	n -= AEAD_TAG;
	tag_param(data + n, tag);
	if (!a->set(a->ctx, tag) || (n && !a->update(a->ctx, data, &len, n, data, n)) ||
	    !a->final(a->ctx, data + n, &len, 0))
		return -EBADMSG;
	return 0;
}
