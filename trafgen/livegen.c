// SPDX-License-Identifier: GPL-2.0-or-later
/* livegen - see livegen.h. Short packets, and those with operations, have code of their own that
 * holds their bytes; all others are copied from the pool by one piece of code. */
#include "livegen.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "livemap.h"
#include "sys/bpf.h"
#include "sys/fd.h"

enum {
	INLINE_BYTES = 256, /* longer ones are copied by a helper */
	INLINE_CONST = 64,  /* constant packets with code of their own, most */
	POOL_MAX = 64 << 20,
	FRAME_MAX = 4096, /* no frame is longer: see live.c */
};

struct gen {
	const struct livegen *l;
	struct code *c;
	unsigned int drop, redirect, copy; /* where these pieces are */
	bool has_copy;
	uint32_t *own; /* packets with code of their own, ascending */
	unsigned int n_own;
	struct err *e;
};

#define STATE_OFF(member) ((int)offsetof(struct live_state, member))

/* --- the pool ------------------------------------------------------------------------------ */

static uint64_t measure_pool(struct livepool *p, const struct prog *g)
{
	uint64_t at = g->n_packets * sizeof(struct live_packet);
	uint32_t n_ops = 0;

	for (size_t i = 0; i < g->n_packets; i++) {
		p->first_op[i] = n_ops;
		for (uint32_t k = 0; k < g->packets[i].n_ops; k++, n_ops++) {
			p->op_off[n_ops] = at;
			at += ALIGN_UP(liveop_table(&g->packets[i].ops[k], NULL), 4u);
		}
	}
	p->bytes_off = at = ALIGN_UP(at, (uint64_t)64);
	for (size_t i = 0; i < g->n_packets; i++)
		at += ALIGN_UP(g->packets[i].len, 8u);
	p->n_bytes = at - p->bytes_off;
	return at + FRAME_MAX;
}

static void fill_pool(struct livepool *p, const struct prog *g)
{
	struct live_packet *record = (struct live_packet *)p->value;
	uint32_t at = 0;

	for (size_t i = 0; i < g->n_packets; i++) {
		const struct packet *pk = &g->packets[i];

		record[i] = (struct live_packet){ at, pk->len };
		memcpy(p->value + p->bytes_off + at, pk->bytes, pk->len);
		at += ALIGN_UP(pk->len, 8u);
		for (uint32_t k = 0; k < pk->n_ops; k++)
			liveop_table(&pk->ops[k], p->value + p->op_off[p->first_op[i] + k]);
	}
}

int livepool_open(struct livepool *p, const struct prog *g, struct err *e)
{
	size_t n_ops = 0;
	uint64_t size;

	for (size_t i = 0; i < g->n_packets; i++)
		n_ops += g->packets[i].n_ops;
	*p = (struct livepool){ .fd = -1, .n_packets = g->n_packets,
				.op_off = calloc(n_ops + 1, sizeof(uint32_t)),
				.first_op = calloc(g->n_packets, sizeof(uint32_t)) };
	if (!p->op_off || !p->first_op)
		return err_sys(e, ENOMEM, "packets for eBPF");
	size = measure_pool(p, g);
	if (size > POOL_MAX)
		return err_set(e, E2BIG, "%llu MiB of packets are too much",
			       (unsigned long long)size >> 20);
	p->fd = sysbpf_array_new("trafgen_pool", size, 1, e);
	if (p->fd < 0)
		return p->fd;
	p->value = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, p->fd, 0);
	if (p->value == MAP_FAILED) {
		p->value = NULL;
		return err_sys(e, errno, "map the memory of a BPF map");
	}
	p->size = size;
	fill_pool(p, g);
	return 0;
}

void livepool_close(struct livepool *p)
{
	if (p->value)
		munmap(p->value, p->size);
	close_p(&p->fd);
	free(p->op_off);
	free(p->first_op);
}

/* --- the program --------------------------------------------------------------------------- */

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

/* LIVE_K = index of the packet in its stream, from LIVE_K, the round (or what was sent before, in
 * random order), and LIVE_NTH */
static void find_index(struct gen *g, const struct slot *s)
{
	struct code *c = g->c;
	bool rounds = g->l->schedule->n > 1 && !g->l->schedule->random;

	if (rounds && s->times > 1) {
		code_alu_num(c, BPF_MUL, LIVE_K, s->times, R1);
		code_alu(c, BPF_ADD, LIVE_K, LIVE_NTH);
	}
	if (s->share > 1)
		code_alu_num(c, BPF_MUL, LIVE_K, s->share, R1);
	if (s->rank)
		code_alu_num(c, BPF_ADD, LIVE_K, s->rank, R1);
}

static const struct slot *slot_of(const struct schedule *s, uint32_t packet)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->slots[i].packet == packet)
			return &s->slots[i];
	return &s->slots[0];
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
		find_index(g, slot_of(g->l->schedule, i));
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

/* LIVE_K = number of the packet that goes now: one that was lost before, or the next. It is noted
 * as the last one redirected. */
