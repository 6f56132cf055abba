// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_gen - the control flow graph that filter expressions become on their way to instructions.
 * A fragment is a piece of it with one entry and two lists of open exits, where it was true and
 * where false; "and", "or" and "not" join fragments. Private to the expr files.
 *
 * Where headers are is the state 'at': words such as "vlan" move it for all that follows. */
#ifndef CBPF_EXPR_GEN_H
#define CBPF_EXPR_GEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "cbpf/expr.h"
#include "cbpf/expr_tree.h"
#include "cbpf/opt_graph.h"

/* Instructions in a row. */
struct stmts {
	struct sock_filter *p;
	unsigned int n, cap;
};

struct exit {
	struct block *b;
	struct exit *next;
};

struct block {
	struct stmts code;
	uint16_t jump; /* BPF_JMP | ..., BPF_JMP | BPF_JA (to[1] alone), or BPF_RET | BPF_K */
	uint32_t k;
	struct block *to[2]; /* false, true */
	struct exit exit[2];
	struct opt_block *out; /* for expr_emit */
};

struct exits {
	struct exit *first, *last;
};

struct frag {
	struct block *head; /* NULL: constant 'value' */
	bool value;
	struct exits out[2]; /* false, true */
};

/* Where something begins: M[reg] + k, or k alone where reg < 0. */
struct off {
	int reg;
	uint32_t k;
};

enum link_kind {
	LINK_OTHER, /* nothing is known of what is inside */
	LINK_ETHER,
	LINK_LLC,   /* an LLC header, and perhaps SNAP */
	LINK_WLAN,  /* 802.11, LLC in data frames */
	LINK_ETYPE, /* a field with an ethertype */
	LINK_SLL,   /* the same, with numbers below 1536 for LLC and raw 802.3 */
	LINK_CHDLC,
	LINK_PPP,
	LINK_PPP_BSDOS,
	LINK_RAW, /* the IP version */
	LINK_IPV4,
	LINK_IPV6,
	LINK_FAMILY_SWAPPED, /* AF_* in the byte order of a little-endian machine */
	LINK_FAMILY,
	LINK_IPNET,
	LINK_PFLOG,
	LINK_ARCNET,
	LINK_LTALK,
	LINK_FRELAY,
	LINK_SUNATM,
	LINK_JUNIPER,
	LINK_BACNET,
	LINK_MTP2,
};

enum { NO_OFFSET = UINT16_MAX };

struct link_desc {
	uint16_t linktype;
	uint8_t kind; /* enum link_kind */
	uint8_t flags; /* enum link_flag */
	uint16_t type; /* where the type field is, or NO_OFFSET */
	uint16_t payload;
	uint16_t nl, nosnap; /* where the network layer is in the payload: behind SNAP, without */
	uint16_t dst, src;   /* MAC addresses, or NO_OFFSET */
};

enum link_flag {
	LINK_MPLS = 1,
	LINK_VLAN = 2,
	LINK_HAS_LLC = 4,
};

/* How the headers before an 802.11 frame, or another of variable length, are stepped over. */
enum var_header { VAR_NONE, VAR_RADIOTAP, VAR_AVS, VAR_PRISM, VAR_PPI, VAR_PFLOG };

/* Where the headers are for what is generated next. */
struct layout {
	uint8_t kind;
	const struct link_desc *link;
	struct off hdr, type, pl; /* link header, its type field, what is behind it */
	uint32_t nl, nosnap;
	unsigned int n_vlan, n_mpls;
	bool lane;
	bool maybe_no_link; /* Geneve: there is a link header only if hdr and pl differ */
};

struct gen {
	struct arena *mem;
	const struct expr_env *env;
	struct err *e;
	int rc; /* of the first failure */
	struct layout at;
	bool stripped; /* the kernel has taken the outer VLAN tag off; only EXPR_LIVE */
	bool differs;  /* something was generated that depends on 'stripped' */
	int version;   /* of IP, while fields are looked up: 4 or 6 */
	uint32_t reads; /* bit i: M[i] is read somewhere */
	int n_regs;    /* M[0] to M[n_regs - 1] hold offsets for good */
	int max_regs;  /* the most there were at once */
	int n_temps;   /* M[15] downwards hold intermediate values */
	unsigned int n_blocks;
	struct block spare; /* stands in for what could not be had */
};

/* Fails with 'code' and the sentence "column N: ..."; what it returns is never emitted. */
struct frag gen_fail(struct gen *g, int code, const struct node *n, const char *fmt, ...)
	PRINTF(4, 5);
void gen_oom(struct gen *g);

struct frag gen_const(bool value);
struct frag gen_and(struct gen *g, struct frag a, struct frag b);
struct frag gen_or(struct gen *g, struct frag a, struct frag b);
struct frag gen_not(struct frag a);
/* 'a' where 'c' is true, else 'b'. */
struct frag gen_if(struct gen *g, struct frag c, struct frag a, struct frag b);

/* Adds an instruction. */
void gen_add(struct gen *g, struct stmts *s, uint16_t code, uint32_t k);

/* A jump behind 'code': true if A 'op' (BPF_JEQ ...) 'k', or A 'op' X. */
struct frag gen_jump(struct gen *g, struct stmts code, uint16_t op, uint32_t k);
struct frag gen_jump_x(struct gen *g, struct stmts code, uint16_t op);
/* 'code' alone, always true. */
struct frag gen_run(struct gen *g, struct stmts code);

/* A register that keeps an offset, and one for a value that is needed for a moment: the last taken
 * is given back first. Negative, and 'g' failed, if all 16 are in use. */
