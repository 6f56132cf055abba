// SPDX-License-Identifier: GPL-2.0-or-later
/* options - the option table of trafgen: the options of trafgen(8) under their names, and ours. To
 * add one: a member in job.h, a record here, and `make man`. */
#include "job.h"

#include <stddef.h>

#include "ui/optdoc.h"

#define AT(member) offsetof(struct job, member)

static const struct opt_name engines[] = {
	{ "auto", ENGINE_AUTO, "the fastest that can send this script by this device; -V says why" },
	{ "live", ENGINE_LIVE, "a program in the kernel, the fastest; the device must take XDP frames" },
	{ "mmsg", ENGINE_MMSG, "a packet socket and sendmmsg(2): every script, every device" },
	{ "ring", ENGINE_RING, "a packet socket and its transmit ring" },
	{ "xsk", ENGINE_XSK, "an AF_XDP socket on each of the device's queues" },
	{ "gso", ENGINE_GSO, "super-packets of UDP or TCP, which the device cuts" },
	{ NULL, 0, NULL },
};

static const struct opt table[] = {
	{ .kind = OPT_GROUP, .help = "Script" },
	{ OPT_STR, 'i', 'c', "in", "conf", AT(input), .arg = "FILE|-", .complete = ARG_FILE,
	  .help = "read the script from this file or standard input",
	  .more = "A capture file (pcap, pcapng) is sent as it was captured, with its timing." },
	{ OPT_LIST, .name = "set", .offset = AT(sets), .arg = "FIELD=VALUE",
	  .help = "change a field of a capture file's packets: ip4.dst=10.0.0.2",
	  .more = "May be given several times. Values and functions are those of scripts." },
	{ OPT_FLAG, 'p', 0, "cpp", NULL, AT(cpp), .help = "run the C preprocessor over it first",
	  .more = "#include <stddef.h> then brings names such as ETH_P_IP and TCP_FLAG_SYN." },
	{ OPT_LIST, 'D', 0, "define", NULL, AT(defines), .arg = "NAME=VALUE",
	  .help = "define a macro for the C preprocessor" },
	{ OPT_NUM, 'E', 0, "seed", NULL, AT(seed), .unit = NUM_PLAIN, .arg = "NUMBER",
	  .help = "seed of all random values",
	  .more = "The same script and seed make the same packets. Without it the seed is a random one, which -V tells." },
	{ OPT_FLAG, 'e', 0, "example", NULL, AT(example), .help = "print an example script" },

	{ .kind = OPT_GROUP, .help = "Output" },
	{ OPT_STR, 'o', 'd', "out", "dev", AT(out), .arg = "DEVICE|FILE", .complete = ARG_DEV_OR_FILE,
	  .help = "send through this device, or write this .pcap, .pcapng, .cfg or .c file" },
	{ OPT_STR, .name = "netns", .offset = AT(netns), .arg = "NAME", .complete = ARG_NETNS,
	  .help = "the device is in this network namespace" },
	{ OPT_FLAG, 'R', 0, "rfraw", NULL, AT(rfraw),
	  .help = "packets are raw 802.11 with a radiotap header: so says the file written" },
	{ OPT_FLAG, 'J', 0, "jumbo-support", NULL, AT(jumbo),
	  .help = "allow packets of more than 2048 bytes to a device" },
	{ OPT_FLAG, 'q', 0, "qdisc-path", NULL, AT(qdisc_path),
	  .help = "send through the queueing discipline, not past it" },
	{ OPT_NUM, 'S', 0, "ring-size", NULL, AT(queue_bytes), .unit = NUM_BYTES, .min = 65536, .max = 1 << 30,
	  .arg = "SIZE", .help = "most memory of packets under way in kernel and driver" },

	{ OPT_ENUM, .name = "engine", .offset = AT(engine), .names = engines, .def = "auto", .arg = "NAME",
	  .help = "the way by which packets leave the device" },

	{ .kind = OPT_GROUP, .help = "How much, how fast" },
	{ OPT_NUM, 'n', 0, "num", NULL, AT(n_packets), .unit = NUM_COUNT, .arg = "COUNT",
	  .help = "end after so many packets; 0: when interrupted",
	  .more = "That is so without this option too, but a capture file is sent once." },
	{ OPT_NUM, .name = "duration", .offset = AT(duration_ns), .unit = NUM_TIME, .min = 1, .arg = "TIME",
	  .help = "end after so long" },
	{ OPT_STR, 't', 0, "gap", NULL, AT(gap_text), .arg = "TIME",
	  .help = "time between two packets; without a unit, microseconds" },
	{ OPT_STR, 'b', 0, "rate", NULL, AT(rate_text), .arg = "RATE",
	  .help = "packets, bytes or bits a second: 10kpps, 5MB, 1.5Gbit, 100MiB",
	  .more = "Or from one rate to another in a time, and on with that: 1kpps..1Mpps/10s." },
	{ OPT_FLAG, 'r', 0, "rand", NULL, AT(random), .help = "send the packets of the script in random order" },
	{ OPT_STR, 's', 0, "smoke-test", NULL, AT(smoke), .arg = "ADDRESS",
	  .help = "ask this host after each packet whether it is alive; print the packet after which it was not" },
	{ OPT_NUM, 'P', 0, "cpus", NULL, AT(n_workers), .unit = NUM_PLAIN, .min = 1, .max = 1024, .arg = "COUNT",
	  .help = "workers, each on a CPU of its own; by default one a CPU" },

	{ .kind = OPT_GROUP, .help = "Process" },
	{ OPT_STR, 'u', 0, "user", NULL, AT(user), .arg = "USER", .complete = ARG_USER,
	  .help = "become this user after the set-up" },
	{ OPT_STR, 'g', 0, "group", NULL, AT(group), .arg = "GROUP", .complete = ARG_GROUP,
	  .help = "become this group after the set-up" },
	{ OPT_FLAG, 'H', 0, "prio-high", NULL, AT(prio_high), .help = "run with high priority" },
	{ OPT_FLAG, 'A', 0, "no-sock-mem", NULL, AT(no_sock_mem),
	  .help = "leave the socket memory settings of the machine alone: always so here" },
	{ OPT_FLAG, 'Q', 0, "notouch-irq", NULL, AT(no_touch_irq),
	  .help = "leave the affinity of interrupts alone: always so here" },

	{ .kind = OPT_GROUP, .help = "Reporting and the rest" },
	{ OPT_FLAG, .name = "json", .offset = AT(json), .help = "print the report as a JSON object on standard output" },
	{ OPT_FLAG, 'C', 0, "no-cpu-stats", NULL, AT(no_cpu_stats), .help = "report the sum only, no line a worker" },
	{ OPT_FLAG, 'V', 0, "verbose", NULL, AT(verbose), .help = "say what was compiled and chosen, and why" },
	{ OPT_ENUM, .name = "completion", .offset = AT(completion), .names = optdoc_completions, .arg = "FOR",
	  .help = "print a completion file" },
	{ OPT_FLAG, 'v', 0, "version", NULL, AT(version), .help = "print the version" },
	{ OPT_FLAG, 'h', 0, "help", NULL, AT(help), .help = "print this help" },
	{ .kind = OPT_END },
};

const struct opt_table trafgen_options = {
	.program = "trafgen",
	.one_line = "generates network traffic from a script",
	.usage = "[OPTION]... -o DEVICE|FILE [PACKET]",
	.footer = "The manual page trafgen(8) has the language and examples.",
	.opts = table,
};
