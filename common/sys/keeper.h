// SPDX-License-Identifier: GPL-2.0-or-later
/* keeper - the helper process behind sys/restorer: changes settings, keeps the old values, puts
 * them back when its pipe closes. Used by sys/restorer alone. */
#ifndef SYS_KEEPER_H
#define SYS_KEEPER_H

#include "base/err.h"
#include "sys/restorer.h"

/* What the helper tells, in shared memory that it never reads. */
struct keeper_report {
	int fatal;
	struct err err; /* of 'fatal', or of the first setting that failed */
	struct {
		int error;
		char old[RESTORER_VALUE_BYTES];
	} s[];
};

/* The helper's life, in the process that was forked for it. Changes the 'n' settings 's' as
 * restorer_start() documents, sends one byte on socket 'pipe', waits for its other end to close,
 * puts the settings back, and sends another byte. Closes all other descriptors of the process. */
void keeper_main(int pipe, const char *state_dir, const struct setting *s, size_t n,
		 struct keeper_report *report);

#endif
