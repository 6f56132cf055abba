// SPDX-License-Identifier: GPL-2.0-or-later
/* options - the option table of netsniff: every option of netsniff-ng(8) under its names, and ours.
 * To add one: a member in job.h, a record here, and the manual page (see its head). */
#include "job.h"

#include <stdint.h>

#include "pkt/pkt.h"

#include "ui/optdoc.h"

#define AT(member) offsetof(struct job, member)

static const struct opt_name packet_types[] = {
	{ "host", PKT_DIR_HOST, "to this host" },
	{ "broadcast", PKT_DIR_BROADCAST, "to all" },
	{ "multicast", PKT_DIR_MULTICAST, "to a group" },
	{ "others", PKT_DIR_OTHERHOST, "to other hosts, seen in promiscuous mode" },
	{ "outgoing", PKT_DIR_OUTGOING, "sent by this host" },
	{ "any", PACKET_ANY, NULL },
	{ NULL, 0, NULL },
};

static const struct opt_name formats[] = {
	{ "pcapng", FORMAT_PCAPNG, "pcapng: interfaces, directions, drops, nanoseconds" },
	{ "0x0a0d0d0a", FORMAT_PCAPNG, NULL },
	{ "pcap", FORMAT_PCAP_USEC, "classic pcap, microseconds (0xa1b2c3d4)" },
	{ "usec", FORMAT_PCAP_USEC, NULL },
	{ "0xa1b2c3d4", FORMAT_PCAP_USEC, NULL },
	{ "0xd4c3b2a1", FORMAT_PCAP_USEC | FORMAT_SWAPPED, NULL },
	{ "nsec", FORMAT_PCAP_NSEC, "classic pcap, nanoseconds (0xa1b23c4d)" },
	{ "0xa1b23c4d", FORMAT_PCAP_NSEC, NULL },
	{ "0x4d3cb2a1", FORMAT_PCAP_NSEC | FORMAT_SWAPPED, NULL },
	{ "kuznetzov", FORMAT_PCAP_KUZNETZOV, "Alexey Kuznetzov's pcap (0xa1b2cd34)" },
	{ "0xa1b2cd34", FORMAT_PCAP_KUZNETZOV, NULL },
	{ "0x34cdb2a1", FORMAT_PCAP_KUZNETZOV | FORMAT_SWAPPED, NULL },
	{ "netsniff-ng", FORMAT_PCAP_NETSNIFF, "netsniff-ng's pcap (0xa1e2cb12)" },
	{ "0xa1e2cb12", FORMAT_PCAP_NETSNIFF, NULL },
	{ "0x12cbe2a1", FORMAT_PCAP_NETSNIFF | FORMAT_SWAPPED, NULL },
	{ "cfg", FORMAT_TRAFGEN, "a trafgen(8) script" },
	{ NULL, 0, NULL },
};

static const struct opt_name fanouts[] = {
	{ "hash", FANOUT_HASH, "by flow" },
	{ "lb", FANOUT_LB, "in turn" },
	{ "cpu", FANOUT_CPU, "by the CPU that received the packet" },
	{ "rnd", FANOUT_RND, "at random" },
	{ "roll", FANOUT_ROLL, "the next one when a ring is full" },
	{ "qm", FANOUT_QM, "by receive queue" },
	{ NULL, 0, NULL },
};

static const struct opt_name fanout_opts[] = {
	{ "defrag", FANOUT_OPT_DEFRAG, "the kernel joins IP fragments first" },
	{ "roll", FANOUT_OPT_ROLL, "the next one when a ring is full" },
	{ NULL, 0, NULL },
};

static const struct opt_name closed_forms[] = {
	{ "text", CLOSED_TEXT, "one line of text" },
	{ "json", CLOSED_JSON, "one JSON object" },
	{ NULL, 0, NULL },
};

static const struct opt_name stats_forms[] = {
	{ "auto", STATS_AUTO, NULL },
	{ "text", STATS_TEXT, "tables; the default, unless --json is given" },
	{ "json", STATS_JSON, "one JSON object" },
	{ "svg", STATS_SVG, "a picture" },
	{ NULL, 0, NULL },
};

static const struct opt_name engines[] = {
	{ "ring", ENGINE_RING, "a packet socket and its ring: the stack has the packets too" },
	{ "xsk", ENGINE_XSK, "AF_XDP sockets, which take the packets away from the stack" },
	{ NULL, 0, NULL },
};

