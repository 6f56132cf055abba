// SPDX-License-Identifier: GPL-2.0-or-later
/* farend - the other end of a cable: an XDP program that counts the frames of a device and drops
 * them, until standard input ends. With --scribble it also sums a hash of each frame's bytes (a
 * sum, so that order does not matter) and writes rubbish over all of them, as a receiver may:
 * whoever sends from the same page again has to write every byte.
 *
 * The hash of a frame is FNV-1a of 64 bits. Prints one JSON object: packets, bytes, hash. */
#include <errno.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/bpf.h"

enum { MAX_INSNS = 100, MAX_FRAME = 3500, RUBBISH = 0xdb };

#define FNV_BASE  0xcbf29ce484222325ull
#define FNV_PRIME 0x100000001b3ull

/* Of one CPU, a cache line. */
struct counts {
	uint64_t packets, bytes, hash;
	uint64_t unused[5];
};

struct code {
	struct bpf_insn insns[MAX_INSNS];
	unsigned int n;
};

enum { R0, R1, R2, R3, R4, HASH, CTX, DATA, COUNTS, AT };

static void emit(struct code *c, uint8_t op, uint8_t dst, uint8_t src, int16_t off, int32_t imm)
{
	c->insns[c->n++] = (struct bpf_insn){
		.code = op, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm
	};
}

static void emit_wide(struct code *c, uint8_t dst, uint8_t src, uint64_t v)
{
	emit(c, BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, v);
	emit(c, 0, 0, 0, 0, v >> 32);
}

/* COUNTS->member += src, which is used up with r1 */
static void emit_add(struct code *c, size_t member, uint8_t src)
{
	emit(c, BPF_LDX | BPF_MEM | BPF_DW, R1, COUNTS, member, 0);
	emit(c, BPF_ALU64 | BPF_ADD | BPF_X, src, R1, 0, 0);
	emit(c, BPF_STX | BPF_MEM | BPF_DW, COUNTS, src, member, 0);
}

/* COUNTS = the counters of this CPU */
static void emit_counts(struct code *c, int map_fd, unsigned int n_cpus)
{
	emit(c, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_smp_processor_id);
	emit(c, BPF_JMP | BPF_JLT | BPF_K, R0, 0, 2, n_cpus);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, XDP_DROP);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	emit(c, BPF_ALU64 | BPF_MUL | BPF_K, R0, 0, 0, sizeof(struct counts));
	emit_wide(c, COUNTS, BPF_PSEUDO_MAP_VALUE, (uint32_t)map_fd);
	emit(c, BPF_ALU64 | BPF_ADD | BPF_X, COUNTS, R0, 0, 0);
}

/* for (AT = 0; AT < MAX_FRAME && data + AT + 1 <= data_end; AT++): hash and overwrite */
static void emit_scribble(struct code *c)
{
	unsigned int loop;

	emit_wide(c, HASH, 0, FNV_BASE);
	emit_wide(c, R4, 0, FNV_PRIME);
	emit(c, BPF_LDX | BPF_MEM | BPF_W, R3, CTX, offsetof(struct xdp_md, data_end), 0);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, AT, 0, 0, 0);
	loop = c->n;
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, R1, DATA, 0, 0);
	emit(c, BPF_ALU64 | BPF_ADD | BPF_X, R1, AT, 0, 0);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, R2, R1, 0, 0);
	emit(c, BPF_ALU64 | BPF_ADD | BPF_K, R2, 0, 0, 1);
	emit(c, BPF_JMP | BPF_JGT | BPF_X, R2, R3, 6, 0);
	emit(c, BPF_LDX | BPF_MEM | BPF_B, R2, R1, 0, 0);
	emit(c, BPF_ALU64 | BPF_XOR | BPF_X, HASH, R2, 0, 0);
	emit(c, BPF_ALU64 | BPF_MUL | BPF_X, HASH, R4, 0, 0);
	emit(c, BPF_ST | BPF_MEM | BPF_B, R1, 0, 0, RUBBISH);
	emit(c, BPF_ALU64 | BPF_ADD | BPF_K, AT, 0, 0, 1);
	emit(c, BPF_JMP | BPF_JLT | BPF_K, AT, 0, (int)loop - (int)c->n - 1, MAX_FRAME);
	emit_add(c, offsetof(struct counts, hash), HASH);
}

static void compile(struct code *c, int map_fd, unsigned int n_cpus, bool scribble)
{
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, CTX, R1, 0, 0);
	emit_counts(c, map_fd, n_cpus);
	emit(c, BPF_LDX | BPF_MEM | BPF_W, DATA, CTX, offsetof(struct xdp_md, data), 0);
	emit(c, BPF_LDX | BPF_MEM | BPF_W, R2, CTX, offsetof(struct xdp_md, data_end), 0);
	emit(c, BPF_ALU64 | BPF_SUB | BPF_X, R2, DATA, 0, 0);
	emit_add(c, offsetof(struct counts, bytes), R2);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, R2, 0, 0, 1);
	emit_add(c, offsetof(struct counts, packets), R2);
	if (scribble)
		emit_scribble(c);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, XDP_DROP);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void report(const struct counts *all, unsigned int n_cpus)
{
	struct counts sum = { 0 };

	for (unsigned int i = 0; i < n_cpus; i++) {
		sum.packets += all[i].packets;
		sum.bytes += all[i].bytes;
		sum.hash += all[i].hash;
	}
	printf("{\"packets\": %llu, \"bytes\": %llu, \"hash\": %llu}\n",
	       (unsigned long long)sum.packets, (unsigned long long)sum.bytes,
	       (unsigned long long)sum.hash);
}

static int run(const char *device, bool scribble, struct err *e)
{
	unsigned int n_cpus = sysbpf_possible_cpus(), ifindex = if_nametoindex(device);
	size_t bytes = n_cpus * sizeof(struct counts);
	int map_fd, prog_fd, link_fd;
	struct code c = { .n = 0 };
	struct counts *counts;
	char byte;

	if (!ifindex)
		return err_sys(e, errno, "device %s", device);
	map_fd = sysbpf_array_new("farend", bytes, 1, e);
	if (map_fd < 0)
		return map_fd;
	counts = mmap(NULL, bytes, PROT_READ, MAP_SHARED, map_fd, 0);
	if (counts == MAP_FAILED)
		return err_sys(e, errno, "map the counters");
	compile(&c, map_fd, n_cpus, scribble);
	prog_fd = sysbpf_prog_load("farend", BPF_PROG_TYPE_XDP, c.insns, c.n, e);
	if (prog_fd < 0)
		return prog_fd;
	link_fd = sysbpf_xdp_link(prog_fd, ifindex, XDP_IN_DRIVER, e);
	if (link_fd < 0)
		return link_fd;
	printf("{\"ready\": true}\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) == 1)
		if (byte == '\n') { /* a line asks how far it is */
			report(counts, n_cpus);
			fflush(stdout);
		}
	close(link_fd);
	report(counts, n_cpus);
	return 0;
}

int main(int argc, char **argv)
{
	bool scribble = argc == 3 && streq(argv[1], "--scribble");
	struct err e = { 0 };

	if (argc != 2 + scribble) {
		fputs("usage: farend [--scribble] DEVICE\n"
		      "  counts and drops its frames until standard input ends; a line asks for\n"
		      "  the counts\n", stderr);
		return 2;
	}
	if (run(argv[argc - 1], scribble, &e) < 0) {
		fprintf(stderr, "farend: %s\n", e.text);
		return 1;
	}
	return 0;
}
