// SPDX-License-Identifier: GPL-2.0-or-later
/* bytes - the writing half; the reader is inline in bytes.h. */
#include "base/bytes.h"

void wcur_bytes(struct wcur *w, const void *data, size_t n)
{
	uint8_t *p = wcur_room(w, n);

	if (p && n)
		memcpy(p, data, n);
}

void wcur_zero(struct wcur *w, size_t n)
{
	uint8_t *p = wcur_room(w, n);

	if (p && n)
		memset(p, 0, n);
}

void wcur_u8(struct wcur *w, uint8_t v)
{
	wcur_bytes(w, &v, 1);
}

void wcur_be16(struct wcur *w, uint16_t v)
{
	wcur_le16(w, __builtin_bswap16(v));
}

void wcur_be32(struct wcur *w, uint32_t v)
{
	wcur_le32(w, __builtin_bswap32(v));
}

void wcur_be64(struct wcur *w, uint64_t v)
{
	wcur_le64(w, __builtin_bswap64(v));
}

void wcur_le16(struct wcur *w, uint16_t v)
{
	wcur_bytes(w, &v, sizeof(v));
}

void wcur_le32(struct wcur *w, uint32_t v)
{
	wcur_bytes(w, &v, sizeof(v));
}

void wcur_le64(struct wcur *w, uint64_t v)
{
	wcur_bytes(w, &v, sizeof(v));
}
