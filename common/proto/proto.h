// SPDX-License-Identifier: GPL-2.0-or-later
/* proto - the one table of protocol knowledge: a struct proto a protocol, a struct field a field.
 * Walk, build, render, filter expressions, trafgen and the manual pages all read it; none of them
 * knows a protocol by itself. A child says where it lives (IP protocol 6), parents list nobody.
 *
 * To add a protocol: write NAME.c with one `const struct proto proto_NAME`, add NAME.c to build.mk
 * and one line to proto_list.h.
 *
 * Names are public vocabulary: PROTOCOL.FIELD (tcp.dport), and PROTOCOL.OPTION.FIELD for what
 * stands in an option (tcp.mss.value). They mean the same in filters, JSON and scripts. */
#ifndef PROTO_PROTO_H
#define PROTO_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* A run of bits in a header: 'off' from its first bit, most significant bit first, as RFCs draw
 * them. 'n' of 0: none. */
struct bits {
	uint16_t off;
	uint16_t n;
};

#define BYTES(off, n) .at = { (off) * 8, (n) * 8 }
#define BITS(o, n)    .at = { (o), (n) }

/* Numbers that say which protocol comes next, or what a field's number is called. */
enum registry {
	REG_NONE,
	REG_LINKTYPE,  /* enum linktype */
	REG_ETHERTYPE, /* below 0x600: what Linux cooked headers use, ETH_P_802_2 = 4 */
	REG_IP_PROTO,
	REG_IP_VERSION, /* first four bits of an IP packet */
	REG_FAMILY,     /* AF_* of BSD loopback headers */
	REG_TCP_PORT,
	REG_UDP_PORT,
	REG_LLC_SAP,
	REG_ARPHRD,
	REG_PPP,     /* PPP DLL protocol numbers */
	REG_NETLINK, /* NETLINK_* families */
	REG_WLAN_MGMT, /* subtypes of 802.11 management frames */
	REG_EAPOL,   /* kinds of packets of IEEE 802.1X */
	REG_NSH,     /* next protocols of NSH and of VXLAN-GPE */
	REG_NLPID,   /* network layer protocols of ISO/IEC TR 9577 */
	REG_ATM,     /* kinds of traffic in SunATM headers */
	REG_ARCNET,  /* system codes of ARCNET */
	REG_IPNET,   /* address families of Solaris */
	REG_INSIDE,  /* enum inside: a hook knows what follows, no number on the wire says so */
	N_REGISTRY,
};

/* Values of REG_INSIDE. */
enum inside {
	INSIDE_ETH = 1, /* an Ethernet frame */
	INSIDE_PW,      /* the same behind a pseudowire control word */
	INSIDE_GTPEXT,  /* an extension header of GTP-U */
	INSIDE_DNS,     /* a DNS message behind its length */
	INSIDE_PPP,     /* a PPP frame */
	INSIDE_DOT11,   /* an 802.11 frame behind its radio header */
	INSIDE_L2TP,    /* a control message of L2TPv3 */
	INSIDE_RAW,     /* an IP packet of either version */
	INSIDE_PAD,     /* two bytes before an Ethernet frame */
	INSIDE_FRELAY,  /* a frame of frame relay */
	INSIDE_FR,      /* what follows its address */
	INSIDE_CHDLC,   /* a frame of Cisco HDLC */
	INSIDE_NFLOG,   /* the attribute with the packet */
	INSIDE_802154,  /* a frame of IEEE 802.15.4 */
	INSIDE_ICMPEXT, /* what an ICMP error adds behind the packet it quotes */
};

enum field_kind {
	FIELD_DEC,   /* a number, shown in decimal */
	FIELD_INT,   /* the same in two's complement */
	FIELD_HEX,   /* a number, shown as 0x.. with all its digits */
	FIELD_BOOL,  /* one bit, or a number that is zero or not */
	FIELD_FLAGS, /* bits whose names 'names' gives: value_name.value is the mask */
	FIELD_MAC,
	FIELD_IPV4,
	FIELD_IPV6,
	FIELD_BYTES, /* shown as hexadecimal digits */
	FIELD_TEXT,  /* characters, escaped where they are not printable */
};

enum field_flag {
	FIELD_VIEW = 1,  /* other names for bits that another field covers: never printed twice */
	FIELD_LINE = 2,  /* belongs into the one-line form */
	FIELD_ARRAY = 4, /* repeated to the end of the header or option */
	FIELD_LE = 8,    /* little endian; whole bytes only */
	FIELD_REST = 16, /* from 'at.off' to the end of the header or option; 'at.n' is 0 */
	FIELD_SRC = 32,  /* with FIELD_DST: the one-line form shows "src > dst" */
	FIELD_DST = 64,
	FIELD_FOUND = 128, /* without a fixed place: the protocol's find hook gives it */
	FIELD_NUL = 256,   /* text that ends at its first zero byte; empty, it is not there */
	FIELD_NTP = 512,   /* 64 bits: seconds since 1900 and their fraction (RFC 5905 6) */
	FIELD_PAIR = 1024, /* a byte; its names are of the byte before it and itself */
};

