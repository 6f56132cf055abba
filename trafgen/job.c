// SPDX-License-Identifier: GPL-2.0-or-later
/* job - see job.h. */
#include "job.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "pkt/capfile.h"
#include "rate.h"

#define NS_PER_S 1000000000ull

int job_init(struct job *job, struct err *e)
{
	*job = (struct job){ 0 };
	return opt_defaults(&trafgen_options, job, e);
}

static int find_script(struct job *job, char **words, int n_words, struct err *e)
{
	if (n_words > 1)
		return err_set(e, EINVAL, "'%s': give the script as one argument, in quotes", words[1]);
	if (n_words && job->input)
		return err_set(e, EINVAL, "a script from -i %s and another one, '%s'", job->input,
			       words[0]);
	if (!n_words && !job->input)
		return err_set(e, EINVAL, "no packets: give a script with -i, or as '{ ... }'");
	if (n_words) {
		job->text = words[0];
		job->name = "argument";
	} else {
		job->path = job->input;
		job->name = streq(job->input, "-") ? "<stdin>" : job->input;
	}
	if (job->path)
		job->capture = str_ends(job->path, ".pcap") || str_ends(job->path, ".pcapng") ||
			       capfile_is(job->path);
	if (job->capture && job->cpp)
		return err_set(e, EINVAL, "--cpp: %s is a capture file, not a script", job->name);
	if (job->sets.n && !job->capture)
		return err_set(e, EINVAL, "--set: changes the packets of a capture file (-i x.pcap); "
			       "in a script, write the field");
	if (job->defines.n && !job->cpp)
		return err_set(e, EINVAL, "-D: only the C preprocessor knows macros, see --cpp");
	if (job->cpp && job->text)
		return err_set(e, EINVAL, "--cpp: reads files and standard input only");
	return 0;
}

static int find_output(struct job *job, struct err *e)
{
	static const struct {
		const char *suffix;
		enum output output;
	} files[] = {
		{ ".pcap", OUTPUT_PCAP }, { ".pcapng", OUTPUT_PCAPNG },
		{ ".cfg", OUTPUT_SCRIPT }, { ".c", OUTPUT_C },
	};

	if (!job->out)
		return err_set(e, EINVAL, "nowhere to send to: give a device or a file with -o");
	job->output = OUTPUT_DEVICE;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (str_ends(job->out, files[i].suffix))
			job->output = files[i].output;
	if (job->output == OUTPUT_DEVICE) {
		if (strchr(job->out, '/'))
			return err_set(e, EINVAL, "-o %s: no device has such a name, and files end in "
				       ".pcap, .pcapng, .cfg or .c", job->out);
		return job->rfraw ? err_set(e, EINVAL, "--rfraw: is for files; a device in monitor "
					    "mode takes such packets as it is") : 0;
	}
	if (!job->n_packets && !job->once && job->duration_ns == OPT_UNSET)
		return err_set(e, EINVAL, "-o %s: say with -n how many packets, or the file never ends",
			       job->out);
	if (job->engine != ENGINE_AUTO)
		return err_set(e, EINVAL, "--engine: is for devices; a file is written");
	if (job->n_workers != OPT_UNSET && job->n_workers > 1)
		return err_set(e, EINVAL, "-P %llu: a file is written by one worker",
			       (unsigned long long)job->n_workers);
	return 0;
}

/* "10us"; without a unit, microseconds. */
static int find_gap(struct job *job, struct err *e)
{
	char text[32];
	size_t n = strlen(job->gap_text);
	bool bare = n && isdigit((unsigned char)job->gap_text[n - 1]);

	if (n + 3 > sizeof(text))
		return err_set(e, EINVAL, "--gap: '%s' is no time", job->gap_text);
	memcpy(text, job->gap_text, n + 1);
	if (bare)
		memcpy(text + n, "us", 3);
	job->pace.mode = PACE_ORIG;
	job->pace.speed = 1;
	return num_parse(text, NUM_TIME, 0, 3600 * NS_PER_S, "--gap", &job->gap_ns, e);
}

