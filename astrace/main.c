// SPDX-License-Identifier: GPL-2.0-or-later
/* astrace - traces paths with the owner of every hop.
 * This file turns the command line into a struct job (options.c) and hands it to work(). */
#include <errno.h>
#include <signal.h>

#include "base/log.h"
#include "job.h"
#include "payload.h"
#include "probe.h"
#include "sys/fd.h"
#include "ui/optdoc.h"
#include "work.h"

enum { EXIT_BAD_USAGE = 2 };

static int fail(const struct err *e, int status)
{
	log_warn("%s", e->text);
	return status;
}

/* --diff sends by what its payload goes by. */
static int validate_diff(struct job *job, bool flags, struct err *e)
{
	const struct payload_kind *k = payload_kind(job->diff, e);

	if (!k)
		return -e->code;
	if (flags || job->method == METHOD_ICMP)
		return err_set(e, EINVAL, "--diff goes by --tcp or --udp, without flags");
	if (job->paths || job->report != OPT_UNSET || job->mtu || job->targets)
		return err_set(e, EINVAL,
			       "--diff goes without --paths, --report, --mtu and --targets");
	if (job->form == FORM_CSV || job->form == FORM_DOT)
		return err_set(e, EINVAL, "--diff prints text or --json");
	job->diff_udp = job->method == METHOD_UDP || (job->method == METHOD_AUTO && k->udp);
	if (!job->diff_udp)
		job->method = METHOD_TCP;
	if (job->port == OPT_UNSET)
		job->port = k->port;
	return 0;
}

/* What does not go together. */
static int validate(struct job *job, int n_words, struct err *e)
{
	bool flags = job->syn || job->ack || job->fin || job->psh || job->urg || job->rst ||
		     job->ecn_syn;

	if (!n_words && !job->host && !job->targets)
		return err_set(e, EINVAL, "no target: name a host (--help tells more)");
	if (job->ip4 && job->ip6)
		return err_set(e, EINVAL, "-4 and -6 exclude each other");
	if (job->first_ttl > job->max_ttl)
		return err_set(e, EINVAL, "-f is more than -m");
	if (flags && (job->method == METHOD_UDP || job->method == METHOD_ICMP))
		return err_set(e, EINVAL, "flags of TCP do not go with --icmp and --udp");
	if (job->watch && (job->report != OPT_UNSET || job->paths || job->mtu || job->diff ||
			   job->form || job->show_packet))
		return err_set(e, EINVAL,
			       "--watch goes without --report, --paths, --mtu, --diff, -Z and other "
			       "forms of output");
	if (job->control && !job->diff)
		return err_set(e, EINVAL, "--control goes with --diff");
	if (job->diff && validate_diff(job, flags, e))
		return -e->code;
	if (flags)
		job->method = METHOD_TCP;
	/* routers that balance by ports have nothing to tell ICMP's flows by */
	if (job->paths && job->method == METHOD_AUTO)
		job->method = METHOD_UDP;
	if (job->dns && job->numeric)
		return err_set(e, EINVAL, "-N and -n exclude each other");
	if (job->dns_server && !job->dns && !job->dns_as)
		return err_set(e, EINVAL, "--dns-server goes with -N and --dns-as");
	if (job->form && job->show_packet)
		return err_set(e, EINVAL, "-Z prints text: it goes with no other form of output");
	return 0;
}

int main(int argc, char **argv)
{
	AUTO(str_free) struct str out = { 0 };
	struct err e = { 0 };
	struct job job = { 0 };
	int n_words;

	log_init("astrace", LOG_WARN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file size limit is an error of write() */
	if (opt_defaults(&astrace_options, &job, &e) < 0)
		return fail(&e, EXIT_FAILURE);
	if (opt_parse(&astrace_options, argc, argv, &job, &n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (optdoc_page(&astrace_options, job.help, job.version, job.completion, &out))
		return fd_print_text(&out, &e) ? fail(&e, EXIT_FAILURE) : 0;
	if (validate(&job, n_words, &e) < 0)
		return fail(&e, EXIT_BAD_USAGE);
	if (job.verbose)
		log_init("astrace", LOG_INFO);
	if (work(&job, argv + 1, n_words, &e))
		return fail(&e, EXIT_FAILURE);
	return 0;
}
