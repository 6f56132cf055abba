// SPDX-License-Identifier: GPL-2.0-or-later
/* skbdrop - see skbdrop.h. The device of a packet stands in skb->dev, or, where a protocol has
 * used that room for something else, in skb->skb_iif, with the namespace in the socket that it was
 * for. */
#include "sys/skbdrop.h"

#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "sys/bpf.h"
#include "sys/fd.h"

struct offsets {
	uint32_t skb_dev, skb_iif, skb_sk, dev_index, dev_net, net_inum, sk_net;
	bool rx_sk; /* the tracepoint tells the socket (Linux 6.11) */
};

struct skbdrop {
	int map, prog, link;
	struct btf *btf;
	const struct btf_type *reasons;
};

enum { INSNS_MAX = 128, KEY_BYTES = 16, PREFIX = sizeof("SKB_DROP_REASON_") - 1 };

/* --- offsets ---------------------------------------------------------------------------------- */

/* Finds 'name' in struct 'type_id', also in unnamed structs and unions within. */
static bool find_member(const struct btf *btf, int type_id, const char *name, uint32_t *ret_bits,
			uint32_t *ret_type)
{
	const struct btf_type *t = btf__type_by_id(btf, btf__resolve_type(btf, type_id));
	const struct btf_member *m;

	if (!t || (!btf_is_struct(t) && !btf_is_union(t)))
		return false;
	m = btf_members(t);
	for (uint16_t i = 0; i < btf_vlen(t); i++) {
		const char *is = btf__name_by_offset(btf, m[i].name_off);
		uint32_t inner;

		if (*is && streq(is, name)) {
			*ret_bits = btf_member_bit_offset(t, i);
			*ret_type = m[i].type;
			return true;
		}
		if (!*is && find_member(btf, m[i].type, name, &inner, ret_type)) {
			*ret_bits = btf_member_bit_offset(t, i) + inner;
			return true;
		}
	}
	return false;
}

/* The offset in bytes of "a.b.c" in struct 'type'. */
static bool offset_of(const struct btf *btf, const char *type, const char *path, uint32_t *ret)
{
	int id = btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT);
	uint32_t bits, sum = 0, inner;
	char name[64];
	size_t n;

	if (id < 0)
		return false;
	for (inner = id;; path += n + 1) {
		n = strcspn(path, ".");
		if (n >= sizeof(name))
			return false;
		memcpy(name, path, n);
		name[n] = '\0';
		if (!find_member(btf, inner, name, &bits, &inner))
			return false;
		sum += bits / 8;
		if (!path[n])
			break;
	}
	*ret = sum;
	return true;
}

/* True if the tracepoint has a fourth argument of its own, the socket. */
static bool has_rx_sk(const struct btf *btf)
{
	int id = btf__find_by_name_kind(btf, "btf_trace_kfree_skb", BTF_KIND_TYPEDEF);
	const struct btf_type *t = id < 0 ? NULL : btf__type_by_id(btf, id);

	if (t)
		t = btf__type_by_id(btf, t->type);
	if (t && btf_is_ptr(t))
		t = btf__type_by_id(btf, t->type);
	return t && btf_is_func_proto(t) && btf_vlen(t) >= 5;
}

static bool find_offsets(const struct btf *btf, struct offsets *o)
{
	o->rx_sk = has_rx_sk(btf);
	return offset_of(btf, "sk_buff", "dev", &o->skb_dev) &&
	       offset_of(btf, "sk_buff", "skb_iif", &o->skb_iif) &&
	       offset_of(btf, "sk_buff", "sk", &o->skb_sk) &&
	       offset_of(btf, "net_device", "ifindex", &o->dev_index) &&
	       offset_of(btf, "net_device", "nd_net.net", &o->dev_net) &&
	       offset_of(btf, "net", "ns.inum", &o->net_inum) &&
	       offset_of(btf, "sock", "__sk_common.skc_net.net", &o->sk_net);
}

/* --- the program ------------------------------------------------------------------------------ */

struct code {
	struct bpf_insn insn[INSNS_MAX];
	unsigned int n;
};

static unsigned int emit(struct code *c, uint8_t op, uint8_t dst, uint8_t src, int16_t off,
			 int32_t imm)
{
	if (c->n < INSNS_MAX)
		c->insn[c->n] = (struct bpf_insn){ .code = op, .dst_reg = dst, .src_reg = src,
						   .off = off, .imm = imm };
	return c->n++;
}

/* The jump at 'at' goes to what is emitted next. */
static void land(struct code *c, unsigned int at)
{
	c->insn[at].off = c->n - at - 1;
}

