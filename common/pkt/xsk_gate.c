// SPDX-License-Identifier: GPL-2.0-or-later
/* xsk_gate - see xsk_gate.h. */
#include "pkt/xsk_gate.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/atomic.h"
#include "base/attr.h"
#include "sys/bpf.h"
#include "sys/fd.h"

enum { COUNT_BYTES = 64, COUNT_SHIFT = 6 }; /* a cache line a queue */

struct xsk_gate {
	uint32_t n_queues;
	int sockets_fd, counts_fd, prog_fd, link_fd;
	uint8_t *counts; /* mapped */
};

#define INSN(c, d, s, o, i) { .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

/* r6 = queue; redirect it to the queue's socket, else pass it on; count what is redirected. */
static int load(struct xsk_gate *g, struct err *e)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, 6, 1, offsetof(struct xdp_md, rx_queue_index), 0),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, g->sockets_fd),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 2, 6, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, XDP_PASS),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
		INSN(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 7, XDP_REDIRECT),
		INSN(BPF_JMP | BPF_JGE | BPF_K, 6, 0, 6, g->n_queues),
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_VALUE, 0, g->counts_fd),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_LSH | BPF_K, 6, 0, 0, COUNT_SHIFT),
		INSN(BPF_ALU64 | BPF_ADD | BPF_X, 1, 6, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 1),
		INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 1, 2, 0, BPF_ADD),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	g->prog_fd = sysbpf_prog_load("xsk_gate", BPF_PROG_TYPE_XDP, insns, ARRAY_SIZE(insns), e);
	return MIN(g->prog_fd, 0);
}

int xsk_gate_open(uint32_t n_queues, struct xsk_gate **ret_g, struct err *e)
{
	struct xsk_gate *g = calloc(1, sizeof(*g));
	int rc = 0;

	if (!g)
		return err_sys(e, ENOMEM, "AF_XDP");
	*g = (struct xsk_gate){ .n_queues = n_queues, .sockets_fd = -1, .counts_fd = -1,
				.prog_fd = -1, .link_fd = -1 };
	g->sockets_fd = sysbpf_xskmap_new("xsk_sockets", n_queues, e);
	rc = MIN(g->sockets_fd, 0);
	if (!rc) {
		g->counts_fd = sysbpf_array_new("xsk_counts", n_queues * COUNT_BYTES, 1, e);
		rc = MIN(g->counts_fd, 0);
	}
	if (!rc) {
		g->counts = mmap(NULL, (size_t)n_queues * COUNT_BYTES, PROT_READ, MAP_SHARED,
				 g->counts_fd, 0);
		if (g->counts == MAP_FAILED) {
			g->counts = NULL;
			rc = err_sys(e, errno, "map the counters of an XDP program");
		}
	}
	if (!rc)
		rc = load(g, e);
	if (rc)
		xsk_gate_close(g);
	else
		*ret_g = g;
	return rc;
}

void xsk_gate_close(struct xsk_gate *g)
{
	if (!g)
		return;
	xsk_gate_stop(g);
	if (g->counts)
		munmap(g->counts, (size_t)g->n_queues * COUNT_BYTES);
	close_p(&g->prog_fd);
	close_p(&g->counts_fd);
	close_p(&g->sockets_fd);
	free(g);
}

int xsk_gate_put(struct xsk_gate *g, uint32_t queue, int fd, struct err *e)
{
	int rc = sysbpf_map_update(g->sockets_fd, &queue, &fd);

	return rc ? err_sys(e, -rc, "give queue %u an AF_XDP socket", queue) : 0;
}

int xsk_gate_start(struct xsk_gate *g, int ifindex, bool *ret_in_driver, struct err *e)
{
	g->link_fd = sysbpf_xdp_link(g->prog_fd, ifindex, XDP_IN_DRIVER, e);
	*ret_in_driver = g->link_fd >= 0;
	if (g->link_fd < 0 && g->link_fd != -EBUSY)
		g->link_fd = sysbpf_xdp_link(g->prog_fd, ifindex, XDP_IN_STACK, e);
	if (g->link_fd == -EBUSY || g->link_fd == -EEXIST)
		return err_set(e, EBUSY, "another XDP program has this device");
	return MIN(g->link_fd, 0);
}

void xsk_gate_stop(struct xsk_gate *g)
{
	if (g->link_fd >= 0)
		close_p(&g->link_fd);
	g->link_fd = -1;
}

uint64_t xsk_gate_count(const struct xsk_gate *g, uint32_t queue)
{
	return counter_get((const uint64_t *)(g->counts + (size_t)queue * COUNT_BYTES));
}
