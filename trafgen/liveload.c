// SPDX-License-Identifier: GPL-2.0-or-later
/* liveload - loads the program of a worker of the live engine. Jumps of eBPF reach no further than
 * CODE_MAX instructions, so a script with many changing packets becomes several programs, the first
 * of which calls the others. */
#include <errno.h>
#include <stdlib.h>

#include "livegen_priv.h"
#include "sys/bpf.h"
#include "sys/fd.h"

static int load(const struct livegen *l, struct code *c, struct err *e)
{
	int rc;

	c->n = 0;
	c->full = false;
	rc = livegen_make(l, c, e);
	return rc ? rc : sysbpf_prog_load("trafgen_live", BPF_PROG_TYPE_XDP, c->insns, c->n, e);
}

/* Loads all parts but the first. */
static int load_parts(struct livegen *l, struct code *c, struct err *e)
{
	int rc = 0;

	for (l->part = 1; !rc && l->part <= l->n_parts; l->part++) {
		AUTO(close_p) int fd = load(l, c, e);

		rc = fd < 0 ? fd : sysbpf_tail_set(l->parts_fd, l->part - 1, fd, e);
	}
	l->part = 0;
	return rc;
}

int livegen_load(const struct livegen *l, int *ret_parts_fd, struct err *e)
{
	AUTO(free_p) struct bpf_insn *insns = calloc(CODE_MAX, sizeof(*insns));
	struct code c = { .insns = insns };
	AUTO(close_p) int parts = -1;
	struct livegen own = *l;
	int rc;

	*ret_parts_fd = -1;
	if (!insns)
		return err_sys(e, ENOMEM, "an eBPF program");
	rc = load(l, &c, e);
	if (rc != -E2BIG)
		return rc;
	parts = sysbpf_tails_new("trafgen_parts", LIVE_MAX_PARTS, e);
	if (parts < 0)
		return parts;
	own.parts_fd = parts;
	for (own.n_parts = 2; own.n_parts <= LIVE_MAX_PARTS; own.n_parts *= 2) {
		rc = load_parts(&own, &c, e);
		if (rc != -E2BIG)
			break;
	}
	if (!rc)
		rc = load(&own, &c, e);
	if (rc >= 0)
		*ret_parts_fd = TAKE(parts, -1);
	return rc;
}
