// SPDX-License-Identifier: GPL-2.0-or-later
/* options - the option table of ifpps: every option of ifpps(8) under its names, and ours. To add
 * one: a member in job.h, a record here, and `make man-ifpps`. */
#include "job.h"

#include <stddef.h>

#include "ui/optdoc.h"

#define AT(member) offsetof(struct job, member)

static const struct opt table[] = {
	{ .kind = OPT_GROUP, .help = "What to watch" },
	{ OPT_LIST, 'd', 0, "dev", NULL, AT(devices), .arg = "DEV", .complete = ARG_DEV,
	  .help = "a network device, or a pattern such as \"eth*\"",
	  .more = "May be given several times, and without -d. Without any, all devices are watched." },
	{ OPT_STR, .name = "netns", .offset = AT(netns), .arg = "NAME|PATH|PID", .complete = ARG_NETNS,
	  .help = "watch the devices of this network namespace" },
	{ OPT_STR, .name = "proc-root", .offset = AT(proc_root), .arg = "DIR", .complete = ARG_FILE,
	  .help = "read a recorded /proc and /sys below this folder instead of the kernel's" },
	{ OPT_STR, .name = "play", .offset = AT(play), .arg = "FILE", .complete = ARG_FILE,
	  .help = "play what --record has written",
	  .more = "On the screen in its own time, or --speed; as text at once. Left and right go ten samples back and "
		  "on, home and end to its ends." },
	{ OPT_NUM, .name = "speed", .offset = AT(speed), .min = 1, .max = 1000, .def = "1", .arg = "N",
	  .help = "play so many times faster" },
	{ OPT_FLAG, .name = "drops", .offset = AT(drops),
	  .help = "open the ledger of drops: every lost packet with its reason",
	  .more = "On the screen (key d), in --json and in --record; it stays open for the whole run. Needs CAP_BPF "
		  "and CAP_PERFMON for the kernel's reasons; without them the other lines are there." },
	{ OPT_FLAG, 'p', 0, "promisc", NULL, AT(promisc),
	  .help = "turn on promiscuous mode of the device, as long as ifpps runs" },

	{ .kind = OPT_GROUP, .help = "How" },
	{ OPT_NUM, 't', 0, "interval", NULL, AT(interval_ns), .unit = NUM_TIME, .min = 10000000,
	  .max = 86400000000000, .bare = "ms", .def = "1s", .arg = "TIME",
	  .help = "time between samples; a number alone is in milliseconds" },
	{ OPT_NUM, .name = "count", .offset = AT(count), .min = 1, .arg = "N",
	  .help = "end after this many samples" },
	{ OPT_FLAG, .name = "once", .offset = AT(once), .help = "end after one sample" },
	{ OPT_NUM, 'n', 0, "num-cpus", NULL, AT(n_cpus), .min = 1, .max = 8192, .def = "10", .arg = "N",
	  .help = "show this many CPUs, those that work most" },
	{ OPT_FLAG, 'm', 0, "median", NULL, AT(median), .help = "show medians over the CPUs" },
	{ OPT_FLAG, 'P', 0, "percentage", NULL, AT(percentage),
	  .help = "show shares of the line rate" },
	{ OPT_STR, .name = "columns", .offset = AT(columns), .arg = "NAME,...",
	  .help = "columns of the screen; +NAME,-NAME: besides the usual ones, and without",
	  .more = "See COLUMNS." },
	{ OPT_STR, .name = "sort", .offset = AT(sort), .arg = "[-]NAME",
	  .help = "sort the screen by this column; with a - the other way round" },
	{ OPT_STR, .name = "filter", .offset = AT(filter), .arg = "WORDS",
	  .help = "show rows that hold these words, and not those with a ! before" },
	{ OPT_FLAG, 'W', 0, "no-warn", NULL, AT(no_warn), .help = "show no warnings on the screen" },

	{ .kind = OPT_GROUP, .help = "Output" },
	{ OPT_FLAG, 'c', 0, "csv", NULL, AT(csv), .help = "print a sample for gnuplot, once",
	  .more = "Of one device in the columns of netsniff-ng's ifpps; of several, or all, a row a device, "
		  "separated by commas. See OUTPUT." },
	{ OPT_FLAG, 'l', 0, "loop", NULL, AT(loop), .help = "with -c or --openmetrics: go on until stopped" },
	{ OPT_FLAG, 'o', 0, "omit-header", NULL, AT(omit_header), .help = "with -c: no header" },
	{ OPT_FLAG, .name = "json", .offset = AT(json), .help = "print one JSON object a sample" },
	{ OPT_STR, .name = "openmetrics", .offset = AT(metrics), .arg = "FILE", .complete = ARG_FILE,
	  .optional = "-", .help = "print OpenMetrics, once, or with -l every interval",
	  .more = "Into a file, which is replaced as a whole, every interval until stopped: for the textfile folder of "
		  "Prometheus' node exporter." },
	{ OPT_STR, .name = "listen", .offset = AT(listen), .arg = "[ADDRESS:]PORT",
	  .help = "serve OpenMetrics at /metrics by HTTP, on loopback unless told otherwise" },
	{ OPT_STR, .name = "record", .offset = AT(record), .arg = "FILE", .complete = ARG_FILE,
	  .help = "write every sample to this file, besides what else is done",
	  .more = "With --drops the ledger too; of one device that is named also its queues." },
	{ OPT_STR, .name = "plot", .offset = AT(plot), .arg = "FILE.svg", .complete = ARG_FILE,
	  .help = "at the end, draw rates, drops and CPUs over time" },

	{ .kind = OPT_GROUP, .help = "Other" },
	{ OPT_ENUM, .name = "completion", .offset = AT(completion), .names = optdoc_completions, .arg = "FOR",
	  .help = "print a completion file" },
	{ OPT_FLAG, 'v', 0, "version", NULL, AT(version), .help = "print the version" },
	{ OPT_FLAG, 'h', 0, "help", NULL, AT(help), .help = "print this help" },
	{ .kind = OPT_END },
};

const struct opt_table ifpps_options = {
	.program = "ifpps",
	.one_line = "top-like statistics of network devices and the kernel",
	.usage = "[OPTION]... [DEV]...",
	.footer = "The manual page ifpps(8) has the keys, the columns and the output formats.",
	.opts = table,
};
