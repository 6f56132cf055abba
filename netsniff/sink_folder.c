// SPDX-License-Identifier: GPL-2.0-or-later
/* sink_folder - the sink that is a row of files: a folder, or a name with a time in it. A file ends
 * by size, or by the time stamps of the packets, aligned to the wall clock. Where a file can hold
 * one link type only there is a row for each. */
#include "sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/linktype.h"
#include "sys/clock.h"

enum { PCAP_HEAD = 16, PCAPNG_HEAD = 32, TEXT_A_BYTE = 6 };

/* One row of files. */
struct row {
	struct outname *names;
	uint16_t linktype;
	struct sink *file; /* NULL: none is open */
	char *name;        /* of it */
	int64_t until_ns;  /* packets from here on go into the next file */
};

struct folder {
	struct sink sink;
	const struct job *job;
	struct outname *names;
	struct source *src; /* the present one: earlier ones are closed */
	bool by_type;
	struct row *rows;
	size_t n_rows;
};

static uint64_t row_bytes(const struct row *w)
{
	return w->file ? w->file->ops->file_bytes(w->file) : 0;
}

static int end_file(struct row *w, struct err *e)
{
	uint64_t bytes = row_bytes(w);
	int r;

	if (!w->file)
		return 0;
	r = w->file->ops->close(TAKE(w->file, NULL), e);
	if (!outname_discard(w->names))
		outname_done(w->names, bytes);
	free(TAKE(w->name, NULL));
	return r;
}

static int begin_file(struct folder *k, struct row *w, int64_t ts_ns, struct err *e)
{
	const char *name;
	int fd = outname_next(w->names, ts_ns, &name, e), r;

	if (fd < 0)
		return fd;
	w->name = strdup(name);
	if (!w->name) {
		close(fd);
		return err_sys(e, ENOMEM, "-o %s", k->job->out);
	}
	w->until_ns = k->job->rotate == ROTATE_TIME ?
		clock_next_aligned(ts_ns, k->job->rotate_every) : INT64_MAX;
	r = k->job->format == FORMAT_TRAFGEN ?
		sink_cfg_open(k->job, fd, w->name, &w->file, e) :
		sink_file_open(k->job, fd, w->name, k->src, &w->file, e);
	if (r < 0)
		return r;
	w->file->not_written = k->sink.not_written;
	return w->file->ops->begin ? w->file->ops->begin(w->file, k->src, e) : 0;
}

/* The row for packets of 'linktype', made when the first one comes. */
static int find_row(struct folder *k, uint16_t linktype, struct row **ret_w, struct err *e)
{
	char number[16];
	const char *kind;
	struct row *more, *w;
	size_t i;
	int r;

	for (i = 0; i < k->n_rows; i++) {
		if (!k->by_type || k->rows[i].linktype == linktype) {
			*ret_w = &k->rows[i];
			return 0;
		}
	}
	more = reallocarray(k->rows, k->n_rows + 1, sizeof(*more));
	if (!more)
		return err_sys(e, ENOMEM, "-o %s", k->job->out);
	k->rows = more;
	w = &k->rows[k->n_rows];
	*w = (struct row){ .names = k->names, .linktype = linktype };
	kind = linktype_name(linktype);
	if (!kind) {
		snprintf(number, sizeof(number), "%u", linktype);
		kind = number;
	}
	r = k->n_rows ? outname_kind(k->names, kind, &w->names, e) : 0;
	if (r < 0)
		return r;
	k->n_rows++;
	*ret_w = w;
	return 0;
}

/* What 'p' adds to a file that is not compressed. */
static uint64_t record_bytes(const struct folder *k, const struct pkt *p)
{
	if (k->job->format == FORMAT_TRAFGEN)
		return (uint64_t)p->cap_len * TEXT_A_BYTE;
	return p->cap_len + (k->by_type ? PCAP_HEAD : PCAPNG_HEAD);
}

static bool is_full(const struct folder *k, const struct row *w, const struct pkt *p)
{
	return p->ts_ns >= w->until_ns ||
	       (k->job->rotate == ROTATE_BYTES &&
		row_bytes(w) + record_bytes(k, p) > k->job->rotate_every &&
		w->file->ops->n_packets(w->file));
}

static int folder_begin(struct sink *sink, struct source *src, struct err *e)
{
	struct folder *k = (struct folder *)sink;
	int r = 0;

	k->src = src;
	for (size_t i = 0; i < k->n_rows && !r; i++)
		if (k->rows[i].file && k->rows[i].file->ops->begin)
			r = k->rows[i].file->ops->begin(k->rows[i].file, src, e);
	return r;
}

static int folder_put(struct sink *sink, struct source *src, const struct pkt *p, struct err *e)
{
	struct folder *k = (struct folder *)sink;
	struct row *w = NULL;
	int r = find_row(k, p->linktype, &w, e);

	if (!r && w->file && is_full(k, w, p))
		r = end_file(w, e);
	if (!r && !w->file)
		r = begin_file(k, w, p->ts_ns, e);
	if (!r)
		return w->file->ops->put(w->file, src, p, e);
	*k->sink.not_written += 1;
	return r;
}

static int folder_settle(struct sink *sink, bool idle, struct err *e)
{
	struct folder *k = (struct folder *)sink;
	uint64_t growing = 0;
	int r = 0;

	for (size_t i = 0; i < k->n_rows && !r; i++) {
		if (k->rows[i].file)
			r = k->rows[i].file->ops->settle(k->rows[i].file, idle, e);
		growing += row_bytes(&k->rows[i]);
	}
	outname_trim(k->names, growing);
	return r;
}

static int folder_close(struct sink *sink, struct err *e)
{
	struct folder *k = (struct folder *)sink;
	int r = 0, closed;

	for (size_t i = 0; i < k->n_rows; i++) {
		closed = end_file(&k->rows[i], r < 0 ? NULL : e);
		r = r < 0 ? r : closed;
		if (k->rows[i].names != k->names)
			outname_close(k->rows[i].names);
	}
	outname_trim(k->names, 0);
	free(k->rows);
	free(k);
	return r;
}

static int folder_rotate(struct sink *sink, struct err *e)
{
	struct folder *k = (struct folder *)sink;
	int r = 0;

	for (size_t i = 0; i < k->n_rows && !r; i++)
		r = end_file(&k->rows[i], e);
	return r;
}

static const struct sink_ops folder_ops = {
	.rotate = folder_rotate,
	.begin = folder_begin,
	.put = folder_put,
	.settle = folder_settle,
	.close = folder_close,
};

int sink_folder_open(const struct job *job, struct outname *names, struct sink **ret_k,
		     struct err *e)
{
	struct folder *k = calloc(1, sizeof(*k));

	if (!k)
		return err_sys(e, ENOMEM, "-o %s", job->out);
	k->sink.ops = &folder_ops;
	k->job = job;
	k->names = names;
	k->by_type = job->format != FORMAT_PCAPNG && job->format != FORMAT_TRAFGEN;
	*ret_k = &k->sink;
	return 0;
}
