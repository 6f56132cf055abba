// SPDX-License-Identifier: GPL-2.0-or-later
/* capsrc - the bytes of a capture file, whatever they come from: a mapping that is walked in
 * windows, or a pipe or compressed file read through one buffer. Private to capfile. */
#ifndef PKT_CAPSRC_H
#define PKT_CAPSRC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum { CAPSRC_NEED_MAX = (8 << 20) + 4096 }; /* most bytes that can be asked for in one piece */

/* A decoder of compressed bytes; see capsrc_zip.c. */
struct capsrc;
struct capsrc_zip {
	const char *name;
	int (*init)(struct capsrc *s, struct err *e);
	/* Decodes from 'in' into 'out'. Returns 1 for progress or more input wanted, -errno. */
	int (*decode)(struct capsrc *s, uint8_t *out, size_t out_bytes, size_t *ret_out,
		      struct err *e);
	/* Input is over: 0 if that is where the compressed data may end. */
	int (*finish)(struct capsrc *s, struct err *e);
	void (*free)(struct capsrc *s);
};

struct capsrc {
	const uint8_t *p, *end; /* what can be parsed now */
	uint64_t end_off;       /* offset of 'end' in the (decoded) file */
	char *name;
	int fd;

	const uint8_t *map; /* whole file; NULL: stream */
	uint64_t map_bytes;
	uint64_t dropped; /* pages before it were given back */

	uint8_t *buf; /* stream */
	size_t buf_bytes;
	bool eof;
	struct err failed; /* reading or decoding broke; told when the bytes before are used up */

	const struct capsrc_zip *zip;
	void *zip_state;
	uint8_t *in; /* compressed bytes */
	size_t in_pos, in_len;
	bool in_eof, out_full; /* out_full: the decoder may hold back output */
	uint64_t raw_off, raw_all; /* of the file as it is stored; raw_all 0: not known */
};

/* Takes over 'fd'; 'may_map': a regular file may be read through a mapping. From then on a load
 * behind its end gives zeros, in the whole process: sig_cover_lost_pages().
 * Returns 0 or -errno with 'e'; capsrc_close() is needed in both cases. */
int capsrc_open(struct capsrc *s, int fd, const char *name, bool may_map,
		struct err *e) MUST_USE;
void capsrc_close(struct capsrc *s);

/* True if a mapped file has become shorter since it was opened: what was read may be zeros. */
bool capsrc_is_cut(const struct capsrc *s);

/* Slow half of capsrc_need(). */
int capsrc_fill(struct capsrc *s, size_t n, struct err *e) MUST_USE;

/* Has at least 'n' <= CAPSRC_NEED_MAX bytes at s->p: 1; 0 if the file ends before; -EINTR and
 * -EAGAIN without 'e'; else -errno with 'e'. Only when it is not 1 at once, bytes before s->p may
 * move away (stream). */
static inline int MUST_USE capsrc_need(struct capsrc *s, size_t n, struct err *e)
{
	return LIKELY((size_t)(s->end - s->p) >= n) ? 1 : capsrc_fill(s, n, e);
}

/* Steps over up to 'n' bytes, however many: '*n' is lowered by what was skipped, so that the call
 * can be repeated after -EINTR. Results as capsrc_need(). */
int capsrc_skip(struct capsrc *s, uint64_t *n, struct err *e) MUST_USE;

/* Offset of s->p in the (decoded) file. */
static inline uint64_t capsrc_off(const struct capsrc *s)
{
	return s->end_off - (uint64_t)(s->end - s->p);
}

/* Reads more compressed bytes: 1, 0 at the end, -errno. */
int capsrc_read_in(struct capsrc *s, struct err *e) MUST_USE;

/* The decoder for a file that begins with these 4 bytes; NULL: not compressed. */
const struct capsrc_zip *capsrc_zip_of(const uint8_t magic[4]);

#endif
