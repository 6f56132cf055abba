// SPDX-License-Identifier: GPL-2.0-or-later
/* out - see out.h. */
#include "out.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/log.h"
#include "closed.h"
#include "pkt/capwrite.h"
#include "pkt/dwrite.h"
#include "pkt/inplace.h"
#include "sys/clock.h"
#include "sys/fd.h"

enum {
	HISTORY = 8192,   /* more runs than fit into the copying writer's buffer */
	/* What is in a file beside packets, at most: */
	RECORD_BYTES = 44,     /* with a packet */
	STATISTICS_BYTES = 128, /* at the end, an interface */
};

/* Packets of one interface that went into the copying writer one after the other. */
struct run {
	uint32_t iface;
	uint64_t packets, bytes;
};

struct out {
	const struct job *job;
	struct outname *names; /* NULL: standard output */
	struct out_iface *ifaces;
	uint32_t n_ifaces;
	char os[200];

	/* The file being written: by one of the two writers. */
	int fd;
	char name[4096];
	struct dwrite *direct; /* kept over files */
	bool is_direct, is_open;
	struct capwrite *copy;
	int64_t started_real_ns, rotate_real_ns; /* INT64_MAX: not by time */
	uint64_t queued_bytes;
	uint64_t file_packets;
	struct out_count pending; /* since the last flush: of the copying writer, or failed */
	struct run *history;      /* [n_runs % HISTORY]: what the copying writer may still hold */
	uint64_t n_runs;
	uint64_t failed_puts;     /* packets that it refused: never counted as written */
	struct out_count *lost;   /* an interface */
	struct dwrite_counts seen; /* of the direct writer, when it was last waited for */
	int writer_cpu;

	uint64_t n_files, done_bytes;
};

static bool rotates(const struct out *o)
{
	return o->names && (o->job->sink == SINK_FOLDER || o->job->rotate != ROTATE_NONE ||
			    strchr(o->job->out, '%'));
}

int out_open(const struct job *job, struct outname *names, int writer_cpu, struct out **ret_o,
	     struct err *e)
{
	struct out *o = calloc(1, sizeof(*o));
	struct utsname u;

	if (!o)
		return err_set(e, ENOMEM, "out of memory");
	o->job = job;
	o->names = names;
	o->writer_cpu = writer_cpu;
	o->fd = -1;
	if (uname(&u) == 0)
		snprintf(o->os, sizeof(o->os), "%s %s", u.sysname, u.release);
	*ret_o = o;
	return 0;
}

static uint64_t file_bytes(const struct out *o)
{
	struct capwrite_counts cc;

	if (o->is_direct)
		return o->seen.file_bytes;
	if (!o->copy)
		return 0;
	capwrite_get_counts(o->copy, &cc);
	return cc.file_bytes;
}

int out_iface(struct out *o, const struct out_iface *i, struct err *e)
{
	struct out_iface *more = realloc(o->ifaces, (o->n_ifaces + 1) * sizeof(*more));
	struct out_count *lost;
	int id;

	if (more)
		o->ifaces = more;
	lost = realloc(o->lost, (o->n_ifaces + 1) * sizeof(*lost));
	if (lost)
		o->lost = lost;
	if (!more || !lost)
		return err_set(e, ENOMEM, "out of memory");
	lost[o->n_ifaces] = (struct out_count){ 0 };
	o->ifaces[o->n_ifaces++] = *i;
	if (!o->is_open)
		return 0;
	if (o->is_direct)
		return dwrite_iface(o->direct, i->desc, e);
	id = capwrite_iface(o->copy, i->desc, e);
	return id < 0 ? id : 0;
}

/* Why this file cannot be written straight from the ring; NULL if it can. */
static const char *no_direct(const struct out *o)
{
	uint32_t i;

	if (o->job->format != FORMAT_PCAPNG)
		return "the format is not pcapng";
	if (o->job->compression != COMPRESS_NONE)
		return "the file is compressed";
	if (o->job->compact)
		return "--compact";
	if (o->job->decap)
		return "--decap";
	if (o->job->write_method != WRITE_AUTO)
		return "another way of writing was asked for";
	if (!o->names)
		return "standard output is no file";
	if (o->job->rotate == ROTATE_BYTES && o->job->rotate_every < OUT_DIRECT_MIN_BYTES)
		return "files are to be smaller than two blocks of a ring";
	for (i = 0; i < o->n_ifaces; i++)
		if (!inplace_possible(o->ifaces[i].desc->linktype))
			return "the link type has no aligned frames";
	if (!dwrite_possible(o->fd))
		return "the file system has no direct I/O";
	return NULL;
}

