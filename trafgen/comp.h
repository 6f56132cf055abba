// SPDX-License-Identifier: GPL-2.0-or-later
/* comp - compiles a packet script to a packet program: the state its parts share.
 *   comp.c     packets, cpu(), weight()
 *   element.c  what stands between braces
 *   expr.c     numbers and expressions
 *   header.c   protocol header functions and their arguments
 *   value.c    values of fields
 *   payload.c  bytes of files
 *   change.c   functions that change a field from packet to packet, and variables (change.h)
 *   streams.c  streams of packets
 *   stack.c    the headers of a packet, and those that come by themselves
 *   legacy.c   what differs between the table of protocols and the functions of trafgen(8)
 *   finish.c   lengths, next-protocol numbers, checksums, when the packet is complete */
#ifndef TRAFGEN_COMP_H
#define TRAFGEN_COMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lex.h"
#include "prog.h"
#include "proto/proto.h"
#include "symbols.h"

/* Addresses of the device that packets leave by: what headers hold where the script says nothing.
 * All zero for a file. */
struct comp_addrs {
	uint8_t mac[6], ip4[4], ip6[16];
};

struct comp_opts {
	const char *file; /* name of the script in errors */
	uint64_t seed;
	struct comp_addrs addrs;
	bool files; /* file() may read them */
	/* Told what cannot be right, as a sentence with its place; NULL: nobody listens. */
	void (*warn)(void *arg, const char *text);
	void *warn_arg;
};

/* Compiles the 'n' bytes of 'text'. Returns 0 with '*ret_g' to be freed by prog_free(), -EINVAL
 * with a sentence "FILE:LINE:COLUMN: expected ..., not '...'", -E2BIG for a packet that is too long, or
 * -ENOMEM. */
int comp_script(const char *text, size_t n, const struct comp_opts *o, struct prog *ret_g,
		struct err *e) MUST_USE;

#define COMP_LAYERS 32

/* One header of the packet under construction. */
struct layer {
	const struct proto *proto;
	uint32_t off, bytes;
	uint64_t set; /* bit per field of the table: the script gave it */
	uint32_t line;
};

/* An operation that waits for its packet to be complete. */
enum pending_kind {
	PEND_OP,      /* 'op' is complete */
	PEND_RANGE,   /* CSUM over the bytes 'a' to 'b', both included */
	PEND_PSEUDO4, /* CSUM of protocol 'proto': IPv4 header at 'a', upper layer at 'b' */
	PEND_PSEUDO6,
};

struct pending {
	uint8_t kind; /* enum pending_kind */
	uint8_t proto;
	uint32_t a, b;
	unsigned int line, column;
	struct op op;
};

struct function;

/* A name between braces: a function, a protocol, or neither. */
struct word {
	char name[16];
	const struct function *function;
	const struct proto *proto;
};

/* A name between parentheses of a protocol. */
struct known_field {
	char name[32];
	const struct proto *proto;
	const struct field *field;
};

/* A header as it begins, with all its defaults. */
struct preset {
	const struct proto *proto;
	const struct proto *below; /* legacy_below() */
	bool pfc;
	uint8_t n;
	uint8_t bytes[64];
};

struct comp {
	const struct comp_opts *o;
	struct lex lex;
	struct err *e;
	struct prog *g;
	uint64_t n_random; /* compile-time random bytes drawn so far */

	/* names met before, by their hash */
	struct word words[256];
	struct known_field fields[256];
	struct preset presets[64]; /* by the hash of the protocol */

	size_t cap_packets, cap_streams;
	struct symbols stream_names;
	uint32_t stream; /* of the packets that are read now */
	struct symbols variable_names;
	struct change *variables;
	size_t n_variables, cap_variables;

	/* the packet under construction */
	uint8_t *buf; /* PROG_MAX_BYTES */
	uint32_t len;
	struct pending *pending;
	size_t n_pending, cap_pending;
	struct layer layers[COMP_LAYERS];
	unsigned int n_layers;
};

/* expr: reads an expression up to what cannot belong to it. Operators bind from left to right, all
 * alike, as they do in trafgen(8). 0 or -EINVAL. */
int expr_read(struct comp *c, uint64_t *ret) MUST_USE;

/* Reads a number argument in parentheses or between commas: an expression within 0 to 'max'. */
int expr_bounded(struct comp *c, const char *what, uint64_t max, uint64_t *ret) MUST_USE;

/* comp: appends to the packet; -E2BIG with the error set when it gets too long. */
int comp_bytes(struct comp *c, const void *data, size_t n) MUST_USE;
int comp_fill(struct comp *c, uint8_t value, size_t n) MUST_USE;

/* Reads "weight(3): { ... }" and adds the packet to the program. */
int comp_packet(struct comp *c) MUST_USE;

/* Adds a packet that is complete. 0 or -errno. */
int comp_add(struct comp *c, const struct packet *p) MUST_USE;

/* Begins a program 'g' at 'c', with nothing to read yet; frees what only compiling needed, and 'g'
 * too if 'failed'. 0 or -ENOMEM. */
int comp_begin(struct comp *c, const struct comp_opts *o, struct prog *g, struct err *e) MUST_USE;
void comp_end(struct comp *c, bool failed);

/* streams: reads "stream NAME(...) { ... }"; adds a stream. 0 or -errno. */
int streams_read(struct comp *c) MUST_USE;
int streams_add(struct comp *c, const struct stream *s) MUST_USE;

