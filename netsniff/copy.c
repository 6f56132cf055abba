// SPDX-License-Identifier: GPL-2.0-or-later
/* copy - see copy.h. */
#include "copy.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "cook.h"
#include "decap.h"
#include "sink.h"
#include "source.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/sandbox.h"
#include "sys/sig.h"
#include "ui/fmt.h"
#include "ui/progress.h"
#include "ui/table.h"

enum { BATCH = 256, SPANS = 1024, MAX_SINKS = 2 };

struct copy {
	const struct job *job;
	struct keep *keep;
	struct copy_account *account;
	int wake_fd;
	struct infiles in;
	struct outname *names; /* where several files are written, else NULL */
	int out_fd;            /* where one is, until its sink has it; else -1 */
	const char *out_name;
	struct decap *decap;   /* --decap, else NULL */
	struct cook *cook;     /* -w, else NULL */
	struct sink *sinks[MAX_SINKS];
	unsigned int n_sinks;
	struct progress progress;
	struct pkt batch[BATCH];
	struct pkt_span spans[SPANS];
};

/* SIGHUP: the next packet begins a new file. */
static int rotate(struct copy *c, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; i < c->n_sinks && !r; i++)
		if (c->sinks[i]->ops->rotate)
			r = c->sinks[i]->ops->rotate(c->sinks[i], e);
	return r;
}

/* 1 once SIGINT or SIGTERM came, else 0 or -errno with 'e'. */
static int on_signals(struct copy *c, struct err *e)
{
	enum sig_event ev;
	int r = 0;

	while (!r && (ev = sig_next(c->wake_fd)) != SIG_EVENT_NONE)
		r = ev == SIG_EVENT_STOP ? 1 : ev == SIG_EVENT_ROTATE ? rotate(c, e) : 0;
	return r;
}

static int settle(struct copy *c, bool idle, struct err *e)
{
	for (unsigned int i = 0; i < c->n_sinks; i++) {
		int r = c->sinks[i]->ops->settle(c->sinks[i], idle, e);

		if (r < 0)
			return r;
	}
	if (c->cook)
		cook_clear(c->cook);
	if (c->decap)
		decap_clear(c->decap);
	return 0;
}

/* Takes the tunnel off '*p'. */
static int decap(struct copy *c, struct pkt *p, struct err *e)
{
	int r = decap_has_room(c->decap, p->cap_len) ? 0 : settle(c, false, e);

	c->account->decapsulated += !r && decap_packet(c->decap, p);
	return r;
}

/* Gives '*p' a cooked header. */
static int cook(struct copy *c, struct pkt *p, struct err *e)
{
	int r = cook_has_room(c->cook, p->cap_len) ? 0 : settle(c, false, e);

	return r < 0 ? r : cook_packet(c->cook, p, e);
}

/* Nothing is coming: gets out what waits, then sleeps until the source or a signal has something.
 */
static int wait_source(struct copy *c, struct source *s, struct err *e)
{
	struct pollfd fds[] = { { s->fd, POLLIN, 0 }, { c->wake_fd, POLLIN, 0 } };
	int r = settle(c, true, e);

	if (r < 0)
		return r;
	if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
		return err_sys(e, errno, "waiting for %s", s->name);
	return 0;
}

/* One packet to every sink, which knows it as one of 'shown', if the filter lets it. 1 when the job
 * has had its fill. */
static int take(struct copy *c, struct source *shown, struct pkt *p, struct err *e)
{
	struct copy_account *a = c->account;
	uint32_t n;
	int r;

	a->read_packets++;
	a->read_bytes += p->cap_len;
	if (c->decap) {
		r = decap(c, p, e);
		if (r < 0)
			return r;
	}
	n = keep_bytes(c->keep, p);
	if (!n) {
		a->rejected_packets++;
		a->rejected_bytes += p->cap_len;
		return 0;
	}
	p->cap_len = MIN(p->cap_len, n);
	if (c->cook) {
		r = cook(c, p, e);
		if (r < 0)
			return r;
	}
	if (c->job->snaplen && p->cap_len > c->job->snaplen)
		p->cap_len = c->job->snaplen;
	a->kept_packets++;
	a->kept_bytes += p->cap_len;
	for (unsigned int i = 0; i < c->n_sinks; i++) {
		r = c->sinks[i]->ops->put(c->sinks[i], shown, p, e);

		if (r < 0)
			return r;
	}
	return a->kept_packets == c->job->n_packets;
}

/* True if the packets of 's' can go to the only sink in runs, untouched, if '*ret_vm' (NULL: all)
 * accepts them. Such a file has one link type. */
