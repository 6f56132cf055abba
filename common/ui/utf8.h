// SPDX-License-Identifier: GPL-2.0-or-later
/* utf8 - tells characters from bytes that are none (RFC 3629). */
#ifndef UI_UTF8_H
#define UI_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* Length of the character at 's' (at most 'n' bytes) with '*ret_c' its code point; 0 if the bytes
 * are no well-formed character: overlong, surrogate, cut, above U+10FFFF. */
unsigned int utf8_next(const char *s, size_t n, uint32_t *ret_c) MUST_USE;

/* Characters in 'n' bytes; a byte that belongs to none counts as one. */
size_t utf8_count(const char *s, size_t n) MUST_USE;

#endif
