// SPDX-License-Identifier: GPL-2.0-or-later
/* keytext - see keytext.h. libsodium's decoders, since theirs run in constant time. */
#include "keytext.h"

#include <errno.h>
#include <sodium.h>

int keytext_parse(const char *text, size_t n, uint8_t ret_key[KEYTEXT_BYTES], struct err *e)
{
	uint8_t key[KEYTEXT_BYTES];
	const char *end = NULL;
	size_t len = 0, i;
	int rc;

	if (n == 3 * KEYTEXT_BYTES - 1 || n == 2 * KEYTEXT_BYTES) {
		for (i = 2; n > 2 * KEYTEXT_BYTES && i < n; i += 3)
			if (text[i] != ':')
				return err_set(e, EINVAL, "a key in hexadecimal has a colon after each byte, or none");
		rc = sodium_hex2bin(key, sizeof(key), text, n, ":", &len, &end);
	} else {
		rc = sodium_base642bin(key, sizeof(key), text, n, NULL, &len, &end,
				       sodium_base64_VARIANT_ORIGINAL);
	}
	if (rc || len != sizeof(key) || end != text + n) {
		sodium_memzero(key, sizeof(key));
		return err_set(e, EINVAL,
			       "a key is 32 bytes, as hexadecimal with colons (11:22:...) or base64; this is %zu characters of something else",
			       n);
	}
	memcpy(ret_key, key, sizeof(key));
	sodium_memzero(key, sizeof(key));
	return 0;
}

void keytext_add(struct str *out, const uint8_t key[KEYTEXT_BYTES])
{
	unsigned int i;

	for (i = 0; i < KEYTEXT_BYTES; i++) {
		if (i)
			str_addc(out, ':');
		str_add_hex(out, key[i], 2);
	}
}