/* A rate, or one that changes: "1kpps..1Mpps/10s". */
static int find_rate(struct job *job, struct err *e)
{
	char text[64], *to, *time;
	struct pace_spec last;
	int rc;

	to = strstr(job->rate_text, "..");
	if (!to)
		return rate_parse(job->rate_text, "--rate", &job->pace, e);
	if (strlen(job->rate_text) >= sizeof(text))
		return err_set(e, EINVAL, "--rate: '%s' is too long", job->rate_text);
	strcpy(text, job->rate_text);
	to = strstr(text, "..");
	*to = '\0';
	to += 2;
	time = strchr(to, '/');
	if (!time)
		return err_set(e, EINVAL, "--rate: %s in what time? say 1kpps..1Mpps/10s",
			       job->rate_text);
	*time++ = '\0';
	rc = rate_parse(text, "--rate", &job->pace, e);
	if (!rc)
		rc = rate_parse(to, "--rate", &last, e);
	if (!rc && last.mode != job->pace.mode)
		rc = err_set(e, EINVAL, "--rate: %s and %s are of two kinds", text, to);
	if (!rc)
		rc = num_parse(time, NUM_TIME, 1, 24 * 3600 * NS_PER_S, "--rate",
			       &job->ramp_ns, e);
	if (!rc)
		job->ramp_to = last.rate;
	return rc;
}

/* One packet at a time, so by one worker. */
static int check_smoke(struct job *job, struct err *e)
{
	if (!job->smoke)
		return 0;
	if (job->output != OUTPUT_DEVICE)
		return err_set(e, EINVAL, "-s: is for devices; a file kills nobody");
	if (job->n_workers != OPT_UNSET && job->n_workers > 1)
		return err_set(e, EINVAL, "-P %llu: a smoke test (-s) is done by one worker",
			       (unsigned long long)job->n_workers);
	if (job->engine == ENGINE_LIVE || job->engine == ENGINE_GSO)
		return err_set(e, EINVAL, "-s: asks after each packet, and this engine sends many at "
			       "once");
	job->n_workers = 1;
	return 0;
}

int job_validate(struct job *job, char **words, int n_words, struct err *e)
{
	int rc = find_script(job, words, n_words, e);

	if (job->n_packets == OPT_UNSET) {
		job->once = job->capture && job->duration_ns == OPT_UNSET;
		job->n_packets = 0;
	}
	if (!rc)
		rc = find_output(job, e);
	if (!rc && job->gap_text && job->rate_text)
		rc = err_set(e, EINVAL, "-t and -b both say how fast: give one");
	if (!rc && job->gap_text)
		rc = find_gap(job, e);
	if (!rc && job->rate_text)
		rc = find_rate(job, e);
	if (!rc)
		rc = check_smoke(job, e);
	job->original = job->capture && !job->gap_text && !job->rate_text;
	job->paced = job->gap_text || job->rate_text || job->original;
	return rc;
}

/* When 'n' units have gone at a rate that grows (or shrinks) evenly, and stays after that. */
static int64_t ramp_moment_ns(const struct job *job, uint64_t n)
{
	long double first = job->pace.rate, last = job->ramp_to, s = job->ramp_ns / 1e9L;
	long double all = (first + last) / 2 * s, growth = (last - first) / s;

	if (n >= all)
		return (s + (n - all) / last) * NS_PER_S;
	/* the smaller root of growth / 2 t^2 + first t = n, without a difference of near numbers */
	return 2 * n / (first + sqrtl(first * first + 2 * growth * n)) * NS_PER_S;
}

int64_t job_moment_ns(const struct job *job, uint64_t n, uint64_t n_bits)
{
	if (!job->paced)
		return n * 1000;
	if (job->ramp_ns)
		return ramp_moment_ns(job, job->pace.mode == PACE_PPS ? n : n_bits);
	if (job->pace.mode == PACE_PPS)
		return (int64_t)((unsigned __int128)n * NS_PER_S / job->pace.rate);
	if (job->pace.mode == PACE_BPS)
		return (int64_t)((unsigned __int128)n_bits * NS_PER_S / job->pace.rate);
	return n * job->gap_ns;
}
