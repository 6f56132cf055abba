// SPDX-License-Identifier: GPL-2.0-or-later
/* report - see report.h. */
#include "report.h"

#include "ui/jsonw.h"

/* All workers together; the duration is that of the longest. */
static struct tally sum_of(const struct report *r)
{
	struct tally s = { .cpu = -1 };

	for (unsigned int i = 0; i < r->n_workers; i++) {
		const struct tally *t = &r->workers[i];

		s.made += t->made;
		s.made_bytes += t->made_bytes;
		s.sent += t->sent;
		s.sent_bytes += t->sent_bytes;
		s.too_long += t->too_long;
		s.too_short += t->too_short;
		s.busy += t->busy;
		s.calls += t->calls;
		s.again += t->again;
		s.supers += t->supers;
		s.joined += t->joined;
		s.duration_ns = MAX(s.duration_ns, t->duration_ns);
		s.late.n += t->late.n;
		s.late.max_ns = MAX(s.late.max_ns, t->late.max_ns);
		for (unsigned int b = 0; b < PACE_BUCKETS; b++)
			s.late.bucket[b] += t->late.bucket[b];
	}
	return s;
}

static double pps_of(const struct tally *t)
{
	return t->duration_ns && t->sent > 1 ? (t->sent - 1) * 1e9 / t->duration_ns : 0;
}

static double bps_of(const struct tally *t)
{
	return t->duration_ns && t->sent > 1 ?
		       8e9 * t->sent_bytes / t->sent * (t->sent - 1) / t->duration_ns : 0;
}

#define LLU(x) ((unsigned long long)(x))

static void add_rate(struct str *out, const struct tally *t)
{
	if (!t->duration_ns || t->sent < 2)
		return;
	str_addf(out, ", %.3f s, %.0f packets/s, %.3f Mbit/s", t->duration_ns / 1e9, pps_of(t),
		 bps_of(t) / 1e6);
}

struct packet_report *report_packets(const struct prog *g, const uint64_t *handed)
{
	struct packet_report *s = calloc(g->n_packets, sizeof(*s));

	for (size_t i = 0; s && i < g->n_packets; i++)
		s[i] = (struct packet_report){ g->streams[g->packets[i].stream].name,
					    g->packets[i].line, g->packets[i].len, handed[i] };
	return s;
}

/* What was asked for: packets a second, bits a second, or 0. */
static double asked_pps(const struct job *job)
{
	if (!job->paced || job->ramp_ns || job->pace.mode == PACE_BPS)
		return 0;
	return job->pace.mode == PACE_PPS ? job->pace.rate : job->gap_ns ? 1e9 / job->gap_ns : 0;
}

static double asked_bps(const struct job *job)
{
	return job->paced && !job->ramp_ns && job->pace.mode == PACE_BPS ? job->pace.rate : 0;
}

/* The rate over the one that was asked for, less 1; 0 where none was or there is none. */
static double rate_error(const struct job *job, const struct tally *t)
{
	double pps = asked_pps(job), bps = asked_bps(job);

	if (!t->duration_ns || t->sent < 2 || (!pps && !bps))
		return 0;
	return pps ? pps_of(t) / pps - 1 : bps_of(t) / bps - 1;
}

/* A shorter run says little about a rate. */
#define RATE_NS	  500000000
#define RATE_MISS 0.01

static void add_rates(const struct job *job, const struct tally *s, struct str *out)
{
	double off = rate_error(job, s);

	if ((asked_pps(job) || asked_bps(job)) && s->duration_ns > RATE_NS)
		str_addf(out, "  rate: %+.3f %% of the one asked for\n", off * 100);
	if (off < -RATE_MISS && s->duration_ns > RATE_NS)
		str_addf(out, "  the rate asked for, %.0f %s, was out of reach\n",
			 asked_pps(job) ? asked_pps(job) : asked_bps(job),
			 asked_pps(job) ? "packets/s" : "bit/s");
	if (s->late.n)
		str_addf(out, "  timing: median %.1f us late, 99 %% within %.1f us, most %.1f us\n",
			 pace_hist_quantile(&s->late, 500) / 1e3,
			 pace_hist_quantile(&s->late, 990) / 1e3, s->late.max_ns / 1e3);
}

/* More are in the JSON report. */
#define STREAMS_SHOWN 32

static void add_streams(const struct report *r, struct str *out)
{
	if (r->n_streams < 2 || r->n_streams > STREAMS_SHOWN)
		return;
	for (size_t i = 0; i < r->n_streams; i++) {
		const struct packet_report *s = &r->streams[i];

		str_addf(out, "  packet %zu (%s%sline %u): %llu of %u bytes\n", i + 1, s->stream,
			 s->stream[0] ? ", " : "", s->line, LLU(s->handed), s->len);
	}
}