static void take_number(struct gen *g)
{
	const struct livegen *l = g->l;
	struct code *c = g->c;
	unsigned int list, have;

	code_call(c, BPF_FUNC_get_smp_processor_id);
	code_back(c, BPF_JGE, R0, 0, l->n_cpus, g->drop);
	code_addr(c, R5, l->state_fd, l->state_off);
	code_store(c, BPF_DW, R5, STATE_OFF(cpu), R0);
	code_alu_num(c, BPF_LSH, R0, 2, R1);
	code_addr(c, R1, l->state_fd, 0);
	code_alu(c, BPF_ADD, R1, R0);
	code_put(c, BPF_ST | BPF_MEM | BPF_W, R1, 0, 0, l->worker);
	code_load(c, BPF_DW, R1, R5, STATE_OFF(n_lost));
	code_back(c, BPF_JGE, R1, 0, LIVE_LOST_STOP, g->drop);
	code_load(c, BPF_DW, R1, R5, STATE_OFF(list_at));
	code_load(c, BPF_DW, R2, R5, STATE_OFF(list_n));
	list = code_jump(c, BPF_JLT, R1, R2, 0);
	code_load(c, BPF_DW, LIVE_K, R5, STATE_OFF(next));
	code_alu(c, BPF_MOV, R1, LIVE_K);
	code_alu_num(c, BPF_ADD, R1, 1, R2);
	code_store(c, BPF_DW, R5, STATE_OFF(next), R1);
	have = code_jump(c, BPF_JA, 0, 0, 0);
	code_land(c, list);
	code_alu(c, BPF_MOV, R2, R1);
	code_alu_num(c, BPF_ADD, R2, 1, R3);
	code_store(c, BPF_DW, R5, STATE_OFF(list_at), R2);
	code_alu_num(c, BPF_AND, R1, LIVE_LOST - 1, R2);
	code_alu_num(c, BPF_LSH, R1, 3, R2);
	code_alu(c, BPF_MOV, R2, R5);
	code_alu(c, BPF_ADD, R2, R1);
	code_load(c, BPF_DW, LIVE_K, R2, STATE_OFF(list));
	code_land(c, have);
	code_load(c, BPF_DW, R1, R5, STATE_OFF(queued));
	code_alu(c, BPF_MOV, R2, R1);
	code_alu_num(c, BPF_ADD, R2, 1, R3);
	code_store(c, BPF_DW, R5, STATE_OFF(queued), R2);
	code_alu_num(c, BPF_AND, R1, LIVE_RECENT - 1, R2);
	code_alu_num(c, BPF_LSH, R1, 3, R2);
	code_alu(c, BPF_ADD, R5, R1);
	code_store(c, BPF_DW, R5, STATE_OFF(recent), LIVE_K);
}

/* From LIVE_K: R2 = the packet of the script, LIVE_NTH and LIVE_K what find_index() wants. */
static void take_slot(struct gen *g)
{
	const struct livegen *l = g->l;
	const struct schedule *s = l->schedule;
	struct code *c = g->c;

	if (s->random) {
		liveop_random(c, s->key, 1, 0);
		liveop_below(c, s->n);
	} else {
		code_alu(c, BPF_MOV, R0, LIVE_K);
		code_alu_num(c, BPF_DIV, LIVE_K, s->n, R1);
		code_alu(c, BPF_MOV, R1, LIVE_K);
		code_alu_num(c, BPF_MUL, R1, s->n, R2);
		code_alu(c, BPF_SUB, R0, R1);
	}
	code_back(c, BPF_JGE, R0, 0, s->n, g->drop);
	code_alu_num(c, BPF_LSH, R0, 4, R1);
	code_addr(c, R1, l->slots_fd, 0);
	code_alu(c, BPF_ADD, R1, R0);
	code_load(c, BPF_W, R2, R1, offsetof(struct live_slot, packet));
	code_load(c, BPF_W, LIVE_NTH, R1, offsetof(struct live_slot, nth));
	code_load(c, BPF_DW, R0, R1, offsetof(struct live_slot, n_tried));
	code_alu_num(c, BPF_ADD, R0, 1, R3);
	code_store(c, BPF_DW, R1, offsetof(struct live_slot, n_tried), R0);
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
	const struct schedule *s = g->l->schedule;
	AUTO(free_p) bool *sends = calloc(prog->n_packets, sizeof(*sends));
	unsigned int n_const = 0;

	g->own = calloc(prog->n_packets, sizeof(*g->own));
	if (!sends || !g->own)
		return err_sys(g->e, ENOMEM, "an eBPF program");
	for (uint32_t i = 0; i < s->n; i++)
		sends[s->slots[i].packet] = true;
	for (uint32_t i = 0; i < prog->n_packets; i++) {
		const struct packet *p = &prog->packets[i];

		if (!sends[i])
			continue;
		if (p->n_ops || (p->len <= INLINE_BYTES && n_const++ < INLINE_CONST) || s->n == 1)
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
	if (!rc) {
		make_ends(&g);
		take_number(&g);
		if (l->schedule->n > 1)
			take_slot(&g);
		if (l->schedule->n == 1)
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
