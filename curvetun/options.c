// SPDX-License-Identifier: GPL-2.0-or-later
/* options - the option table of curvetun. To add one: a member in job.h, a record here, and
 * `make man-curvetun`. */
#include "job.h"

#include <stddef.h>

#include "ui/optdoc.h"

#define AT(member) offsetof(struct job, member)

static const struct opt table[] = {
	{ .kind = OPT_GROUP, .help = "What to do" },
	{ OPT_FLAG, 'k', 0, "keygen", NULL, AT(keygen), .help = "make keys, once",
	  .more = "Asks for the user's name unless --user gives it. Keys that are there are never overwritten; those "
		  "of the old protocol are kept as priv.key.old and pub.key.old." },
	{ OPT_FLAG, 'x', 0, "export", NULL, AT(export),
	  .help = "print the user's name and public key, the line for the other end" },
	{ OPT_FLAG, 'C', 0, "dumpc", NULL, AT(clients), .help = "check the file clients and print it" },
	{ OPT_FLAG, 'S', 0, "dumps", NULL, AT(servers), .help = "check the file servers and print it" },

	{ OPT_FLAG, 's', 0, "server", NULL, AT(server), .help = "be the server of a tunnel, for all in the file clients" },
	{ OPT_STR, 'c', 0, "client", NULL, AT(client), .arg = "ALIAS", .optional = "",
	  .help = "be a client of the server ALIAS of the file servers, or of the first" },

	{ .kind = OPT_GROUP, .help = "The tunnel" },
	{ OPT_NUM, 'p', 0, "port", NULL, AT(port), .min = 1, .max = 65535, .arg = "PORT",
	  .help = "the port that a server listens on" },
	{ OPT_STR, 'd', 0, "dev", NULL, AT(dev), .arg = "TUN",
	  .help = "name of the TUN device instead of curves0, curves1, ... or curvec0, ...",
	  .more = "The device is there as long as the tunnel." },
	{ OPT_LIST, .name = "address", .offset = AT(addresses), .arg = "ADDRESS/PREFIX",
	  .help = "give the device this address", .more = "May be given several times." },
	{ OPT_LIST, .name = "route", .offset = AT(routes), .arg = "NETWORK",
	  .help = "route this network through the device",
	  .more = "May be given several times. 0.0.0.0/0 and ::/0 stand for all that no other route than the default "
		  "one leads elsewhere; the tunnel's own packets go beside it by a mark and a rule." },
	{ OPT_NUM, .name = "mtu", .offset = AT(mtu), .min = 576, .max = 65000, .def = "1420", .arg = "BYTES",
	  .help = "longest packet inside the tunnel",
	  .more = "A datagram is 60 bytes longer over IPv4, 80 over IPv6." },
	{ OPT_FLAG, 'u', 0, "udp", NULL, AT(udp_only),
	  .help = "a server listens for UDP alone, not for TCP on the same port too" },
	{ OPT_FLAG, '4', 0, "ipv4", NULL, AT(ipv4), .help = "only IPv4 inside the tunnel" },
	{ OPT_FLAG, '6', 0, "ipv6", NULL, AT(ipv6), .help = "only IPv6 inside the tunnel" },
	{ OPT_FLAG, .name = "dscp", .offset = AT(dscp),
	  .help = "copy the inner class of service (DSCP) to the datagrams of the tunnel",
	  .more = "Whoever sees them then can tell the classes of inner traffic apart. The inner ones stay." },
	{ OPT_STR, 't', 0, "stun", NULL, AT(stun), .arg = "SERVER", .help = "ask this STUN server how the UDP port looks from outside",
	  .more = "HOST or HOST:PORT. The answer is printed at the start; asking opens the way through a NAT." },
	{ OPT_FLAG, 'N', 0, "no-logging", NULL, AT(no_names),
	  .help = "log no user and no address, and tell none in status" },
	{ OPT_FLAG, 'D', 0, "nofork", NULL, AT(no_fork), .help = "stay in the foreground",
	  .more = "Otherwise it goes to the background once everything is open, and its messages to syslog(3)." },
	{ OPT_STR, .name = "run-as", .offset = AT(run_as), .arg = "USER", .complete = ARG_USER,
	  .help = "become this user once everything is open, instead of nobody" },

	{ .kind = OPT_GROUP, .help = "How" },
	{ OPT_STR, .name = "dir", .offset = AT(dir), .arg = "FOLDER", .complete = ARG_FILE,
	  .help = "the folder of keys, clients and servers instead of ~/.curvetun" },
	{ OPT_STR, .name = "config", .offset = AT(config), .arg = "FILE", .complete = ARG_FILE,
	  .help = "read options from this file first",
	  .more = "One a line, by its long name without the dashes, its argument behind a blank: the addresses and "
		  "routes of a tunnel, for example. A # begins a comment. The command line counts more; what may be "
		  "given several times adds up." },
	{ OPT_STR, .name = "user", .offset = AT(user), .arg = "NAME", .help = "the user's name, with -k" },
	{ OPT_FLAG, .name = "json", .offset = AT(json), .help = "-x, -C, -S and status print one JSON object a line" },

	{ OPT_STR, .name = "openmetrics", .offset = AT(metrics), .arg = "FILE", .complete = ARG_FILE,
	  .optional = "-", .help = "status prints OpenMetrics",
	  .more = "Or writes it into a file, which is replaced as a whole: by a timer, for the textfile folder of "
		  "Prometheus' node exporter." },

	{ .kind = OPT_GROUP, .help = "Other" },
	{ OPT_ENUM, .name = "completion", .offset = AT(completion), .names = optdoc_completions, .arg = "FOR",
	  .help = "print a completion file" },
	{ OPT_FLAG, 'V', 0, "verbose", NULL, AT(verbose), .help = "say what is set up and what happens" },
	{ OPT_FLAG, 'v', 0, "version", NULL, AT(version), .help = "print the version" },
	{ OPT_FLAG, 'h', 0, "help", NULL, AT(help), .help = "print this help" },
	{ .kind = OPT_END },
};

const struct opt_table curvetun_options = {
	.program = "curvetun",
	.one_line = "a multi-user encrypted IP tunnel",
	.usage = "-k | -x | -C | -S | -s -p PORT | -c[ALIAS] | status [OPTION]...",
	.footer = "The manual page curvetun(8) has the files and the protocol.",
	.opts = table,
};