void report_text(const struct job *job, const struct report *r, struct str *out)
{
	struct tally s = sum_of(r);

	for (unsigned int i = 0; !job->no_cpu_stats && r->n_workers > 1 && i < r->n_workers; i++) {
		const struct tally *t = &r->workers[i];

		str_addf(out, "  CPU %d: %llu packets, %llu bytes", t->cpu, LLU(t->sent),
			 LLU(t->sent_bytes));
		add_rate(out, t);
		str_addc(out, '\n');
	}
	if (!job->no_cpu_stats)
		add_streams(r, out);
	str_addf(out, "  %llu packets, %llu bytes %s %s", LLU(s.sent), LLU(s.sent_bytes),
		 job->output == OUTPUT_DEVICE ? "sent through" : "written to", r->out);
	add_rate(out, &s);
	str_addc(out, '\n');
	if (s.too_long)
		str_addf(out, "  %llu packets were longer than the device's MTU%s\n",
			 LLU(s.too_long), job->jumbo ? "" : ", or 2048 bytes without -J");
	if (s.too_short)
		str_addf(out, "  %llu packets were shorter than a link header\n", LLU(s.too_short));
	if (s.made > s.sent + s.too_long + s.too_short)
		str_addf(out, "  %llu packets were not sent: the run ended before\n",
			 LLU(s.made - s.sent - s.too_long - s.too_short));
	if (s.busy)
		str_addf(out, "  the device was full %llu times and waited for\n", LLU(s.busy));
	if (s.supers)
		str_addf(out, "  %llu of them went as %llu super-packets, to be cut by the device\n",
			 LLU(s.joined), LLU(s.supers));
	if (s.again)
		str_addf(out, "  %llu packets were lost on the way to the device and sent again\n",
			 LLU(s.again));
	if (r->has_device)
		str_addf(out, "  the device counted %llu sent, %llu dropped\n", LLU(r->device_sent),
			 LLU(r->device_dropped));
	add_rates(job, &s, out);
}

static void add_tally(struct jsonw *j, const struct tally *t)
{
	jsonw_u64(j, "packets", t->sent);
	jsonw_u64(j, "bytes", t->sent_bytes);
	jsonw_u64(j, "made_packets", t->made);
	jsonw_u64(j, "made_bytes", t->made_bytes);
	jsonw_u64(j, "too_long_packets", t->too_long);
	jsonw_u64(j, "too_short_packets", t->too_short);
	jsonw_u64(j, "device_full", t->busy);
	jsonw_u64(j, "sent_again_packets", t->again);
	jsonw_u64(j, "super_packets", t->supers);
	jsonw_u64(j, "packets_in_super_packets", t->joined);
	jsonw_u64(j, "system_calls", t->calls);
	jsonw_fixed(j, "seconds", t->duration_ns, 9);
	jsonw_u64(j, "packets_per_second", pps_of(t));
	jsonw_u64(j, "bits_per_second", bps_of(t));
	if (!t->late.n)
		return;
	jsonw_u64(j, "late_median_ns", pace_hist_quantile(&t->late, 500));
	jsonw_u64(j, "late_p99_ns", pace_hist_quantile(&t->late, 990));
	jsonw_u64(j, "late_max_ns", t->late.max_ns);
}

static void add_json_streams(struct jsonw *j, const struct report *r)
{
	jsonw_array(j, "streams");
	for (size_t i = 0; i < r->n_streams; i++) {
		jsonw_object(j, NULL);
		if (r->streams[i].stream[0])
			jsonw_str(j, "stream", r->streams[i].stream);
		jsonw_u64(j, "line", r->streams[i].line);
		jsonw_u64(j, "length", r->streams[i].len);
		jsonw_u64(j, "made_packets", r->streams[i].handed);
		jsonw_end(j);
	}
	jsonw_end(j);
}

void report_json(const struct job *job, const struct report *r, struct str *out)
{
	struct jsonw j = jsonw_of(out);
	struct tally s = sum_of(r);

	jsonw_object(&j, NULL);
	jsonw_object(&j, "report");
	jsonw_str(&j, "engine", r->engine);
	if (r->why)
		jsonw_str(&j, "engine_reason", r->why);
	jsonw_str(&j, "output", r->out);
	if (r->dynamic)
		jsonw_u64(&j, "seed", r->seed);
	add_tally(&j, &s);
	if (r->has_device) {
		jsonw_u64(&j, "device_sent_packets", r->device_sent);
		jsonw_u64(&j, "device_sent_bytes", r->device_sent_bytes);
		jsonw_u64(&j, "device_dropped_packets", r->device_dropped);
	}
	if (asked_pps(job))
		jsonw_u64(&j, "asked_packets_per_second", asked_pps(job));
	if (asked_bps(job))
		jsonw_u64(&j, "asked_bits_per_second", asked_bps(job));
	if (asked_pps(job) || asked_bps(job))
		jsonw_i64(&j, "rate_error_ppm", rate_error(job, &s) * 1e6);
	if (r->dead)
		jsonw_str(&j, "last_packet", r->dead);
	add_json_streams(&j, r);
	jsonw_array(&j, "workers");
	for (unsigned int i = 0; !job->no_cpu_stats && i < r->n_workers; i++) {
		jsonw_object(&j, NULL);
		jsonw_i64(&j, "cpu", r->workers[i].cpu);
		add_tally(&j, &r->workers[i]);
		jsonw_end(&j);
	}
	jsonw_end(&j);
	jsonw_line(&j);
}