struct value_name {
	uint64_t value;
	const char *name; /* NULL ends a list */
};

/* A field is there only when the 'n' values hold one that the header's bits at 'at' have. */
struct field_when {
	struct bits at;
	uint8_t n;
	uint32_t v[10];
};

/* One whose place depends on others stands once a place, under one name, each with its 'when'.
 * One that is found (FIELD_FOUND) has no offset; numbers have their width, others 'at.n' 0. */
struct field {
	const char *name;
	const char *alias; /* other accepted names, separated by spaces; may be NULL */
	struct bits at;
	uint8_t kind;  /* enum field_kind */
	uint8_t reg;   /* enum registry: the number is one of these */
	uint16_t flags; /* enum field_flag */
	uint64_t dflt;  /* what build writes when nothing else is said */
	const struct value_name *names;
	const struct field_when *when; /* NULL: always there */
	const char *label;             /* what it is, in words, for manuals */
	const char *ref;               /* "RFC 9293 3.1" */
};

/* A length that a header states: add + unit * value of the bits. With 'cases' the value picks the
 * length from the list (ended by bytes == 0). */
struct len_case {
	uint32_t value;
	uint16_t bytes;
};

struct len_rule {
	struct bits at; /* n == 0: no such rule */
	uint8_t unit;
	uint8_t add;
	bool le;           /* little endian, 16 bits */
	const struct field_when *when; /* the rule holds only then; NULL: always */
	bool zero_is_rest; /* 0 means "not stated" (offloaded or jumbo packets) */
	uint8_t other_bytes; /* length for values that 'cases' does not list; 0: min_bytes */
	const struct len_case *cases;
};

/* Where the number of the next protocol stands, and in which registry it is. */
struct next_rule {
	uint8_t reg;    /* REG_NONE: nothing follows, or the hook knows */
	bool peek;      /* the bits are in what follows the header, not in it */
	bool back;      /* 'at' counts back from the header's end: { 16, 16 }: the last two */
	bool le;        /* little endian; whole bytes only */
	uint8_t fixed;  /* not 0: the number is always this one, where no hook says else */
	uint16_t min;   /* lower numbers name no protocol here */
	uint8_t also;   /* enum inside: what follows instead where 'also_when' holds */
	const struct field_when *when; /* what the rule says holds only then; NULL: always */
	const struct field_when *also_when;
	struct bits at; /* looked up first */
	struct bits alt; /* then this one (source port) */
};

enum csum_kind {
	CSUM_NONE,
	CSUM_HEADER, /* over the header */
	CSUM_ALL,    /* over header and payload */
	CSUM_PSEUDO, /* the same, with the pseudo header of the IP layer below */
	CSUM_CRC32C, /* over header and payload, as SCTP has it (RFC 9260 appendix A) */
};

struct csum_rule {
	uint8_t kind;        /* enum csum_kind */
	bool zero_is_absent; /* UDP: 0 means the sender made none */
	struct bits at;
	struct bits hole;    /* bytes left out of the sum; n == 0: none */
	const struct field_when *when; /* there is a checksum only then; NULL: always */
	/* enum csum_kind where the header decides it; NULL: 'kind' */
	uint8_t (*kind_of)(const uint8_t *hdr);
	/* bytes covered where that is not all of 'total'; NULL: all. 0: cannot be told */
	uint32_t (*cover)(const uint8_t *hdr, uint32_t hdr_bytes, uint32_t total_bytes);
};

enum tlv_flag {
	TLV_PAD = 1,      /* kind 'pad' is one byte, without a length */
	TLV_END = 2,      /* kind 'end' is the last */
	TLV_END_BYTE = 4, /* and is one byte, without a length */
	TLV_LE = 8,       /* kind and length are little endian, each of whole bytes */
	TLV_TO_END = 16,  /* options go on to the end of the packet: the header is all of it */
	TLV_LINES = 32,   /* the block form gives each a line of its own */
	TLV_SHOWN = 64,   /* the one-line form has their fields that are marked FIELD_LINE */
	TLV_NAMED = 128,  /* and their names before, in place of those of the fields */
};

