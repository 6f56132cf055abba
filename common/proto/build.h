// SPDX-License-Identifier: GPL-2.0-or-later
/* build - from values to the bytes of a packet, by the table of proto.h: the inverse of walk.
 * Layers are appended from the outside in; build_finish() then fills in what was not set: numbers
 * of the next protocol, lengths, checksums. What the caller set stays, also if it is wrong. */
#ifndef PROTO_BUILD_H
#define PROTO_BUILD_H

#include "base/err.h"
#include "proto/proto.h"

#define BUILD_LAYERS 16

struct build_layer {
	const struct proto *proto;
	uint32_t off, hdr_bytes;
	uint64_t set; /* bits of the header's fields, by index, that the caller gave; 64 at most */
};

struct build {
	uint8_t *buf;
	uint32_t cap, len;
	bool sealed; /* payload added: no more headers */
	unsigned int n_layers;
	struct build_layer layers[BUILD_LAYERS];
};

/* Begins a packet in the 'cap' bytes of 'buf', which the caller keeps. */
void build_init(struct build *b, void *buf, uint32_t cap);

/* Appends a header of 'p' with its defaults. Returns its layer number, or -ENOBUFS with 'e'. */
int build_layer(struct build *b, const struct proto *p, struct err *e) MUST_USE;

/* Sets number field 'f' of 'layer'. -ERANGE when 'v' does not fit, -EINVAL for other kinds or a
 * field beyond the header. Setting a field that decides the header's length (types with cases)
 * lengthens the last header. */
int build_set(struct build *b, unsigned int layer, const struct field *f, uint64_t v,
	      struct err *e) MUST_USE;

/* Sets a MAC, address or bytes field from exactly its 'n' bytes. */
int build_set_bytes(struct build *b, unsigned int layer, const struct field *f, const void *data,
		    uint32_t n, struct err *e) MUST_USE;

/* Appends 'n' bytes of options to the last header, padded with zeros to its length unit. */
int build_options(struct build *b, const void *data, uint32_t n, struct err *e) MUST_USE;

/* Appends payload; no header can follow. */
int build_payload(struct build *b, const void *data, uint32_t n, struct err *e) MUST_USE;

/* Fills in next-protocol numbers, lengths and checksums that were not set. 'b->len' bytes are
 * the packet. -EINVAL with 'e' if a layer cannot live in the one before it (nothing written). */
int build_finish(struct build *b, struct err *e) MUST_USE;

#endif
