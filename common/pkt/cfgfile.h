// SPDX-License-Identifier: GPL-2.0-or-later
/* cfgfile - writes packets as a trafgen(8) script: one block of bytes a packet. Used by netsniff
 * for -o x.cfg. */
#ifndef PKT_CFGFILE_H
#define PKT_CFGFILE_H

#include <stdint.h>

#include "base/err.h"
#include "pkt/pkt.h"

struct cfgfile;

/* Creates or truncates 'path' ("-": standard output). Returns 0 with '*ret_c' owned by the caller
 * until cfgfile_close(), or -errno with 'e'. */
int cfgfile_open(const char *path, struct cfgfile **ret_c, struct err *e) MUST_USE;

/* As cfgfile_open() on 'fd', taken over. */
int cfgfile_fdopen(int fd, const char *name, struct cfgfile **ret_c, struct err *e) MUST_USE;

/* Appends packet 'p', a stripped VLAN tag put back for Ethernet. A packet without bytes cannot be
 * said in a script: it is left out, and counts in cfgfile_n_empty(). 0 or -errno with
 * 'e'; after a failure the file ends with its last whole packet. */
int cfgfile_put(struct cfgfile *c, const struct pkt *p, struct err *e) MUST_USE;

int cfgfile_flush(struct cfgfile *c, struct err *e) MUST_USE;

uint64_t cfgfile_n_empty(const struct cfgfile *c);

/* Packets that are in the file for certain. */
uint64_t cfgfile_n_written(const struct cfgfile *c);

/* Flushes, closes, frees 'c' whatever comes of it. NULL is fine. */
int cfgfile_close(struct cfgfile *c, struct err *e) MUST_USE;

#endif