/* Adds an operation. Returns it, or NULL with the error set. */
struct pending *comp_pending(struct comp *c, enum pending_kind kind, const struct op *op) MUST_USE;

/* element: reads one element of a packet and appends it. 0 or -errno. */
int element_read(struct comp *c) MUST_USE;

/* payload: reads "(...)" behind "file" and appends what is in the file. 0 or -errno. */
int payload_read(struct comp *c, unsigned int unused) MUST_USE;

/* Key of the next random operation, by its place in the script. */
uint64_t comp_key(struct comp *c);
uint64_t comp_random(struct comp *c);

void comp_warn(const struct comp *c, unsigned int line, const char *fmt, ...) PRINTF(3, 4);

/* header: reads NAME(...) of protocol 'p' and appends its header, and those that have to be below
 * it. 0 or -errno. */
int header_read(struct comp *c, const struct proto *p) MUST_USE;

/* The field of the 'n' bytes of 'name' in 'l': of several places the one whose condition holds,
 * else the first; NULL if there is none. */
const struct field *header_field(struct comp *c, const struct layer *l, const char *name,
				 size_t n);

/* Reads what stands behind the name of field 'f', "=5" or "[2:2]=dinc()", into the header 'l'.
 * 0 or -errno. */
int header_assign(struct comp *c, struct layer *l, const struct field *f) MUST_USE;

/* stack: appends a header of 'p' ('pfc': laid out as pfc()), with those that have to be below it.
 * 0 or -errno with the error set. */
int stack_put(struct comp *c, const struct proto *p, bool pfc) MUST_USE;

/* Marks field 'f' of 'l' as given by the script; whether one that shares bits with 'at' was. */
void layer_mark(struct layer *l, const struct field *f);
bool layer_has(const struct layer *l, struct bits at);

/* Lengthens the last header to 'n' bytes, if it has fewer, the new ones by the table's defaults.
 * 0 or -E2BIG. */
int layer_grow(struct comp *c, struct layer *l, uint32_t n) MUST_USE;

static inline uint8_t *layer_bytes(const struct comp *c, const struct layer *l)
{
	return c->buf + l->off;
}

/* value: sets field 'f' to the number 'v', or to what the script says: a number, the name of one
 * (op=request), an address, bytes. 0 or -errno. */
int value_number(struct comp *c, struct layer *l, const struct field *f, uint64_t v) MUST_USE;
int value_read(struct comp *c, struct layer *l, const struct field *f) MUST_USE;

/* A number, or an address as one. */
struct wide {
	u128 v;
	bool is_address;
	unsigned int n_bits; /* of an address */
};

/* Reads a number, the name of one where 'f' (NULL: no field) has names, or an address. */
int value_wide(struct comp *c, const struct field *f, struct wide *ret) MUST_USE;

/* finish: completes the packet in place, lengths and checksums too, as '*p'. 0 or -errno. */
int finish_packet(struct comp *c, struct packet *p) MUST_USE;

/* Bytes of the packet that change from one to the next. */
struct changes {
	uint8_t *map; /* a byte each */
};

/* Completes the packet whose lengths are right, its checksums by 'checksums', which adds to the
 * 'n_ops' operations of 'ops', one a header at most. 0 or -errno. */
typedef int (*finish_checksums_fn)(struct comp *c, void *arg, struct changes *ch, struct op *ops,
				   uint32_t *n_ops);
int finish_by(struct comp *c, struct packet *p, finish_checksums_fn checksums,
	      void *arg) MUST_USE;

/* The most spans of a checksum. */
#define FINISH_SPANS 512

/* Completes checksum 'op', whose 'spans' are not its own yet: written at once if nothing under it
 * changes, else added to 'ops'. 0 or -ENOMEM. */
int finish_checksum(struct comp *c, struct changes *ch, struct op *op, const struct span *spans,
		    struct op *ops, uint32_t *n_ops) MUST_USE;

/* The same of the CRC32c of header 'l' over 'covered' bytes from its first on. */
int finish_crc(struct comp *c, struct changes *ch, const struct layer *l, uint32_t covered,
	       struct op *ops, uint32_t *n_ops) MUST_USE;

/* legacy */

/* Puts trafgen's own defaults over those of the table into a header that is there. */
void legacy_defaults(const struct comp *c, const struct layer *l);

/* Puts what follows from a header into the one below it, where the script says nothing. */
void legacy_fill_below(const struct comp *c, const struct layer *l);

/* Bytes of the header as trafgen(8) has it; 0: as the table says. */
uint32_t legacy_bytes(const struct proto *p, bool is_pfc);

/* A word that sets fields by itself: "echorequest", "request", "1ad". False if it is none. */
bool legacy_word(struct comp *c, struct layer *l);

/* What the table calls the field that trafgen(8) calls 'name', in the header 'l'. */
const char *legacy_field(const struct layer *l, const char *name);

/* True for functions whose headers trafgen(8) lays out: they take only what they say. */
bool legacy_is(const struct proto *p);

/* The header below 'p' where the script gives none: as trafgen(8) does it, else by the table; NULL:
 * nothing has to be below. */
const struct proto *legacy_below(const struct proto *p);

/* False where trafgen(8) does not tell the header below what follows (IPv6 and Ethernet in any of
 * its own headers): scripts rely on their bytes. */
bool legacy_links(const struct proto *below, const struct proto *p);

#endif
