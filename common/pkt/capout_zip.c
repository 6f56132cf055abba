// SPDX-License-Identifier: GPL-2.0-or-later
/* capout_zip - the back-ends that compress: Zstandard and gzip. A frame (member) ends every few MiB
 * and with every flush, so that a file cut short can be decoded up to its last whole one. */
#include "pkt/capout.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

enum {
	FRAME_BYTES = 4 << 20,
	OUT_BYTES = 128 << 10,
	ZSTD_LEVEL = 3,
	GZIP_LEVEL = 6,
	GZIP_WINDOW = 15 + 16, /* 16: with a gzip header */
};

struct zip {
	ZSTD_CStream *zstd;
	z_stream gz;
	bool has_gz;
	uint64_t in_frame;
	uint8_t out[OUT_BYTES];
};

static int zip_init(struct capout *o)
{
	struct zip *z = calloc(1, sizeof(*z));

	if (!z)
		return -ENOMEM;
	o->state = z;
	return capout_plain.init(o);
}

static int zstd_init(struct capout *o)
{
	int r = zip_init(o), level = o->zip_level ? o->zip_level : ZSTD_LEVEL;
	struct zip *z = o->state;

	if (r < 0)
		return r;
	z->zstd = ZSTD_createCStream();
	if (!z->zstd)
		return -ENOMEM;
	if (ZSTD_isError(ZSTD_CCtx_setParameter(z->zstd, ZSTD_c_compressionLevel, level)))
		return -EINVAL;
	(void)ZSTD_CCtx_setParameter(z->zstd, ZSTD_c_checksumFlag, 1);
	return 0;
}

static int gzip_init(struct capout *o)
{
	int r = zip_init(o), level = o->zip_level ? o->zip_level : GZIP_LEVEL;
	struct zip *z = o->state;

	if (r < 0)
		return r;
	if (deflateInit2(&z->gz, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return -EINVAL;
	z->has_gz = true;
	return 0;
}

static int write_out(struct capout *o, size_t n)
{
	struct zip *z = o->state;
	struct iovec v = { z->out, n };

	return n ? capout_write_all(o->fd, &v, 1, &o->file_bytes) : 0;
}

/* Compresses 'n' bytes; 'end' ends the frame behind them. */
static int zstd_feed(struct capout *o, const void *data, size_t n, bool end)
{
	ZSTD_inBuffer in = { data, n, 0 };
	struct zip *z = o->state;
	ZSTD_outBuffer out;
	size_t left;
	int r;

	do {
		out = (ZSTD_outBuffer){ z->out, OUT_BYTES, 0 };
		left = ZSTD_compressStream2(z->zstd, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return -EIO;
		r = write_out(o, out.pos);
		if (r < 0)
			return r;
	} while (in.pos < in.size || (end && left));
	return 0;
}

static int gzip_feed(struct capout *o, const void *data, size_t n, bool end)
{
	struct zip *z = o->state;
	int r, ret;

	z->gz.next_in = (uint8_t *)data;
	z->gz.avail_in = n;
	do {
		z->gz.next_out = z->out;
		z->gz.avail_out = OUT_BYTES;
		ret = deflate(&z->gz, end ? Z_FINISH : Z_NO_FLUSH);
		if (ret == Z_STREAM_ERROR)
			return -EIO;
		r = write_out(o, OUT_BYTES - z->gz.avail_out);
		if (r < 0)
			return r;
	} while (z->gz.avail_in > 0 || (end ? ret != Z_STREAM_END : z->gz.avail_out == 0));
	if (end)
		deflateReset(&z->gz);
	return 0;
}

static int zip_write(struct capout *o, enum capout_push push,
		     int (*feed)(struct capout *o, const void *data, size_t n, bool end))
{
	struct zip *z = o->state;
	uint32_t i;
	int r;

	for (i = 0; i < o->n_iov; i++) {
		r = feed(o, o->iov[i].iov_base, o->iov[i].iov_len, false);
		if (r < 0)
			return r;
		z->in_frame += o->iov[i].iov_len;
	}
	o->p = o->seg = o->pool;
	if (z->in_frame == 0 || (push == CAPOUT_MORE && z->in_frame < FRAME_BYTES))
		return 0;
	r = feed(o, NULL, 0, true);
	if (r < 0)
		return r;
	z->in_frame = 0;
	o->good_packets = o->packets;
	o->good_bytes = o->bytes;
	o->good_file_bytes = o->file_bytes;
	return 0;
}

static int zstd_write(struct capout *o, enum capout_push push)
{
	return zip_write(o, push, zstd_feed);
}

static int gzip_write(struct capout *o, enum capout_push push)
{
	return zip_write(o, push, gzip_feed);
}

static int zip_room(struct capout *o, size_t n)
{
	return capout_plain.room(o, n);
}

static void zip_free(struct capout *o)
{
	struct zip *z = o->state;

	if (z) {
		ZSTD_freeCStream(z->zstd);
		if (z->has_gz)
			deflateEnd(&z->gz);
	}
	free(z);
	capout_plain.free(o);
}

const struct capout_backend capout_zstd = {
	.name = "zstd",
	.init = zstd_init,
	.write = zstd_write,
	.room = zip_room,
	.free = zip_free,
	.encodes = true,
};

const struct capout_backend capout_gzip = {
	.name = "gzip",
	.init = gzip_init,
	.write = gzip_write,
	.room = zip_room,
	.free = zip_free,
	.encodes = true,
};
