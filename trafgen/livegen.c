// SPDX-License-Identifier: GPL-2.0-or-later
/* livegen - see livegen.h. Short packets, and those with operations, have code of their own that
 * holds their bytes; all others are copied from the pool by one piece of code. */
#include "livegen_priv.h"

#include <errno.h>
#include <stddef.h>

#include "base/bytes.h"
#include "livemap.h"

enum {
	INLINE_BYTES = 256, /* longer ones are copied by a helper */
	INLINE_CONST = 64,  /* constant packets with code of their own, most */
};

#define STATE_OFF(member) ((int)offsetof(struct live_state, member))

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
		find_index(g, g->slots[i]);
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
	/* the first of several parts sends nothing itself */
	if (!g->l->n_parts || g->l->part) {
		g->redirect = c->n;
		code_num(c, R1, g->l->ifindex);
		code_num(c, R2, 0);
		code_call(c, BPF_FUNC_redirect);
		code_put(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
		if (g->has_copy)
			make_copy(g);
	}
	code_land(c, begin);
}

/* Which packets of the plan get code of their own. */
static int choose_own(struct gen *g)
{
	const struct prog *prog = g->l->g;
	const struct plan *plan = g->l->plan;
	const struct lane *l = &plan->lanes[prog->by_cpu ? g->l->worker : 0];
	uint32_t first = prog->by_cpu ? l->first_slot : 0, n_const = 0;
	uint32_t n = prog->by_cpu ? l->n_slots : plan->n_slots;

	g->own = calloc(prog->n_packets, sizeof(*g->own));
	g->slots = calloc(prog->n_packets, sizeof(*g->slots));
	if (!g->slots || !g->own)
		return err_sys(g->e, ENOMEM, "an eBPF program");
	for (uint32_t i = first; i < first + n; i++)
		g->slots[plan->slots[i].packet] = &plan->slots[i];
	for (uint32_t i = 0; i < prog->n_packets; i++) {
		const struct packet *p = &prog->packets[i];

		if (!g->slots[i])
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

/* The first packet of 'part' (from 1) in own[]. */
static unsigned int part_begin(const struct gen *g, unsigned int part)
{
	return (uint64_t)g->n_own * (part - 1) / g->l->n_parts;
}

/* The end of the first part: hands over to the one that has packet R2. A tail call keeps neither
 * registers nor the stack. */
static void call_part(struct gen *g)
{
	struct code *c = g->c;
	unsigned int jumps[LIVE_MAX_PARTS];

	code_addr(c, R5, g->l->state_fd, g->l->state_off);
	code_store(c, BPF_DW, R5, STATE_OFF(packet), R2);
	code_store(c, BPF_DW, R5, STATE_OFF(nth), LIVE_NTH);
	code_store(c, BPF_DW, R5, STATE_OFF(k), LIVE_K);
	for (unsigned int i = INDEX_OWN + 1; i < N_INDEX; i++) {
		if (!g->uses[i])
			continue;
		code_load(c, BPF_DW, R0, LIVE_STACK, live_stack(i));
		code_store(c, BPF_DW, R5, STATE_OFF(index) + 8 * (int)i, R0);
	}
	for (unsigned int i = 1; i < g->l->n_parts; i++) {
		code_num(c, R3, i - 1);
		jumps[i] = code_jump(c, BPF_JLT, R2, 0, g->own[part_begin(g, i + 1)]);
	}
	code_num(c, R3, g->l->n_parts - 1);
	for (unsigned int i = 1; i < g->l->n_parts; i++)
		code_land(c, jumps[i]);
	code_alu(c, BPF_MOV, R1, LIVE_CTX);
	code_map(c, R2, g->l->parts_fd);
	code_call(c, BPF_FUNC_tail_call);
	code_return(c, XDP_DROP);
}

/* The beginning of another part. */
static void take_over(struct gen *g)
{
	struct code *c = g->c;

	code_addr(c, R5, g->l->state_fd, g->l->state_off);
	for (unsigned int i = INDEX_OWN + 1; i < N_INDEX; i++) {
		if (!g->uses[i])
			continue;
		code_load(c, BPF_DW, R0, R5, STATE_OFF(index) + 8 * (int)i);
		code_store(c, BPF_DW, LIVE_STACK, live_stack(i), R0);
	}
	code_load(c, BPF_DW, R2, R5, STATE_OFF(packet));
	code_load(c, BPF_DW, LIVE_NTH, R5, STATE_OFF(nth));
	code_load(c, BPF_DW, LIVE_K, R5, STATE_OFF(k));
}

/* From R2 on: the packets of this program. */
static int make_packets(struct gen *g)
{
	const struct livegen *l = g->l;

	if (l->part)
		return make_tree(g, part_begin(g, l->part), part_begin(g, l->part + 1));
	if (l->n_parts)
		call_part(g);
	else if (l->plan->n_slots == 1)
		return make_packet(g, g->own[0]);
	else if (g->n_own)
		return make_tree(g, 0, g->n_own);
	else
		code_back(g->c, BPF_JA, 0, 0, 0, g->copy);
	return 0;
}

static void make_order(struct gen *g)
{
	livegen_take_number(g);
	livegen_take_order(g);
	livegen_keep_index(g, INDEX_ALL);
	if (g->l->plan->n_slots > 1)
		livegen_take_slot(g);
	else
		livegen_keep_index(g, INDEX_ROUND);
}

int livegen_make(const struct livegen *l, struct code *c, struct err *e)
{
	struct gen g = { .l = l, .c = c, .e = e };
	int rc = choose_own(&g);

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		rc = err_set(e, EOPNOTSUPP, "is for little-endian machines");
	if (!rc && l->plan->job->random && l->plan->n_lanes > 1 && !l->g->by_cpu)
		rc = err_set(e, EOPNOTSUPP, "random order within streams (-r) is not done in eBPF");
	if (!rc && l->n_parts > g.n_own)
		rc = err_set(e, E2BIG, "a packet of the script is too much for one eBPF program");
	if (!rc) {
		make_ends(&g);
		if (l->part)
			take_over(&g);
		else
			make_order(&g);
		rc = make_packets(&g);
	}
	free(g.own);
	free(g.slots);
	if (!rc && c->full)
		rc = err_set(e, E2BIG, "the script has too many changing packets for eBPF");
	return rc;
}
