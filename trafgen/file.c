// SPDX-License-Identifier: GPL-2.0-or-later
/* file - the engine that writes: pcap and pcapng by pkt/capwrite, scripts by pkt/cfgfile, arrays of
 * C by itself. Time stamps begin at the moment of the start and follow the pace that was asked for,
 * a microsecond apart without one. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "make.h"
#include "pkt/capwrite.h"
#include "pkt/cfgfile.h"
#include "proto/linktype.h"
#include "report.h"
#include "run.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/sig.h"

enum { ROOM = 64, C_FLUSH_BYTES = 1 << 20 };

struct filewriter {
	const struct job *job;
	struct capwrite *cap;
	struct cfgfile *cfg;
	int fd; /* of an array of C; -1 otherwise */
	struct str text;
	uint64_t n;
};

static int open_writer(struct filewriter *f, struct err *e)
{
	const struct job *job = f->job;
	struct capwrite_opts o = { .format = job->output == OUTPUT_PCAP ? CAPFMT_PCAP_US :
									   CAPFMT_PCAPNG };
	struct pkt_iface iface = {
		.linktype = job->rfraw ? LINKTYPE_IEEE802_11_RADIOTAP : LINKTYPE_ETHERNET,
		.tsresol = 9,
	};
	int rc;

	if (job->output == OUTPUT_PCAP || job->output == OUTPUT_PCAPNG) {
		rc = capwrite_open(job->out, &o, &f->cap, e);
		return rc ? rc : capwrite_iface(f->cap, &iface, e);
	}
	f->fd = open(job->out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (f->fd < 0)
		return err_sys(e, errno, "open %s", job->out);
	if (job->output == OUTPUT_SCRIPT)
		return cfgfile_fdopen(TAKE(f->fd, -1), job->out, CAPWRITE_STORED, &f->cfg, e);
	str_add(&f->text, "#include <stdint.h>\n\n");
	return 0;
}

static int flush_text(struct filewriter *f, struct err *e)
{
	int rc = fd_write_text(f->fd, &f->text, "write", e);

	return rc ? err_prefix(e, "%s", f->job->out) : 0;
}

static int put_array(struct filewriter *f, const struct iovec *v, struct err *e)
{
	const uint8_t *p = v->iov_base;

	str_addf(&f->text, "const uint8_t packet_%llu[%zu] = {", (unsigned long long)f->n,
		 v->iov_len);
	for (size_t i = 0; i < v->iov_len; i++) {
		str_add(&f->text, i % 12 ? " 0x" : "\n\t0x");
		str_add_hex(&f->text, p[i], 2);
		str_addc(&f->text, ',');
	}
	str_add(&f->text, "\n};\n\n");
	return f->text.len > C_FLUSH_BYTES ? flush_text(f, e) : 0;
}

static int put_packet(struct filewriter *f, const struct iovec *v, int64_t ts_ns, struct err *e)
{
	struct pkt p = { .data = v->iov_base, .cap_len = v->iov_len, .len = v->iov_len,
			 .ts_ns = ts_ns, .linktype = LINKTYPE_ETHERNET, .dir = PKT_DIR_UNKNOWN,
			 .queue = UINT32_MAX };
	int rc;

	f->n++;
	if (f->cap)
		rc = capwrite_put(f->cap, &p, 0, e);
	else
		rc = f->cfg ? cfgfile_put(f->cfg, &p, e) : put_array(f, v, e);
	/* the room that packets are made in is used again */
	if (!rc && f->cap && f->n % ROOM == 0)
		rc = capwrite_settle(f->cap, e);
	return rc;
}

static int close_writer(struct filewriter *f, struct err *e)
{
	uint64_t n, bytes;
	int rc = 0;

	if (f->cap)
		rc = capwrite_close(f->cap, NULL, e);
	if (f->cfg)
		rc = cfgfile_close(f->cfg, &n, &bytes, e);
	if (f->fd >= 0) {
		rc = flush_text(f, e);
		close_p(&f->fd);
	}
	str_free(&f->text);
	return rc;
}

static int write_packets(struct filewriter *f, struct maker *m, int sig_fd, struct tally *t,
			 struct err *e)
{
	const struct job *job = f->job;
	int64_t start = job->original ? m->plan->prog->start_ns : clock_real_ns(), at;
	int rc = 0;

	while (!rc && (!job->n_packets || t->made < job->n_packets)) {
		struct iovec v;

		at = plan_moment_ns(m->plan, 0, t->made);
		if (job->duration_ns != OPT_UNSET && at >= (int64_t)job->duration_ns)
			break;
		if (t->made % 4096 == 0 && sig_next(sig_fd) == SIG_EVENT_STOP)
			break;
		v = maker_next(m);
		t->made++;
		t->made_bytes += v.iov_len;
		rc = put_packet(f, &v, start + at, e);
		if (!rc) {
			t->sent++;
			t->sent_bytes += v.iov_len;
		}
	}
	return rc;
}

int run_file(const struct job *job, const struct prog *g, struct err *e)
{
	struct filewriter f = { .job = job, .fd = -1 };
	struct tally t = { .cpu = -1 };
	struct report r = { .engine = "file", .out = job->out, .workers = &t, .n_workers = 1,
			    .seed = g->seed, .dynamic = g->dynamic };
	AUTO(free_p) struct packet_report *streams = NULL;
	AUTO(close_p) int sig_fd = -1;
	struct maker m = { 0 };
	struct plan plan = { 0 };
	int64_t begin = clock_mono_ns();
	int rc = plan_make(g, job, 1, 1, &plan, e), closed;

	if (!rc)
		rc = maker_open(&plan, 0, ROOM, &m, e);
	if (!rc && plan_idle(&plan, 0))
		rc = err_set(e, EINVAL, "%s: all packets are for CPUs beyond 0, and a file is written "
			     "by one worker", job->name);
	if (!rc)
		rc = sig_open(&sig_fd, e);
	if (!rc)
		rc = open_writer(&f, e);
	if (!rc)
		rc = write_packets(&f, &m, sig_fd, &t, e);
	closed = close_writer(&f, rc ? NULL : e);
	rc = rc ? rc : closed;
	t.duration_ns = clock_mono_ns() - begin;
	if (m.n_made)
		r.streams = streams = report_packets(g, m.n_made);
	r.n_streams = streams ? g->n_packets : 0;
	maker_close(&m);
	plan_free(&plan);
	if (t.made)
		closed = run_print(job, &r, rc ? NULL : e);
	return rc ? rc : closed;
}
