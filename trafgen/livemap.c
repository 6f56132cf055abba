// SPDX-License-Identifier: GPL-2.0-or-later
/* livemap - see livemap.h. Frames are redirected and flushed with softirqs off, so an event on a
 * CPU while the program that ran there last has frames under way is about these frames, and any
 * other is not: neither the device nor the task needs to be looked at. */
#include "livemap.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/attr.h"
#include "livecode.h"
#include "sys/bpf.h"
#include "sys/fd.h"

/* Registers of both programs. */
enum { R0, R1, R2, R3, R4, ERR, CTX, STATE, DROPS, LEFT };

enum { BULK_MAX = 64, ACCOUNT_INSNS = 200 };

#define STATE_OFF(member) ((int)offsetof(struct live_state, member))

/* STATE = that of the worker whose frames are under way on this CPU; returns otherwise.
 * ERR = word 'err' of what the tracepoint passes. */
static void find_state(struct code *c, const struct livemap *m, unsigned int err)
{
	unsigned int ok;

	code_alu(c, BPF_MOV, CTX, R1);
	code_call(c, BPF_FUNC_get_smp_processor_id);
	code_alu(c, BPF_MOV, ERR, R0);
	ok = code_jump(c, BPF_JLT, R0, 0, m->n_cpus);
	code_return(c, 0);
	code_land(c, ok);
	code_alu_num(c, BPF_LSH, R0, 2, R1);
	code_addr(c, R1, m->fd, 0);
	code_alu(c, BPF_ADD, R1, R0);
	code_load(c, BPF_W, R0, R1, 0);
	ok = code_jump(c, BPF_JLT, R0, 0, m->n_workers);
	code_return(c, 0);
	code_land(c, ok);
	code_alu_num(c, BPF_MUL, R0, sizeof(struct live_state), R1);
	code_addr(c, STATE, m->fd, m->state_off);
	code_alu(c, BPF_ADD, STATE, R0);
	code_load(c, BPF_DW, R1, STATE, STATE_OFF(cpu));
	ok = code_jump(c, BPF_JEQ, R1, ERR, 0);
	code_return(c, 0);
	code_land(c, ok);
	code_load(c, BPF_DW, R1, STATE, STATE_OFF(queued));
	code_load(c, BPF_DW, R2, STATE, STATE_OFF(done));
	ok = code_jump(c, BPF_JNE, R1, R2, 0);
	code_return(c, 0);
	code_land(c, ok);
	code_load(c, BPF_DW, ERR, CTX, err * 8);
}

/* lost[n_lost++] = recent[R1]; uses R0 to R3 */
static void note_lost(struct code *c)
{
	code_alu_num(c, BPF_AND, R1, LIVE_RECENT - 1, R0);
	code_alu_num(c, BPF_LSH, R1, 3, R0);
	code_alu(c, BPF_MOV, R2, STATE);
	code_alu(c, BPF_ADD, R2, R1);
	code_load(c, BPF_DW, R0, R2, STATE_OFF(recent));
	code_load(c, BPF_DW, R1, STATE, STATE_OFF(n_lost));
	code_alu(c, BPF_MOV, R3, R1);
	code_alu_num(c, BPF_ADD, R3, 1, R2);
	code_store(c, BPF_DW, STATE, STATE_OFF(n_lost), R3);
	code_alu_num(c, BPF_AND, R1, LIVE_LOST - 1, R2);
	code_alu_num(c, BPF_LSH, R1, 3, R2);
	code_alu(c, BPF_MOV, R2, STATE);
	code_alu(c, BPF_ADD, R2, R1);
	code_store(c, BPF_DW, R2, STATE_OFF(lost), R0);
}

/* last_err = ERR, sign-extended; n_refused++ */
static void note_refusal(struct code *c)
{
	code_alu_num(c, BPF_LSH, ERR, 32, R1);
	code_alu_num(c, BPF_ARSH, ERR, 32, R1);
	code_store(c, BPF_DW, STATE, STATE_OFF(last_err), ERR);
	code_load(c, BPF_DW, R1, STATE, STATE_OFF(n_refused));
	code_alu_num(c, BPF_ADD, R1, 1, R2);
	code_store(c, BPF_DW, STATE, STATE_OFF(n_refused), R1);
}

/* state->member += src; src is used up */
static void add_to(struct code *c, int member, uint8_t src)
{
	code_load(c, BPF_DW, R1, STATE, member);
	code_alu(c, BPF_ADD, src, R1);
	code_store(c, BPF_DW, STATE, member, src);
}

