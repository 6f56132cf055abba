// SPDX-License-Identifier: GPL-2.0-or-later
/* job - see job.h: what follows from the options, and which of them do not go together. */
#include "job.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/num.h"
#include "base/str.h"
#include "inputs.h"
#include "ui/when.h"

int job_init(struct job *job, struct err *e)
{
	*job = (struct job){ .since_ns = INT64_MIN, .until_ns = INT64_MAX, .speed = 1 };
	return opt_defaults(&netsniff_options, job, e);
}

/* A budget without -F: the files end all the same, so that there are some to delete. */
static void derive_budget(struct job *job)
{
	enum { PARTS = 8 };
	const uint64_t file_bytes = 1ull << 30;

	if (job->max_disk == OPT_UNSET && job->min_free == OPT_UNSET)
		return;
	job->rotate = ROTATE_BYTES;
	job->rotate_every = file_bytes;
	if (job->max_disk != OPT_UNSET)
		job->rotate_every = MIN(job->max_disk / job->n_threads / PARTS, file_bytes);
}

/* -F: a time if it reads as one, else a size. */
static int derive_interval(struct job *job, struct err *e)
{
	const char *text = job->interval_text;
	size_t n = text ? strlen(text) : 0;

	if (!text) {
		derive_budget(job);
		return 0;
	}
	if (n && text[n - 1] >= '0' && text[n - 1] <= '9')
		return err_set(e, EINVAL, "-F: '%s' needs a unit, such as 100MiB or 15min", text);
	job->rotate = ROTATE_TIME;
	if (!num_parse(text, NUM_TIME, 1000000000, 366 * 86400000000000ull, "-F",
		       &job->rotate_every, e))
		return 0;
	if (e->code == ERANGE)
		return -ERANGE;
	job->rotate = ROTATE_BYTES;
	if (!num_parse(text, NUM_BYTES, 1, INT64_MAX, "-F", &job->rotate_every, e))
		return 0;
	if (e->code == ERANGE)
		return -ERANGE;
	return err_set(e, EINVAL,
		       "-F: '%s' is neither a size such as 100MiB nor a time such as 15min", text);
}

/* xFACTOR: at least a millionth and at most a million, digits and one point. */
static int derive_factor(struct job *job, const char *text, struct err *e)
{
	uint64_t millionths;
	char scaled[48];

	/* "1.5M" is 1500000 to num_parse(): an exact reading in millionths, without locale. */
	if (strspn(text, "0123456789.") != strlen(text) || strlen(text) > 40)
		return err_set(e, EINVAL, "--timing: 'x%s' is not a factor such as x2 or x0.5",
			       text);
	snprintf(scaled, sizeof(scaled), "%sM", text);
	if (num_parse(scaled, NUM_COUNT, 1, 1000000000000ull, "--timing", &millionths, e))
		return err_set(e, EINVAL, "--timing: 'x%s' is not a factor of 0.000001 to 1000000",
			       text);
	job->timing = TIMING_ORIGINAL;
	job->speed = millionths / 1e6;
	return 0;
}

static int derive_timing(struct job *job, struct err *e)
{
	const char *text = job->timing_text;

	if (!text)
		return 0;
	if (streq(text, "original")) {
		job->timing = TIMING_ORIGINAL;
		return 0;
	}
	if (text[0] == 'x')
		return derive_factor(job, text + 1, e);
	job->timing = TIMING_PPS;
	if (!num_parse(text, NUM_RATE, 1, 1000000000, "--timing", &job->rate, e))
		return 0;
	if (e->code == ERANGE)
		return -ERANGE;
	job->timing = TIMING_BPS;
	if (!num_parse(text, NUM_BITS, 1000, 1000000000000ull, "--timing", &job->rate, e))
		return 0;
	if (e->code == ERANGE)
		return -ERANGE;
	return err_set(e, EINVAL, "--timing: '%s' is none of original, xFACTOR, 50kpps, 1Gbit",
		       text);
}

/* One CPU number of a list, at '*s'. */
static int one_cpu(const char **s, uint64_t *ret_cpu, struct err *e)
{
	char word[8];
	size_t n = strspn(*s, "0123456789");

	if (!n || n >= sizeof(word))
		return err_set(e, EINVAL, "no CPU number");
	snprintf(word, sizeof(word), "%.*s", (int)n, *s);
	*s += n;
	return num_parse(word, NUM_PLAIN, 0, 65535, "-b", ret_cpu, e);
}

static int derive_cpus(struct job *job, struct err *e)
{
	const char *s = job->cpus_text;
	uint64_t from, to;

	for (; s; s++) {
		if (one_cpu(&s, &from, e) < 0)
			goto bad;
		to = from;
		if (*s == '-' && (s++, one_cpu(&s, &to, e) < 0 || to < from))
			goto bad;
		if (to - from >= JOB_MAX_CPUS - job->n_cpus)
			return err_set(e, EINVAL, "-b: more than %d CPUs", JOB_MAX_CPUS);
		for (; from <= to; from++)
			job->cpus[job->n_cpus++] = from;
		if (!*s)
			return 0;
		if (*s != ',')
			goto bad;
	}
	return 0;
bad:
	return err_set(e, EINVAL, "-b: '%s' is not a list of CPUs such as 2, 0-3 or 0,2",
		       job->cpus_text);
}