/* How options are laid out in the header from 'opt_off' on. */
struct tlv_layout {
	struct bits kind, len; /* from the option's first bit */
	uint8_t unit;  /* of the length, in bytes */
	uint8_t add;   /* bytes that the length does not count */
	uint8_t align; /* options begin at multiples of as many bytes; 0: anywhere */
	uint8_t flags; /* enum tlv_flag */
	uint8_t pad, end;
	uint8_t single; /* lower kinds are one byte, without a length */
};

struct finder;
struct cur;

/* 'kind' of a group beside options that have a layout: only the find hook opens it. */
#define KIND_GROUP UINT32_MAX

/* An option, or a group of values that a find hook opens (its 'kind' means nothing then). */
struct opt_def {
	uint32_t kind;
	const char *name;
	uint16_t min_bytes, max_bytes; /* whole option; max 0: any */
	const struct field *fields;   /* offsets from the option's first byte */
	uint8_t n_fields;
	const char *ref;
	const char *label; /* may be NULL */
	/* Gives values without a fixed place from the option's bytes; NULL: there are none. */
	void (*find)(struct cur *c, struct finder *fi);
};

/* What a hook may say about what follows a header; it finds the values the table gave. */
struct next {
	uint8_t reg;
	uint32_t value, alt;
	bool stop;   /* the rest is payload */
	bool quoted; /* what follows is the beginning of another packet (ICMP errors) */
	uint32_t total_bytes; /* header and payload */
	uint32_t have;        /* given: captured bytes behind the header, which follow it */
	/* Not 0: what follows ends so many bytes from the header's begin on, and behind it is
	 * 'tail' of REG_INSIDE. */
	uint32_t tail_off, tail;
};

struct proto_link {
	uint8_t reg; /* REG_NONE ends the list */
	uint32_t value;
};

enum proto_flag {
	PROTO_LINK = 1, /* left out of the one-line form when a network layer follows */
	PROTO_NET = 2,  /* the layer that names the hosts: ip, ip6, arp */
	PROTO_ALL = 4,  /* the header is all that is left of the packet: nothing follows */
	PROTO_TUNNEL = 8, /* carries whole packets: --decap takes it off */
};

struct proto {
	const char *name;
	const char *alias; /* as field.alias */
	const char *label;
	const char *ref;
	uint8_t flags; /* enum proto_flag */
	const struct field_when *all_when; /* PROTO_ALL holds only then; NULL: always */

	uint16_t min_bytes; /* header without options */
	const char *start;  /* text that a header begins with when it is made; NULL: defaults do */
	struct len_rule hdr;   /* header with options */
	/* The same where a rule cannot say it. Beside a rule: where options begin. It sees
	 * 'min_bytes' of the header. */
	uint32_t (*hdr_hook)(const uint8_t *hdr);
	/* The same where the end is looked for in the 'have' of 'bytes'; 'bytes': not in there.
	 * Beside a hook, which then says how long a header is made. */
	uint32_t (*hdr_scan)(const uint8_t *hdr, uint32_t have, uint32_t bytes);
	struct len_rule total; /* header and payload */
	uint8_t trailer_bytes; /* behind what follows by the rule of 'next' */
	struct {
		struct bits at;
		uint32_t value;
	} must; /* what the bits have to be, n == 0: anything */

	const struct field *fields;
	uint16_t n_fields;

	struct next_rule next;
	void (*next_hook)(const uint8_t *hdr, uint32_t hdr_bytes, struct next *n);
	struct bits frag_off, frag_more; /* not 0: a later fragment; a fragment but the last */

	struct csum_rule csum;

	/* Options. Without a layout 'opts' are the groups that 'find' opens. */
	const struct tlv_layout *tlv;
	uint8_t opt_off; /* where options begin; 0: behind the header's fixed part */
	const struct field_when *opt_when;
	const struct opt_def *opts;
	uint16_t n_opts;

	/* First-bytes check, asked before the protocol is believed: 'have' of 'bytes' are at 'p'.
	 * NULL: whatever stands where this protocol lives is it. */
	bool (*check)(const uint8_t *p, uint32_t have, uint32_t bytes);

	/* Gives the values without a fixed place (found.h) of the captured header in 'c'. */
	void (*find)(struct cur *c, struct finder *fi);

	struct proto_link in[24]; /* where it lives */
};

/* All protocols, in the order of proto_list.h; '*ret_n' of them. */
const struct proto *const *proto_all(size_t *ret_n);

/* The protocol called 'name' (or by an alias), or NULL. */
const struct proto *proto_by_name(const char *name);

/* The protocol that lives at 'value' of 'reg', or NULL. Linear; packets use struct proto_index. */
const struct proto *proto_by_link(enum registry reg, uint32_t value);

