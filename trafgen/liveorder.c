// SPDX-License-Identifier: GPL-2.0-or-later
/* liveorder - plan_at() as eBPF: from the number of a worker's packet to the packet of the script
 * and its indices. */
#include <stddef.h>

#include "livegen_priv.h"
#include "livemap.h"

#define STATE_OFF(member) ((int)offsetof(struct live_state, member))

void livegen_take_number(struct gen *g)
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

void livegen_keep_index(struct gen *g, unsigned int kind)
{
	struct code *c = g->c;

	if (!g->uses[kind])
		return;
	code_alu(c, BPF_MOV, R1, LIVE_K);
	if (g->l->plan->prog->by_cpu) {
		code_alu_num(c, BPF_MUL, R1, g->l->plan->n_workers, R2);
		code_alu_num(c, BPF_ADD, R1, g->l->worker, R2);
	}
	code_store(c, BPF_DW, LIVE_STACK, live_stack(kind), R1);
}

void livegen_take_order(struct gen *g)
{
	const struct plan *plan = g->l->plan;
	struct code *c = g->c;
	unsigned int row = plan->in_a_row;

	if (plan->prog->by_cpu || plan->n_workers == 1)
		return;
	if (row > 1) {
		code_alu(c, BPF_MOV, R0, LIVE_K);
		code_alu_num(c, BPF_AND, R0, row - 1, R1);
		code_alu_num(c, BPF_RSH, LIVE_K, __builtin_ctz(row), R1);
	}
	code_alu_num(c, BPF_MUL, LIVE_K, plan->n_workers, R1);
	code_alu_num(c, BPF_ADD, LIVE_K, g->l->worker, R1);
	if (row > 1) {
		code_alu_num(c, BPF_LSH, LIVE_K, __builtin_ctz(row), R1);
		code_alu(c, BPF_ADD, LIVE_K, R0);
	}
}

/* R1 = the turn that packet R0 of a round is in. Without jumps: the verifier would follow each. */
static void find_turn(struct gen *g)
{
	const struct livepool *pool = g->l->pool;
	const struct plan *plan = g->l->plan;
	struct code *c = g->c;

	if (plan->turn_packets) {
		code_alu(c, BPF_MOV, R1, R0);
		code_alu_num(c, BPF_DIV, R1, plan->turn_packets, R2);
		return;
	}
	code_num(c, R1, 0);
	for (uint32_t half = pool->n_turns / 2; half; half /= 2) {
		code_alu(c, BPF_MOV, R2, R1);
		code_alu_num(c, BPF_ADD, R2, half, R3);
		code_alu_num(c, BPF_AND, R2, pool->n_turns - 1, R3);
		code_alu_num(c, BPF_LSH, R2, 5, R3);
		code_addr(c, R3, pool->fd, pool->turns_off);
		code_alu(c, BPF_ADD, R3, R2);
		code_load(c, BPF_DW, R3, R3, offsetof(struct live_turn, first));
		/* 1 if it begins at R0 or before */
		code_alu(c, BPF_SUB, R3, R0);
		code_alu_num(c, BPF_SUB, R3, 1, R4);
		code_alu_num(c, BPF_RSH, R3, 63, R4);
		code_alu_num(c, BPF_MUL, R3, half, R4);
		code_alu(c, BPF_ADD, R1, R3);
	}
}

/* From LIVE_K, the number in the order: LIVE_K = that in the packet's lane, LIVE_NTH = the first
 * slot of the lane, R5 = how many it has. */
