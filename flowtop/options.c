// SPDX-License-Identifier: GPL-2.0-or-later
/* options - the option table of flowtop: every option of flowtop(8) under its names, and ours. To
 * add one: a member in job.h, a record here, and `make man-flowtop`. */
#include "job.h"

#include <stddef.h>

#include "ui/optdoc.h"

#define AT(member) offsetof(struct job, member)

static const struct opt_name groups[] = {
	{ "none", GROUP_NONE, "a row a flow" },
	{ "host", GROUP_HOST, "by the address asked for" },
	{ "net", GROUP_NET, "by its network: /24, or /48 of IPv6" },
	{ "port", GROUP_PORT, "by protocol and the port asked for" },
	{ "process", GROUP_PROCESS, "by the name of the process" },
	{ "user", GROUP_USER, "by the user of the socket" },
	{ "cgroup", GROUP_CGROUP, "by the control group: service or container" },
	{ "country", GROUP_COUNTRY, "by the country of the address asked for" },
	{ "as", GROUP_AS, "by its autonomous system" },
	{ "state", GROUP_STATE, "by protocol and state" },
	{ "proto", GROUP_PROTO, "by protocol" },
	{ "zone", GROUP_ZONE, "by conntrack zone" },
	{ NULL, 0, NULL },
};

const char *job_group_name(int group)
{
	const struct opt_name *g = groups;

	while (g->name && g->value != group)
		g++;
	return g->name;
}

