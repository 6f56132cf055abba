// SPDX-License-Identifier: GPL-2.0-or-later
/* sender - sends numbered frames to a device, as fast as it goes or at a rate, and says on standard
 * output, as JSON, how many the far end took. For tests and benchmarks on veth pairs.
 * Options to 'struct job', the loop over bursts, the report. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"
#include "engine.h"
#include "meter.h"
#include "pace.h"

enum { MAX_STOPS = 16, CHUNK = 32768 };

struct job {
	const char *device;
	const struct engine *engine;
	uint64_t count, size, cpu, pps, bps, burst, pause_ns, seq_start, vlan, batch;
	uint64_t stops[MAX_STOPS + 1]; /* ascending, ends with 'count' */
	unsigned int n_stops;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

struct number {
	const char *name;
	size_t offset;
	enum num_unit unit;
	uint64_t min, max;
	const char *help;
};

#define NUMBER(name, field, unit, min, max, help)                                                  \
	{                                                                                          \
		name, offsetof(struct job, field), unit, min, max, help                            \
	}

static const struct number numbers[] = {
	NUMBER("count", count, NUM_COUNT, 1, UINT32_MAX, "frames to send (1M)"),
	NUMBER("size", size, NUM_BYTES, FRAME_MIN_BYTES, FRAME_MAX_BYTES, "bytes a frame (60)"),
	NUMBER("cpu", cpu, NUM_PLAIN, 0, 1023, "CPU to run on (any)"),
	NUMBER("pps", pps, NUM_RATE, 1, 1000000000, "frames a second (as fast as it goes)"),
	NUMBER("bps", bps, NUM_BITS, 1000, 1000000000000, "the same as bits a second of frames"),
	NUMBER("burst", burst, NUM_COUNT, 1, UINT32_MAX, "frames sent at once (a millisecond's)"),
	NUMBER("pause", pause_ns, NUM_TIME, 0, 3600000000000, "time from burst to burst: 250us"),
	NUMBER("seq-start", seq_start, NUM_PLAIN, 0, UINT64_MAX, "first sequence number (0)"),
	NUMBER("vlan", vlan, NUM_PLAIN, 1, 4095, "802.1Q tag in the frame (none)"),
	NUMBER("batch", batch, NUM_PLAIN, 1, 256, "frames handed to the device at once (64)"),
};

static void usage(FILE *out)
{
	fputs("Usage: sender [OPTION]... DEVICE\n"
	      "Sends UDP frames with a sequence number and prints what the device took.\n\n",
	      out);
	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++)
		fprintf(out, "  --%-14s%s\n", numbers[i].name, numbers[i].help);
	fputs("  --gap-after N,N after that many frames print a line and wait for one\n"
	      "  --engine NAME   live (eBPF on live frames) or mmsg (any device)\n"
	      "  --help          this text\n",
	      out);
}

