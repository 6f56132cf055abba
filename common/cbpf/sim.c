// SPDX-License-Identifier: GPL-2.0-or-later
/* sim - see sim.h. */
#include "cbpf/sim.h"

#include "base/bytes.h"
#include "cbpf/insn.h"
#include "cbpf/vm_slow.h"

void sim_begin(struct sim *s, const struct sock_fprog *prog, const uint8_t *data, uint32_t cap_len,
	       uint32_t len, const struct vm_aux *aux)
{
	*s = (struct sim){ .prog = prog, .data = data, .cap_len = cap_len, .len = len, .aux = aux };
}

static bool load_bytes(struct sim *s, uint32_t off, unsigned int size, uint32_t *ret_v)
{
	if (off > INT32_MAX)
		return vm_load_neg(s->data, s->cap_len, off, size, s->aux, ret_v);
	if ((uint64_t)off + size > s->cap_len)
		return false;
	*ret_v = size == 4   ? get_be32(s->data + off)
		 : size == 2 ? get_be16(s->data + off)
			     : s->data[off];
	return true;
}

static unsigned int size_of(const struct sock_filter *f)
{
	return BPF_SIZE(f->code) == BPF_W ? 4 : BPF_SIZE(f->code) == BPF_H ? 2 : 1;
}

static enum sim_end load(struct sim *s, const struct sock_filter *f)
{
	uint32_t ad;
	bool fits = true;

	switch (BPF_MODE(f->code)) {
	case BPF_ABS:
		if (insn_is_ad(f, &ad))
			s->a = vm_load_ad(ad, s->a, s->x, s->data, s->cap_len, s->aux);
		else
			fits = load_bytes(s, f->k, size_of(f), &s->a);
		break;
	case BPF_IND:
		fits = load_bytes(s, s->x + f->k, size_of(f), &s->a);
		break;
	case BPF_LEN:
		s->a = s->len;
		break;
	case BPF_MEM:
		s->a = s->mem[f->k];
		break;
	default:
		s->a = f->k;
	}
	return fits ? SIM_RUNNING : SIM_RANGE;
}

static enum sim_end load_x(struct sim *s, const struct sock_filter *f)
{
	uint32_t v;

	switch (BPF_MODE(f->code)) {
	case BPF_MSH:
		if (!load_bytes(s, f->k, 1, &v))
			return SIM_RANGE;
		s->x = (v & 0xf) << 2;
		break;
	case BPF_LEN:
		s->x = s->len;
		break;
	case BPF_MEM:
		s->x = s->mem[f->k];
		break;
	default:
		s->x = f->k;
	}
	return SIM_RUNNING;
}

static enum sim_end alu(struct sim *s, const struct sock_filter *f)
{
	uint32_t v = BPF_SRC(f->code) == BPF_X ? s->x : f->k;

	switch (BPF_OP(f->code)) {
	case BPF_ADD:
		s->a += v;
		break;
	case BPF_SUB:
		s->a -= v;
		break;
	case BPF_MUL:
		s->a *= v;
		break;
	case BPF_DIV:
	case BPF_MOD:
		if (v == 0)
			return SIM_DIVIDE;
		s->a = BPF_OP(f->code) == BPF_DIV ? s->a / v : s->a % v;
		break;
	case BPF_AND:
		s->a &= v;
		break;
	case BPF_OR:
		s->a |= v;
		break;
	case BPF_XOR:
		s->a ^= v;
		break;
	case BPF_LSH:
		s->a <<= v & 31;
		break;
	case BPF_RSH:
		s->a >>= v & 31;
		break;
	default: /* BPF_NEG */
		s->a = -s->a;
	}
	return SIM_RUNNING;
}

bool sim_jump(const struct sim *s, unsigned int *ret_target)
{
	const struct sock_filter *f = &s->prog->filter[s->pc];
	uint32_t v = BPF_SRC(f->code) == BPF_X ? s->x : f->k;
	bool holds;

	if (BPF_CLASS(f->code) != BPF_JMP)
		return false;
	switch (BPF_OP(f->code)) {
	case BPF_JA:
		*ret_target = s->pc + 1 + f->k;
		return true;
	case BPF_JEQ:
		holds = s->a == v;
		break;
	case BPF_JGT:
		holds = s->a > v;
		break;
	case BPF_JGE:
		holds = s->a >= v;
		break;
	default: /* BPF_JSET */
		holds = s->a & v;
	}
	*ret_target = s->pc + 1 + (holds ? f->jt : f->jf);
	return true;
}

static void store(struct sim *s, const struct sock_filter *f)
{
	s->mem[f->k] = BPF_CLASS(f->code) == BPF_ST ? s->a : s->x;
	s->mem_set |= 1u << f->k;
}

bool sim_step(struct sim *s)
{
	const struct sock_filter *f = &s->prog->filter[s->pc];
	unsigned int next = s->pc + 1;

	switch (BPF_CLASS(f->code)) {
	case BPF_LD:
		s->end = load(s, f);
		break;
	case BPF_LDX:
		s->end = load_x(s, f);
		break;
	case BPF_ST:
	case BPF_STX:
		store(s, f);
		break;
	case BPF_ALU:
		s->end = alu(s, f);
		break;
	case BPF_JMP:
		sim_jump(s, &next);
		break;
	case BPF_RET:
		s->end = SIM_RET;
		s->verdict = BPF_RVAL(f->code) == BPF_A ? s->a : f->k;
		break;
	default: /* BPF_MISC */
		if (BPF_MISCOP(f->code) == BPF_TAX)
			s->x = s->a;
		else
			s->a = s->x;
	}
	if (s->end == SIM_RUNNING)
		s->pc = next;
	return s->end == SIM_RUNNING;
}

const char *sim_end_text(enum sim_end end)
{
	switch (end) {
	case SIM_RUNNING:
		return "still running";
	case SIM_RET:
		return "ret";
	case SIM_RANGE:
		return "load behind the end of the packet";
	case SIM_DIVIDE:
		return "division by X = 0";
	}
	return "?";
}
