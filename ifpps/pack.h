// SPDX-License-Identifier: GPL-2.0-or-later
/* pack - a sample as bytes and back, for recordings. Pure; unpacking takes bytes of any origin.
 *
 * Version 1; integers are LEB128 (base/leb128.h): version, have, n of counters; n
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

#endif