static int begin_direct(struct out *o, const struct pcapng_section *section, struct err *e)
{
	struct pkt_iface *descs = calloc(MAX(o->n_ifaces, 1u), sizeof(*descs));
	uint32_t i;
	int rc;

	if (!descs)
		return err_set(e, ENOMEM, "out of memory");
	for (i = 0; i < o->n_ifaces; i++)
		descs[i] = *o->ifaces[i].desc;
	rc = o->direct ? 0 : dwrite_new(&o->direct, e);
	if (!rc)
		rc = dwrite_begin(o->direct, o->fd, o->name, section, descs, o->n_ifaces, e);
	if (!rc && o->writer_cpu != OUT_NO_THREAD)
		rc = dwrite_thread(o->direct, o->writer_cpu, e);
	free(descs);
	o->is_direct = !rc;
	if (!rc)
		dwrite_get_counts(o->direct, &o->seen);
	return rc;
}

static int begin_copy(struct out *o, const struct pcapng_section *section, struct err *e)
{
	static const enum capfmt formats[] = {
		[FORMAT_PCAPNG] = CAPFMT_PCAPNG, [FORMAT_PCAP_USEC] = CAPFMT_PCAP_US,
		[FORMAT_PCAP_NSEC] = CAPFMT_PCAP_NS,
		[FORMAT_PCAP_KUZNETZOV] = CAPFMT_PCAP_KUZNETZOV,
		[FORMAT_PCAP_NETSNIFF] = CAPFMT_PCAP_NETSNIFF,
	};
	static const enum capwrite_io ios[] = {
		[WRITE_AUTO] = CAPWRITE_AUTO, [WRITE_MMAP] = CAPWRITE_MMAP,
		[WRITE_SG] = CAPWRITE_SG, [WRITE_CLRW] = CAPWRITE_PLAIN,
	};
	struct capwrite_opts opts = {
		.format = formats[o->job->format],
		.swapped = o->job->swapped,
		.io = ios[o->job->write_method],
		.zip = o->job->compression == COMPRESS_ZSTD ? CAPWRITE_ZSTD :
		       o->job->compression == COMPRESS_GZIP ? CAPWRITE_GZIP : CAPWRITE_STORED,
		.snaplen = o->job->snaplen,
		.flush_each = o->job->flush,
		.keep_open_fd = true,
		.section = *section,
	};
	uint32_t i;
	int rc;

	o->n_runs = o->failed_puts = 0;
	if (!o->history)
		o->history = calloc(HISTORY, sizeof(*o->history));
	if (!o->history)
		return err_set(e, ENOMEM, "out of memory");
	rc = capwrite_fdopen(o->fd, o->name, &opts, &o->copy, e);
	for (i = 0; rc >= 0 && i < o->n_ifaces; i++)
		rc = capwrite_iface(o->copy, o->ifaces[i].desc, e);
	return rc < 0 ? rc : 0;
}

int out_begin(struct out *o, struct err *e)
{
	struct pcapng_section section = { .os = o->os, .app = "netsniff " VERSION };
	const char *name = "standard output", *why;
	int rc;

	o->started_real_ns = clock_real_ns();
	o->rotate_real_ns = o->job->rotate == ROTATE_TIME ?
		clock_next_aligned(o->started_real_ns, o->job->rotate_every) : INT64_MAX;
	o->file_packets = o->queued_bytes = 0;
	o->is_direct = false;
	o->fd = o->names ? outname_next(o->names, o->started_real_ns, &name, e) : STDOUT_FILENO;
	if (o->fd < 0)
		return o->fd;
	snprintf(o->name, sizeof(o->name), "%s", name);
	why = no_direct(o);
	if (!o->n_files)
		log_info("%s: %s%s", o->name, why ? "written by copying: " :
			 "written straight from the ring", why ? why : "");
	rc = why ? begin_copy(o, &section, e) : begin_direct(o, &section, e);
	if (rc && o->names) {
		close_p(&o->fd);
		(void)outname_discard(o->names);
	}
	o->is_open = !rc;
	return rc;
}

static void add_count(struct out_count *to, const struct out_count *c)
{
	to->written += c->written;
	to->written_bytes += c->written_bytes;
	to->not_written += c->not_written;
}

unsigned int out_room(const struct out *o)
{
	return o->is_direct ? DWRITE_BATCH - dwrite_queued(o->direct) : 1;
}

/* What the direct writer has done since it was last asked, none of its work being under way. */
static void count_direct(struct out *o, struct out_count *c)
{
	struct dwrite_counts now;

	dwrite_get_counts(o->direct, &now);
	c->written = now.packets - o->seen.packets;
	c->written_bytes = now.data_bytes - o->seen.data_bytes;
	c->not_written = now.not_written - o->seen.not_written;
	o->queued_bytes -= MIN(o->queued_bytes, now.file_bytes - o->seen.file_bytes);
	o->file_packets += c->written;
	o->seen = now;
}