/* xdp_devmap_xmit(from_dev, to_dev, int sent, int drops, int err): a bulk, of which the last
 * 'drops' were not taken. */
static void make_xmit(struct code *c, const struct livemap *m)
{
	unsigned int none, loop, end, out;

	find_state(c, m, 4);
	code_load(c, BPF_DW, R2, CTX, 2 * 8);
	code_put(c, BPF_ALU | BPF_MOV | BPF_X, R2, R2, 0, 0);
	code_alu(c, BPF_MOV, R3, R2);
	add_to(c, STATE_OFF(sent), R3);
	add_to(c, STATE_OFF(done), R2);
	code_load(c, BPF_DW, DROPS, CTX, 3 * 8);
	code_put(c, BPF_ALU | BPF_MOV | BPF_X, DROPS, DROPS, 0, 0);
	none = code_jump(c, BPF_JEQ, DROPS, 0, 0);
	note_refusal(c);
	code_num(c, LEFT, BULK_MAX);
	loop = c->n;
	end = code_jump(c, BPF_JEQ, DROPS, 0, 0);
	code_load(c, BPF_DW, R1, STATE, STATE_OFF(done));
	code_alu(c, BPF_MOV, R2, R1);
	code_alu_num(c, BPF_ADD, R2, 1, R3);
	code_store(c, BPF_DW, STATE, STATE_OFF(done), R2);
	note_lost(c);
	code_alu_num(c, BPF_SUB, DROPS, 1, R1);
	code_alu_num(c, BPF_SUB, LEFT, 1, R1);
	out = code_jump(c, BPF_JEQ, LEFT, 0, 0);
	code_back(c, BPF_JA, 0, 0, 0, loop);
	code_land(c, none);
	code_land(c, end);
	code_land(c, out);
	code_return(c, 0);
}

/* xdp_redirect_err(dev, prog, tgt, int err, ...): the frame queued last was not queued. */
static void make_redirect_err(struct code *c, const struct livemap *m)
{
	find_state(c, m, 3);
	note_refusal(c);
	code_load(c, BPF_DW, R1, STATE, STATE_OFF(queued));
	code_alu_num(c, BPF_SUB, R1, 1, R2);
	code_store(c, BPF_DW, STATE, STATE_OFF(queued), R1);
	note_lost(c);
	code_return(c, 0);
}

static int start_account(struct livemap *m, struct err *e)
{
	static const struct {
		const char *name;
		void (*make)(struct code *c, const struct livemap *m);
	} points[] = {
		{ "xdp_devmap_xmit", make_xmit },
		{ "xdp_redirect_err", make_redirect_err },
	};
	AUTO(free_p) struct bpf_insn *insns = calloc(CODE_MAX, sizeof(*insns));

	if (!insns)
		return err_sys(e, ENOMEM, "the account of frames");
	for (unsigned int i = 0; i < ARRAY_SIZE(points); i++) {
		struct code c = { .insns = insns };

		points[i].make(&c, m);
		m->prog_fd[i] = sysbpf_prog_load("trafgen_account", BPF_PROG_TYPE_RAW_TRACEPOINT,
						 insns, c.n, e);
		if (m->prog_fd[i] < 0)
			return m->prog_fd[i];
		m->link_fd[i] = sysbpf_raw_tracepoint(points[i].name, m->prog_fd[i], e);
		if (m->link_fd[i] < 0)
			return m->link_fd[i];
	}
	return 0;
}

int livemap_open(struct livemap *m, uint32_t n_workers, struct err *e)
{
	*m = (struct livemap){ .fd = -1, .n_cpus = sysbpf_possible_cpus(), .n_workers = n_workers,
			       .prog_fd = { -1, -1 }, .link_fd = { -1, -1 } };
	m->state_off = ALIGN_UP(m->n_cpus * 4, 64u);
	m->bytes = m->state_off + n_workers * sizeof(struct live_state);
	m->fd = sysbpf_array_new("trafgen_state", m->bytes, 1, e);
	if (m->fd < 0)
		return m->fd;
	m->value = mmap(NULL, m->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd, 0);
	if (m->value == MAP_FAILED) {
		m->value = NULL;
		return err_sys(e, errno, "map the memory of a BPF map");
	}
	return start_account(m, e);
}

void livemap_close(struct livemap *m)
{
	for (unsigned int i = 0; i < 2; i++) {
		close_p(&m->link_fd[i]);
		close_p(&m->prog_fd[i]);
	}
	if (m->value)
		munmap(m->value, m->bytes);
	close_p(&m->fd);
}
