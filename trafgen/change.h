// SPDX-License-Identifier: GPL-2.0-or-later
/* change - what makes bits of packets differ from one to the next: "dinc(1, 13, 2)", "drnd()",
 * "list(1, 5, 9)", a variable. change.c reads them, changeput.c makes operations of them. Used by
 * header functions, c8() to c64() and variables. */
#ifndef TRAFGEN_CHANGE_H
#define TRAFGEN_CHANGE_H

#include "comp.h"

/* A function of an index whose values are numbers of up to 128 bits. */
struct change {
	uint8_t kind;  /* OP_COUNT, OP_RANDOM, OP_LIST, OP_PICK */
	uint8_t index; /* enum index_kind */
	bool goes_on;  /* COUNT: from the value that is there */
	uint8_t n_free; /* RANDOM: so many low bits are random, the rest is 'first'; 0: see 'n' */
	bool plain;	/* its arguments are numbers of at most 32 bits: see change_narrow() */
	u128 first, step;
	uint64_t n;	  /* of values; 0: 2^64 */
	uint64_t key;
	const u128 *list; /* LIST, PICK: 'n' */
};

/* Bits of the packet that change. */
struct place {
	uint32_t off_bits, n_bits;
	bool le;      /* little endian, whole bytes */
	bool has_mask;
	u128 mask;    /* only these change */
};

/* Whether a change begins at the word at hand. */
bool change_here(const struct comp *c);

/* Reads one for the bits at '*at', which are those of field 'f' (NULL: of no field), and adds its
 * operations. 0 or -errno. */
int change_read(struct comp *c, const struct field *f, struct place at) MUST_USE;

/* Reads "[index]" or "[index:length]" and narrows '*at', the bits of 'f', to that part. */
int change_part(struct comp *c, const struct field *f, struct place *at) MUST_USE;

/* Reads "var NAME = ..." at the beginning of a script. */
int change_variable(struct comp *c) MUST_USE;

/* changeput: adds the operations of 'ch' for the bits at 'at'. 0 or -errno. */
int change_put(struct comp *c, const struct change *ch, const struct place *at) MUST_USE;

/* The greatest of its values. */
u128 change_most(const struct change *ch);

#endif