#define MOV_REG (BPF_ALU64 | BPF_MOV | BPF_X)
#define MOV_IMM (BPF_ALU64 | BPF_MOV | BPF_K)
#define ADD_IMM (BPF_ALU64 | BPF_ADD | BPF_K)
#define LOAD64	(BPF_LDX | BPF_MEM | BPF_DW)
#define STORE64 (BPF_STX | BPF_MEM | BPF_DW)
#define STORE32 (BPF_STX | BPF_MEM | BPF_W)
#define ZERO64	(BPF_ST | BPF_MEM | BPF_DW)
#define JUMP_EQ (BPF_JMP | BPF_JEQ | BPF_K)
#define JUMP_NE (BPF_JMP | BPF_JNE | BPF_K)
#define JUMP	(BPF_JMP | BPF_JA)
#define CALL	(BPF_JMP | BPF_CALL)

/* The stack below r10: the key, a pointer that was read, a count of 1. */
enum { AT_NETNS = -16, AT_INDEX = -12, AT_REASON = -8, AT_POINTER = -24, AT_ONE = -32 };

/* Reads 'n' bytes at (register 'base' + 'offset') to the stack at 'to'; r0 is 0 if it could. */
static void read_kernel(struct code *c, int to, unsigned int n, uint8_t base, uint32_t offset)
{
	emit(c, MOV_REG, BPF_REG_3, base, 0, 0);
	emit(c, ADD_IMM, BPF_REG_3, 0, 0, offset);
	emit(c, MOV_REG, BPF_REG_1, BPF_REG_10, 0, 0);
	emit(c, ADD_IMM, BPF_REG_1, 0, 0, to);
	emit(c, MOV_IMM, BPF_REG_2, 0, 0, n);
	emit(c, CALL, 0, 0, 0, BPF_FUNC_probe_read_kernel);
}

/* The same for a pointer, to register 'reg': 0 if there is none. */
static void read_pointer(struct code *c, uint8_t reg, uint8_t base, uint32_t offset)
{
	unsigned int bad;

	read_kernel(c, AT_POINTER, 8, base, offset);
	emit(c, MOV_IMM, reg, 0, 0, 0);
	bad = emit(c, JUMP_NE, BPF_REG_0, 0, 0, 0);
	emit(c, LOAD64, reg, BPF_REG_10, AT_POINTER, 0);
	land(c, bad);
}

/* Namespace and number of the device into the key. r7: skb, r9: socket or 0. */
static void emit_key(struct code *c, const struct offsets *o)
{
	unsigned int no_dev, no_index, no_net, done, no_sock, nothing;

	read_pointer(c, BPF_REG_8, BPF_REG_7, o->skb_dev);
	no_dev = emit(c, JUMP_EQ, BPF_REG_8, 0, 0, 0);
	read_kernel(c, AT_INDEX, 4, BPF_REG_8, o->dev_index);
	no_index = emit(c, JUMP_NE, BPF_REG_0, 0, 0, 0);
	read_pointer(c, BPF_REG_8, BPF_REG_8, o->dev_net);
	no_net = emit(c, JUMP_EQ, BPF_REG_8, 0, 0, 0);
	read_kernel(c, AT_NETNS, 4, BPF_REG_8, o->net_inum);
	done = emit(c, JUMP_EQ, BPF_REG_0, 0, 0, 0);
	land(c, no_dev);
	land(c, no_index);
	land(c, no_net);
	emit(c, ZERO64, BPF_REG_10, 0, AT_NETNS, 0);
	read_kernel(c, AT_INDEX, 4, BPF_REG_7, o->skb_iif);
	no_sock = emit(c, JUMP_NE, BPF_REG_9, 0, 0, 0);
	read_pointer(c, BPF_REG_9, BPF_REG_7, o->skb_sk);
	land(c, no_sock);
	nothing = emit(c, JUMP_EQ, BPF_REG_9, 0, 0, 0);
	read_pointer(c, BPF_REG_9, BPF_REG_9, o->sk_net);
	read_kernel(c, AT_NETNS, 4, BPF_REG_9, o->net_inum);
	land(c, nothing);
	land(c, done);
}

static void emit_lookup(struct code *c, int map)
{
	emit(c, BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map);
	emit(c, 0, 0, 0, 0, 0);
	emit(c, MOV_REG, BPF_REG_2, BPF_REG_10, 0, 0);
	emit(c, ADD_IMM, BPF_REG_2, 0, 0, AT_NETNS);
}