static int derive_range(struct job *job, struct err *e)
{
	int r = 0;

	if (job->since_text)
		r = when_parse(job->since_text, "--since", &job->since_ns, e);
	if (!r && job->until_text)
		r = when_parse(job->until_text, "--until", &job->until_ns, e);
	if (r)
		return r;
	if (job->until_ns <= job->since_ns)
		return err_set(e, EINVAL, "--until %s is not after --since %s", job->until_text,
			       job->since_text);
	return 0;
}

/* What the name of 'job->out' says of format and compression; standard output by its source. */
static void derive_format(struct job *job)
{
	AUTO(str_free) struct str base = { 0 };
	enum file_format format = FORMAT_PCAPNG;

	str_add(&base, job->out);
	if (job->sink == SINK_STDOUT) {
		format = job->source == SOURCE_FILES ? FORMAT_TRAFGEN : FORMAT_PCAPNG;
	} else if (job->sink == SINK_FILE) {
		if (str_ends(str_text(&base), ".zst"))
			job->compression = COMPRESS_ZSTD;
		else if (str_ends(str_text(&base), ".gz"))
			job->compression = COMPRESS_GZIP;
		if (job->compression)
			*strrchr(base.p, '.') = '\0';
		if (str_ends(str_text(&base), ".pcap"))
			format = FORMAT_PCAP_USEC;
		else if (str_ends(str_text(&base), ".cfg"))
			format = FORMAT_TRAFGEN;
	}
	if (job->format == FORMAT_AUTO)
		job->format = format;
	job->swapped = job->format & FORMAT_SWAPPED;
	job->format &= ~FORMAT_SWAPPED;
}

static int derive_print(struct job *job, struct err *e)
{
	int n = job->silent + job->less + (job->hex || job->ascii) + !!job->fields_text;

	if (n > 1)
		return err_set(e, EINVAL,
			       "-s, -q, --fields and -X or -l are different ways of printing: "
			       "give one");
	if (job->json && n && !job->silent)
		return err_set(e, EINVAL, "--json prints whole packets: leave out %s",
			       job->less	? "-q" :
			       job->fields_text ? "--fields" :
						  "-X and -l");
	if (job->csv && !job->fields_text)
		return err_set(e, EINVAL, "--csv: needs --fields, which says what the columns are");
	if (job->fields_text && job->sink == SINK_STDOUT)
		return err_set(e, EINVAL, "--fields: standard output carries packets already");
	if (job->fields_text && (job->geo || job->dns))
		return err_set(e, EINVAL, "%s: --fields prints the packets' values and nothing beside",
			       job->geo ? "--geo" : "--dns");
	job->columns.csv = job->csv;
	if (job->fields_text && columns_parse(job->fields_text, "--fields", &job->columns, e))
		return -EINVAL;
	job->print = job->silent || job->sink == SINK_STDOUT ? PRINT_NONE :
		     job->less ? PRINT_LESS :
		     job->hex && job->ascii ? PRINT_HEX_ASCII :
		     job->hex ? PRINT_HEX :
		     job->ascii ? PRINT_ASCII :
		     job->fields_text ? PRINT_FIELDS :
				  PRINT_NORMAL;
	return 0;
}

static int derive_stats(struct job *job, struct err *e)
{
	if (job->stats_form == STATS_AUTO)
		job->stats_form = job->json ? STATS_JSON : STATS_TEXT;
	if (job->stats_form != STATS_NONE && job->flight_bytes != OPT_UNSET)
		return err_set(e, EINVAL,
			       "--stats: the flight recorder lets packets go without a look at them");
	if (job->stats_form == STATS_SVG && job->sink != SINK_STDOUT &&
	    (job->print != PRINT_NONE || job->json))
		return err_set(e, EINVAL, "--stats=svg: standard output has the packets or JSON "
			       "already; %s", job->json ? "leave out --json" : "add -s");
	return 0;
}

int job_validate(struct job *job, struct err *e)
{
	int r;

	if (job->filter && !streq(job->filter, "-")) {
		r = inputs_check_filter("-f", job->filter, e);
		if (r < 0)
			return r;
	}
	if (job->trigger) {
		r = inputs_check_filter("--trigger", job->trigger, e);
		if (r < 0)
			return r;
	}
	r = derive_interval(job, e);
	if (!r)
		r = derive_timing(job, e);
	if (!r)
		r = derive_cpus(job, e);
	if (!r)
		r = derive_range(job, e);
	if (!r)
		r = inputs_kinds(job, e);
	if (r < 0)
		return r;
	if (job->sink == SINK_FILE || job->sink == SINK_FOLDER || job->sink == SINK_STDOUT)
		derive_format(job);
	r = derive_print(job, e);
	if (!r)
		r = derive_stats(job, e);
	return r < 0 ? r : inputs_combine(job, e);
}
