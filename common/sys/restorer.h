// SPDX-License-Identifier: GPL-2.0-or-later
/* restorer - changes settings of the whole machine for as long as a run lasts.
 * A small process is forked that changes them, holds the old values, and puts them back when its
 * pipe closes, be it by kill -9 of the program. It reads no byte from anywhere but its own records,
 * so that nothing can be asked of it later. Several programs may change the same setting: the last
 * one to leave puts back the value that stood before the first. A value that somebody else has
 * changed meanwhile is left alone. If the helper itself is killed, its record in the state folder
 * lets the next run that touches the setting put it right. Start it before rings are mapped and
 * threads run: a fork shares what is mapped. */
#ifndef SYS_RESTORER_H
#define SYS_RESTORER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define RESTORER_VALUE_BYTES 96
#define RESTORER_MAX	     512 /* settings of one run */

enum setting_kind {
	SETTING_SYSCTL,	  /* key: "net.core.rmem_max" */
	SETTING_IRQ,	  /* key: number of the IRQ; value: CPU list */
	SETTING_MONITOR,  /* key: wireless device; value: "monitor" or "none", its interface */
	SETTING_HWTSTAMP, /* key: device; value: "TX_TYPE RX_FILTER", numbers */
};

struct setting {
	enum setting_kind kind;
	char key[64];
	char value[RESTORER_VALUE_BYTES]; /* wanted */
	bool at_least;			  /* a number that is only raised, never lowered */

	/* Set by restorer_start(). */
	int error;			/* 0, or the errno why it could not be changed */
	char old[RESTORER_VALUE_BYTES]; /* value before any of us; what will be put back */
};

struct restorer;

/* Changes the 'n' settings of 's' and fills in their 'error' and 'old'; one that cannot be changed
 * does not stop the others. 'state_dir' NULL: /run/netsniff-settings. Returns 0 with '*ret_r',
 * which restorer_stop() ends, or -errno with 'e' when nothing could be started; 'e' also tells, at
 * 0, of the first setting that failed. */
int restorer_start(const char *state_dir, struct setting *s, size_t n, struct restorer **ret_r,
		   struct err *e) MUST_USE;

/* Has the settings put back and waits for it. Returns 0, or -errno with 'e' naming what could not
 * be put back. NULL is fine. Works in a sandbox. */
int restorer_stop(struct restorer *r, struct err *e);

#endif