static int parse_stops(struct job *job, char *list, struct err *e)
{
	uint64_t last = 0;

	for (char *save, *p = strtok_r(list, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		if (job->n_stops == MAX_STOPS)
			return err_set(e, EINVAL, "--gap-after: at most %d numbers", MAX_STOPS);
		int rc = num_parse(p, NUM_COUNT, last + 1, UINT32_MAX, "--gap-after", &last, e);

		if (rc < 0)
			return rc;
		job->stops[job->n_stops++] = last;
	}
	return 0;
}

static int parse_engine(struct job *job, const char *name, struct err *e)
{
	static const struct engine *const engines[] = { &engine_live, &engine_mmsg };

	for (unsigned int i = 0; i < ARRAY_SIZE(engines); i++) {
		if (streq(engines[i]->name, name)) {
			job->engine = engines[i];
			return 0;
		}
	}
	return err_set(e, EINVAL, "--engine: live or mmsg, not '%s'", name);
}

static int parse_option(struct job *job, int index, char *text, struct err *e)
{
	if (index == ARRAY_SIZE(numbers))
		return parse_stops(job, text, e);
	if (index == ARRAY_SIZE(numbers) + 1)
		return parse_engine(job, text, e);

	const struct number *n = &numbers[index];
	uint64_t *value = (uint64_t *)((char *)job + n->offset);
	char what[40];

	snprintf(what, sizeof(what), "--%s", n->name);
	return num_parse(text, n->unit, n->min, n->max, what, value, e);
}

/* Frames to stop after that are not below the count never come; the count ends the list. */
static int finish_job(struct job *job, int n_args, char **args, struct err *e)
{
	if (n_args != 1)
		return err_set(e, EINVAL, "name one device (--help)");
	if (job->pps && job->bps)
		return err_set(e, EINVAL, "--pps and --bps are the same setting: give one");
	if (job->bps)
		job->pps = MAX(job->bps / (8 * job->size), (uint64_t)1);
	if (job->pps && job->pause_ns)
		return err_set(e, EINVAL, "--pause and a rate exclude each other");
	while (job->n_stops && job->stops[job->n_stops - 1] >= job->count)
		job->n_stops--;
	job->stops[job->n_stops++] = job->count;
	job->device = args[0];
	return 0;
}

static int parse_job(struct job *job, int argc, char **argv, struct err *e)
{
	struct option longs[ARRAY_SIZE(numbers) + 4] = { 0 };
	unsigned int n = 0;
	int c, index;

	for (; n < ARRAY_SIZE(numbers); n++)
		longs[n] = (struct option){ numbers[n].name, required_argument, NULL, 'o' };
	longs[n++] = (struct option){ "gap-after", required_argument, NULL, 'o' };
	longs[n++] = (struct option){ "engine", required_argument, NULL, 'o' };
	longs[n] = (struct option){ "help", no_argument, NULL, 'h' };
	while ((c = getopt_long(argc, argv, "h", longs, &index)) != -1) {
		if (c == 'h') {
			usage(stdout);
			exit(0);
		}
		if (c != 'o')
			return err_set(e, EINVAL, "see --help");
		int rc = parse_option(job, index, optarg, e);

		if (rc < 0)
			return rc;
	}
	return finish_job(job, argc - optind, argv + optind, e);
}

static int pin(uint64_t cpu, struct err *e)
{
	cpu_set_t set;

	if (cpu == UINT64_MAX)
		return 0;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		return err_sys(e, errno, "run on CPU %" PRIu64, cpu);
	return 0;
}

/* Tells the program at the other end of standard input and output that 'n' frames are out, and
 * waits for its line. The end of standard input lets everything run on. */
static void wait_for_line(uint64_t n)
{
	char line[16];

	printf("{\"paused\": %" PRIu64 "}\n", n);
	fflush(stdout);
	while (!stop && read(STDIN_FILENO, line, 1) == 1 && line[0] != '\n')
		;
}

/* Sends up to the frame count 'until' in bursts. */
static int send_until(const struct job *job, void *state, struct pace *pace, uint64_t until,
		      struct err *e)
{
	uint64_t sent;
	int rc;

	while (!stop && (sent = job->engine->next(state) - job->seq_start) < until) {
		unsigned int n = MIN(until - sent, pace_burst(pace));

		pace_wait(pace);
		rc = job->engine->send(state, n, e);
		if (rc < 0)
			return rc;
		pace_sent(pace, n);
	}
	return 0;
}

static int send_all(const struct job *job, void *state, struct meter *m, struct err *e)
{
	struct pace pace = pace_of(job->pps, job->burst, job->pause_ns, job->batch, CHUNK);
	int rc = 0;

	for (unsigned int i = 0; i < job->n_stops && rc == 0 && !stop; i++) {
		pace_start(&pace);
		meter_go(m);
		rc = send_until(job, state, &pace, job->stops[i], e);
		meter_halt(m);
		if (rc == 0 && i + 1 < job->n_stops)
			wait_for_line(job->stops[i]);
	}
	return rc;
}

static void report(const struct job *job, uint64_t attempted, const struct meter *m)
{
	double seconds = m->busy_ns / 1e9, rate = seconds > 0 ? m->accepted / seconds : 0;

	printf("{\"engine\": \"%s\", \"device\": \"%s\", \"size\": %" PRIu64
	       ", \"attempted\": %" PRIu64 ", \"accepted\": %" PRIu64 ", \"dropped\": %" PRIu64
	       ", \"seq_start\": %" PRIu64 ", \"seq_next\": %" PRIu64
	       ", \"seconds\": %.6f, \"pps\": %.0f, \"bps\": %.0f}\n",
	       job->engine->name, job->device, job->size, attempted, m->accepted, m->dropped,
	       job->seq_start, job->seq_start + attempted, seconds, rate, rate * job->size * 8);
}

static int run(const struct job *job, struct err *e)
{
	struct frame frame;
	struct target target = { &frame, if_nametoindex(job->device), job->batch, job->seq_start };
	struct meter meter;
	uint64_t attempted;
	void *state;
	int rc;

	if (!target.ifindex)
		return err_sys(e, errno, "device %s", job->device);
	frame_build(&frame, job->size, job->vlan);
	rc = pin(job->cpu, e);
	if (rc == 0)
		rc = job->engine->open(&target, &state, e);
	if (rc < 0)
		return rc;
	rc = meter_open(&meter, job->device, e);
	if (rc == 0)
		rc = send_all(job, state, &meter, e);
	if (rc == 0) {
		attempted = job->engine->next(state) - job->seq_start;
		rc = meter_settle(&meter, attempted, e);
	}
	if (rc == 0)
		report(job, attempted, &meter);
	job->engine->close(state);
	return rc;
}

int main(int argc, char **argv)
{
	struct job job = { .engine = &engine_live, .count = 1000000, .size = 60,
			   .cpu = UINT64_MAX,	   .batch = 64 };
	struct sigaction sa = { .sa_handler = on_signal };
	struct err e = { 0 };
	int status = 0;

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	if (parse_job(&job, argc, argv, &e) < 0)
		status = 2;
	else if (run(&job, &e) < 0)
		status = 1;
	if (status)
		fprintf(stderr, "sender: %s\n", e.text);
	return status;
}
