// SPDX-License-Identifier: GPL-2.0-or-later
/* options - the option table of bpfc: every option of bpfc(8) under its names, and ours. To add
 * one: a member in job.h, a record here, and `make man-bpfc`. */
#include "job.h"

#include <stddef.h>
#include <stdint.h>

#include "cbpf/ebpf.h"
#include "cbpf/progfmt.h"

#include "ui/optdoc.h"

#define AT(member) offsetof(struct job, member)

static const struct opt_name formats[] = {
	{ "netsniff-ng", FORMAT_C, "numbers in braces, which netsniff -f reads" },
	{ "C", FORMAT_C, "the same, for a C source" },
	{ "xt_bpf", FORMAT_XT, "one line for iptables -m bpf --bytecode" },
	{ "tcpdump", FORMAT_TCPDUMP, "decimal numbers, as tcpdump -ddd" },
	{ "listing", FORMAT_LISTING, "as tcpdump -d" },
	{ "asm", FORMAT_ASM, "assembler, with the fields that loads read as comments" },
	{ "hex", FORMAT_HEX, "eight bytes a line in hexadecimal" },
	{ "raw", FORMAT_RAW, "the bytes of struct sock_filter[]" },
	{ "json", FORMAT_JSON, "one JSON object" },
	{ "rust", FORMAT_RUST, "an array of libc::sock_filter" },
	{ "go", FORMAT_GO, "a slice of bpf.RawInstruction (golang.org/x/net/bpf)" },
	{ "iptables", FORMAT_IPTABLES, "a rule, ready to paste" },
	{ "nft", FORMAT_NFT, "the same for iptables-nft" },
	{ "ebpf", FORMAT_EBPF, "a listing of its translation to eBPF" },
	{ "elf", FORMAT_ELF, "an object file of that, for libbpf, ip(8) and tc(8)" },
	{ NULL, 0, NULL },
};

static const struct opt_name targets[] = {
	{ "socket", EBPF_SOCKET, "a socket filter" },
	{ "tc", EBPF_TC, "a classifier of tc(8): -1 where it accepts, 0 where not" },
	{ "xdp", EBPF_XDP, "XDP: passes what it accepts, drops the rest" },
	{ NULL, 0, NULL },
};

static const struct opt_name inputs[] = {
	{ "auto", PROGFMT_NONE, "by its beginning" },
	{ "asm", PROGFMT_ASM, "assembler" },
	{ "numbers", PROGFMT_NUMBERS, "in braces, tcpdump -dd and -ddd, xt_bpf" },
	{ "array", PROGFMT_ARRAY, "an array declared in C, Rust or Go" },
	{ "listing", PROGFMT_LISTING, "what tcpdump -d prints" },
	{ "hex", PROGFMT_HEX, "eight bytes a line in hexadecimal" },
	{ "raw", PROGFMT_RAW, "the bytes of struct sock_filter[]" },
	{ "json", PROGFMT_JSON, "JSON" },
	{ "rule", PROGFMT_RULE, "a command with --bytecode" },
	{ "ebpf", PROGFMT_EBPF, "our listing of eBPF" },
	{ "elf", PROGFMT_ELF, "our object file" },
	{ NULL, 0, NULL },
};

