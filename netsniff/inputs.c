// SPDX-License-Identifier: GPL-2.0-or-later
/* inputs - see inputs.h. */
#include "inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "cbpf/insn.h"
#include "pkt/pkt.h"
#include "filterfile.h"
#include "proto/linktype.h"
#include "sys/fd.h"
#include "sys/netns.h"

int inputs_check_filter(const char *what, const char *name, struct err *e)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	struct stat st;
	int rc;

	if (!stat(name, &st) && !S_ISDIR(st.st_mode))
		return 0;
	/* A slash or a dot and no blank: the name of a file that is missing. */
	if (!strpbrk(name, " \t=()[]!&|<>") && (strchr(name, '/') || strchr(name, '.')))
		return err_sys(e, errno ? errno : EISDIR, "%s: %s", what, name);
	/* what is right for another link type is not wrong yet */
	rc = filterfile_compile(what, name, LINKTYPE_ETHERNET, true, &prog, e);
	return rc == -EOPNOTSUPP ? 0 : rc == -ENOENT ? -(e->code = EINVAL) : rc;
}

/* True if 'name' is an interface of the current network namespace, or all of them. */
static bool is_device(const char *name)
{
	return !strchr(name, '/') && strlen(name) < IF_NAMESIZE &&
	       (streq(name, "any") || if_nametoindex(name));
}

/* Enters the namespace 'job' names for the time of a look; '*ret_back' leads back, -1 if no move.
 */
static int enter_netns(const struct job *job, int *ret_back, struct err *e)
{
	int rc;

	*ret_back = -1;
	if (!job->netns)
		return 0;
	rc = netns_open_own(ret_back, e);
	return rc ? rc : netns_enter_named(job->netns, e);
}

static int source_kind(struct job *job, const char *name, enum source_kind *ret_kind, struct err *e)
{
	struct stat st;

	if (is_device(name)) {
		*ret_kind = SOURCE_DEVICES;
		return 0;
	}
	if (streq(name, "-") || !stat(name, &st)) {
		*ret_kind = SOURCE_FILES;
		return !streq(name, "-") && S_ISDIR(st.st_mode)
			       ? err_set(e, EISDIR, "-i %s: is a folder; name a file in it", name)
			       : 0;
	}
	if (strchr(name, '/') || errno != ENOENT)
		return err_sys(e, errno, "-i %s", name);
	return err_set(e, ENODEV, "-i %s: there is no interface%s%s and no file of that name", name,
		       job->netns ? " in namespace " : "", job->netns ? job->netns : "");
}

static int sink_kind(struct job *job, struct err *e)
{
	const char *name = job->out;
	struct stat st;

	job->sink = SINK_FILE;
	if (!name)
		job->sink = SINK_NONE;
	else if (!*name)
		return err_set(e, EINVAL, "-o: the name is empty");
	else if (streq(name, "-"))
		job->sink = SINK_STDOUT;
	else if (streq(name, "any"))
		return err_set(e, EINVAL,
			       "-o any: packets can be sent on one interface only; name it");
	else if (is_device(name))
		job->sink = SINK_DEVICE;
	else if (str_ends(name, "/") || (!stat(name, &st) && S_ISDIR(st.st_mode)))
		job->sink = SINK_FOLDER;
	return 0;
}

static int look(struct job *job, struct err *e)
{
	enum source_kind kind = SOURCE_FILES;
	unsigned int i;
	int r;

	if (!job->in.n)
		job->in.v[job->in.n++] = "any";
	for (i = 0; i < job->in.n; i++) {
		r = source_kind(job, job->in.v[i], &kind, e);
		if (r < 0)
			return r;
		if (i && kind != job->source)
			return err_set(
				e, EINVAL,
				"-i %s and -i %s: interfaces and files cannot be read in one run",
				job->in.v[0], job->in.v[i]);
		job->source = kind;
	}
	return sink_kind(job, e);
}

int inputs_kinds(struct job *job, struct err *e)
{
	AUTO(close_p) int back = -1;
	int r = enter_netns(job, &back, e);

	if (r < 0)
		return r;
	r = look(job, e);
	if (back >= 0 && netns_enter(back, r < 0 ? NULL : e) < 0 && r >= 0)
		return -EPERM;
	return r;
}

/* One rule: if 'given', then 'needed' must hold. */
struct rule {
	bool given, needed;
	const char *sentence;
};

static int check_rules(const struct rule *rules, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (rules[i].given && !rules[i].needed)
			return err_set(e, EINVAL, "%s", rules[i].sentence);
	return 0;
}

