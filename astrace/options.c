// SPDX-License-Identifier: GPL-2.0-or-later
/* options - the option table of astrace. To add one: a member in job.h, a record here, and
 * `make man-astrace`. */
#include "job.h"

#include <stddef.h>

#include "probe.h"
#include "ui/optdoc.h"

#define AT(member) offsetof(struct job, member)

static const struct opt_name vary[] = {
	{ "port", FIND_PATHS_PORT, "flows differ in the source port, or ICMP's identifier" },
	{ "dst", FIND_PATHS_DST, "flows differ in the destination: neighbours of the target are asked too" },
	{ NULL, 0, NULL },
};

static const struct opt table[] = {
	{ .kind = OPT_GROUP, .help = "Targets" },
	{ OPT_STR, 'H', 0, "host", NULL, AT(host), .arg = "HOST",
	  .help = "name or address to trace to, as a word without -H" },
	{ OPT_STR, .name = "targets", .offset = AT(targets), .arg = "FILE|-", .complete = ARG_FILE,
	  .help = "trace to all hosts in this file, one a line",
	  .more = "Up to 65536, 256 of them at a time, at the pace of --rate. # begins a comment." },
	{ OPT_FLAG, '4', 0, "ipv4", NULL, AT(ip4), .help = "IPv4 only" },
	{ OPT_FLAG, '6', 0, "ipv6", NULL, AT(ip6), .help = "IPv6 only",
	  .more = "Without -4 and -6 a name's first address is taken, as the system sorts them." },
	{ OPT_STR, 'i', 'd', "dev", NULL, AT(dev), .arg = "DEV", .complete = ARG_DEV,
	  .help = "send and receive through this device" },
	{ OPT_STR, 'b', 0, "bind", NULL, AT(bind), .arg = "ADDRESS", .help = "source address of the probes" },
	{ OPT_STR, .name = "netns", .offset = AT(netns), .arg = "NAME|PID|PATH", .complete = ARG_NETNS,
	  .help = "work in this network namespace" },

	{ .kind = OPT_GROUP, .help = "Probes" },
	{ OPT_SET, .name = "icmp", .offset = AT(method), .value = METHOD_ICMP, .help = "ICMP echo requests" },
	{ OPT_SET, .name = "udp", .offset = AT(method), .value = METHOD_UDP, .help = "UDP, to port 33434" },
	{ OPT_SET, .name = "tcp", .offset = AT(method), .value = METHOD_TCP, .help = "TCP SYN, to port 80",
	  .more = "Without one of these three what gets furthest: ICMP, unless TCP to port 443 or UDP reaches the "
		  "target or more hops." },
	{ OPT_NUM, 'p', 0, "port", NULL, AT(port), .min = 1, .max = 65535, .arg = "PORT",
	  .help = "port of the target, for UDP and TCP" },
	{ OPT_FLAG, 'S', 0, "syn", NULL, AT(syn), .help = "TCP with flag SYN" },
	{ OPT_FLAG, 'A', 0, "ack", NULL, AT(ack), .help = "TCP with flag ACK" },
	{ OPT_FLAG, 'F', 0, "fin", NULL, AT(fin), .help = "TCP with flag FIN" },
	{ OPT_FLAG, 'P', 0, "psh", NULL, AT(psh), .help = "TCP with flag PSH" },
	{ OPT_FLAG, 'U', 0, "urg", NULL, AT(urg), .help = "TCP with flag URG" },
	{ OPT_FLAG, 'R', 0, "rst", NULL, AT(rst), .help = "TCP with flag RST" },
	{ OPT_FLAG, 'E', 0, "ecn-syn", NULL, AT(ecn_syn), .help = "TCP with flags ECE and CWR" },
	{ OPT_NUM, 'f', 0, "init-ttl", NULL, AT(first_ttl), .min = 1, .max = 255, .def = "1", .arg = "TTL",
	  .help = "first hop limit" },
	{ OPT_NUM, 'm', 0, "max-ttl", NULL, AT(max_ttl), .min = 1, .max = 255, .def = "30", .arg = "TTL",
	  .help = "largest hop limit" },
	{ OPT_NUM, 'q', 0, "num-probes", NULL, AT(tries), .min = 1, .max = 16, .def = "3", .arg = "N",
	  .help = "probes for a hop that does not answer",
	  .more = "All hops are asked once; only those without answer are asked again." },
	{ OPT_NUM, 'x', 0, "timeout", NULL, AT(timeout_ns), .unit = NUM_TIME, .min = 1000000, .max = 600000000000,
	  .def = "3", .arg = "TIME", .help = "wait no longer than this for a hop",
	  .more = "Mostly it is much less, as round trips of neighbours tell how long an answer takes." },
	{ OPT_STR, 'X', 0, "payload", NULL, AT(payload), .arg = "TEXT", .help = "text in the payload of each probe" },
	{ OPT_NUM, 'l', 0, "totlen", NULL, AT(total_bytes), .unit = NUM_BYTES, .min = 20, .max = PROBE_MAX,
	  .arg = "SIZE", .help = "length of each probe with its headers" },
	{ OPT_NUM, 't', 0, "tos", NULL, AT(tos), .min = 0, .max = 255, .def = "0", .arg = "TOS",
	  .help = "type of service or traffic class: DSCP and ECN" },
	{ OPT_FLAG, 'G', 0, "nofrag", NULL, AT(df), .help = "set IPv4's flag \"don't fragment\"" },
	{ OPT_ENUM, .name = "paths", .offset = AT(paths), .names = vary, .arg = "WHAT", .optional = "port",
	  .help = "then find all branches of the path",
	  .more = "By UDP, unless another method is asked for. See PATHS." },
	{ OPT_NUM, .name = "confidence", .offset = AT(confidence), .min = 50, .max = 99, .def = "95",
	  .arg = "PERCENT", .help = "with --paths: how sure it has to be that a hop has no more branches" },
	{ OPT_NUM, .name = "report", .offset = AT(report), .min = 1, .max = 1000000, .arg = "N",
	  .help = "then ask all hops N times, and report loss and round trips",
	  .more = "With a verdict where answers are missing: whether packets were lost, or the hop only does not answer "
		  "each probe. See REPORTS." },
	{ OPT_FLAG, .name = "watch", .offset = AT(watch),
	  .help = "then ask all hops for ever, and show loss and round trips on the screen",
	  .more = "See SCREEN." },
	{ OPT_NUM, .name = "interval", .offset = AT(interval_ns), .unit = NUM_TIME, .min = 1000000,
	  .max = 3600000000000, .def = "1", .arg = "TIME", .help = "with --report and --watch: from one time to the next" },
	{ OPT_FLAG, .name = "mtu", .offset = AT(mtu),
	  .help = "then find the path MTU, by probes that may not be fragmented",
	  .more = "What routers say is believed; where one drops large packets without a word, sizes are halved." },
	{ OPT_STR, .name = "diff", .offset = AT(diff), .arg = "PAYLOAD",
	  .help = "then find the hop that drops, resets or answers this payload, but not another one",
	  .more = "http:HOST, tls:NAME, dns:NAME, quic:NAME, text:BYTES, hex:DIGITS or file:PATH. TCP payloads go in "
		  "connections of their own. See FILTERS." },
	{ OPT_STR, .name = "control", .offset = AT(control), .arg = "PAYLOAD",
	  .help = "with --diff: the other payload",
	  .more = "Without it the same request for example.com, or as many bytes of the letter x." },
	{ OPT_NUM, .name = "rate", .offset = AT(rate), .unit = NUM_RATE, .min = 1, .max = 1000000, .def = "5k",
	  .arg = "RATE", .help = "probes a second at most, after the first 64" },

	{ .kind = OPT_GROUP, .help = "What is known of a hop" },
	{ OPT_FLAG, 'N', 0, "dns", NULL, AT(dns), .help = "ask the name servers for names of hops" },
	{ OPT_FLAG, 'n', 0, "numeric", NULL, AT(numeric), .help = "do not (the default)" },
	{ OPT_FLAG, .name = "dns-as", .offset = AT(dns_as),
	  .help = "ask origin.asn.cymru.com by DNS for AS, prefix and country that no file tells",
	  .more = "Every address on the path is told to the name servers then, and to that zone's." },
	{ OPT_STR, .name = "dns-server", .offset = AT(dns_server), .arg = "ADDRESS[:PORT]",
	  .help = "the name server to ask, instead of those of resolv.conf(5)" },
	{ OPT_FLAG, 'L', 0, "latitude", NULL, AT(latitude), .help = "also show latitude and longitude" },
	{ OPT_LIST, .name = "geo-db", .offset = AT(geo_db), .arg = "FILE", .complete = ARG_FILE,
	  .help = "where addresses are: a file of MaxMind, DB-IP or IPinfo, or legacy GeoIP",
	  .more = "Without it what is in the usual folders is taken, such as Debian's geoip-database." },
	{ OPT_LIST, .name = "as-db", .offset = AT(as_db), .arg = "FILE", .complete = ARG_FILE,
	  .help = "who announces addresses: such a file, or a prefix-to-AS table of CAIDA",
	  .more = "A table has prefix, length and AS number in a line; it may be compressed by gzip." },
	{ OPT_STR, .name = "ixp", .offset = AT(ixp), .arg = "FILE", .complete = ARG_FILE,
	  .help = "prefixes of Internet exchange points",
	  .more = "\"PREFIX/LENGTH NAME\" a line, or CAIDA's list of exchanges (a JSON object a line)." },
	{ OPT_REFUSED, 'u', 0, "update",
	  .help = "astrace fetches no databases: bring the files, or install geoip-database" },

	{ .kind = OPT_GROUP, .help = "Output" },
	{ OPT_SET, .name = "json", .offset = AT(form), .value = FORM_JSON, .help = "print one JSON object a target" },
	{ OPT_SET, .name = "csv", .offset = AT(form), .value = FORM_CSV,
	  .help = "print comma-separated values, a row a hop" },
	{ OPT_SET, .name = "dot", .offset = AT(form), .value = FORM_DOT,
	  .help = "print one graph of all traces for dot(1)" },
	{ OPT_STR, .name = "pcap", .offset = AT(pcap), .arg = "FILE", .complete = ARG_FILE,
	  .help = "write probes and answers to this pcapng file" },
	{ OPT_FLAG, 'Z', 0, "show-packet", NULL, AT(show_packet), .help = "show the packet that answered, dissected" },

	{ .kind = OPT_GROUP, .help = "Other" },
	{ OPT_FLAG, 'V', 0, "verbose", NULL, AT(verbose), .help = "say more on standard error" },
	{ OPT_ENUM, .name = "completion", .offset = AT(completion), .names = optdoc_completions, .arg = "FOR",
	  .help = "print a completion file" },
	{ OPT_FLAG, 'v', 0, "version", NULL, AT(version), .help = "print the version" },
	{ OPT_FLAG, 'h', 0, "help", NULL, AT(help), .help = "print this help" },
	{ .kind = OPT_END },
};

const struct opt_table astrace_options = {
	.program = "astrace",
	.one_line = "traces the path to a host with the owner of every hop, in about one round trip",
	.usage = "[OPTION]... HOST...",
	.footer = "The manual page astrace(8) has the output and examples.",
	.opts = table,
};
