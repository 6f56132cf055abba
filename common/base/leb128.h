// SPDX-License-Identifier: GPL-2.0-or-later
/* leb128 - unsigned integers of 7 bits a byte, low ones first (DWARF 5, 7.6), and texts with their
 * length before them, for recordings. */
#ifndef BASE_LEB128_H
#define BASE_LEB128_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/str.h"

void leb128_put(struct str *out, uint64_t v);
void leb128_put_text(struct str *out, const char *text);

/* 0, and 'c' failed, where no such number is; of one that is longer than 64 bits too. */
uint64_t leb128_get(struct cur *c);

/* A text of less than 'size' bytes to 'to', with a NUL behind; 'c' fails where it is longer. */
void leb128_get_text(struct cur *c, char *to, size_t size);

#endif
