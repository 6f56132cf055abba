// SPDX-License-Identifier: GPL-2.0-or-later
/* live - sends by running an XDP program on live frames (BPF_PROG_TEST_RUN with
 * BPF_F_TEST_XDP_LIVE_FRAMES, Linux 5.18) that writes each frame and redirects it to the device.
 * Kernel contract: Documentation/bpf/bpf_prog_run.rst.
 *
 * Surprises: the run returns 0 whatever becomes of the frames, so the program counts attempts and
 * the device's statistics tell the rest. Pages are recycled with whatever the receiver left in
 * them, so every byte of every frame is written. Each run waits for RCU (25 ms) to put the program
 * into the XDP dispatcher, unless it is there already: so it stays attached to the loopback device
 * of an empty network namespace that lives as long as our descriptor of it. */
#include "engine.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/atomic.h"
#include "base/attr.h"

enum { LOOPBACK = 1, MAX_INSNS = 1100 };

struct live {
	const struct frame *frame;
	unsigned int batch;
	int map_fd, prog_fd, netns_fd;
	uint64_t *next; /* the map's value: next sequence number, written by the program */
};

struct code {
	struct bpf_insn insns[MAX_INSNS];
	unsigned int n;
};

static void emit(struct code *c, uint8_t op, uint8_t dst, uint8_t src, int16_t off, int32_t imm)
{
	c->insns[c->n++] = (struct bpf_insn){
		.code = op, .dst_reg = dst, .src_reg = src, .off = off, .imm = imm
	};
}

static void emit_wide(struct code *c, uint8_t dst, uint8_t src, uint32_t low, uint32_t high)
{
	emit(c, BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, low);
	emit(c, 0, 0, 0, 0, high);
}

/* Constant header bytes up to the payload; frames start with an even number of them. */
static void emit_headers(struct code *c, const struct frame *f, uint8_t data)
{
	unsigned int off = 0;
	int32_t word;

	for (; off + 4 <= f->payload; off += 4) {
		memcpy(&word, f->data + off, 4);
		emit(c, BPF_ST | BPF_MEM | BPF_W, data, 0, off, word);
	}
	if (off < f->payload) {
		word = f->data[off] | f->data[off + 1] << 8;
		emit(c, BPF_ST | BPF_MEM | BPF_H, data, 0, off, word);
	}
}

/* The pattern of frame.h: 'word' holds number * FRAME_MIX and is used up. */
static void emit_pattern(struct code *c, const struct frame *f, uint8_t data, uint8_t word)
{
	static const struct {
		unsigned int n_bytes;
		uint8_t size;
	} tail[] = { { 4, BPF_W }, { 2, BPF_H }, { 1, BPF_B } };
	unsigned int off = f->payload + 8;

	for (; off + 8 <= f->n_bytes; off += 8) {
		emit(c, BPF_STX | BPF_MEM | BPF_DW, data, word, off, 0);
		emit(c, BPF_ALU64 | BPF_ADD | BPF_K, word, 0, 0, 1);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(tail); i++) {
		if (f->n_bytes - off < tail[i].n_bytes)
			continue;
		emit(c, BPF_STX | BPF_MEM | tail[i].size, data, word, off, 0);
		emit(c, BPF_ALU64 | BPF_RSH | BPF_K, word, 0, 0, 8 * tail[i].n_bytes);
		off += tail[i].n_bytes;
	}
}

/* data = ctx->data; if (data + n_bytes > ctx->data_end) return XDP_ABORTED; seq = next++; write the
 * frame; return bpf_redirect(ifindex, 0). One CPU runs it, so the counter needs no atomics. */