int gen_reg(struct gen *g, const struct node *n);
int gen_temp(struct gen *g, const struct node *n);
void gen_temp_put(struct gen *g);

/* Loads 'size' (1, 2, 4) bytes at 'o' + 'add' into A; X is lost where 'o' is in a register. */
void gen_load(struct gen *g, struct stmts *s, struct off o, uint32_t add, unsigned int size);
/* M[reg] into X. */
void gen_ldx(struct gen *g, struct stmts *s, int reg);
/* As gen_load() at X + 'k'. */
void gen_load_x(struct gen *g, struct stmts *s, uint32_t k, unsigned int size);

/* True if the 'size' bytes at 'o' + 'add', under 'mask', are 'op' (BPF_JEQ ...) 'k'. */
struct frag gen_cmp(struct gen *g, struct off o, uint32_t add, unsigned int size, uint32_t mask,
		    uint16_t op, uint32_t k);
/* True if they are one of the 'n' values 'k'. */
struct frag gen_cmp_any(struct gen *g, struct off o, uint32_t add, unsigned int size,
			const uint32_t *k, unsigned int n);
/* The same for the 6 bytes of a MAC address. */
struct frag gen_cmp_mac(struct gen *g, struct off o, uint32_t add, const uint8_t mac[6]);

/* Constant offset 'k' of the packet as it stands in the data the program sees. */
uint32_t gen_abs(struct gen *g, uint32_t k);

/* Ethertype of a network layer protocol of the language, 0 for others. */
uint32_t prim_ethertype(unsigned int q);

/* Sets X to the transport header's place less the returned constant (IPv4). */
uint32_t gen_ip4_transport(struct gen *g, struct stmts *s);

/* expr_emit: the graph as instructions, malloc'ed. 'all' is what the whole filter says. */
enum emit_how {
	EMIT_PLAIN,	/* as it was generated */
	EMIT_OPTIMISED,
	EMIT_BY_VALUES, /* see struct opt_graph */
};

int emit_graph(struct gen *g, struct frag all, enum emit_how how, struct sock_fprog *ret);

/* expr_link: link types. */
int link_start(struct gen *g);
/* What computes the registers of 'at' as link_start() left it, to stand before everything. */
struct frag link_prologue(struct gen *g);
/* True if the next layer is 'proto': an ethertype, or an LLC service access point below 0x600. */
struct frag link_type(struct gen *g, uint32_t proto, const struct node *n);
/* The offset 'o' is in a register that something has read. */
bool link_reads(const struct gen *g, struct off o);
const char *link_name(const struct gen *g);
bool link_has_mac(const struct gen *g);
/* True if there is a link header at all, behind a tunnel that may come without. */
struct frag link_is_there(struct gen *g);

/* expr_wlan: 802.11. */
/* Whether a radio header is before the 802.11 header. */
bool wlan_has_radio(unsigned int linktype);
struct frag wlan_prologue(struct gen *g);
struct frag wlan_data(struct gen *g);
struct frag wlan_host(struct gen *g, unsigned int dir, const uint8_t mac[6], const struct node *n);
struct frag wlan_multicast(struct gen *g);
struct frag wlan_prim(struct gen *g, const struct node *n);

/* expr_host, expr_port, expr_proto: primitives with names and numbers. */
/* One of the 'n' things at 'v', which have the same qualifiers. */
struct frag prim_hosts(struct gen *g, const struct node *const *v, unsigned int n);
struct frag prim_mac(struct gen *g, unsigned int dir, const uint8_t mac[6], const struct node *n);
struct frag prim_cast(struct gen *g, const struct node *n);
/* "'tcp' does not go with a host": refuses the protocol of 'n'. */
struct frag prim_bad_proto(struct gen *g, const struct node *n, const char *what);
struct frag prim_ports(struct gen *g, const struct node *const *v, unsigned int n);
struct frag prim_proto(struct gen *g, const struct node *n);
/* The abbreviation "tcp", "ip", "iso" ... */
struct frag prim_proto_word(struct gen *g, unsigned int q, const struct node *n);
/* IP protocol 'v' in 'q' (Q_IP, Q_IP6, Q_ANY: both). */
struct frag prim_ip_proto(struct gen *g, unsigned int q, uint32_t v, const struct node *n);
struct frag prim_unfragmented(struct gen *g);
struct frag prim_protochain(struct gen *g, unsigned int q, uint32_t v, const struct node *n);

/* expr_encap: what moves the headers. */
struct frag prim_encap(struct gen *g, const struct node *n);
struct frag prim_scope(struct gen *g, const struct node *n);

/* expr_misc: ATM, SS7, pf, LLC, directions. */
struct frag prim_word(struct gen *g, const struct node *n);
struct frag prim_named(struct gen *g, const struct node *n);
struct frag prim_cmp_word(struct gen *g, const struct node *n);
struct frag prim_number_word(struct gen *g, const struct node *n);
struct frag prim_byte(struct gen *g, const struct node *n);
struct frag prim_len(struct gen *g, const struct node *n);
/* op is a character or enum tok: the jump that tests it, '*ret_not' if it is to be turned round. */
uint16_t prim_jump_of(int op, bool *ret_not);

/* expr_arith, expr_field */
struct frag prim_relation(struct gen *g, const struct node *n);
struct frag prim_field(struct gen *g, const struct node *n);
struct frag prim_set(struct gen *g, const struct node *n);
/* What must hold for field 'n' to be there, and its value in A. */
struct frag field_guard(struct gen *g, const struct node *n);
void field_load(struct gen *g, struct stmts *s, const struct node *n);

/* expr: the tree as a fragment. */
struct frag gen_tree(struct gen *g, const struct node *n);

#endif