static bool any_twice(const struct opt_list *l, const char *word)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < l->n; i++)
		n += streq(l->v[i], word);
	return n > 1;
}

static bool has_word(const struct opt_list *l, const char *word)
{
	for (unsigned int i = 0; i < l->n; i++)
		if (streq(l->v[i], word))
			return true;
	return false;
}

static int combine_output(const struct job *j, struct err *e)
{
	bool folder = j->sink == SINK_FOLDER;
	bool file = j->sink == SINK_FILE, saved = folder || file,
	     named = file && strchr(j->out, '%');
	bool trafgen = j->out && j->format == FORMAT_TRAFGEN;
	bool bytes_out = saved || j->sink == SINK_STDOUT;
	const struct rule rules[] = {
		{j->interval_text, folder || named,
		 "-F: a new file needs a name of its own; give -o a folder or a name with a time "
		 "format (%s)"},
		{j->prefix, folder,
		 "-P: only file names in a folder have a prefix; give -o a folder"},
		{j->overwrite != OPT_UNSET, folder,
		 "-O: only files in a folder are numbered; give -o a folder"},
		{j->overwrite != OPT_UNSET, j->interval_text,
		 "-O: says how many files, so say with -F when one is full"},
		{j->max_disk != OPT_UNSET, folder || named,
		 "--max-disk: only deletes files of a folder; give -o a folder"},
		{j->min_free != OPT_UNSET, folder || named,
		 "--min-free: only deletes files of a folder; give -o a folder"},
		{j->print_closed != CLOSED_QUIET, saved,
		 "--print-closed: no file is written; give -o a file or a folder"},
		{j->format, !j->out || bytes_out,
		 "-T: -o names an interface, which has no file format"},
		{j->compact, j->out && bytes_out && j->format == FORMAT_PCAPNG,
		 "--compact: only pcapng files can be smaller"},
		{j->flush, j->out || j->print != PRINT_NONE,
		 "--flush: nothing is written; give -o"},
		{j->cooked, !j->out || bytes_out,
		 "-w: frames sent on an interface keep their link header"},
		{trafgen, j->source == SOURCE_FILES,
		 "-o: a trafgen script is made from files; capture into a file first"},
		{trafgen, !j->cooked,
		 "-w: a trafgen script sends whole frames, which keep their link header"},
		{j->decap, j->sink != SINK_DEVICE,
		 "--decap: tunnels are taken off while capturing or converting; convert into a file, "
		 "then send that"},
		{j->prefix && strchr(j->prefix, '/'), false, "-P: a prefix cannot hold a slash"},
		{j->write_method != WRITE_AUTO, j->out || j->source == SOURCE_FILES,
		 "-m, -G and -c say how files are read and written; there is none"},
	};

	return check_rules(rules, ARRAY_SIZE(rules), e);
}

static int combine_capture(const struct job *j, struct err *e)
{
	bool live = j->source == SOURCE_DEVICES, sends = j->sink == SINK_DEVICE;
	bool grouped = j->fanout_group != OPT_UNSET;
	const struct rule rules[] = {
		{j->ring_bytes != OPT_UNSET, live || sends,
		 "-S: there is no ring when no interface is used"},
		{j->netns, live || sends, "--netns: no interface is used"},
		{grouped, live, "-C: only interfaces can share packets"},
		{j->fanout_opts, grouped || j->n_threads > 1,
		 "-L: needs a group, -C ID, or --threads"},
		{j->rfraw, live, "-R: no interface is read"},
		{j->rfraw && streq(j->in.v[0], "any"), false,
		 "-R: say with -i which wireless interface is to be watched"},
		{j->no_promisc, live, "-M: no interface is read"},
		{j->hwtimestamp, live, "--hwtimestamp: no interface is read"},
		{j->hwtimestamp && j->no_hwtimestamp, false,
		 "--hwtimestamp and -N contradict each other"},
		{j->tune_irq && j->no_touch_irq, false, "--tune-irq and -Q contradict each other"},
		{j->tune_irq, j->n_cpus,
		 "--tune-irq: say with -b which CPUs are to get the interrupts"},
		{j->tune_irq, live || sends, "--tune-irq: no interface is used"},
		{j->tune_sock_mem && j->no_sock_mem, false,
		 "--tune-sock-mem and -A contradict each other"},
		{j->tune_sock_mem, live || sends, "--tune-sock-mem: no interface is used"},
		{j->stats_interval_ns != OPT_UNSET, live,
		 "--stats-interval: only a capture has an account on the way; of files it comes at "
		 "the end"},
		{j->dump_bpf, j->filter || (live && (j->packet_type != PACKET_ANY || j->snaplen)),
		 "-B: there is no filter; give -f"},
		{j->since_text || j->until_text, !live,
		 "--since and --until: only files have a past"},
		{j->merge, !live && j->in.n > 1, "--merge: needs several files to read, -i A -i B"},
		{j->merge, !sends,
		 "--merge: a replay sends one file after the other; merge them into a file first"},
		{j->random_order, live && sends,
		 "-r: packets are only sent in random order from interface to interface"},
		{j->timing != TIMING_FAST, !live && sends,
		 "--timing: needs a file to send, on an interface (-o)"},
		{j->n_loops != 1, !live && sends,
		 "--loop: needs a file to send, on an interface (-o)"},
		{j->jumbo, sends,
		 "-J: nothing is sent; captured packets of any size are kept without it"},
		{any_twice(&j->in, "-"), false, "-i -: standard input can be read once"},
		{j->in.n > 1 && streq(j->in.v[0], "any"), false,
		 "-i any means all interfaces already"},
		{j->filter && streq(j->filter, "-") && streq(j->in.v[0], "-"), false,
		 "-f - and -i -: standard input cannot hold both filter and packets"},
	};

	return check_rules(rules, ARRAY_SIZE(rules), e);
}

