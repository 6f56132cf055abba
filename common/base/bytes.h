// SPDX-License-Identifier: GPL-2.0-or-later
/* bytes - bounds-checked reader and writer over memory, and unaligned loads and stores.
 * The only way packets, files and messages are read. A read past the end empties the cursor and
 * it stays failed: loops end by themselves and one check at the end is enough. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

/* Unaligned loads and stores of wire integers; 'p' has the bytes. */
static inline uint16_t get_be16(const void *p)
{
	uint16_t v;
	memcpy(&v, p, 2);
	return __builtin_bswap16(v);
}

static inline uint32_t get_be32(const void *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
	return __builtin_bswap32(v);
}

static inline uint64_t get_be64(const void *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
	return __builtin_bswap64(v);
}

static inline uint16_t get_le16(const void *p)
{
	uint16_t v;
	memcpy(&v, p, 2);
	return v;
}

static inline uint32_t get_le32(const void *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
	return v;
}

static inline uint64_t get_le64(const void *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
	return v;
}

static inline void put_be16(void *p, uint16_t v)
{
	v = __builtin_bswap16(v);
	memcpy(p, &v, 2);
}

static inline void put_be32(void *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, 4);
}

static inline void put_le16(void *p, uint16_t v)
{
	memcpy(p, &v, 2);
}

static inline void put_le32(void *p, uint32_t v)
{
	memcpy(p, &v, 4);
}

static inline void put_le64(void *p, uint64_t v)
{
	memcpy(p, &v, 8);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the loads above assume little endian");

/* Reader. A value meant to be copied: a copy reads on independently. */
struct cur {
	const uint8_t *p;
	const uint8_t *end;
	bool failed;
};

static inline struct cur cur_of(const void *data, size_t n_bytes)
{
	return (struct cur){ .p = data, .end = (const uint8_t *)data + n_bytes };
}

static inline size_t cur_left(const struct cur *c)
{
	return c->end - c->p;
}

/* Lends the next 'n' bytes and steps over them; NULL, and the cursor failed, if there are fewer. */
static inline const uint8_t *cur_take(struct cur *c, size_t n)
{
	const uint8_t *p = c->p;

	if (UNLIKELY(cur_left(c) < n)) {
		c->p = c->end;
		c->failed = true;
		return NULL;
	}
	c->p += n;
	return p;
}

/* As cur_take() without stepping. */
static inline const uint8_t *cur_peek(struct cur *c, size_t n)
{
	const uint8_t *p = cur_take(c, n);

	if (p)
		c->p = p;
	return p;
}

/* Narrows: a cursor over the next 'n' bytes, which 'c' steps over. Failed and empty if short. */
static inline struct cur cur_sub(struct cur *c, size_t n)
{
	const uint8_t *p = cur_take(c, n);

	return p ? cur_of(p, n) : (struct cur){ .p = c->end, .end = c->end, .failed = true };
}

static inline void cur_skip(struct cur *c, size_t n)
{
	(void)cur_take(c, n);
}

/* The next integer, or 0 with the cursor failed. */
static inline uint8_t cur_u8(struct cur *c)
{
	const uint8_t *p = cur_take(c, 1);
	return p ? *p : 0;
}

static inline uint16_t cur_be16(struct cur *c)
{
	const uint8_t *p = cur_take(c, 2);
	return p ? get_be16(p) : 0;
}

static inline uint32_t cur_be24(struct cur *c)
{
	const uint8_t *p = cur_take(c, 3);
	return p ? (uint32_t)p[0] << 16 | p[1] << 8 | p[2] : 0;
}

static inline uint32_t cur_be32(struct cur *c)
{
	const uint8_t *p = cur_take(c, 4);
	return p ? get_be32(p) : 0;
}

static inline uint64_t cur_be64(struct cur *c)
{
	const uint8_t *p = cur_take(c, 8);
	return p ? get_be64(p) : 0;
}

static inline uint16_t cur_le16(struct cur *c)
{
	const uint8_t *p = cur_take(c, 2);
	return p ? get_le16(p) : 0;
}

static inline uint32_t cur_le32(struct cur *c)
{
	const uint8_t *p = cur_take(c, 4);
	return p ? get_le32(p) : 0;
}

static inline uint64_t cur_le64(struct cur *c)
{
	const uint8_t *p = cur_take(c, 8);
	return p ? get_le64(p) : 0;
}

/* Writer into memory of fixed size; what does not fit is dropped and 'failed' stays set. */
struct wcur {
	uint8_t *start;
	uint8_t *p;
	uint8_t *end;
	bool failed;
};

static inline struct wcur wcur_of(void *data, size_t n_bytes)
{
	return (struct wcur){ .start = data, .p = data, .end = (uint8_t *)data + n_bytes };
}

static inline size_t wcur_used(const struct wcur *w)
{
	return w->p - w->start;
}

/* Room for 'n' bytes, uninitialised, stepped over; NULL if there is none. */
static inline uint8_t *wcur_room(struct wcur *w, size_t n)
{
	uint8_t *p = w->p;

	if (UNLIKELY((size_t)(w->end - w->p) < n)) {
		w->failed = true;
		w->end = w->p;
		return NULL;
	}
	w->p += n;
	return p;
}

void wcur_bytes(struct wcur *w, const void *data, size_t n);
void wcur_zero(struct wcur *w, size_t n);
void wcur_u8(struct wcur *w, uint8_t v);
void wcur_be16(struct wcur *w, uint16_t v);
void wcur_be32(struct wcur *w, uint32_t v);
void wcur_be64(struct wcur *w, uint64_t v);
void wcur_le16(struct wcur *w, uint16_t v);
void wcur_le32(struct wcur *w, uint32_t v);
void wcur_le64(struct wcur *w, uint64_t v);

#endif
