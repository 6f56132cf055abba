// SPDX-License-Identifier: GPL-2.0-or-later
/* trafgen - generates network traffic from a script.
 * This file turns the command line into a struct job (options.c, job.c), has the script read
 * (script.c) and compiled (comp.c), or a capture file read (capture.c), and hands the packet
 * program to the engine that the output needs (file.c, run.c). */
#include <errno.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "capture.h"
#include "comp.h"
#include "job.h"
#include "run.h"
#include "script.h"
#include "sys/fd.h"
#include "sys/netns.h"
#include "ui/optdoc.h"

enum { EXIT_BAD_USAGE = 2 };

static int fail(const struct err *e, int status)
{
	log_warn("%s", e->text);
	return status;
}

/* -h, -v, -e and --completion; false if none of them was given. */
static bool page(const struct job *job, struct str *out)
{
	if (!job->example || job->help || job->version)
		return optdoc_page(&trafgen_options, job->help, job->version, job->completion, out);
	str_add(out, script_example());
	return true;
}

static void warn(void *arg, const char *text)
{
	(void)arg;
	log_warn("warning: %s", text);
}

static int read_script(const struct job *job, const struct comp_opts *o, struct prog *ret_g,
		       struct err *e)
{
	AUTO(str_free) struct str text = { 0 };
	int rc = script_read(job, &text, e);

	return rc ? rc : comp_script(str_text(&text), text.len, o, ret_g, e);
}

/* Reads and compiles. The caller frees '*ret_g'. */
static int compile(struct job *job, struct prog *ret_g, struct err *e)
{
	struct comp_opts o = { .file = job->name, .seed = job->seed, .files = true,
			       .warn = warn };
	int rc;

	if (job->seed == OPT_UNSET && getrandom(&o.seed, sizeof(o.seed), 0) < 0)
		return err_sys(e, errno, "a random seed");
	if (job->output == OUTPUT_DEVICE)
		device_addrs(job->out, &o.addrs);
	rc = job->capture ? capture_read(job, &o, ret_g, e) : read_script(job, &o, ret_g, e);
	if (!rc && job->once)
		job->n_packets = ret_g->n_packets;
	if (!rc)
		log_info("%s: %zu packets, %s, seed %llu", job->name, ret_g->n_packets,
			 ret_g->dynamic ? "some change" : "none changes",
			 (unsigned long long)o.seed);
	return rc;
}

static int work(struct job *job, struct err *e)
{
	struct prog g = { 0 };
	int rc = netns_enter_named(job->netns, e);

	if (!rc)
		rc = compile(job, &g, e);
	if (!rc)
		rc = job->output == OUTPUT_DEVICE ? run_device(job, &g, e) : run_file(job, &g, e);
	prog_free(&g);
	return rc;
}

int main(int argc, char **argv)
{
	AUTO(str_free) struct str out = { 0 };
	struct err e = { 0 };
	struct job job;
	int n_words, rc;

	log_init("trafgen", LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write() */
	if (job_init(&job, &e) < 0)
		return fail(&e, EXIT_FAILURE);
	if (opt_parse(&trafgen_options, argc, argv, &job, &n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (page(&job, &out))
		return fd_print_text(&out, &e) ? fail(&e, EXIT_FAILURE) : 0;
	if (job.verbose)
		log_init("trafgen", LOG_INFO);
	if (job_validate(&job, argv + 1, n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	rc = work(&job, &e);
	return rc && rc != -EPIPE ? fail(&e, EXIT_FAILURE) : 0;
}
