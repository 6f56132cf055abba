// SPDX-License-Identifier: GPL-2.0-or-later
/* walk - from the bytes of a packet to its layers and their values, by the table of proto.h.
 * Allocates nothing, keeps nothing but pointers into the packet, nests to a fixed depth.
 * Two things go wrong with a packet and are told apart: it is *cut* (the capture kept fewer bytes
 * than were on the wire) or *bad* (a header says what cannot be), with a reason and its value. */
#ifndef PROTO_WALK_H
#define PROTO_WALK_H

#include "proto/proto.h"

#define WALK_LAYERS 16

enum walk_why {
	WALK_FINE,
	WALK_CUT,       /* captured bytes end inside the header: 'value' captured, 'limit' needed */
	WALK_SHORT,     /* header needs 'limit' bytes, the layer below has only 'value' */
	WALK_HDR_SMALL, /* stated header length 'value' is under the least possible 'limit' */
	WALK_HDR_LONG,  /* stated header length 'value' is over the 'limit' bytes there are */
	WALK_TOTAL_SMALL, /* stated total length 'value' is under the header's 'limit' */
	WALK_TOTAL_LONG,  /* stated total length 'value' is over the 'limit' bytes there are */
	WALK_VERSION,     /* version 'value' where 'limit' has to be */
	WALK_DEEP,        /* more headers follow than 'limit' */
};

enum layer_flag {
	LAYER_FRAGMENT = 1, /* part of a fragmented packet: lengths and checksum cover more */
	LAYER_QUOTED = 2,   /* inside an ICMP error: only the beginning of a packet */
};

struct layer {
	const struct proto *proto;
	uint32_t off;       /* of the header in the packet */
	uint32_t hdr_bytes; /* header with options */
	uint32_t hdr_have;  /* of these, captured */
	uint32_t total_bytes; /* header and payload, at most what the layer below has */
	uint8_t why;          /* enum walk_why */
	uint8_t flags;        /* enum layer_flag */
	uint32_t value, limit; /* of 'why' */
};

/* Zero it once ("struct walk w = { 0 }") and use it for a stream of packets. */
struct walk {
	const uint8_t *data;
	uint32_t cap_len, len;
	uint16_t linktype;
	uint8_t n_layers; /* 0: link type unknown, all is payload */
	bool cut;         /* fewer bytes captured than were on the wire */
	bool bad;         /* some layer is bad */

	/* What follows the last header: 'payload_have' of 'payload_bytes' are captured. */
	uint32_t payload_off, payload_bytes, payload_have;
	/* What follows the end of a length-stating layer (padding of short frames). */
	uint32_t trailer_off, trailer_bytes, trailer_have;

	struct layer layers[WALK_LAYERS];
	struct proto_index index;
};

/* Dissects the 'cap_len' bytes of 'data', 'len' on the wire (less than 'cap_len': as 'cap_len'),
 * of link type 'linktype'. Never fails: what it could not read is in 'w'. */
void walk_packet(unsigned int linktype, const uint8_t *data, uint32_t cap_len, uint32_t len,
		 struct walk *w);

/* One sentence fragment for why->value: "header length 8, at least 20". NULL for WALK_FINE. */
const char *walk_why_text(enum walk_why why, const char **ret_relation);

/* One value of a layer or an option. */
struct value {
	const struct field *field;
	const uint8_t *p; /* first byte that holds some of it */
	uint32_t n_bytes; /* bytes of a MAC, address, FIELD_BYTES or FIELD_TEXT */
	uint64_t num;     /* where field_is_number() */
};

/* Steps through the values of fields at some bytes. */
struct value_iter {
	const struct field *field, *end;
	const uint8_t *hdr;
	uint32_t n_bytes; /* captured bytes of the header or option */
	uint32_t array;   /* next element of a FIELD_ARRAY, in bytes from 'hdr' */
	bool views;       /* also the fields marked FIELD_VIEW */
};

/* Values of layer 'l' of 'w'; fields that were not captured or do not apply are stepped over. */
struct value_iter walk_values(const struct walk *w, const struct layer *l);

/* The next value. Elements of a FIELD_ARRAY come one by one with the same field. */
bool value_next(struct value_iter *it, struct value *ret);

/* Finds the value of 'f' in 'l'. False if it does not apply or was not captured. */
bool walk_value(const struct walk *w, const struct layer *l, const struct field *f,
		struct value *ret);

struct option {
	uint32_t kind;
	const struct opt_def *def; /* NULL: unknown kind */
	const uint8_t *p;          /* from its kind on */
	uint32_t n_bytes;          /* whole option, captured */
	uint32_t skip;             /* of these, kind and length */
	bool bad;                  /* its length lies: the rest of the options is not readable */
};

struct option_iter {
	const struct proto *proto;
	const uint8_t *first, *p, *end;
	bool cut; /* header not captured to its end */
};

/* Options of layer 'l'; none when its protocol has none. */
struct option_iter walk_options(const struct walk *w, const struct layer *l);
bool option_next(struct option_iter *it, struct option *ret);
struct value_iter option_values(const struct option *o);

/* The captured bytes of layer 'l' from its header's first byte. */
static inline const uint8_t *walk_hdr(const struct walk *w, const struct layer *l)
{
	return w->data + l->off;
}

/* Nearest layer before 'l' with all bits of 'flags' (enum proto_flag), or NULL. */
const struct layer *walk_below(const struct walk *w, const struct layer *l, unsigned int flags);

enum csum_state {
	CSUM_STATE_NONE,    /* the protocol has none, or the sender made none */
	CSUM_STATE_UNKNOWN, /* cannot be told: cut, fragment, quoted, bad */
	CSUM_STATE_OK,
	CSUM_STATE_WRONG,
};

/* Verifies the checksum of 'l'. '*ret_should' is what it should be, for WRONG. */
enum csum_state walk_csum(const struct walk *w, const struct layer *l, uint32_t *ret_should);

#endif
