// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_report - from the options to a replay, and its account as text and JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/linktype.h"
#include "replay.h"
#include "ui/fmt.h"

enum { GATHER_NS = 10000 }; /* -k for what is sent */

struct replay_conf replay_conf_of(const struct job *job)
{
	static const enum pace_mode mode[] = {
		[TIMING_FAST] = PACE_FAST,
		[TIMING_ORIGINAL] = PACE_ORIG,
		[TIMING_PPS] = PACE_PPS,
		[TIMING_BPS] = PACE_BPS,
	};

	return (struct replay_conf){
		.dev = job->out,
		.pace = {.mode = mode[job->timing],
			 .speed = job->speed > 0 ? job->speed : 1,
			 .rate = job->rate},
		.jumbo = job->jumbo,
		.random_order = job->random_order,
		.queue_bytes = job->ring_bytes == OPT_UNSET ? 0 : job->ring_bytes,
		.gather_ns = job->kernel_pull_ns == OPT_UNSET ? GATHER_NS : job->kernel_pull_ns,
		.wake_fd = -1,
	};
}

struct replay_pick replay_pick_of(const struct job *job)
{
	return (struct replay_pick){
		.n_packets = job->n_packets,
		.n_loops = job->n_loops,
		.snaplen = job->snaplen,
		.wake_fd = -1,
	};
}

/* "12.345" of ns. */
static void add_seconds(struct str *out, uint64_t ns)
{
	str_addf(out, "%" PRIu64 ".%06" PRIu64 " s", ns / 1000000000, ns % 1000000000 / 1000);
}

static void add_failed(struct str *out, uint64_t n, const char *why)
{
	if (n)
		str_addf(out, "  %14s packets not sent: %s\n", fmt_thousands(n).s, why);
}

static void add_reasons(const struct replay_account *a, struct str *out)
{
	const char *name = linktype_name(a->wrong_link_type);
	char why[120];

	snprintf(why, sizeof(why), "longer than the MTU of %s (%u bytes and link header)", a->dev,
		 a->mtu);
	add_failed(out, a->too_long, why);
	snprintf(why, sizeof(why), "longer than %d bytes, which needs -J", REPLAY_FRAME_BYTES);
	add_failed(out, a->needs_jumbo, why);
	add_failed(out, a->too_short, "shorter than the link header");
	snprintf(why, sizeof(why), "link type %s (%u) does not fit the device",
		 name ? name : "unknown", a->wrong_link_type);
	add_failed(out, a->wrong_link, why);
	add_failed(out, a->not_sent, "the run ended before");
	if (a->device_dropped)
		str_addf(out, "  %14s packets dropped by the device after they were sent\n",
			 fmt_thousands(a->device_dropped).s);
	if (a->cut)
		str_addf(out, "  %14s packets were cut when they were captured and left as short\n",
			 fmt_thousands(a->cut).s);
	if (a->n_backward)
		str_addf(out, "  %14s time stamps went back\n", fmt_thousands(a->n_backward).s);
}

void replay_report_text(const struct replay_account *a, struct str *out)
{
	str_addf(out, "%s: %s of %s packets left, %s bytes", a->dev, fmt_thousands(a->left).s,
		 fmt_thousands(a->offered).s, fmt_thousands(a->sent_bytes).s);
	if (!a->has_device_dropped)
		str_add(out, " (the device's own drops are not known)");
	str_addc(out, '\n');
	add_reasons(a, out);
	str_add(out, "  took ");
	add_seconds(out, a->duration_ns);
	if (a->duration_ns)
		str_addf(out, ", %s, %s", fmt_packets_per_s(fmt_rate(a->sent, a->duration_ns)).s,
			 fmt_bits_per_s(fmt_rate(a->sent_bytes * 8, a->duration_ns)).s);
	if (a->n_passes > 1)
		str_addf(out, ", %" PRIu64 " passes", a->n_passes);
	str_addc(out, '\n');
	if (a->n_timed)
		str_addf(out, "  late by: median %s, p99 %s, at most %s\n",
			 fmt_duration(a->late_median_ns).s, fmt_duration(a->late_p99_ns).s,
			 fmt_duration(a->late_max_ns).s);
}

void replay_report_json(const struct replay_account *a, struct jsonw *j)
{
	jsonw_str(j, "device", a->dev);
	jsonw_u64(j, "mtu", a->mtu);
	jsonw_u64(j, "offered_packets", a->offered);
	jsonw_u64(j, "offered_bytes", a->offered_bytes);
	jsonw_u64(j, "sent_packets", a->sent);
	jsonw_u64(j, "sent_bytes", a->sent_bytes);
	if (a->has_device_dropped)
		jsonw_u64(j, "device_dropped", a->device_dropped);
	else
		jsonw_null(j, "device_dropped");
	jsonw_u64(j, "left_packets", a->left);
	jsonw_object(j, "not_sent");
	jsonw_u64(j, "beyond_mtu", a->too_long);
	jsonw_u64(j, "needs_jumbo", a->needs_jumbo);
	jsonw_u64(j, "too_short", a->too_short);
	jsonw_u64(j, "wrong_link_type", a->wrong_link);
	jsonw_u64(j, "run_ended", a->not_sent);
	jsonw_end(j);
	jsonw_u64(j, "cut_in_capture", a->cut);
	jsonw_u64(j, "device_busy", a->busy);
	jsonw_u64(j, "send_calls", a->calls);
	jsonw_u64(j, "passes", a->n_passes);
	jsonw_u64(j, "duration_ns", a->duration_ns);
	jsonw_u64(j, "packets_per_s", fmt_rate(a->sent, a->duration_ns));
	jsonw_u64(j, "bits_per_s", fmt_rate(a->sent_bytes * 8, a->duration_ns));
	if (!a->paced)
		return;
	jsonw_object(j, "late_ns");
	jsonw_u64(j, "packets", a->n_timed);
	jsonw_u64(j, "median", a->late_median_ns);
	jsonw_u64(j, "p99", a->late_p99_ns);
	jsonw_u64(j, "max", a->late_max_ns);
	jsonw_end(j);
	jsonw_u64(j, "time_stamps_back", a->n_backward);
}