/* AF_XDP has the packets that arrive, as the driver gives them. */
static int combine_xsk(const struct job *j, struct err *e)
{
	bool live = j->source == SOURCE_DEVICES, xsk = j->engine == ENGINE_XSK;
	bool grouped = j->fanout_group != OPT_UNSET;
	const struct rule rules[] = {
		{xsk, live, "--engine xsk: no interface is read"},
		{xsk && live && (!j->in.n || has_word(&j->in, "any")), false,
		 "--engine xsk: takes packets away from the stack; say with -i from which interface"},
		{xsk && (grouped || j->fanout_opts), false,
		 "--engine xsk: the queues share the packets; -C and -L are for the ring"},
		{xsk && (j->cooked || j->rfraw || j->hwtimestamp), false,
		 "--engine xsk: -w, -R and --hwtimestamp are for the ring"},
		{xsk && j->packet_type == PKT_DIR_OUTGOING, false,
		 "-t outgoing: --engine xsk has packets that arrive only"},
		{j->force, xsk, "--force: is for --engine xsk"},
		{xsk && j->flight_bytes != OPT_UNSET, false,
		 "--flight: keeps what the ring has; --engine xsk has another one"},
	};

	return check_rules(rules, ARRAY_SIZE(rules), e);
}

/* Threads and the flight recorder: captures that go on by themselves. */
static int combine_recording(const struct job *j, struct err *e)
{
	bool live = j->source == SOURCE_DEVICES, sends = j->sink == SINK_DEVICE;
	const struct rule rules[] = {
		{j->n_threads > 1, !sends,
		 "--threads: one thread passes packets on, which keeps their order"},
		{j->n_threads > 1, live, "--threads: only interfaces are read by several threads"},
		{j->n_threads > 1, j->print == PRINT_NONE,
		 "--threads: packets of several threads are not printed; add -s"},
		{j->n_threads > 1,
		 j->sink == SINK_NONE || j->sink == SINK_FILE || j->sink == SINK_FOLDER,
		 "--threads: each thread writes files of its own; give -o a file or a folder"},
		{j->n_threads > 1, j->flight_bytes == OPT_UNSET,
		 "--threads: the flight recorder has one thread"},
		{j->flight_bytes != OPT_UNSET, live, "--flight: needs an interface to record"},
		{j->flight_bytes != OPT_UNSET, j->out && !sends,
		 "--flight: needs -o, a file or a folder to write to"},
		{j->flight_bytes != OPT_UNSET && j->n_packets, false,
		 "-n: the flight recorder runs until it is interrupted"},
		{j->flight_bytes != OPT_UNSET && j->decap, false,
		 "--decap: the flight recorder keeps packets as they came"},
		{j->trigger, j->flight_bytes != OPT_UNSET, "--trigger: needs --flight SIZE"},
	};

	return check_rules(rules, ARRAY_SIZE(rules), e);
}

int inputs_combine(const struct job *job, struct err *e)
{
	int r = combine_output(job, e);

	if (!r)
		r = combine_capture(job, e);
	if (!r)
		r = combine_xsk(job, e);
	return r < 0 ? r : combine_recording(job, e);
}
