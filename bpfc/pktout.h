// SPDX-License-Identifier: GPL-2.0-or-later
/* pktout - shows packets that --prove and --witness thought up, and writes them to a capture file.
 */
#ifndef BPFC_PKTOUT_H
#define BPFC_PKTOUT_H

#include "base/err.h"
#include "base/str.h"
#include "cbpf/sympkt.h"
#include "job.h"
#include "ui/jsonw.h"

/* Lines of its bytes, after one of what the kernel would have to know of it where that matters. */
void pktout_add(const struct sympkt_packet *p, struct str *out);

/* The same as members of an open object: length, captured, data, kernel_fields. */
void pktout_json(const struct sympkt_packet *p, struct jsonw *j);

/* The capture file of --write. */
struct pktout {
	struct capwrite *w; /* NULL: none is asked for */
	uint64_t n;
};

/* Makes the file, if 'job' names one. Returns 0 with '*ret' owned by the caller (pktout_close()),
 * or -errno with 'e'. */
int pktout_open(const struct job *job, struct pktout *ret, struct err *e) MUST_USE;

/* Writes one packet, if there is a file. Returns 0 or -errno with 'e'. */
int pktout_put(struct pktout *f, const struct job *job, const struct sympkt_packet *p,
	       struct err *e) MUST_USE;

/* Ends the file, which is valid if no packet was put, too. Returns 0 or -errno with 'e'. */
int pktout_close(struct pktout *f, struct err *e) MUST_USE;

#endif
