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

	{ .kind = OPT_GROUP, .help = "How" },
	{ OPT_STR, .name = "dir", .offset = AT(dir), .arg = "FOLDER", .complete = ARG_FILE,
	  .help = "the folder of keys, clients and servers instead of ~/.curvetun" },
	{ OPT_STR, .name = "user", .offset = AT(user), .arg = "NAME", .help = "the user's name, with -k" },
	{ OPT_FLAG, .name = "json", .offset = AT(json), .help = "-x, -C and -S print one JSON object a line" },

	{ .kind = OPT_GROUP, .help = "Other" },
	{ OPT_ENUM, .name = "completion", .offset = AT(completion), .names = optdoc_completions, .arg = "FOR",
	  .help = "print a completion file" },
	{ OPT_FLAG, 'v', 0, "version", NULL, AT(version), .help = "print the version" },
	{ OPT_FLAG, 'h', 0, "help", NULL, AT(help), .help = "print this help" },
	{ .kind = OPT_END },
};

const struct opt_table curvetun_options = {
	.program = "curvetun",
	.one_line = "keys, clients and servers of a multi-user IP tunnel",
	.usage = "-k | -x | -C | -S [OPTION]...",
	.footer = "The manual page curvetun(8) has the files and the protocol.",
	.opts = table,
};
