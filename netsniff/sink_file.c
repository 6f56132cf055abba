// SPDX-License-Identifier: GPL-2.0-or-later
/* sink_file - the sink that is a capture file or a pipe: packets of any source through the copying
 * writer (pkt/capwrite). Interfaces, and pcapng blocks that are no packets, are carried over. */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "closed.h"
#include "formats.h"
#include "pkt/capwrite.h"
#include "sys/clock.h"
#include "sys/sig.h"

struct file_sink {
	struct sink sink;
	const struct job *job;
	const char *name;
	struct capwrite *out;
	bool pcapng;
	struct source *src;   /* the map below is of it */
	uint32_t *map; /* interface of the source to interface of the file, plus 1; 0 not yet */
	uint32_t n_map;
	uint32_t n_ifaces;    /* of the file */
	uint32_t base;        /* the file's first interface of this source */
	struct err block_err; /* of a block that could not be carried over */
};

/* Makes interface 'i' of the source known to the file, in pcapng with all before it. */
static int need_iface(struct file_sink *k, uint32_t i, struct err *e)
{
	uint32_t n = i + 1, from = k->pcapng ? k->n_map : i, *map, j;
	int r;

	if (i < k->n_map && k->map[i])
		return 0;
	if (n > k->n_map) {
		map = realloc(k->map, n * sizeof(*map));
		if (!map)
			return err_sys(e, ENOMEM, "%u interfaces", n);
		memset(map + k->n_map, 0, (n - k->n_map) * sizeof(*map));
		k->map = map;
		k->n_map = n;
	}
	for (j = from; j < n; j++) {
		r = capwrite_iface(k->out, k->src->ops->iface(k->src, j), e);
		if (r < 0)
			return r;
		k->map[j] = ++k->n_ifaces;
	}
	return 0;
}

static void carry_block(void *arg, const struct capfile_block *b)
{
	struct file_sink *k = arg;
	const struct capfile_info *info = capfile_get_info(k->src->ops->capfile(k->src));

	if (k->block_err.code)
		return;
	if (info->n_ifaces && need_iface(k, info->n_ifaces - 1, &k->block_err) < 0)
		return;
	/* What failed stands in block_err; the next put tells it. */
	if (capwrite_block(k->out, b, k->base, &k->block_err) < 0)
		return;
}

static int file_begin(struct sink *sink, struct source *src, struct err *e)
{
	struct file_sink *k = (struct file_sink *)sink;
	struct capfile *file = src->ops->capfile(src);

	(void)e;
	k->src = src;
	k->n_map = 0;
	k->base = k->n_ifaces;
	if (file && k->pcapng)
		capfile_on_block(file, carry_block, k);
	return 0;
}

static int file_put(struct sink *sink, struct source *src, const struct pkt *p, struct err *e)
{
	struct file_sink *k = (struct file_sink *)sink;
	int r;

	(void)src;
	if (UNLIKELY(k->block_err.code)) {
		*e = k->block_err;
		return -e->code;
	}
	if (UNLIKELY(p->iface >= k->n_map || !k->map[p->iface])) {
		r = need_iface(k, p->iface, e);
		if (r < 0)
			return r;
	}
	return capwrite_put(k->out, p, k->map[p->iface] - 1, e);
}

static int file_put_spans(struct sink *sink, struct source *src, const struct pkt_span *s,
			  unsigned int n, struct err *e)
{
	struct file_sink *k = (struct file_sink *)sink;
	int r = k->n_map ? 0 : need_iface(k, 0, e);

	(void)src;
	return r < 0 ? r : capwrite_spans(k->out, s, n, e);
}

static bool file_has_spans(const struct sink *sink, struct source *src)
{
	const struct file_sink *k = (const struct file_sink *)sink;
	struct capfile *file = src->ops->capfile(src);

	return file && capwrite_has_spans(k->out) &&
	       capfile_has_spans(file, formats_capfmt(k->job->format), false);
}

static int file_settle(struct sink *sink, bool idle, struct err *e)
{
	struct file_sink *k = (struct file_sink *)sink;
	int r = capwrite_settle(k->out, e);

	if (!r)
		r = idle ? capwrite_flush(k->out, e) : capwrite_tick(k->out, clock_mono_ns(), e);
	return r;
}

static int file_close(struct sink *sink, struct err *e)
{
	struct file_sink *k = (struct file_sink *)sink;
	struct capwrite_counts c = { 0 };
	int r = 0;

	/* Interfaces of which no packet came are part of what a pcapng file says. */
	if (k->pcapng && k->src && k->src->ops->capfile(k->src)) {
		uint32_t n = capfile_get_info(k->src->ops->capfile(k->src))->n_ifaces;

		r = n ? need_iface(k, n - 1, e) : 0;
	}
	r = capwrite_close(k->out, &c, r < 0 ? NULL : e) ?: r;
	*k->sink.not_written += c.not_written_packets;
	if (k->job->sink != SINK_STDOUT)
		closed_print(k->job, k->name, c.packets - c.not_written_packets, c.file_bytes);
	free(k->map);
	free(k);
	return r;
}

