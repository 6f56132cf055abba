// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpf - a classic filter as an eBPF socket filter that also counts what it sees and accepts.
 * Pure generation; sys/filter creates the map, loads and attaches. */
#ifndef CBPF_EBPF_H
#define CBPF_EBPF_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Counters of one CPU, a cache line. The map is an array of one value, which is an array of these
 * by CPU number. What is seen is counted on entry, since a load out of range leaves an eBPF program
 * at once: rejected = seen - accepted. A reader takes accepted before seen, so that it never gets
 * less than 0. */
struct ebpf_count {
	uint64_t accepted_packets;
	uint64_t accepted_bytes;
	uint64_t seen_packets;
	uint64_t seen_bytes;
	uint64_t unused[4];
};

struct ebpf_prog {
	struct bpf_insn *insns;
	unsigned int n;
};

/* Translates 'prog', which is checked first, into a program of type BPF_PROG_TYPE_SOCKET_FILTER
 * that counts in the map 'map_fd' (an array of one value of 'n_cpus' struct ebpf_count); -1: no
 * counting. Returns 0 with '*ret' owned by the caller (ebpf_free()), -EINVAL as check_prog(),
 * -EOPNOTSUPP with 'e' saying what eBPF cannot express, or -ENOMEM. */
int ebpf_gen(const struct sock_fprog *prog, int map_fd, unsigned int n_cpus, struct ebpf_prog *ret,
	     struct err *e) MUST_USE;

/* Where a translation runs, and what becomes of its verdict. */
enum ebpf_target {
	EBPF_SOCKET, /* a socket: the verdict is how many bytes to keep */
	EBPF_TC,     /* a classifier of tc(8): -1 where the filter accepts, 0 where not */
	EBPF_XDP,    /* XDP_PASS where it accepts, XDP_DROP where not */
};

/* Translates 'prog' for 'target', without counting. XDP knows a frame's bytes, length, interface
 * and queue only; other fields, and offsets from the network header, are -EOPNOTSUPP. Results and
 * ownership as ebpf_gen(). */
int ebpf_gen_for(const struct sock_fprog *prog, enum ebpf_target target, struct ebpf_prog *ret,
		 struct err *e) MUST_USE;

/* Frees the instructions and empties 'p'; for AUTO(). */
void ebpf_free(struct ebpf_prog *p);

#endif