/* The value under which 'p' lives in 'reg'. False if it does not live there. */
bool proto_link_value(const struct proto *p, enum registry reg, uint32_t *ret_value);

/* True if 'p' lives at 'value' of 'reg'. */
bool proto_lives(const struct proto *p, enum registry reg, uint32_t value);

/* True if 'p' can follow 'below' by the rule of that, and the number that says so ('fixed' ones are
 * said by none). Where a hook alone knows what follows, there is no rule. */
bool proto_follows(const struct proto *below, const struct proto *p, uint32_t *ret_number);

/* Where rule 'r' looks in a header of 'hdr_bytes'. */
static inline struct bits next_at(const struct next_rule *r, uint32_t hdr_bytes)
{
	struct bits at = r->at;

	if (r->back)
		at.off = hdr_bytes * 8 - at.off;
	return at;
}

/* The number that rule 'r' finds in the header of 'hdr_bytes' at 'hdr'. */
uint64_t next_get(const struct next_rule *r, const uint8_t *hdr, uint32_t hdr_bytes);
void next_put(const struct next_rule *r, uint8_t *hdr, uint32_t hdr_bytes, uint64_t number);

/* The field of 'p' called 'name' (or by an alias), or NULL. */
const struct field *proto_field(const struct proto *p, const char *name);

/* Resolves "tcp.dport" or "tcp.mss.value"; 'ret_opt' is NULL for a field of the header.
 * Returns the field, or NULL when there is none of that name. */
const struct field *proto_find(const char *name, const struct proto **ret_p,
			       const struct opt_def **ret_opt);

/* The definition of option 'kind' of 'p', or NULL. */
const struct opt_def *proto_opt(const struct proto *p, uint32_t kind);

/* True if 'name' is 'word' or one of the words of 'alias' (may be NULL). */
bool proto_name_is(const char *word, const char *alias, const char *name);

/* Behind the last field of 'p'. */
static inline const struct field *proto_fields_end(const struct proto *p)
{
	return p->n_fields ? p->fields + p->n_fields : p->fields;
}

/* Number of bytes of a header that 'f' needs; its offset rounded up for FIELD_REST. */
static inline uint32_t field_end_bytes(const struct field *f)
{
	return (f->at.off + f->at.n + 7u) / 8;
}

/* True for kinds whose value is a number of at most 64 bits. */
static inline bool field_is_number(const struct field *f)
{
	return f->kind <= FIELD_FLAGS;
}

/* The number 'v' of FIELD_INT 'f' with its sign. A found field without a width has 64 bits. */
static inline int64_t field_signed(const struct field *f, uint64_t v)
{
	unsigned int unused = f->at.n ? 64 - f->at.n : 0;

	return (int64_t)(v << unused) >> unused;
}

/* The bits 'b' (n <= 64) of the header at 'hdr', which has them. */
uint64_t bits_get(const uint8_t *hdr, struct bits b);
void bits_put(uint8_t *hdr, struct bits b, uint64_t v);

/* The number in field 'f' (field_is_number) of the header or option at 'hdr', which has it. */
uint64_t field_get(const struct field *f, const uint8_t *hdr);
void field_put(const struct field *f, uint8_t *hdr, uint64_t v);

/* True if 'w' (NULL: always) holds in the 'n' bytes of 'hdr'; false where they are too few. */
bool field_when_holds(const struct field_when *w, const uint8_t *hdr, uint32_t n);

/* The number of 'f' that 'n' of its names stands for. */
static inline uint64_t field_name_number(const struct field *f, const struct value_name *n)
{
	return f->flags & FIELD_PAIR ? n->value & 0xff : n->value;
}

/* Name of number 'v' (FIELD_PAIR: of both bytes) of field 'f': by its own list, then its registry;
 * NULL if it has none.
 * Ports are named by names.h, since services come from outside. */
const char *field_value_name(const struct field *f, uint64_t v);

/* Hash of all links, so that a packet finds the next protocol at once. Zeroed, it is empty and
 * proto_index_get() fills it: it lives in the caller, as the table itself is constant. */
#define PROTO_INDEX_SLOTS 1024
struct proto_index {
	bool filled;
	struct {
		uint32_t value;
		uint8_t reg;
		uint8_t proto; /* index into proto_all() plus 1 */
	} slot[PROTO_INDEX_SLOTS];
};

/* The protocol at 'value' of 'reg' whose check, if it has one, passes the 'have' of 'bytes' bytes
 * at 'p'; NULL if there is none. Of several the first in the list. */
const struct proto *proto_index_get(struct proto_index *ix, uint8_t reg, uint32_t value,
				    const uint8_t *p, uint32_t have, uint32_t bytes);

#endif