static uint64_t file_bytes(const struct sink *sink)
{
	struct capwrite_counts c;

	capwrite_get_counts(((const struct file_sink *)sink)->out, &c);
	return c.file_bytes;
}

static uint64_t file_packets(const struct sink *sink)
{
	struct capwrite_counts c;

	capwrite_get_counts(((const struct file_sink *)sink)->out, &c);
	return c.packets;
}

static const struct sink_ops file_ops = {
	.file_bytes = file_bytes,
	.n_packets = file_packets,
	.begin = file_begin,
	.put = file_put,
	.put_spans = file_put_spans,
	.has_spans = file_has_spans,
	.settle = file_settle,
	.close = file_close,
};

int sink_refuse_input(const struct job *job, struct err *e)
{
	struct stat in, out;

	if (job->sink != SINK_FILE || stat(job->out, &out) || !S_ISREG(out.st_mode))
		return 0;
	for (unsigned int i = 0; i < job->in.n; i++)
		if (!stat(job->in.v[i], &in) && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return err_set(e, EEXIST, "-o %s: is the file that is read", job->out);
	return 0;
}

int sink_file_target(const struct job *job, const char **ret_name, struct err *e)
{
	int flags = O_CREAT | O_CLOEXEC | O_NOCTTY, fd, code;
	bool is_stdout = job->sink == SINK_STDOUT;

	flags |= job->write_method == WRITE_MMAP ? O_RDWR : O_WRONLY;
	*ret_name = is_stdout ? "standard output" : job->out;
	/* Ctrl-C must be heard while a named pipe has no reader. */
	sig_release();
	fd = is_stdout ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : open(job->out, flags, 0644);
	code = errno;
	sig_hold();
	return fd < 0 ? err_sys(e, code, "open %s", *ret_name) : fd;
}

int sink_file_empty(const struct job *job, int fd, const char *name, struct err *e)
{
	struct stat st;

	/* After a truncation, even of nothing, ext4 has close() write the file to the disk. */
	if (job->sink == SINK_STDOUT || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !st.st_size)
		return 0;
	return ftruncate(fd, 0) < 0 ? err_sys(e, errno, "empty %s", name) : 0;
}

int sink_file_open(const struct job *job, int fd, const char *name, struct source *first,
		   struct sink **ret_k, struct err *e)
{
	static const enum capwrite_io io[] = {
		[WRITE_AUTO] = CAPWRITE_AUTO, [WRITE_MMAP] = CAPWRITE_MMAP,
		[WRITE_SG] = CAPWRITE_SG, [WRITE_CLRW] = CAPWRITE_PLAIN,
	};
	static const enum capwrite_zip zip[] = {
		[COMPRESS_NONE] = CAPWRITE_STORED, [COMPRESS_GZIP] = CAPWRITE_GZIP,
		[COMPRESS_ZSTD] = CAPWRITE_ZSTD,
	};
	const struct capfile_info *info = first && first->ops->capfile(first)
						  ? capfile_get_info(first->ops->capfile(first))
						  : NULL;
	struct capwrite_opts o = {
		.format = formats_capfmt(job->format),
		.swapped = job->swapped,
		.io = io[job->write_method],
		.zip = zip[job->compression],
		.snaplen = job->snaplen,
		.flush_each = job->flush,
		.stable = info && info->stable && job->in.n == 1 && !job->cooked && !job->decap,
		.section = { .app = "netsniff " VERSION },
	};
	struct file_sink *k;
	int r;

	/* Records that are taken as they are leave a thread nothing to do beside the writing. */
	o.threaded = !o.stable || !capfile_has_spans(first->ops->capfile(first), o.format,
						     o.swapped);
	if (info && info->format == CAPFMT_PCAPNG && info->shb_opts_bytes) {
		o.section.opts = info->shb_opts;
		o.section.opts_bytes = info->shb_opts_bytes;
		o.section.opts_swapped = info->shb_opts_swapped;
	}
	r = sink_file_empty(job, fd, name, e);
	k = r < 0 ? NULL : calloc(1, sizeof(*k));
	if (!k) {
		close(fd);
		return r < 0 ? r : err_sys(e, ENOMEM, "%s", name);
	}
	k->sink.ops = &file_ops;
	k->job = job;
	k->name = name;
	k->pcapng = o.format == CAPFMT_PCAPNG;
	r = capwrite_fdopen(fd, name, &o, &k->out, e);
	if (r < 0) {
		free(k);
		return r;
	}
	*ret_k = &k->sink;
	return 0;
}
