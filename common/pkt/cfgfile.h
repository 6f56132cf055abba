// SPDX-License-Identifier: GPL-2.0-or-later
/* cfgfile - writes packets as a trafgen(8) script: one block of bytes a packet. Used by netsniff
 * for -o x.cfg. */
#ifndef PKT_CFGFILE_H
#define PKT_CFGFILE_H

#include <stdint.h>

#include "base/err.h"
#include "pkt/capwrite.h"
#include "pkt/pkt.h"

struct cfgfile;

/* Writes to 'fd', taken over (closed on failure too), called 'name' in sentences, compressed as
 * 'zip' says. Returns 0 with '*ret_c' owned by the caller until cfgfile_close(), or -errno with
 * 'e'. */
int cfgfile_fdopen(int fd, const char *name, enum capwrite_zip zip, struct cfgfile **ret_c,
		   struct err *e) MUST_USE;

/* Appends packet 'p', a stripped VLAN tag put back for Ethernet. A packet without bytes cannot be
 * said in a script: it is left out, and counts in cfgfile_n_empty(). 0 or -errno with
 * 'e'; after a failure the file ends with its last whole packet. */
int cfgfile_put(struct cfgfile *c, const struct pkt *p, struct err *e) MUST_USE;

int cfgfile_flush(struct cfgfile *c, struct err *e) MUST_USE;

uint64_t cfgfile_n_empty(const struct cfgfile *c);

/* Packets put so far, and bytes of the file. */
uint64_t cfgfile_n_put(const struct cfgfile *c);
uint64_t cfgfile_bytes(const struct cfgfile *c);

/* Flushes, closes, frees 'c' whatever comes of it; packets that are in the file for certain and its
 * bytes go into '*ret_n' and '*ret_bytes', unless NULL. NULL 'c' is fine. */
int cfgfile_close(struct cfgfile *c, uint64_t *ret_n, uint64_t *ret_bytes,
		  struct err *e) MUST_USE;

#endif