static const struct opt table[] = {
	{ .kind = OPT_GROUP, .help = "Which flows" },
	{ OPT_FLAG, '4', 0, "ipv4", NULL, AT(ipv4), .help = "flows of IPv4" },
	{ OPT_FLAG, '6', 0, "ipv6", NULL, AT(ipv6), .help = "flows of IPv6" },
	{ OPT_FLAG, 'T', 0, "tcp", NULL, AT(tcp), .help = "flows of TCP" },
	{ OPT_FLAG, 'U', 0, "udp", NULL, AT(udp), .help = "flows of UDP and UDP-Lite" },
	{ OPT_FLAG, 'D', 0, "dccp", NULL, AT(dccp), .help = "flows of DCCP" },
	{ OPT_FLAG, 'I', 0, "icmp", NULL, AT(icmp), .help = "flows of ICMP and ICMPv6" },
	{ OPT_FLAG, 'S', 0, "sctp", NULL, AT(sctp), .help = "flows of SCTP",
	  .more = "Without any of these all protocols are shown, without -4 and -6 both families." },
	{ OPT_STR, 'f', 0, "filter", NULL, AT(filter), .arg = "EXPRESSION",
	  .help = "flows that this expression accepts; words behind the options are one too",
	  .more = "See FILTER EXPRESSIONS." },
	{ OPT_STR, .name = "netns", .offset = AT(netns), .arg = "NAME", .complete = ARG_NETNS,
	  .help = "flows of this network namespace",
	  .more = "A name as ip-netns(8) knows it, the path of a namespace file, or the number of a process." },

	{ .kind = OPT_GROUP, .help = "What is said of them" },
	{ OPT_FLAG, 'n', 0, "no-dns", NULL, AT(no_dns), .help = "addresses as numbers, no names" },
	{ OPT_FLAG, 'G', 0, "no-geoip", NULL, AT(no_geo), .help = "no countries, cities and systems" },
	{ OPT_STR, .name = "geo", .offset = AT(geo), .arg = "FILES", .complete = ARG_FILE,
	  .help = "take places and systems from these files",
	  .more = "Separated by commas: MaxMind DB (.mmdb of MaxMind, DB-IP or IPinfo), legacy GeoIP (.dat), or a "
		  "prefix-to-AS table of CAIDA. Without it, from those in /var/lib/GeoIP, /usr/local/share/GeoIP "
		  "and /usr/share/GeoIP." },
	{ OPT_FLAG, 's', 0, "show-src", NULL, AT(show_src), .help = "show the source too" },
	{ OPT_FLAG, 'b', 0, "bits", NULL, AT(bits), .help = "rates in bits, not bytes, per second" },
	{ OPT_ENUM, .name = "group-by", .offset = AT(group), .names = groups, .def = "none", .arg = "WHAT",
	  .help = "a row for all flows that have something in common" },
	{ OPT_STR, .name = "sort", .offset = AT(sort), .arg = "COLUMN",
	  .help = "sort by this column (default: rate); -COLUMN the other way round" },
	{ OPT_NUM, .name = "top", .offset = AT(top), .unit = NUM_COUNT, .min = 1, .max = UINT32_MAX, .arg = "N",
	  .help = "with --once: at most so many rows" },

	{ .kind = OPT_GROUP, .help = "How" },
	{ OPT_NUM, 't', 0, "interval", NULL, AT(interval_ns), .unit = NUM_TIME, .min = 100000000,
	  .max = 3600000000000ull, .def = "1s", .arg = "TIME", .help = "show and count anew so often" },
	{ OPT_NUM, .name = "budget", .offset = AT(budget_permille), .unit = NUM_PLAIN, .min = 1, .max = 1000,
	  .def = "50", .arg = "PERMILLE",
	  .help = "thousandths of a CPU for reading all counters",
	  .more = "A look at all counters of a large table costs much; it is repeated as often as this allows. "
		  "Rows on the screen are asked for one by one." },
	{ OPT_NUM, .name = "rcvbuf", .offset = AT(rcvbuf_bytes), .unit = NUM_BYTES, .min = 1 << 16,
	  .max = 1 << 30, .def = "32MiB", .arg = "SIZE", .help = "room for events that have not been taken yet" },
	{ OPT_FLAG, .name = "once", .offset = AT(once),
	  .help = "print what there is, counted over one interval, and exit" },
	{ OPT_FLAG, .name = "json", .offset = AT(json),
	  .help = "JSON, an object a line, on standard output instead of a screen" },
	{ OPT_FLAG, .name = "csv", .offset = AT(csv), .help = "with --once: comma-separated values" },
	{ OPT_FLAG, .name = "ended", .offset = AT(ended),
	  .help = "with --json: flows that ended, with their totals, as they end" },
	{ OPT_STR, .name = "openmetrics", .offset = AT(metrics), .arg = "FILE", .complete = ARG_FILE,
	  .optional = "-", .help = "print OpenMetrics, once",
	  .more = "Into a file, which is replaced as a whole, every interval until stopped: for the textfile folder of "
		  "Prometheus' node exporter." },
	{ OPT_STR, .name = "listen", .offset = AT(listen), .arg = "[ADDRESS:]PORT",
	  .help = "serve OpenMetrics at /metrics by HTTP, on loopback unless told otherwise" },
	{ OPT_STR, .name = "record", .offset = AT(record), .arg = "FILE", .complete = ARG_FILE,
	  .help = "write the chosen flows to this file every interval, besides what else is done" },
	{ OPT_STR, .name = "play", .offset = AT(play), .arg = "FILE", .complete = ARG_FILE,
	  .help = "show what --record has written, in place of the kernel",
	  .more = "On the screen in its own time, or --speed; as text at once. Left and right go ten moments back and "
		  "on, home and end to its ends; f stops it and lets it go on. Needs no privilege." },
	{ OPT_NUM, .name = "speed", .offset = AT(speed), .min = 1, .max = 1000, .def = "1", .arg = "N",
	  .help = "play so many times faster" },
	{ OPT_STR, .name = "plot", .offset = AT(plot), .arg = "FILE.svg", .complete = ARG_FILE,
	  .help = "at the end, draw the groups with the highest rates over time",
	  .more = "Those of --group-by; without it, hosts." },
	{ OPT_FLAG, .name = "no-acct", .offset = AT(no_acct),
	  .help = "leave the kernel's accounting and time stamps as they are",
	  .more = "Else nf_conntrack_acct and nf_conntrack_timestamp are switched on where they are off, which is "
		  "said, and off again when the last program that needs them ends. Flows that began before are "
		  "not counted." },
	{ OPT_REFUSED, 'u', 0, "update", NULL,
	  .help = "nothing is downloaded; bring a MaxMind database file (.mmdb) of your own" },
	{ OPT_ENUM, .name = "completion", .offset = AT(completion), .names = optdoc_completions, .arg = "WHAT",
	  .help = "print a text made from the list of options and exit" },
	{ OPT_FLAG, 'V', 0, "verbose", NULL, AT(verbose), .help = "say what is set up and chosen, and why" },
	{ OPT_FLAG, 'v', 0, "version", NULL, AT(version), .help = "print the version and exit" },
	{ OPT_FLAG, 'h', 0, "help", NULL, AT(help), .help = "print this help and exit" },
	{ .kind = OPT_END },
};

const struct opt_table flowtop_options = {
	.program = "flowtop",
	.one_line = "Show the connections that the kernel tracks, with their processes, places and rates.",
	.usage = "[OPTION]... [EXPRESSION]",
	.footer = "\nExamples:\n"
		  "  flowtop -T                                 the screen, of TCP\n"
		  "  flowtop --group-by process                 who uses the network\n"
		  "  flowtop --once --json 'tcp and dport 443'  for scripts\n",
	.opts = table,
};
