// SPDX-License-Identifier: GPL-2.0-or-later
/* capsrc_zip - gzip and Zstandard decoding for capsrc, both with several members or frames behind
 * each other. What was decoded before damage is delivered. */
#include "pkt/capsrc.h"

#include <errno.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/bytes.h"

/* Windows above 8 MiB (zstd --long, --ultra) would break the reader's bound on memory. */
enum { ZSTD_WINDOW_LOG = 23, ZSTD_HEAD_BYTES = 5 };

struct gz {
	z_stream z;
	bool ended; /* a member is whole */
};

struct zst {
	ZSTD_DStream *d;
	size_t state; /* 0: a frame is whole; else input bytes wanted next */
};

static unsigned long long raw_off(const struct capsrc *s)
{
	return s->raw_off - (s->in_len - s->in_pos);
}

static int cut_short(const struct capsrc *s, struct err *e)
{
	return err_set(e, ENODATA, "%s: cut short: its %s data ends at offset %llu within a frame",
		       s->name, s->zip->name, raw_off(s));
}

static int gz_init(struct capsrc *s, struct err *e)
{
	struct gz *g = calloc(1, sizeof(*g));

	if (!g || inflateInit2(&g->z, 15 + 16) != Z_OK) {
		free(g);
		return err_sys(e, ENOMEM, "%s: gzip decoder", s->name);
	}
	s->zip_state = g;
	return 0;
}

/* Between members: another one begins, or zeros pad the file (tapes), or it is damaged. */
static int gz_next_member(struct capsrc *s, struct gz *g, struct err *e)
{
	while (s->in_pos < s->in_len && s->in[s->in_pos] == 0)
		s->in_pos++;
	if (s->in_pos == s->in_len)
		return 0;
	if (s->in[s->in_pos] != 0x1f)
		return err_set(e, EBADMSG, "%s: at offset %llu: no gzip data after a whole member",
			       s->name, raw_off(s));
	g->ended = false;
	inflateReset(&g->z);
	return 1;
}

static int gz_decode(struct capsrc *s, uint8_t *out, size_t out_bytes, size_t *ret_out,
		     struct err *e)
{
	struct gz *g = s->zip_state;
	int r;

	*ret_out = 0;
	if (g->ended) {
		r = gz_next_member(s, g, e);
		if (r <= 0)
			return r < 0 ? r : 1;
	}
	g->z.next_in = s->in + s->in_pos;
	g->z.avail_in = s->in_len - s->in_pos;
	g->z.next_out = out;
	g->z.avail_out = out_bytes;
	r = inflate(&g->z, Z_NO_FLUSH);
	*ret_out = out_bytes - g->z.avail_out;
	s->in_pos = s->in_len - g->z.avail_in;
	g->ended = r == Z_STREAM_END;
	if (r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR)
		return 1;
	return err_set(e, EBADMSG, "%s: at offset %llu: damaged gzip data: %s", s->name,
		       raw_off(s), g->z.msg ? g->z.msg : "cannot be decoded");
}

/* Decoders may hold back output that did not fit, but 'out' is never full when input is over. */
static int gz_finish(struct capsrc *s, struct err *e)
{
	struct gz *g = s->zip_state;

	return g->ended ? 0 : cut_short(s, e);
}

static void gz_free(struct capsrc *s)
{
	struct gz *g = s->zip_state;

	if (g)
		inflateEnd(&g->z);
	free(g);
}

static int zst_init(struct capsrc *s, struct err *e)
{
	struct zst *z = calloc(1, sizeof(*z));

	if (z)
		z->d = ZSTD_createDStream();
	if (!z || !z->d) {
		free(z);
		return err_sys(e, ENOMEM, "%s: zstd decoder", s->name);
	}
	(void)ZSTD_DCtx_setParameter(z->d, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	z->state = ZSTD_initDStream(z->d);
	s->zip_state = z;
	return 0;
}

/* On damage zstd forgets what the call had decoded before: so it gets one block a call. */
static int zst_decode(struct capsrc *s, uint8_t *out, size_t out_bytes, size_t *ret_out,
		      struct err *e)
{
	struct zst *z = s->zip_state;
	size_t left = s->in_len - s->in_pos, wanted = z->state ? z->state : ZSTD_HEAD_BYTES, r;
	ZSTD_inBuffer in = { s->in + s->in_pos, MIN(left, wanted), 0 };
	ZSTD_outBuffer o = { out, out_bytes, 0 };

	r = ZSTD_decompressStream(z->d, &o, &in);
	*ret_out = o.pos;
	s->in_pos += in.pos;
	if (in.pos || o.pos)
		z->state = ZSTD_isError(r) ? 1 : r;
	if (!ZSTD_isError(r))
		return 1;
	if (ZSTD_getErrorCode(r) == ZSTD_error_frameParameter_windowTooLarge)
		return err_set(e, EFBIG,
			       "%s: at offset %llu: zstd window above %d MiB; decode with zstd -dc",
			       s->name, raw_off(s), 1 << (ZSTD_WINDOW_LOG - 20));
	return err_set(e, EBADMSG, "%s: at offset %llu: damaged zstd data: %s", s->name,
		       raw_off(s), ZSTD_getErrorName(r));
}

static int zst_finish(struct capsrc *s, struct err *e)
{
	struct zst *z = s->zip_state;

	return z->state == 0 ? 0 : cut_short(s, e);
}

static void zst_free(struct capsrc *s)
{
	struct zst *z = s->zip_state;

	if (z)
		ZSTD_freeDStream(z->d);
	free(z);
}

static const struct capsrc_zip gzip = { "gzip", gz_init, gz_decode, gz_finish, gz_free };
static const struct capsrc_zip zstd = { "zstd", zst_init, zst_decode, zst_finish, zst_free };

const struct capsrc_zip *capsrc_zip_of(const uint8_t magic[4])
{
	uint32_t v = get_le32(magic);

	if (magic[0] == 0x1f && magic[1] == 0x8b)
		return &gzip;
	/* A frame, or a skippable frame, RFC 8878 3.1. */
	if (v == 0xfd2fb528 || (v & 0xfffffff0) == 0x184d2a50)
		return &zstd;
	return NULL;
}