static void take_lane(struct gen *g)
{
	const struct livepool *pool = g->l->pool;
	const struct plan *plan = g->l->plan;
	struct code *c = g->c;

	code_alu(c, BPF_MOV, R0, LIVE_K);
	code_alu_num(c, BPF_DIV, LIVE_K, plan->round_packets, R1);
	code_alu(c, BPF_MOV, R1, LIVE_K);
	code_alu_num(c, BPF_MUL, R1, plan->round_packets, R2);
	code_alu(c, BPF_SUB, R0, R1);
	find_turn(g);
	code_alu_num(c, BPF_AND, R1, pool->n_turns - 1, R2);
	code_alu_num(c, BPF_LSH, R1, 5, R2);
	code_addr(c, R4, pool->fd, pool->turns_off);
	code_alu(c, BPF_ADD, R4, R1);
	code_load(c, BPF_DW, R1, R4, offsetof(struct live_turn, first));
	code_alu(c, BPF_SUB, R0, R1);
	code_load(c, BPF_DW, R1, R4, offsetof(struct live_turn, nth));
	code_alu(c, BPF_ADD, R0, R1);
	code_load(c, BPF_DW, R1, R4, offsetof(struct live_turn, per_round));
	code_alu(c, BPF_MUL, LIVE_K, R1);
	code_alu(c, BPF_ADD, LIVE_K, R0);
	code_load(c, BPF_W, LIVE_NTH, R4, offsetof(struct live_turn, first_slot));
	code_load(c, BPF_W, R5, R4, offsetof(struct live_turn, n_slots));
}

/* From LIVE_K, the number in a lane of 'n' slots (0: R5, and LIVE_NTH is the first of them): R0 =
 * the slot, LIVE_K = the round, or the number itself in random order. */
static void find_slot(struct gen *g, uint32_t n)
{
	const struct plan *plan = g->l->plan;
	struct code *c = g->c;

	if (n && plan->job->random) {
		code_alu(c, BPF_MOV, R0, LIVE_K);
		liveop_random(c, plan_key(plan, plan->prog->by_cpu ? g->l->worker : 0), 1, 0);
		liveop_below(c, n);
		return;
	}
	code_alu(c, BPF_MOV, R0, LIVE_K);
	if (n)
		code_num(c, R5, n);
	code_alu(c, BPF_DIV, LIVE_K, R5);
	code_alu(c, BPF_MUL, R5, LIVE_K);
	code_alu(c, BPF_SUB, R0, R5);
	if (!n)
		code_alu(c, BPF_ADD, R0, LIVE_NTH);
}

void livegen_take_slot(struct gen *g)
{
	const struct livegen *l = g->l;
	const struct plan *plan = l->plan;
	const struct lane *lane = &plan->lanes[plan->prog->by_cpu ? l->worker : 0];
	struct code *c = g->c;

	if (plan->job->random && g->uses[INDEX_ROUND]) {
		code_alu(c, BPF_MOV, R5, LIVE_K);
		code_alu_num(c, BPF_DIV, LIVE_K, lane->n_slots, R1);
		livegen_keep_index(g, INDEX_ROUND);
		code_alu(c, BPF_MOV, LIVE_K, R5);
	}
	if (plan->n_lanes > 1 && !plan->prog->by_cpu) {
		take_lane(g);
		find_slot(g, 0);
	} else {
		find_slot(g, lane->n_slots);
		if (lane->first_slot)
			code_alu_num(c, BPF_ADD, R0, lane->first_slot, R1);
	}
	if (!plan->job->random)
		livegen_keep_index(g, INDEX_ROUND);
	code_back(c, BPF_JGE, R0, 0, plan->n_slots, g->drop);
	code_alu_num(c, BPF_LSH, R0, 4, R1);
	code_addr(c, R1, l->slots_fd, 0);
	code_alu(c, BPF_ADD, R1, R0);
	code_load(c, BPF_W, R2, R1, offsetof(struct live_slot, packet));
	code_load(c, BPF_W, LIVE_NTH, R1, offsetof(struct live_slot, nth));
	code_load(c, BPF_DW, R0, R1, offsetof(struct live_slot, n_tried));
	code_alu_num(c, BPF_ADD, R0, 1, R3);
	code_store(c, BPF_DW, R1, offsetof(struct live_slot, n_tried), R0);
}
