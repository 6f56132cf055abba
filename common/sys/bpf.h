// SPDX-License-Identifier: GPL-2.0-or-later
/* bpf - the bpf(2) system call: maps and programs, the verifier's words in the error.
 * Below sys/filter; works without object files and without libbpf. */
#ifndef SYS_BPF_H
#define SYS_BPF_H

#include <linux/bpf.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* Creates an array map of 'n_entries' values of 'value_bytes' each that can be mapped into memory,
 * called 'name' (at most 15 letters). Returns its descriptor (close-on-exec) or -errno. */
int sysbpf_array_new(const char *name, uint32_t value_bytes, uint32_t n_entries,
		     struct err *e) MUST_USE;

/* Creates an array map of 'n_entries' programs for tail calls, empty until sysbpf_tail_set(), and
 * again when the descriptor is closed. Returns it or -errno with 'e'. */
int sysbpf_tails_new(const char *name, uint32_t n_entries, struct err *e) MUST_USE;

/* Program 'prog_fd' is called at entry 'i' of 'map'. 0 or -errno with 'e'. */
int sysbpf_tail_set(int map, uint32_t i, int prog_fd, struct err *e) MUST_USE;

/* Creates a hash map of keys of 'key_bytes' and values of 'value_bytes'. Returns its descriptor or
 * -errno. */
int sysbpf_hash_new(const char *name, uint32_t key_bytes, uint32_t value_bytes, uint32_t n_entries,
		    struct err *e) MUST_USE;

/* Creates a map of AF_XDP sockets by 'n_entries' queue numbers. Returns its descriptor, -errno. */
int sysbpf_xskmap_new(const char *name, uint32_t n_entries, struct err *e) MUST_USE;

/* Sets the value of 'key'. Returns 0 or -errno. */
int sysbpf_map_update(int map, const void *key, const void *value) MUST_USE;

/* The key behind 'key' (NULL: the first) of a map, in the kernel's order, to 'ret_key'. Returns 0,
 * -ENOENT behind the last one, or -errno. */
int sysbpf_map_next(int map, const void *key, void *ret_key) MUST_USE;

/* The value of 'key' to 'ret_value'. Returns 0, or -errno (-ENOENT). */
int sysbpf_map_lookup(int map, const void *key, void *ret_value) MUST_USE;

/* Loads the 'n' instructions at 'insns' as program of type 'type' (BPF_PROG_TYPE_*) called 'name'.
 * Returns its descriptor (close-on-exec), or -errno with 'e' holding the verifier's last line. */
int sysbpf_prog_load(const char *name, enum bpf_prog_type type, const struct bpf_insn *insns,
		     uint32_t n, struct err *e) MUST_USE;

/* Runs program 'prog_fd' at raw tracepoint 'name' as long as the descriptor that is returned is
 * open. -errno with 'e'. */
int sysbpf_raw_tracepoint(const char *name, int prog_fd, struct err *e) MUST_USE;

/* Where an XDP program runs: on packets of the stack, which every device has, or in the driver. */
enum xdp_place { XDP_IN_STACK, XDP_IN_DRIVER };

/* Attaches XDP program 'prog_fd' to device 'ifindex' as long as the descriptor that is returned is
 * open. -errno with 'e'. */
int sysbpf_xdp_link(int prog_fd, int ifindex, enum xdp_place place, struct err *e) MUST_USE;

/* Runs XDP program 'prog_fd' 'repeat' times on live frames that begin as the 'n' bytes of 'frame',
 * 'batch' (at most 256) of them at a time. The frames go where the program sends them, and whether
 * they arrive is not told. Returns 0, -EINTR when a signal came before the end, or -errno. Linux
 * 5.18. Source: Documentation/bpf/bpf_prog_run.rst. */
int sysbpf_run_live(int prog_fd, const void *frame, uint32_t n, uint32_t repeat,
		    uint32_t batch) MUST_USE;

/* Runs XDP program 'prog_fd' once on a copy of the 'n' bytes of 'frame' and copies the result, at
 * most 'max' bytes, to 'out'. Returns its length with '*ret_verdict', or -errno. */
int sysbpf_run_once(int prog_fd, const void *frame, uint32_t n, void *out, uint32_t max,
		    uint32_t *ret_verdict) MUST_USE;

/* Copies the machine code that the kernel's JIT compiler made of program 'fd', at most 'max_bytes'.
 * Returns 0 with '*ret_code' owned by the caller (free()), -EOPNOTSUPP with 'e' where it made none
 * or hides it, -EFBIG, or -errno. */
int sysbpf_prog_jited(int fd, uint32_t max_bytes, uint8_t **ret_code, uint32_t *ret_bytes,
		      struct err *e) MUST_USE;

/* How many CPU numbers this machine can ever use (the kernel's possible mask), at least 1. */
unsigned int sysbpf_possible_cpus(void);

#endif