static const struct opt table[] = {
	{ .kind = OPT_GROUP, .help = "Input" },
	{ OPT_LIST, 'i', 'd', "in", "dev", AT(in), .arg = "DEV|FILE|-", .complete = ARG_DEV_OR_FILE,
	  .help = "read from this interface, capture file or standard input",
	  .more = "May be given several times: for several interfaces, or for several files, which are read one "
		  "after the other. \"any\", the default, means all interfaces. The type of a file, also of "
		  "one compressed by gzip or zstd, is recognised by its first bytes. A name with a slash "
		  "is a file; else an interface of that name comes first." },
	{ OPT_STR, .name = "netns", .offset = AT(netns), .arg = "NAME", .complete = ARG_NETNS,
	  .help = "open interfaces in this network namespace",
	  .more = "A name as ip-netns(8) knows it, the path of a namespace file, "
		  "or the number of a process." },
	{ OPT_STR, 'f', 0, "filter", NULL, AT(filter), .arg = "EXPRESSION|FILE|-", .complete = ARG_FILE,
	  .help = "keep only packets that this filter expression or file accepts",
	  .more = "Words behind the options are an expression too. Its language is that of pcap-filter(7), with fields "
		  "of the table besides: tcp.dport in {80, 443}. A file holds a Berkeley Packet Filter in any format that bpfc(8) reads: its assembler, "
		  "numbers as tcpdump -ddd prints them, JSON and others. On interfaces it runs in the kernel." },
	{ OPT_ENUM, 't', 0, "type", NULL, AT(packet_type), .names = packet_types, .def = "any", .arg = "TYPE",
	  .help = "keep only packets that went this way" },
	{ OPT_NUM, 'n', 0, "num", NULL, AT(n_packets), .unit = NUM_COUNT, .def = "0", .arg = "COUNT",
	  .help = "stop after so many packets; 0: no limit" },
	{ OPT_NUM, .name = "snaplen", .offset = AT(snaplen), .unit = NUM_BYTES, .max = 262144, .def = "0",
	  .arg = "SIZE", .help = "keep at most so many bytes of a packet; 0: all" },
	{ OPT_STR, .name = "since", .offset = AT(since_text), .arg = "WHEN",
	  .help = "from files: only packets from this moment on",
	  .more = "A moment is 2024-05-01T12:00:00.5, with a blank for the T, or Z or an offset such as +02:00 "
		  "at its end (else local time), a date alone, or seconds since 1970." },
	{ OPT_STR, .name = "until", .offset = AT(until_text), .arg = "WHEN",
	  .help = "from files: only packets before this moment" },
	{ OPT_FLAG, .name = "merge", .offset = AT(merge),
	  .help = "take the packets of several files in the order of time",
	  .more = "Without it one file is read after the other. Interfaces that files describe alike become one; "
		  "blocks of pcapng files that are no packets are left out." },

	{ .kind = OPT_GROUP, .help = "Output" },
	{ OPT_STR, 'o', 0, "out", NULL, AT(out), .arg = "FILE|DIR/|DEV|-", .complete = ARG_DEV_OR_FILE,
	  .help = "write packets to this file, folder, interface or standard output",
	  .more = "The end of a file's name says its format: .pcap is pcap, .pcapng or none is pcapng, .cfg is a "
		  "trafgen(8) script; .zst or .gz after it compresses. -T wins. A folder is filled with files. "
		  "The name may hold the formats of strftime(3). Standard output gets pcapng from interfaces, a "
		  "trafgen script from files." },
	{ OPT_ENUM, 'T', 0, "magic", NULL, AT(format), .names = formats, .arg = "FORMAT",
	  .help = "format of the capture file, by name or magic number; see -D",
	  .more = "A magic number with its bytes in reverse order writes that format in big-endian order." },
	{ OPT_STR, 'F', 0, "interval", NULL, AT(interval_text), .arg = "SIZE|TIME",
	  .help = "start a new file after so many bytes or so long",
	  .more = "For a folder, or a name with a time format. Times are aligned to the wall clock: with 15min, "
		  "files begin at the quarters of the hour. SIGHUP starts a new file at once. Files of less than 256 KiB are written by copying." },
	{ OPT_STR, 'P', 0, "prefix", NULL, AT(prefix), .arg = "NAME",
	  .help = "what file names in a folder begin with (default dump-)" },
	{ OPT_NUM, 'O', 0, "overwrite", NULL, AT(overwrite), .unit = NUM_PLAIN, .min = 1, .max = UINT32_MAX,
	  .arg = "N", .help = "number files 0 to N-1 and begin again, overwriting the oldest" },
	{ OPT_NUM, .name = "max-disk", .offset = AT(max_disk), .unit = NUM_BYTES, .min = 1 << 20, .arg = "SIZE",
	  .help = "delete the oldest files of this run to stay below this size",
	  .more = "Without -F a file ends at an eighth of it, and at 1 GiB in any case." },
	{ OPT_NUM, .name = "min-free", .offset = AT(min_free), .unit = NUM_BYTES, .min = 1, .arg = "SIZE",
	  .help = "delete the oldest files of this run to leave this much free",
	  .more = "Without -F a file ends at 1 GiB." },
	{ OPT_ENUM, .name = "print-closed", .offset = AT(print_closed), .names = closed_forms, .arg = "FORM",
	  .optional = "text", .help = "name each finished file and its counters: text or json" },
	{ OPT_FLAG, .name = "compact", .offset = AT(compact),
	  .help = "write small pcapng files by copying, not from the ring",
	  .more = "A file written from the ring has 84 to 92 bytes a packet beside the data, a small one 44." },
	{ OPT_FLAG, .name = "flush", .offset = AT(flush), .help = "write each packet out at once, not within 100 ms" },
	{ OPT_FLAG, .name = "decap", .offset = AT(decap),
	  .help = "take tunnels off: GRE, ERSPAN, VXLAN, GENEVE",
	  .more = "The filter, what is printed and what is written see the innermost packet. Inner IP packets get "
		  "the link header of the outer one. Packets without such a tunnel stay as they are." },
	{ OPT_FLAG, 'w', 0, "cooked", NULL, AT(cooked),
	  .help = "write a Linux cooked header in place of each link header" },
	{ OPT_SET, 'm', 0, "mmap", NULL, AT(write_method), .value = WRITE_MMAP,
	  .help = "read and write capture files by mmap(2)" },
	{ OPT_SET, 'G', 0, "sg", NULL, AT(write_method), .value = WRITE_SG,
	  .help = "write capture files by scatter-gather I/O" },
	{ OPT_SET, 'c', 0, "clrw", NULL, AT(write_method), .value = WRITE_CLRW,
	  .help = "read and write capture files by read(2) and write(2)" },

	{ .kind = OPT_GROUP, .help = "Capture" },
	{ OPT_NUM, 'S', 0, "ring-size", NULL, AT(ring_bytes), .unit = NUM_BYTES, .min = 1 << 20, .max = 1ull << 40,
	  .arg = "SIZE", .help = "size of the ring (default: by link speed and memory)" },
	{ OPT_NUM, 'k', 0, "kernel-pull", NULL, AT(kernel_pull_ns), .unit = NUM_TIME, .bare = "us", .min = 1000,
	  .max = 10000000000ull, .arg = "TIME",
	  .help = "how often the kernel works off the ring; in us without a unit",
	  .more = "Sending: the least time between two requests to send, 10us by default. Capturing: how long "
		  "the kernel gathers packets before it hands them over, in whole milliseconds up to 500; by "
		  "default 100 for files, 20 for the screen and pipes, 1 with --flush and between interfaces." },
	{ OPT_FLAG, 'M', 0, "no-promisc", NULL, AT(no_promisc), .help = "leave promiscuous mode off" },
	{ OPT_FLAG, .name = "hwtimestamp", .offset = AT(hwtimestamp),
	  .help = "take time stamps from the network card; switched back at the end" },
	{ OPT_FLAG, 'N', 0, "no-hwtimestamp", NULL, AT(no_hwtimestamp),
	  .help = "no time stamps from the card; this is the default now" },
	{ OPT_NUM, 'C', 0, "fanout-group", NULL, AT(fanout_group), .unit = NUM_PLAIN, .max = 65535, .arg = "ID",
	  .help = "share the packets with all programs of this group" },
	{ OPT_ENUM, 'K', 0, "fanout-type", NULL, AT(fanout_type), .names = fanouts, .def = "hash", .arg = "TYPE",
	  .help = "how a group shares packets" },
	{ OPT_SETS, 'L', 0, "fanout-opts", NULL, AT(fanout_opts), .names = fanout_opts, .arg = "OPTS",
	  .help = "added to any way of sharing" },
	{ OPT_ENUM, .name = "engine", .offset = AT(engine), .names = engines, .def = "ring", .arg = "NAME",
	  .help = "the way by which packets are received" },
	{ OPT_FLAG, .name = "force", .offset = AT(force),
	  .help = "with --engine xsk, take the packets of your own ssh session too" },
	{ OPT_NUM, .name = "threads", .offset = AT(n_threads), .unit = NUM_PLAIN, .min = 1, .max = JOB_MAX_THREADS,
	  .def = "1", .arg = "N", .help = "so many rings, each with a thread",
	  .more = "Each thread writes files of its own, whose names begin with its number, and has its part "
		  "of --max-disk; their packets are divided as -K says. --merge puts the files together." },
	{ OPT_STR, 'b', 0, "bind-cpu", NULL, AT(cpus_text), .arg = "CPUS",
	  .help = "run on these CPUs: 2, 0-3 or 0,2",
	  .more = "With two CPUs the reader runs on the first and the writer on the second; with --threads, "
		  "thread K runs on the K-th." },
	{ OPT_FLAG, 'H', 0, "prio-high", NULL, AT(prio_high), .help = "run at high priority" },
	{ OPT_FLAG, .name = "tune-irq", .offset = AT(tune_irq),
	  .help = "move the card's interrupts to the CPUs of -b; put back at the end" },
	{ OPT_FLAG, 'Q', 0, "notouch-irq", NULL, AT(no_touch_irq),
	  .help = "leave interrupts alone; this is the default now" },
	{ OPT_FLAG, .name = "tune-sock-mem", .offset = AT(tune_sock_mem),
	  .help = "raise the system's socket memory limits; put back at the end" },
	{ OPT_FLAG, 'A', 0, "no-sock-mem", NULL, AT(no_sock_mem),
	  .help = "leave socket memory alone; this is the default now" },
	{ OPT_STR, 'u', 0, "user", NULL, AT(user), .arg = "USER", .complete = ARG_USER,
	  .help = "become this user once everything is open" },
	{ OPT_STR, 'g', 0, "group", NULL, AT(group), .arg = "GROUP", .complete = ARG_GROUP,
	  .help = "become this group once everything is open" },
	{ OPT_FLAG, 'R', 0, "rfraw", NULL, AT(rfraw),
	  .help = "raw 802.11 frames of a wireless interface; undone at the end",
	  .more = "A monitor interface is made beside it, wlan0mon beside wlan0, and captured instead." },

	{ .kind = OPT_GROUP, .help = "Flight recorder" },
	{ OPT_NUM, .name = "flight", .offset = AT(flight_bytes), .unit = NUM_BYTES, .min = 1 << 20,
	  .max = 1ull << 40, .arg = "SIZE", .help = "keep the newest packets in memory until something happens",
	  .more = "They are written at SIGUSR1, at a packet that --trigger accepts, or when packets are lost." },
	{ OPT_STR, .name = "trigger", .offset = AT(trigger), .arg = "FILE", .complete = ARG_FILE,
	  .help = "write them at a packet that this filter file accepts" },
	{ OPT_NUM, .name = "flight-after", .offset = AT(flight_after_ns), .unit = NUM_TIME, .max = 86400000000000ull,
	  .def = "2s", .arg = "TIME", .help = "and the packets of so long after it" },

	{ .kind = OPT_GROUP, .help = "Replay and redirection" },
	{ OPT_STR, .name = "timing", .offset = AT(timing_text), .arg = "HOW",
	  .help = "original, xFACTOR, or a rate: 50kpps, 1Gbit",
	  .more = "Without it packets leave as fast as they can. \"original\" keeps the gaps of the file, x2 "
		  "halves them, x0.5 doubles them. Deadlines are absolute, so that the rate does not drift." },
	{ OPT_NUM, .name = "loop", .offset = AT(n_loops), .unit = NUM_COUNT, .def = "1", .arg = "COUNT",
	  .help = "send the file so many times; 0: until interrupted" },
	{ OPT_FLAG, 'r', 0, "rand", NULL, AT(random_order), .help = "send packets in random order" },
	{ OPT_FLAG, 'J', 0, "jumbo-support", NULL, AT(jumbo),
	  .help = "send and forward packets of more than 2048 bytes" },

	{ .kind = OPT_GROUP, .help = "Printing" },
	{ OPT_FLAG, 's', 0, "silent", NULL, AT(silent), .help = "print no packets" },
	{ OPT_FLAG, 'q', 0, "less", NULL, AT(less), .help = "print one line a packet" },
	{ OPT_FLAG, 'X', 0, "hex", NULL, AT(hex), .help = "print packets in hexadecimal" },
	{ OPT_FLAG, 'l', 0, "ascii", NULL, AT(ascii), .help = "print the printable characters of packets" },
	{ OPT_FLAG, .name = "json", .offset = AT(json), .help = "print packets and account as JSON, one object a line" },
	{ OPT_STR, .name = "fields", .offset = AT(fields_text), .arg = "FIELD,...",
	  .help = "print these fields of each packet as a table",
	  .more = "Fields have the names of filters and of --json: ip4.src, tcp.dport, tcp.mss.value, dns.answer.addr; "
		  "with _text behind it, the name of the number; tcp.csum_state. Of the packet itself: number, "
		  "time, date, iface, dir, vlan, len, caplen, linktype, layers, payload." },
	{ OPT_FLAG, .name = "csv", .offset = AT(csv), .help = "print them as comma-separated values" },
	{ OPT_STR, .name = "geo", .offset = AT(geo), .arg = "FILES", .complete = ARG_FILE, .optional = "",
	  .help = "print the country, city and AS of addresses",
	  .more = "From these files, separated by commas: MaxMind DB (.mmdb of MaxMind, DB-IP or IPinfo), legacy "
		  "GeoIP (.dat), or a prefix-to-AS table of CAIDA. Without names, from those in /var/lib/GeoIP, "
		  "/usr/local/share/GeoIP and /usr/share/GeoIP." },
	{ OPT_STR, .name = "dns", .offset = AT(dns), .arg = "SERVER", .optional = "",
	  .help = "print the names of addresses, asked of this name server or the usual ones",
	  .more = "A live capture never waits for a name: it stands with the packets that come after the answer. "
		  "For packets of a file it is waited for, up to a second." },
	{ OPT_STR, .name = "names", .offset = AT(names), .arg = "FILES", .complete = ARG_FILE, .optional = "",
	  .help = "call ports and vendors what the machine's own lists call them",
	  .more = "Files separated by commas: lists of the IEEE (.csv), else such as services(5). Without names, "
		  "/etc/services, and oui.csv, mam.csv and oui36.csv of /usr/share/ieee-data, those that are there. "
		  "A few hundred names are built in." },
	{ OPT_ENUM, .name = "stats", .offset = AT(stats_form), .names = stats_forms, .arg = "FORM",
	  .optional = "auto", .help = "at the end: protocols, talkers, sizes, rate of the packets kept" },
	{ OPT_NUM, .name = "stats-interval", .offset = AT(stats_interval_ns), .unit = NUM_TIME, .min = 100000000,
	  .max = 86400000000000ull, .arg = "TIME", .help = "print the account of a capture so often, not only at the end" },
	{ OPT_FLAG, 'B', 0, "dump-bpf", NULL, AT(dump_bpf), .help = "print the filter as assembler before starting" },
	{ OPT_FLAG, 'D', 0, "dump-pcap-types", NULL, AT(dump_types), .help = "list the capture file formats and exit" },
	{ OPT_STR, .name = "proto", .offset = AT(proto), .arg = "NAME|list",
	  .help = "print the fields of this protocol, or the list of all, and exit",
	  .more = "With their bits, values and references; with --json as an object. \"mdoc\" prints the manual page "
		  "netsniff-protocols(7)." },
	{ OPT_ENUM, .name = "completion", .offset = AT(completion), .names = optdoc_completions, .arg = "WHAT",
	  .help = "print a text made from the list of options and exit" },
	{ OPT_REFUSED, 'U', 0, "update", NULL,
	  .help = "nothing is downloaded; bring a MaxMind database file (.mmdb) of your own" },
	{ OPT_FLAG, 'V', 0, "verbose", NULL, AT(verbose), .help = "say what is set up and chosen, and why" },
	{ OPT_FLAG, 'v', 0, "version", NULL, AT(version), .help = "print the version and exit" },
	{ OPT_FLAG, 'h', 0, "help", NULL, AT(help), .help = "print this help and exit" },
	{ .kind = OPT_END },
};

const struct opt_table netsniff_options = {
	.program = "netsniff",
	.one_line = "capture, analyse, replay and redirect packets",
	.usage = "[OPTION]... [EXPRESSION]",
	.footer = "Examples:\n"
		  "  netsniff -i eth0 -o dump.pcapng -s         capture into a file\n"
		  "  netsniff -i dump.pcapng -q                 print a file, one line a packet\n"
		  "  netsniff -i eth0 -o /var/cap/ -F 15min -s  a new file every quarter hour\n"
		  "  netsniff -i dump.pcap -o eth1 -s           replay a file\n",
	.opts = table,
};
