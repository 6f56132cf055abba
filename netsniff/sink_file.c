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
	bool later;           /* the source's section is not the one the file began with */
	struct str section;   /* its options */
	bool section_swapped;
	struct err block_err; /* of a block that could not be carried over */
};

/* Makes interface 'i' of the source known to the file, if it is not yet. */
static int add_iface(struct file_sink *k, uint32_t i, struct err *e)
{
	uint32_t n = i + 1, *map;
	int r;

	if (n > k->n_map) {
		map = reallocarray(k->map, n, sizeof(*map));
		if (!map)
			return err_sys(e, ENOMEM, "%u interfaces", n);
		memset(map + k->n_map, 0, (n - k->n_map) * sizeof(*map));
		k->map = map;
		k->n_map = n;
	}
	if (k->map[i])
		return 0;
	r = capwrite_iface(k->out, k->src->ops->iface(k->src, i), e);
	if (!r)
		k->map[i] = ++k->n_ifaces;
	return r;
}

/* The same with those of the section that came before it, so that pcapng files keep their order. */
static int need_iface(struct file_sink *k, uint32_t i, struct err *e)
{
	const uint32_t *v = NULL;
	uint32_t n = 0;
	int r = 0;

	if (k->later)
		v = capfile_section_ifaces(k->src->ops->capfile(k->src), &n);
	for (uint32_t j = 0; j < n && v[j] != i && !r; j++)
		r = add_iface(k, v[j], e);
	for (uint32_t j = k->pcapng && !k->later ? k->n_map : i; j <= i && !r; j++)
		r = add_iface(k, j, e);
	return r;
}

/* The same for all 'n' of a section, whose numbers are 'v', also those without a packet. */
static int need_ifaces(struct file_sink *k, const uint32_t *v, uint32_t n, struct err *e)
{
	int r = 0;

	for (uint32_t i = 0; i < n && !r; i++)
		r = need_iface(k, v[i], e);
	return r;
}

/* Keeps the options of the section that is read, to know another's from them. */
static int keep_section(struct file_sink *k, const uint8_t *opts, uint32_t n_bytes, bool swapped,
			struct err *e)
{
	str_clear(&k->section);
	if (n_bytes)
		str_add_n(&k->section, (const char *)opts, n_bytes);
	k->section_swapped = swapped;
	return k->section.failed ? err_sys(e, ENOMEM, "options of a section") : 0;
}

/* A section that says the same as the one before goes on; else the file has a section of its own
 * for it, which is told its interfaces anew. */
static int next_section(struct file_sink *k, const struct capfile_block *b, struct err *e)
{
	const struct pcapng_section s = { .opts = b->body, .opts_bytes = b->body_bytes,
					  .opts_swapped = b->swapped };
	int r;

	if (b->body_bytes == k->section.len &&
	    (b->swapped == k->section_swapped || !b->body_bytes) &&
	    !memcmp(b->body, str_text(&k->section), b->body_bytes))
		return 0;
	r = keep_section(k, b->body, b->body_bytes, b->swapped, e);
	if (!r)
		r = capwrite_section(k->out, &s, e);
	if (k->n_map)
		memset(k->map, 0, k->n_map * sizeof(*k->map));
	k->later = true;
	return r;
}

/* What fails stands in block_err; the next put tells it. */
static void carry_block(void *arg, const struct capfile_block *b)
{
	struct file_sink *k = arg;
	int r;

	if (k->block_err.code)
		return;
	r = need_ifaces(k, b->iface_map, b->n_iface_map, &k->block_err);
	if (!r && b->type == PCAPNG_SHB)
		r = next_section(k, b, &k->block_err);
	else if (!r)
		r = capwrite_block(k->out, b, k->map, k->n_map, &k->block_err);
	if (r < 0 && !k->block_err.code)
		err_sys(&k->block_err, -r, "write %s", k->name);
}

static int file_begin(struct sink *sink, struct source *src, struct err *e)
{
	struct file_sink *k = (struct file_sink *)sink;
	struct capfile *file = src->ops->capfile(src);
	const struct capfile_info *info;

	k->src = src;
	k->n_map = 0;
	k->later = false;
	if (!file || !k->pcapng)
		return 0;
	info = capfile_get_info(file);
	capfile_on_block(file, carry_block, k);
	return keep_section(k, info->shb_opts, info->shb_opts_bytes, info->shb_opts_swapped, e);
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
		uint32_t n;
		const uint32_t *v = capfile_section_ifaces(k->src->ops->capfile(k->src), &n);

		r = need_ifaces(k, v, n, e);
	}
	r = capwrite_close(k->out, &c, r < 0 ? NULL : e) ?: r;
	*k->sink.not_written += c.not_written_packets;
	if (k->job->sink != SINK_STDOUT)
		closed_print(k->job, k->name, c.packets - c.not_written_packets, c.file_bytes);
	str_free(&k->section);
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
