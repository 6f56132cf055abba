// SPDX-License-Identifier: GPL-2.0-or-later
/* keytext - keys of 32 bytes as text: hexadecimal pairs with colons between, as curvetun always had
 * them, or base64, as others write them. */
#ifndef CURVETUN_KEYTEXT_H
#define CURVETUN_KEYTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { KEYTEXT_BYTES = 32 };

/* Reads all 'n' bytes of 'text' as a key. Returns 0 with 'ret_key', or -EINVAL with 'e'; the
 * sentence does not repeat the text, which may be secret. */
int keytext_parse(const char *text, size_t n, uint8_t ret_key[KEYTEXT_BYTES],
		  struct err *e) MUST_USE;

/* Adds 'key' to 'out' as hexadecimal pairs with colons. */
void keytext_add(struct str *out, const uint8_t key[KEYTEXT_BYTES]);

#endif
