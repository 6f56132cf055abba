// SPDX-License-Identifier: GPL-2.0-or-later
/* edit - assignments to fields of captured packets, "ip4.dst=10.0.0.2", and what follows from them:
 * checksums change by the difference (RFC 1624), so that those of packets that were cut short stay
 * right and those that were wrong stay wrong. Lengths stay: a field keeps its width. */
#ifndef TRAFGEN_EDIT_H
#define TRAFGEN_EDIT_H

#include <stdint.h>

#include "comp.h"
#include "ui/opt.h"

struct edits;

/* Reads the assignments of --set. Returns 0 with '*ret_s' to be freed, -EINVAL with 'e' for what is
 * no field of any protocol, or -ENOMEM. */
int edits_read(const struct opt_list *sets, struct edits **ret_s, struct err *e) MUST_USE;
void edits_free(struct edits *s);

/* Changes the packet of link type 'linktype' in 'c->buf', 'len' bytes on the wire, and completes it
 * as '*p'. 0 or -errno. */
int edits_apply(struct edits *s, struct comp *c, unsigned int linktype, uint32_t len,
		struct packet *p) MUST_USE;

/* -ENOENT with 'e' when an assignment found its field in no packet of 'file'. */
int edits_check(const struct edits *s, const char *file, struct err *e) MUST_USE;

#endif