static const struct opt table[] = {
	{ .kind = OPT_GROUP, .help = "Input" },
	{ OPT_STR, 'i', 0, "input", NULL, AT(input), .arg = "FILE|-", .complete = ARG_FILE,
	  .help = "read the program from this file or standard input" },
	{ OPT_FLAG, 'p', 0, "cpp", NULL, AT(cpp),
	  .help = "run the C preprocessor over it first" },
	{ OPT_LIST, 'D', 0, "define", NULL, AT(defines), .arg = "NAME=VALUE",
	  .help = "define a macro for the C preprocessor" },
	{ OPT_STR, 'e', 0, "expr", NULL, AT(expr), .arg = "EXPR",
	  .help = "compile this filter expression",
	  .more = "The words behind it belong to it. The language is that of pcap-filter(7), and the fields of "
		  "protocols besides: see toolkit-filter(7)." },
	{ OPT_STR, 'y', 0, "linktype", NULL, AT(linktype_name), .arg = "NAME",
	  .help = "link type of the packets, as tcpdump names them",
	  .more = "For expressions, and for the names of fields in comments. The default is EN10MB, Ethernet." },
	{ OPT_NUM, .name = "snaplen", .offset = AT(snaplen), .unit = NUM_BYTES, .min = 1, .max = UINT32_MAX,
	  .def = "262144", .arg = "SIZE", .help = "how many bytes an expression keeps of what it accepts" },
	{ OPT_STR, .name = "netmask", .offset = AT(netmask_text), .arg = "MASK",
	  .help = "network mask of the interface, for \"ip broadcast\"" },
	{ OPT_FLAG, .name = "live", .offset = AT(live),
	  .help = "the expression is for a socket, not for files",
	  .more = "The kernel has taken the outer VLAN tag off when a socket's filter runs." },
	{ OPT_ENUM, .name = "from", .offset = AT(from), .names = inputs, .def = "auto", .arg = "FORMAT",
	  .help = "format of the program" },

	{ .kind = OPT_GROUP, .help = "Output" },
	{ OPT_ENUM, 'f', 0, "format", NULL, AT(format), .names = formats, .def = "netsniff-ng",
	  .arg = "FORMAT", .help = "format to write the program in" },
	{ OPT_ENUM, .name = "target", .offset = AT(target), .names = targets, .def = "socket",
	  .arg = "TARGET", .help = "what -f ebpf, -f elf and --jit translate for" },
	{ OPT_FLAG, 'O', 0, "optimise", NULL, AT(optimise),
	  .help = "make the program shorter without changing what it says",
	  .more = "Expressions are optimised anyway. Every packet gets the verdict it got before, one that ends too early "
		  "for a load too." },
	{ OPT_FLAG, .name = "no-optimise", .offset = AT(no_optimise),
	  .help = "write an expression's program as it is generated" },
	{ OPT_FLAG, .name = "json", .offset = AT(json), .help = "print JSON" },

	{ .kind = OPT_GROUP, .help = "Checking" },
	{ OPT_FLAG, .name = "check", .offset = AT(check),
	  .help = "only tell whether the kernel takes the program, and why not" },
	{ OPT_FLAG, .name = "seccomp", .offset = AT(seccomp),
	  .help = "hold it to the rules of seccomp(2)" },
	{ OPT_FLAG, 'b', 0, "bypass", NULL, AT(bypass),
	  .help = "write the program unchecked",
	  .more = "Also takes M[16] and above, and a ja backwards, for tests of other checkers." },

	{ .kind = OPT_GROUP, .help = "Running" },
	{ OPT_STR, .name = "run", .offset = AT(run), .arg = "CAPTURE", .complete = ARG_FILE,
	  .help = "run the program over the packets of this file",
	  .more = "Prints the verdict on each packet with the instruction that gave it, which instructions rejected how "
		  "many, and the counts." },
	{ OPT_STR, .name = "trace", .offset = AT(trace), .arg = "1,3-5|all",
	  .help = "with --run: each step of these packets, with registers and memory" },
	{ OPT_FLAG, .name = "coverage", .offset = AT(coverage),
	  .help = "with --run: how many packets came by each line" },
	{ OPT_FLAG, .name = "summary", .offset = AT(summary),
	  .help = "with --run: the counts only, no line a packet" },
	{ OPT_STR, .name = "debug", .offset = AT(debug), .arg = "CAPTURE", .complete = ARG_FILE,
	  .help = "step through the program over the packets of this file",
	  .more = "See THE DEBUGGER. Commands come from standard input, from a script too." },

	{ .kind = OPT_GROUP, .help = "Proving" },
	{ OPT_FLAG, .name = "prove", .offset = AT(prove),
	  .help = "tell whether two programs keep the same of every packet",
	  .more = "Two files are compared with each other, one alone with what the optimiser makes of it; an expression "
		  "alone with itself as it is generated. See PROVING." },
	{ OPT_STR, .name = "against", .offset = AT(against), .arg = "FILE|PROGRAM", .complete = ARG_FILE,
	  .help = "with --prove: the other program",
	  .more = "A file, or the program itself, which may be a filter expression." },
	{ OPT_FLAG, .name = "witness", .offset = AT(witness),
	  .help = "print a packet for each way of accepting and rejecting" },
	{ OPT_NUM, .name = "most", .offset = AT(most), .min = 1, .max = 1000000000, .def = "1000",
	  .arg = "NUM", .help = "with --witness: at most so many packets" },
	{ OPT_STR, .name = "write", .offset = AT(write), .arg = "CAPTURE|-", .complete = ARG_FILE,
	  .help = "write the packets of --prove and --witness to this capture file",
	  .more = "With - it goes to standard output, and what is told of them to standard error." },

	{ .kind = OPT_GROUP, .help = "Looking inside" },
	{ OPT_FLAG, .name = "dot", .offset = AT(dot),
	  .help = "print the control flow as a graph for dot(1)" },
	{ OPT_FLAG, .name = "jit", .offset = AT(jit),
	  .help = "print the machine code that the kernel makes of it",
	  .more = "The translation to eBPF is loaded, which needs the capability cap_bpf, and removed again." },

	{ .kind = OPT_GROUP, .help = "Other" },
	{ OPT_FLAG, .name = "fields", .offset = AT(fields),
	  .help = "print the fields of protocols that filter expressions know",
	  .more = "On packets of the link type of -y, and with --live on a socket. netsniff-protocols(7) tells what they are." },
	{ OPT_FLAG, 'd', 0, "dump", NULL, AT(dump),
	  .help = "print all instructions, addressing modes and extensions" },
	{ OPT_FLAG, 'V', 0, "verbose", NULL, AT(verbose),
	  .help = "also print the program as it was understood" },
	{ OPT_ENUM, .name = "completion", .offset = AT(completion), .names = optdoc_completions, .arg = "FOR",
	  .help = "print a completion file" },
	{ OPT_FLAG, 'v', 0, "version", NULL, AT(version), .help = "print the version" },
	{ OPT_FLAG, 'h', 0, "help", NULL, AT(help), .help = "print this help" },
	{ .kind = OPT_END },
};

const struct opt_table bpfc_options = {
	.program = "bpfc",
	.one_line = "assembles, disassembles, checks and runs Berkeley Packet Filters",
	.usage = "[OPTION]... FILE|-|PROGRAM",
	.footer = "The manual page bpfc(8) has the language and examples.",
	.opts = table,
};