bool out_is_threaded(const struct out *o)
{
	return o->is_direct && o->writer_cpu != OUT_NO_THREAD;
}

void out_submit(struct out *o)
{
	dwrite_submit(o->direct);
}

int out_wait(struct out *o, struct out_count *ret_c, struct err *e)
{
	int rc = dwrite_wait(o->direct, e);

	*ret_c = (struct out_count){ 0 };
	count_direct(o, ret_c);
	return rc;
}

int out_flush(struct out *o, struct out_count *ret_c, struct err *e)
{
	int rc = 0;

	*ret_c = (struct out_count){ 0 };
	if (o->is_open && o->is_direct) {
		rc = dwrite_flush(o->direct, e);
		count_direct(o, ret_c);
		o->queued_bytes = 0;
	} else if (o->is_open) {
		rc = capwrite_settle(o->copy, e);
		o->file_packets += o->pending.written;
	}
	add_count(ret_c, &o->pending);
	o->pending = (struct out_count){ 0 };
	return rc;
}

/* Remembers what the copying writer took, for the case that it fails with it in its buffer. */
static void remember(struct out *o, uint32_t iface, uint64_t packets, uint64_t bytes)
{
	struct run *r = &o->history[(o->n_runs + HISTORY - 1) % HISTORY];

	o->pending.written += packets;
	o->pending.written_bytes += bytes;
	if (!o->n_runs || r->iface != iface) {
		r = &o->history[o->n_runs++ % HISTORY];
		*r = (struct run){ .iface = iface };
	}
	r->packets += packets;
	r->bytes += bytes;
}

/* The copying writer has lost the newest 'n' packets that it took: files them by interface. */
static void blame(struct out *o, uint64_t n)
{
	uint64_t left = MIN(o->n_runs, (uint64_t)HISTORY), take, bytes;
	struct run *r;

	for (; n && left; left--, n -= take) {
		r = &o->history[--o->n_runs % HISTORY];
		take = MIN(n, r->packets);
		bytes = take == r->packets ? r->bytes : r->bytes / r->packets * take;
		o->lost[r->iface].not_written += take;
		o->lost[r->iface].written_bytes += bytes;
		o->file_packets -= MIN(take, o->file_packets);
	}
}

static bool has_packets(const struct out *o)
{
	struct capwrite_counts cc;

	if (o->is_direct)
		return o->file_packets + o->queued_bytes > 0;
	capwrite_get_counts(o->copy, &cc);
	return cc.packets > 0;
}

/* True if the file has packets and no room for 'more' bytes of them. */
static bool is_full(const struct out *o, uint64_t more)
{
	if (o->job->rotate != ROTATE_BYTES || !has_packets(o))
		return false;
	if (o->job->format == FORMAT_PCAPNG)
		more += (uint64_t)o->n_ifaces * STATISTICS_BYTES;
	if (o->is_direct) /* either is filled up to a whole unit */
		more += 2 * INPLACE_UNIT_BYTES;
	return file_bytes(o) + o->queued_bytes + more > o->job->rotate_every;
}

/* Ends a full file and begins the next; adds to '*ret_c' what was written with it. */
static int next_file(struct out *o, struct out_count *ret_c, struct err *e)
{
	struct out_count c;
	int rc = out_flush(o, &c, e);

	add_count(ret_c, &c);
	return rc ? rc : out_rotate(o, e);
}

static int copy_block(struct out *o, const struct block *b, uint32_t iface, uint64_t max_pkts,
		      struct out_count *ret_c, struct err *e)
{
	uint64_t n = MIN((uint64_t)b->n_pkts, max_pkts), done, counted = 0, bytes = 0;
	uint32_t pos = 0;
	struct pkt p;
	int rc = 0;

	for (done = 0; !rc && done < n && block_next(b, &pos, &p);) {
		if (UNLIKELY(is_full(o, RECORD_BYTES + p.cap_len))) {
			remember(o, iface, done - counted, bytes);
			counted = done;
			bytes = 0;
			rc = next_file(o, ret_c, e);
			if (rc)
				break;
		}
		p.flags = inplace_flags(p.dir);
		rc = capwrite_put(o->copy, &p, iface, e);
		if (rc)
			o->failed_puts++;
		else
			done++, bytes += p.cap_len;
	}
	remember(o, iface, done - counted, bytes);
	o->pending.not_written += n - done;
	return rc;
}

int out_packet(struct out *o, const struct pkt *p, uint32_t iface, struct err *e)
{
	int rc = capwrite_put(o->copy, p, iface, e);

	if (rc) {
		o->failed_puts++;
		o->pending.not_written++;
		return rc;
	}
	remember(o, iface, 1, p->cap_len);
	return capwrite_settle(o->copy, e);
}

