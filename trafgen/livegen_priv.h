// SPDX-License-Identifier: GPL-2.0-or-later
/* livegen_priv - what livegen.c and liveorder.c share: the state of one program being made. */
#ifndef TRAFGEN_LIVEGEN_PRIV_H
#define TRAFGEN_LIVEGEN_PRIV_H

#include <stdbool.h>

#include "livegen.h"

enum {
	FRAME_MAX = 4096, /* no frame is longer: see live.c */
	LIVE_MAX_PARTS = 256,
};

struct gen {
	const struct livegen *l;
	struct code *c;
	unsigned int drop, redirect, copy; /* where these pieces are */
	bool has_copy;
	uint32_t *own; /* packets with code of their own, ascending */
	unsigned int n_own;
	const struct slot **slots; /* one of each packet: but for 'nth' all are alike */
	bool uses[N_INDEX];
	struct err *e;
};

/* liveorder: LIVE_K = number of the worker's packet that goes now: one that was lost before, or the
 * next. It is noted as the last one redirected. */
void livegen_take_number(struct gen *g);

/* LIVE_K = the number in the common order of LIVE_K, the worker's. */
void livegen_take_order(struct gen *g);

/* Keeps index 'kind' for operations, if there are any that want it: LIVE_K, with cpu() among those
 * of all workers. */
void livegen_keep_index(struct gen *g, unsigned int kind);

/* From LIVE_K, the number in the order: R2 = the packet of the script, LIVE_NTH = which of that
 * packet's in the round, LIVE_K = the round, or in random order what its lane sent before. */
void livegen_take_slot(struct gen *g);

#endif
