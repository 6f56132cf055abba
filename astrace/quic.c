// SPDX-License-Identifier: GPL-2.0-or-later
/* quic - the Initial packet of payload.h. Its keys come from the connection's name, so that every
 * box on the way can read it; filters that know QUIC do. Source: RFC 9000 section 17.2.2, RFC 9001
 * section 5.
 *
 * libcrypto is loaded when it is needed: its relocations are most of what starting the program
 * would cost every trace. */
#include <dlfcn.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "payload.h"

enum { KEY = 16, IV = 12, SECRET = 32, TAG = 16, NUMBER = 4, SAMPLE = 16 };
enum { HEAD = 1 + 4 + 1 + QUIC_CID + 1 + 1 + 2 }; /* up to the packet number */

/* What is used of libcrypto, by its names. */
#define FUNCTIONS(X)           \
	X(HMAC)                \
	X(EVP_sha256)          \
	X(EVP_aes_128_gcm)     \
	X(EVP_aes_128_ecb)     \
	X(EVP_CIPHER_CTX_new)  \
	X(EVP_CIPHER_CTX_free) \
	X(EVP_CIPHER_CTX_ctrl) \
	X(EVP_EncryptInit_ex)  \
	X(EVP_EncryptUpdate)   \
	X(EVP_EncryptFinal_ex)

struct crypto {
#define MEMBER(name) __typeof__(&(name)) name;
	FUNCTIONS(MEMBER)
#undef MEMBER
};

/* It stays loaded: libcrypto does not like to be taken away. */
static int load(struct crypto *ret, struct err *e)
{
	void *lib = dlopen("libcrypto.so.3", RTLD_LAZY);
	bool all = lib != NULL;

#define FIND(name) all = all && (ret->name = (__typeof__(&(name)))dlsym(lib, #name));
	FUNCTIONS(FIND)
#undef FIND
	return all ? 0 : err_set(e, ENOENT, "quic: needs libcrypto.so.3 (Debian: libssl3)");
}

struct keys {
	uint8_t key[KEY], iv[IV], hp[KEY];
};

static bool hmac(const struct crypto *y, const uint8_t *key, int n_key, const uint8_t *data,
		 size_t n, uint8_t out[SECRET])
{
	unsigned int len = SECRET;

	return y->HMAC(y->EVP_sha256(), key, n_key, data, n, out, &len) != NULL;
}

/* HKDF-Expand-Label (RFC 8446 section 7.1) of one block at most, which is all that is asked for. */
static bool expand(const struct crypto *y, const uint8_t secret[SECRET], const char *label,
		   uint8_t *out, uint16_t n)
{
	uint8_t info[64], block[SECRET];
	struct wcur w = wcur_of(info, sizeof(info));

	wcur_be16(&w, n);
	wcur_u8(&w, 6 + strlen(label));
	wcur_bytes(&w, "tls13 ", 6);
	wcur_bytes(&w, label, strlen(label));
	wcur_u8(&w, 0);
	wcur_u8(&w, 1);
	if (w.failed || !hmac(y, secret, SECRET, info, wcur_used(&w), block))
		return false;
	memcpy(out, block, n);
	return true;
}

static bool derive(const struct crypto *y, const uint8_t dcid[QUIC_CID], struct keys *ret)
{
	static const uint8_t salt[] = {
		0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
		0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a
	};
	uint8_t initial[SECRET], client[SECRET];

	return hmac(y, salt, sizeof(salt), dcid, QUIC_CID, initial) &&
	       expand(y, initial, "client in", client, SECRET) &&
	       expand(y, client, "quic key", ret->key, KEY) &&
	       expand(y, client, "quic iv", ret->iv, IV) &&
	       expand(y, client, "quic hp", ret->hp, KEY);
}

/* Seals the 'n' bytes at 'p', 'head' before them being authenticated, and puts the tag behind. The
 * packet's number is 0, so that the vector is the nonce. */
static bool seal(const struct crypto *y, const struct keys *k, const uint8_t *head, int n_head,
		 uint8_t *p, int n)
{
	EVP_CIPHER_CTX *c = y->EVP_CIPHER_CTX_new();
	int len;
	bool ok = c && y->EVP_EncryptInit_ex(c, y->EVP_aes_128_gcm(), NULL, k->key, k->iv) == 1 &&
		  y->EVP_EncryptUpdate(c, NULL, &len, head, n_head) == 1 &&
		  y->EVP_EncryptUpdate(c, p, &len, p, n) == 1 &&
		  y->EVP_EncryptFinal_ex(c, p + n, &len) == 1 &&
		  y->EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, p + n) == 1;

	y->EVP_CIPHER_CTX_free(c);
	return ok;
}

/* Header protection (RFC 9001 section 5.4): hides the number and its length. */
static bool protect(const struct crypto *y, const struct keys *k, uint8_t *packet, uint8_t *number)
{
	EVP_CIPHER_CTX *c = y->EVP_CIPHER_CTX_new();
	uint8_t mask[SAMPLE];
	int len;
	bool ok = c && y->EVP_EncryptInit_ex(c, y->EVP_aes_128_ecb(), NULL, k->hp, NULL) == 1 &&
		  y->EVP_EncryptUpdate(c, mask, &len, number + NUMBER, SAMPLE) == 1;

	y->EVP_CIPHER_CTX_free(c);
	if (!ok)
		return false;
	packet[0] ^= mask[0] & 0x0f;
	for (int i = 0; i < NUMBER; i++)
		number[i] ^= mask[1 + i];
	return true;
}

/* A length as QUIC writes it, in two bytes. */
static void varint2(struct wcur *w, uint16_t v)
{
	wcur_be16(w, 0x4000 | v);
}

int quic_initial(const uint8_t dcid[QUIC_CID], const uint8_t *hello, uint32_t n,
		 uint8_t out[PAYLOAD_MAX], struct err *e)
{
	struct wcur w = wcur_of(out, PAYLOAD_MAX - TAG);
	uint8_t *number = out + HEAD, *plain = number + NUMBER;
	struct crypto y;
	struct keys k;

	if (load(&y, e))
		return -e->code;
	wcur_u8(&w, 0xc0 | (NUMBER - 1)); /* long header, Initial */
	wcur_be32(&w, 1);		  /* version 1 */
	wcur_u8(&w, QUIC_CID);
	wcur_bytes(&w, dcid, QUIC_CID);
	wcur_u8(&w, 0); /* our connection has no name */
	wcur_u8(&w, 0); /* no token */
	varint2(&w, PAYLOAD_MAX - HEAD);
	wcur_be32(&w, 0); /* the packet's number */
	wcur_u8(&w, 6);	  /* CRYPTO frame */
	wcur_u8(&w, 0);	  /* at offset 0 */
	varint2(&w, n);
	wcur_bytes(&w, hello, n);
	if (w.failed)
		return err_set(e, EMSGSIZE, "a name too long for a QUIC Initial");
	wcur_zero(&w, w.end - w.p); /* PADDING frames */
	if (!derive(&y, dcid, &k) ||
	    !seal(&y, &k, out, HEAD + NUMBER, plain, PAYLOAD_MAX - TAG - (plain - out)) ||
	    !protect(&y, &k, out, number))
		return err_set(e, EIO, "libcrypto refused to seal a QUIC Initial");
	return 0;
}
