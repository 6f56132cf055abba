// SPDX-License-Identifier: GPL-2.0-or-later
/* livegen - see livegen.h. Short packets, and those with operations, have code of their own that
 * holds their bytes; all others are copied from the pool by one piece of code. */
#include "livegen_priv.h"

#include <errno.h>
#include <stddef.h>

#include "base/bytes.h"

enum {
	INLINE_BYTES = 256, /* longer ones are copied by a helper */
	INLINE_CONST = 64,  /* constant packets with code of their own, most */
};

static const struct packet *packet_of(const struct gen *g, uint32_t i)
{
	return &g->l->g->packets[i];
}

/* LIVE_DATA = the frame's bytes, 'n' of which may be written then */
static void load_data(struct gen *g, uint32_t n)
{
	struct code *c = g->c;

	code_load(c, BPF_W, LIVE_DATA, LIVE_CTX, offsetof(struct xdp_md, data));
	code_load(c, BPF_W, R1, LIVE_CTX, offsetof(struct xdp_md, data_end));
	code_alu(c, BPF_MOV, R2, LIVE_DATA);
	code_alu_num(c, BPF_ADD, R2, n, R3);
	code_back(c, BPF_JGT, R2, R1, 0, g->drop);
}

/* Bytes of the frame as instructions. */
static void put_bytes(struct code *c, const uint8_t *p, uint32_t n)
{
	static const uint8_t sizes[] = { [4] = BPF_W, [2] = BPF_H, [1] = BPF_B };
	uint32_t off = 0;
	uint64_t v;

	for (; off + 8 <= n; off += 8) {
		v = get_le64(p + off);
		if (v <= INT32_MAX) {
			code_put(c, BPF_ST | BPF_MEM | BPF_DW, LIVE_DATA, 0, off, v);
			continue;
		}
		code_num(c, R1, v);
		code_store(c, BPF_DW, LIVE_DATA, off, R1);
	}
	for (unsigned int size = 4; size; size /= 2) {
		if (!((n - off) & size))
			continue;
		v = size == 4 ? get_le32(p + off) : size == 2 ? get_le16(p + off) : p[off];
		code_put(c, BPF_ST | BPF_MEM | sizes[size], LIVE_DATA, 0, off, v);
		off += size;
	}
}

/* A frame of 'n' bytes: it began with frame_bytes. */
static void set_length(struct gen *g, uint32_t n)
{
	struct code *c = g->c;

	if (n == g->l->frame_bytes)
		return;
	code_alu(c, BPF_MOV, R1, LIVE_CTX);
	code_put(c, BPF_ALU64 | BPF_MOV | BPF_K, R2, 0, 0, n - g->l->frame_bytes);
	code_call(c, BPF_FUNC_xdp_adjust_tail);
	code_back(c, BPF_JNE, R0, 0, 0, g->drop);
}

/* LIVE_K = own index of the packet, from LIVE_K, the round (or what its lane sent before, in random
 * order), and LIVE_NTH */
static void find_index(struct gen *g, const struct slot *s)
{
	const struct plan *plan = g->l->plan;
	struct code *c = g->c;

	if (s->times > 1 && !plan->job->random) {
		code_alu_num(c, BPF_MUL, LIVE_K, s->times, R1);
		code_alu(c, BPF_ADD, LIVE_K, LIVE_NTH);
	}
	if (s->share > 1)
		code_alu_num(c, BPF_MUL, LIVE_K, s->share, R1);
	if (s->rank)
		code_alu_num(c, BPF_ADD, LIVE_K, s->rank, R1);
}

/* A slot of packet 'packet': but for 'nth' all are alike. */
static const struct slot *slot_of(const struct gen *g, uint32_t packet)
{
	const struct plan *plan = g->l->plan;
	const struct lane *l = &plan->lanes[plan->prog->by_cpu ? g->l->worker : 0];
	uint32_t n = plan->prog->by_cpu ? l->n_slots : plan->n_slots;
	const struct slot *s = &plan->slots[plan->prog->by_cpu ? l->first_slot : 0];

	while (n-- > 1 && s->packet != packet)
		s++;
	return s;
}

/* Code of packet 'i' alone. */
static int make_packet(struct gen *g, uint32_t i)
{
	const struct livepool *pool = g->l->pool;
	const struct packet *p = packet_of(g, i);
	struct code *c = g->c;
	int rc = 0;

	set_length(g, p->len);
	if (p->len > INLINE_BYTES) {
		code_alu(c, BPF_MOV, R1, LIVE_CTX);
		code_num(c, R2, 0);
		code_addr(c, R3, pool->fd, (uint32_t)(pool->bytes_off +
			  ((const struct live_packet *)pool->value)[i].off));
		code_num(c, R4, p->len);
		code_call(c, BPF_FUNC_xdp_store_bytes);
		code_back(c, BPF_JNE, R0, 0, 0, g->drop);
		load_data(g, p->len);
	} else {
		load_data(g, p->len);
		put_bytes(c, p->bytes, p->len);
	}
	if (p->n_ops)
		find_index(g, slot_of(g, i));
	for (uint32_t k = 0; !rc && k < p->n_ops; k++)
		rc = liveop_make(c, pool, pool->op_off[pool->first_op[i] + k], &p->ops[k], g->e);
	code_back(c, BPF_JA, 0, 0, 0, g->redirect);
	return rc;
}

