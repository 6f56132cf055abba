// SPDX-License-Identifier: GPL-2.0-or-later
/* fieldname - which protocol field each load of a classic filter reads, by the protocol table: the
 * layers are those that the comparisons on the way there have left possible. For people who read a
 * program; nothing depends on it. Used by asmout and by bpfc. */
#ifndef CBPF_FIELDNAME_H
#define CBPF_FIELDNAME_H

#include <linux/filter.h>

#include "base/attr.h"
#include "base/str.h"

struct fieldname;

/* Works out the fields of 'prog' for packets of link type 'linktype' (enum linktype). NULL when
 * out of memory. The caller owns the result (fieldname_free()); 'prog' is not kept. */
struct fieldname *fieldname_new(const struct sock_fprog *prog, unsigned int linktype) MUST_USE;

/* Adds what instruction 'i' loads or compares with to 'out': "eth.type", "ip4.src[0:2]",
 * "tcp.dport or udp.dport", "ip4"; nothing where that is not known. */
void fieldname_add(const struct fieldname *fn, unsigned int i, struct str *out);

/* NULL is fine. */
void fieldname_free(struct fieldname *fn);
void fieldname_free_p(struct fieldname **fn);

#endif