/* Adds 1 to the count at r0, and ends. */
static void emit_add(struct code *c)
{
	emit(c, MOV_IMM, BPF_REG_1, 0, 0, 1);
	emit(c, BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_0, BPF_REG_1, 0, BPF_ADD);
	emit(c, MOV_IMM, BPF_REG_0, 0, 0, 0);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void emit_program(struct code *c, const struct offsets *o, int map)
{
	unsigned int found, put, full;

	emit(c, LOAD64, BPF_REG_7, BPF_REG_1, 0, 0);
	emit(c, LOAD64, BPF_REG_8, BPF_REG_1, 16, 0);
	if (o->rx_sk)
		emit(c, LOAD64, BPF_REG_9, BPF_REG_1, 24, 0);
	else
		emit(c, MOV_IMM, BPF_REG_9, 0, 0, 0);
	emit(c, ZERO64, BPF_REG_10, 0, AT_NETNS, 0);
	emit(c, ZERO64, BPF_REG_10, 0, AT_REASON, 0);
	emit(c, STORE32, BPF_REG_10, BPF_REG_8, AT_REASON, 0);
	emit_key(c, o);
	emit_lookup(c, map);
	emit(c, CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
	found = emit(c, JUMP_NE, BPF_REG_0, 0, 0, 0);
	emit(c, ZERO64, BPF_REG_10, 0, AT_ONE, 1);
	emit_lookup(c, map);
	emit(c, MOV_REG, BPF_REG_3, BPF_REG_10, 0, 0);
	emit(c, ADD_IMM, BPF_REG_3, 0, 0, AT_ONE);
	emit(c, MOV_IMM, BPF_REG_4, 0, 0, BPF_NOEXIST);
	emit(c, CALL, 0, 0, 0, BPF_FUNC_map_update_elem);
	put = emit(c, JUMP_EQ, BPF_REG_0, 0, 0, 0);
	/* Another CPU was faster: its count is there now. */
	emit_lookup(c, map);
	emit(c, CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem);
	full = emit(c, JUMP_EQ, BPF_REG_0, 0, 0, 0);
	land(c, found);
	emit_add(c);
	land(c, put);
	land(c, full);
	emit(c, MOV_IMM, BPF_REG_0, 0, 0, 0);
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* --- the handle ------------------------------------------------------------------------------- */

int skbdrop_open(struct skbdrop **ret_d, struct err *e)
{
	AUTO(skbdrop_close_p) struct skbdrop *d = calloc(1, sizeof(*d));
	AUTO(free_p) struct code *c = calloc(1, sizeof(*c));
	struct offsets o;
	int id;

	if (!d || !c)
		return err_sys(e, ENOMEM, "drop reasons");
	d->map = d->prog = d->link = -1;
	d->btf = btf__load_vmlinux_btf();
	if (!d->btf)
		return err_set(e, EOPNOTSUPP,
			       "this kernel does not describe itself (CONFIG_DEBUG_INFO_BTF)");
	id = btf__find_by_name_kind(d->btf, "skb_drop_reason", BTF_KIND_ENUM);
	if (id < 0 || !find_offsets(d->btf, &o))
		return err_set(e, EOPNOTSUPP,
			       "this kernel has no reasons of drops (Linux 5.17 and newer have)");
	d->reasons = btf__type_by_id(d->btf, id);
	d->map = sysbpf_hash_new("skbdrop", KEY_BYTES, 8, SKBDROP_MAX, e);
	if (d->map < 0)
		return d->map;
	emit_program(c, &o, d->map);
	d->prog = sysbpf_prog_load("skbdrop", BPF_PROG_TYPE_RAW_TRACEPOINT, c->insn, c->n, e);
	if (d->prog < 0)
		return d->prog;
	d->link = sysbpf_raw_tracepoint("kfree_skb", d->prog, e);
	if (d->link < 0)
		return d->link;
	*ret_d = TAKE(d, NULL);
	return 0;
}

void skbdrop_close(struct skbdrop *d)
{
	if (!d)
		return;
	close_p(&d->link);
	close_p(&d->prog);
	close_p(&d->map);
	btf__free(d->btf);
	free(d);
}

void skbdrop_close_p(struct skbdrop **d)
{
	skbdrop_close(*d);
}

int skbdrop_read(struct skbdrop *d, struct skbdrop_count **ret_c, size_t *ret_n, struct err *e)
{
	AUTO(free_p) struct skbdrop_count *v = calloc(SKBDROP_MAX, sizeof(*v));
	struct skbdrop_count *last = NULL;
	size_t n = 0;
	int rc;

	if (!v)
		return err_sys(e, ENOMEM, "counts of drops");
	/* Keys are never deleted, so that none is seen twice. */
	while (n < SKBDROP_MAX) {
		rc = sysbpf_map_next(d->map, last, &v[n]);
		if (rc == -ENOENT)
			break;
		if (!rc)
			rc = sysbpf_map_lookup(d->map, &v[n], &v[n].n);
		if (rc)
			return err_sys(e, -rc, "counts of drops");
		last = &v[n++];
	}
	*ret_c = TAKE(v, NULL);
	*ret_n = n;
	return 0;
}

const char *skbdrop_name(const struct skbdrop *d, uint32_t reason)
{
	const struct btf_enum *v = btf_enum(d->reasons);
	const char *name;

	for (uint16_t i = 0; i < btf_vlen(d->reasons); i++)
		if ((uint32_t)v[i].val == reason) {
			name = btf__name_by_offset(d->btf, v[i].name_off);
			return !strncmp(name, "SKB_DROP_REASON_", PREFIX) ? name + PREFIX : name;
		}
	return NULL;
}