/* Packet R2 (a constant one) from the pool. */
static void make_copy(struct gen *g)
{
	const struct livepool *pool = g->l->pool;
	struct code *c = g->c;

	g->copy = c->n;
	code_back(c, BPF_JGE, R2, 0, pool->n_packets, g->drop);
	code_alu_num(c, BPF_LSH, R2, 3, R1);
	code_addr(c, R1, pool->fd, 0);
	code_alu(c, BPF_ADD, R1, R2);
	code_load(c, BPF_W, LIVE_K, R1, offsetof(struct live_packet, off));
	code_load(c, BPF_W, LIVE_DATA, R1, offsetof(struct live_packet, len));
	code_alu(c, BPF_MOV, R1, LIVE_CTX);
	code_alu(c, BPF_MOV, R2, LIVE_DATA);
	code_alu_num(c, BPF_SUB, R2, g->l->frame_bytes, R3);
	code_call(c, BPF_FUNC_xdp_adjust_tail);
	code_back(c, BPF_JNE, R0, 0, 0, g->drop);
	code_back(c, BPF_JGT, LIVE_K, 0, pool->n_bytes, g->drop);
	code_back(c, BPF_JGT, LIVE_DATA, 0, FRAME_MAX, g->drop);
	code_back(c, BPF_JEQ, LIVE_DATA, 0, 0, g->drop);
	code_alu(c, BPF_MOV, R1, LIVE_CTX);
	code_num(c, R2, 0);
	code_addr(c, R3, pool->fd, pool->bytes_off);
	code_alu(c, BPF_ADD, R3, LIVE_K);
	code_alu(c, BPF_MOV, R4, LIVE_DATA);
	code_call(c, BPF_FUNC_xdp_store_bytes);
	code_back(c, BPF_JNE, R0, 0, 0, g->drop);
	code_back(c, BPF_JA, 0, 0, 0, g->redirect);
}

/* The code of packet R2 out of own[from] to own[to - 1], by halves. */
static int make_tree(struct gen *g, unsigned int from, unsigned int to)
{
	unsigned int mid = (from + to) / 2, right;
	int rc;

	if (to - from == 1) {
		code_back(g->c, BPF_JNE, R2, 0, g->own[from], g->has_copy ? g->copy : g->drop);
		return make_packet(g, g->own[from]);
	}
	right = code_jump(g->c, BPF_JGE, R2, 0, g->own[mid]);
	rc = make_tree(g, from, mid);
	code_land(g->c, right);
	return rc ? rc : make_tree(g, mid, to);
}

/* Pieces that others jump back to, so that all jumps have a known end. */
static void make_ends(struct gen *g)
{
	struct code *c = g->c;
	unsigned int begin;

	code_alu(c, BPF_MOV, LIVE_CTX, R1);
	begin = code_jump(c, BPF_JA, 0, 0, 0);
	g->drop = c->n;
	code_return(c, XDP_DROP);
	g->redirect = c->n;
	code_num(c, R1, g->l->ifindex);
	code_num(c, R2, 0);
	code_call(c, BPF_FUNC_redirect);
	code_put(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	if (g->has_copy)
		make_copy(g);
	code_land(c, begin);
}

/* Which packets of the schedule get code of their own. */
static int choose_own(struct gen *g)
{
	const struct prog *prog = g->l->g;
	const struct plan *plan = g->l->plan;
	AUTO(free_p) bool *sends = calloc(prog->n_packets, sizeof(*sends));
	unsigned int n_const = 0;

	g->own = calloc(prog->n_packets, sizeof(*g->own));
	if (!sends || !g->own)
		return err_sys(g->e, ENOMEM, "an eBPF program");
	for (uint32_t i = 0; i < plan->n_slots; i++)
		sends[plan->slots[i].packet] = true;
	for (uint32_t i = 0; i < prog->n_packets; i++) {
		const struct packet *p = &prog->packets[i];

		if (!sends[i])
			continue;
		for (uint32_t k = 0; k < p->n_ops; k++)
			g->uses[p->ops[k].index] = true;
		if (p->n_ops || (p->len <= INLINE_BYTES && n_const++ < INLINE_CONST) ||
		    plan->n_slots == 1)
			g->own[g->n_own++] = i;
		else
			g->has_copy = true;
	}
	return 0;
}

int livegen_make(const struct livegen *l, struct code *c, struct err *e)
{
	struct gen g = { .l = l, .c = c, .e = e };
	int rc = choose_own(&g);

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		rc = err_set(e, EOPNOTSUPP, "is for little-endian machines");
	if (!rc && l->plan->job->random && l->plan->n_lanes > 1 && !l->g->by_cpu)
		rc = err_set(e, EOPNOTSUPP, "random order within streams (-r) is not done in eBPF");
	if (!rc) {
		make_ends(&g);
		livegen_take_number(&g);
		livegen_take_order(&g);
		livegen_keep_index(&g, INDEX_ALL);
		if (l->plan->n_slots > 1)
			livegen_take_slot(&g);
		else
			livegen_keep_index(&g, INDEX_ROUND);
		if (l->plan->n_slots == 1)
			rc = make_packet(&g, g.own[0]);
		else if (g.n_own)
			rc = make_tree(&g, 0, g.n_own);
		else
			code_back(c, BPF_JA, 0, 0, 0, g.copy);
	}
	free(g.own);
	if (!rc && c->full)
		rc = err_set(e, E2BIG, "the script has too many changing packets for one eBPF "
			     "program");
	return rc;
}