static bool has_spans(const struct copy *c, struct source *s, struct vm **ret_vm)
{
	const struct sink *k = c->sinks[0];
	const struct pkt_iface *iface = s->ops->iface(s, 0);

	return c->n_sinks == 1 && !c->cook && !c->decap && !c->job->snaplen &&
	       !c->job->n_packets && iface &&
	       keep_by_filter(c->keep, iface->linktype, ret_vm) && k->ops->has_spans &&
	       k->ops->has_spans(k, s);
}

/* Takes what comes next as spans; '*ret_taken' is false if it is for take(). 0 or -errno. */
static int take_spans(struct copy *c, struct source *s, struct vm *vm, bool *ret_taken,
		      struct err *e)
{
	struct copy_account *a = c->account;
	struct capfile_passed n;
	unsigned int n_spans;
	int r = 0;

	n_spans = capfile_next_spans(s->ops->capfile(s), vm, c->spans, SPANS, &n);
	a->read_packets += n.packets;
	a->read_bytes += n.bytes;
	a->rejected_packets += n.packets - n.kept_packets;
	a->rejected_bytes += n.bytes - n.kept_bytes;
	a->kept_packets += n.kept_packets;
	a->kept_bytes += n.kept_bytes;
	if (n_spans)
		r = c->sinks[0]->ops->put_spans(c->sinks[0], s, c->spans, n_spans, e);
	*ret_taken = n.packets > 0;
	return r;
}

static void show_progress(struct copy *c, struct source *s)
{
	uint64_t done, all;

	if (!c->progress.on || c->job->print != PRINT_NONE)
		return;
	s->ops->progress(s, &done, &all);
	progress_bytes(&c->progress, clock_mono_ns(), done, all);
}

/* Up to 'max' packets of 's', which sinks know as 'shown'. 1 if more may come, 0 at the end of 's',
 * -ECANCELED without 'e' when the run is over, or -errno. */
static int take_batch(struct copy *c, struct source *s, struct source *shown, unsigned int max,
		      struct err *e)
{
	int n = s->ops->next(s, c->batch, max, e), r;

	if (n == -EAGAIN || n == -EINTR) {
		r = wait_source(c, s, e);
		return r < 0 ? r : 1;
	}
	if (n <= 0)
		return n;
	for (int i = 0; i < n; i++) {
		r = take(c, shown, &c->batch[i], e);
		if (r)
			return r < 0 ? r : -ECANCELED;
	}
	return 1;
}

/* All packets of one source. 1 when the run is over. */
static int drain(struct copy *c, struct source *s, struct source *shown, struct err *e)
{
	struct vm *vm = NULL;
	bool spans = has_spans(c, s, &vm), taken = false;
	int r;

	for (;;) {
		r = on_signals(c, e);
		if (!r && spans)
			r = take_spans(c, s, vm, &taken, e);
		if (r)
			return r;
		if (!taken) {
			r = take_batch(c, s, shown, spans ? 1 : BATCH, e);
			if (r <= 0)
				return r == -ECANCELED ? 1 : r;
		}
		r = settle(c, false, e);
		if (r < 0)
			return r;
		show_progress(c, s);
	}
}

/* Opens all that is opened by name, then gives up privilege. */
static int open_all(struct copy *c, struct err *e)
{
	const struct job *job = c->job;
	int r = sink_refuse_input(job, e);

	if (!r)
		r = infiles_open(job, &c->in, e);
	if (r < 0)
		return r;
	if (job->sink == SINK_FOLDER || (job->sink == SINK_FILE && strchr(job->out, '%')))
		r = outname_open(job, -1, &c->names, e);
	else if (job->sink != SINK_NONE)
		r = c->out_fd = sink_file_target(job, &c->out_name, e);
	if (r >= 0)
		r = confine_cpus(job, e);
	if (r >= 0)
		r = confine_priority(job, e);
	return r < 0 ? r : confine(job, c->names, SANDBOX_THREADS, e);
}

static int open_sinks(struct copy *c, struct source *first, struct err *e)
{
	const struct job *job = c->job;
	struct sink **k = &c->sinks[c->n_sinks];
	int r = 0;

	if (job->sink != SINK_NONE) {
		if (c->names)
			r = sink_folder_open(job, c->names, k, e);
		else if (job->format == FORMAT_TRAFGEN)
			r = sink_cfg_open(job, TAKE(c->out_fd, -1), c->out_name, k, e);
		else
			r = sink_file_open(job, TAKE(c->out_fd, -1), c->out_name, first, k, e);
		if (r < 0)
			return r;
		(*k)->not_written = &c->account->not_written_packets;
		c->n_sinks++;
	}
	r = sink_screen_open(job, &c->sinks[c->n_sinks], e);
	c->n_sinks += c->sinks[c->n_sinks] != NULL;
	return r;
}

