// SPDX-License-Identifier: GPL-2.0-or-later
/* pack - a sample as bytes and back, for recordings. Pure; unpacking takes bytes of any origin.
 *
 * Version 1; integers are LEB128 (7 bits a byte, low ones first): version, have, n of counters; n
 * of links, each: number, birth, name and kind (length, text), flags, mtu, hatype, operstate,
 * bits (1 far peer, 2 fresh), speed, counters; n of CPUs, each: bits (1 there), times, softirqs,
 * softnet, interrupts; then the numbers of the machine. Behind it, notes (notes.h). */
#ifndef IFPPS_PACK_H
#define IFPPS_PACK_H

#include "base/bytes.h"
#include "base/str.h"
#include "sample.h"

/* Adds 's' to 'out', but for its moment. */
void pack_sample(const struct sample *s, struct str *out);

/* Fills 's' (of a call before, or zeroed) and steps behind it. Returns 0, or -errno with 'e'
 * (-EBADMSG: these bytes are no sample). */
int pack_read(struct cur *c, struct sample *s, struct err *e) MUST_USE;

/* The pieces that all of it is made of: an integer, and a length with text behind it. What is no
 * integer, or no text that fits 'size' with its end, makes the cursor fail. */
void pack_u64(struct str *out, uint64_t v);
void pack_text(struct str *out, const char *text);
uint64_t unpack_u64(struct cur *c);
void unpack_text(struct cur *c, char *to, size_t size);

#endif