int out_make_room(struct out *o, uint64_t more, struct out_count *ret_c, struct err *e)
{
	*ret_c = (struct out_count){ 0 };
	return is_full(o, more) ? next_file(o, ret_c, e) : 0;
}

int out_block(struct out *o, const struct block *b, uint32_t iface, uint64_t max_pkts,
	      struct out_count *ret_c, struct err *e)
{
	struct pcapng_stats s;
	int rc;

	*ret_c = (struct out_count){ 0 };
	if (!o->is_direct)
		return copy_block(o, b, iface, max_pkts, ret_c, e);
	rc = out_make_room(o, b->used_bytes, ret_c, e);
	if (rc) {
		o->pending.not_written += MIN((uint64_t)b->n_pkts, max_pkts);
		return rc;
	}
	s = o->ifaces[iface].stats(o->ifaces[iface].arg, false);
	dwrite_add(o->direct, b, iface, MIN(max_pkts, (uint64_t)UINT32_MAX), &s);
	o->queued_bytes += b->used_bytes;
	return 0;
}

/* Ends the file: a statistics block an interface, then the descriptor. */
static int end_file(struct out *o, struct err *e)
{
	struct capwrite_counts cc = { 0 };
	struct pcapng_stats *s;
	uint64_t bytes;
	uint32_t i;
	int rc = 0;

	if (!o->is_open)
		return 0;
	s = calloc(MAX(o->n_ifaces, 1u), sizeof(*s));
	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	for (i = 0; i < o->n_ifaces; i++) {
		s[i] = o->ifaces[i].stats(o->ifaces[i].arg, true);
		s[i].start_ns = o->started_real_ns;
		s[i].end_ns = clock_real_ns();
	}
	if (o->is_direct) {
		rc = dwrite_end(o->direct, clock_real_ns(), s, o->n_ifaces, e);
		dwrite_get_counts(o->direct, &o->seen);
		bytes = file_bytes(o);
	} else {
		for (i = 0; !rc && i < o->n_ifaces; i++)
			rc = capwrite_stats(o->copy, i, clock_real_ns(), &s[i], e);
		if (capwrite_close(o->copy, &cc, rc ? NULL : e) < 0 && !rc)
			rc = -EIO;
		blame(o, cc.not_written_packets - MIN(o->failed_puts, cc.not_written_packets));
		bytes = cc.file_bytes;
		o->copy = NULL;
	}
	free(s);
	o->is_open = false;
	if (o->names)
		close_p(&o->fd);
	o->fd = -1;
	if (o->names && outname_discard(o->names))
		return rc;
	if (o->names) {
		outname_done(o->names, bytes);
		outname_trim(o->names, 0);
	}
	o->n_files++;
	o->done_bytes += bytes;
	if (o->names)
		closed_print(o->job, o->name, o->file_packets, bytes);
	return rc;
}

int out_rotate(struct out *o, struct err *e)
{
	int rc;

	if (!rotates(o))
		return 0;
	rc = end_file(o, e);
	if (!rc)
		rc = out_begin(o, e);
	return rc;
}

int out_tick(struct out *o, struct err *e)
{
	int rc = 0;

	if (clock_real_ns() >= o->rotate_real_ns)
		rc = out_rotate(o, e);
	if (!rc && o->copy)
		rc = capwrite_tick(o->copy, clock_mono_ns(), e);
	if (o->names)
		outname_trim(o->names, file_bytes(o) + o->queued_bytes);
	return rc;
}

int64_t out_due_ns(const struct out *o)
{
	int64_t due = o->copy ? capwrite_due_ns(o->copy) : INT64_MAX, left;

	if (o->rotate_real_ns != INT64_MAX) {
		left = o->rotate_real_ns - clock_real_ns();
		due = MIN(due, clock_mono_ns() + MAX(left, (int64_t)0));
	}
	return due;
}

int out_end(struct out *o, struct err *e)
{
	return end_file(o, e);
}

void out_close(struct out *o)
{
	if (!o)
		return;
	if (o->copy && capwrite_close(o->copy, NULL, NULL) < 0)
		log_warn("%s: not ended properly", o->name);
	if (o->names)
		close_p(&o->fd);
	dwrite_free(o->direct);
	free(o->history);
	free(o->lost);
	free(o->ifaces);
	free(o);
}

void out_lost(struct out *o, uint32_t iface, struct out_count *ret_c)
{
	*ret_c = o->lost[iface];
	o->lost[iface] = (struct out_count){ 0 };
}

void out_totals(const struct out *o, uint64_t *ret_files, uint64_t *ret_bytes)
{
	*ret_files = o->n_files + o->is_open;
	*ret_bytes = o->done_bytes + (o->is_open ? file_bytes(o) : 0);
}