/* Packets that a sink could not load, since others cut the mapped file short: its reader knows. */
static int why_lost(struct copy *c, struct source *s, struct err *e)
{
	struct err why = { 0 };
	int r = s->ops->next(s, c->batch, 1, &why);

	if (r < 0 && why.code)
		*e = why;
	return -EFAULT;
}

/* All packets of 's'. 1 when the run is over. */
static int one_source(struct copy *c, struct source *s, struct err *e)
{
	struct source *shown = c->cook ? cook_source(c->cook, s) : s;
	int r = c->n_sinks ? 0 : open_sinks(c, s, e);

	for (unsigned int i = 0; i < c->n_sinks && !r; i++)
		if (c->sinks[i]->ops->begin)
			r = c->sinks[i]->ops->begin(c->sinks[i], shown, e);
	c->progress = progress_begin(STDERR_FILENO, s->name, clock_mono_ns());
	if (!r)
		r = drain(c, s, shown, e);
	progress_end(&c->progress);
	return r == -EFAULT ? why_lost(c, s, e) : r;
}

/* Finishes what was written; 'r' is how the run went. Returns it, or what went wrong here. */
static int close_sinks(struct copy *c, int r, struct err *e)
{
	for (unsigned int i = 0; i < c->n_sinks; i++) {
		int closed = c->sinks[i]->ops->close(c->sinks[i], r < 0 ? NULL : e);

		r = r < 0 ? r : closed < 0 ? closed : r;
	}
	c->n_sinks = 0;
	return r;
}

static int all_sources(struct copy *c, struct err *e)
{
	/* Sinks may look at the last source until they are closed. */
	AUTO(source_close_p) struct source *last = NULL;
	size_t n = c->job->merge ? 1 : c->in.n;
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		struct source *s = NULL;

		r = c->job->merge ? source_merge_open(&c->in, &s, e)
				  : source_file_open(&c->in.v[i], &s, e);
		if (r < 0)
			break;
		r = one_source(c, s, e);
		source_close_p(&last);
		last = s;
	}
	return close_sinks(c, r, e);
}

int copy_run(const struct job *job, int wake_fd, struct keep *keep, struct copy_account *ret_a,
	     struct err *e)
{
	AUTO(free_p) struct copy *c = calloc(1, sizeof(*c));
	int64_t start = clock_mono_ns();
	bool opened;
	int r;

	*ret_a = (struct copy_account){ .with_decap = job->decap };
	if (!c)
		return err_sys(e, ENOMEM, "copying");
	c->job = job;
	c->keep = keep;
	c->account = ret_a;
	c->wake_fd = wake_fd;
	c->out_fd = -1;
	r = open_all(c, e);
	if (!r && job->cooked)
		r = cook_new(&c->cook, e);
	if (!r && job->decap)
		r = decap_new(&c->decap, e);
	opened = !r;
	if (!r)
		r = all_sources(c, e);
	close_p(&c->out_fd);
	outname_close(c->names);
	infiles_close(&c->in);
	cook_free(c->cook);
	decap_free(c->decap);
	if (opened)
		ret_a->duration_ns = clock_mono_ns() - start;
	return r < 0 ? r : 0;
}

void copy_report_text(const struct copy_account *a, struct str *out)
{
	AUTO(table_free) struct table t = table_of("rlrl");
	const struct {
		const char *what;
		uint64_t packets, bytes;
	} rows[] = { { "packets read,", a->read_packets, a->read_bytes },
		     { "rejected,", a->rejected_packets, a->rejected_bytes },
		     { "kept,", a->kept_packets, a->kept_bytes } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		table_u64(&t, rows[i].packets);
		table_cell(&t, rows[i].what);
		table_u64(&t, rows[i].bytes);
		table_cell(&t, "bytes");
	}
	table_print(&t, 2, out);
	if (a->not_written_packets)
		str_addf(out, "  %s of them not written\n",
			 fmt_thousands(a->not_written_packets).s);
	if (a->with_decap)
		str_addf(out, "  %s without the tunnel they came in\n",
			 fmt_thousands(a->decapsulated).s);
	str_addf(out, "  in %s\n", fmt_duration(a->duration_ns).s);
}

void copy_report_json(const struct copy_account *a, struct jsonw *j)
{
	jsonw_u64(j, "read_packets", a->read_packets);
	jsonw_u64(j, "read_bytes", a->read_bytes);
	jsonw_u64(j, "rejected_packets", a->rejected_packets);
	jsonw_u64(j, "rejected_bytes", a->rejected_bytes);
	jsonw_u64(j, "kept_packets", a->kept_packets);
	jsonw_u64(j, "kept_bytes", a->kept_bytes);
	jsonw_u64(j, "not_written_packets", a->not_written_packets);
	if (a->with_decap)
		jsonw_u64(j, "decapsulated", a->decapsulated);
	jsonw_fixed(j, "seconds", a->duration_ns, 9);
}