static void compile(struct code *c, const struct target *t, int map_fd)
{
	enum { R0, CTX, DATA, END, NEXT, SEQ, TMP };

	c->n = 0;
	emit(c, BPF_LDX | BPF_MEM | BPF_W, DATA, CTX, offsetof(struct xdp_md, data), 0);
	emit(c, BPF_LDX | BPF_MEM | BPF_W, END, CTX, offsetof(struct xdp_md, data_end), 0);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, TMP, DATA, 0, 0);
	emit(c, BPF_ALU64 | BPF_ADD | BPF_K, TMP, 0, 0, t->frame->n_bytes);
	emit(c, BPF_JMP | BPF_JLE | BPF_X, TMP, END, 2, 0);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, R0, 0, 0, XDP_ABORTED);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	emit_wide(c, NEXT, BPF_PSEUDO_MAP_VALUE, map_fd, 0);
	emit(c, BPF_LDX | BPF_MEM | BPF_DW, SEQ, NEXT, 0, 0);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, TMP, SEQ, 0, 0);
	emit(c, BPF_ALU64 | BPF_ADD | BPF_K, TMP, 0, 0, 1);
	emit(c, BPF_STX | BPF_MEM | BPF_DW, NEXT, TMP, 0, 0);
	emit_headers(c, t->frame, DATA);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, TMP, SEQ, 0, 0);
	emit(c, BPF_ALU | BPF_END | BPF_TO_BE, TMP, 0, 0, 64);
	emit(c, BPF_STX | BPF_MEM | BPF_DW, DATA, TMP, t->frame->payload, 0);
	emit_wide(c, TMP, 0, (uint32_t)FRAME_MIX, FRAME_MIX >> 32);
	emit(c, BPF_ALU64 | BPF_MUL | BPF_X, SEQ, TMP, 0, 0);
	emit_pattern(c, t->frame, DATA, SEQ);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, CTX, 0, 0, t->ifindex);
	emit(c, BPF_ALU64 | BPF_MOV | BPF_K, DATA, 0, 0, 0);
	emit(c, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static int open_counter(struct live *l, uint64_t seq_start, struct err *e)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	void *p;

	l->map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "sender", 4, 8, 1, &opts);
	if (l->map_fd < 0)
		return err_sys(e, errno, "create a BPF map (needs CAP_BPF)");
	p = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE, MAP_SHARED, l->map_fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, errno, "map the BPF counter");
	l->next = p;
	*l->next = seq_start;
	return 0;
}

static int open_program(struct live *l, const struct target *t, struct err *e)
{
	struct code c;

	compile(&c, t, l->map_fd);
	l->prog_fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "sender", "GPL", c.insns, c.n, NULL);
	if (l->prog_fd < 0)
		return err_sys(e, errno, "load the XDP program (needs CAP_BPF and CAP_NET_ADMIN)");
	return 0;
}

/* Attaches the program where nothing ever arrives. See the head of this file. */
static int hold_program(struct live *l, struct err *e)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), rc;

	if (home < 0)
		return err_sys(e, errno, "open the network namespace");
	if (unshare(CLONE_NEWNET) < 0) {
		rc = err_sys(e, errno, "make a network namespace (needs CAP_SYS_ADMIN)");
		close(home);
		return rc;
	}
	l->netns_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	rc = bpf_xdp_attach(LOOPBACK, l->prog_fd, XDP_FLAGS_SKB_MODE, NULL);
	if (rc < 0)
		rc = err_sys(e, -rc, "attach the XDP program to a private loopback device");
	if (setns(home, CLONE_NEWNET) < 0)
		rc = err_sys(e, errno, "return to the network namespace");
	close(home);
	return rc;
}

static void live_close(void *state)
{
	struct live *l = state;

	if (l->next)
		munmap(l->next, getpagesize());
	for (unsigned int i = 0; i < 3; i++) {
		int fd = (int[]){ l->prog_fd, l->map_fd, l->netns_fd }[i];

		if (fd >= 0)
			close(fd);
	}
	free(l);
}

static int live_open(const struct target *t, void **ret_state, struct err *e)
{
	struct live *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return err_sys(e, ENOMEM, "live engine");
	*l = (struct live){ t->frame, t->batch, -1, -1, -1, NULL };
	rc = open_counter(l, t->seq_start, e);
	if (rc == 0)
		rc = open_program(l, t, e);
	if (rc == 0)
		rc = hold_program(l, e);
	if (rc < 0) {
		live_close(l);
		return rc;
	}
	*ret_state = l;
	return 0;
}

static int live_send(void *state, unsigned int n, struct err *e)
{
	struct live *l = state;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = l->frame->data,
		    .data_size_in = l->frame->n_bytes, .repeat = n, .batch_size = l->batch,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);
	int rc = bpf_prog_test_run_opts(l->prog_fd, &opts);

	if (rc < 0 && rc != -EINTR)
		return err_sys(e, -rc, "run the XDP program on live frames (Linux 5.18 or newer)");
	return 0;
}

static uint64_t live_next(void *state)
{
	return counter_get(((struct live *)state)->next);
}

const struct engine engine_live = { "live", live_open, live_send, live_next, live_close };
