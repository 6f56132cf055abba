// SPDX-License-Identifier: GPL-2.0-or-later
/* make - see make.h. */
#include "make.h"

#include <errno.h>
#include <string.h>

int maker_open(const struct prog *g, unsigned int w, unsigned int n_workers, bool random,
	       unsigned int n_slots, struct maker *ret_m, struct err *e)
{
	struct maker m = { .prog = g, .n_slots = n_slots };
	int rc = schedule_make(g, w, n_workers, random, &m.schedule, e);

	if (rc)
		return rc;
	m.slot_bytes = ALIGN_UP(g->max_bytes, 64u);
	m.n_made = calloc(g->n_packets, sizeof(*m.n_made));
	/* what never changes is sent from where it was compiled */
	if (g->dynamic) {
		m.room = malloc((size_t)n_slots * m.slot_bytes);
		m.holds = calloc(n_slots, sizeof(*m.holds));
	}
	if (!m.n_made || (g->dynamic && (!m.room || !m.holds))) {
		maker_close(&m);
		return err_sys(e, ENOMEM, "making packets");
	}
	*ret_m = m;
	return 0;
}

void maker_close(struct maker *m)
{
	schedule_free(&m->schedule);
	free(m->room);
	free(m->holds);
	free(m->n_made);
	m->n_made = NULL;
	m->room = NULL;
	m->holds = NULL;
}

struct iovec maker_next(struct maker *m)
{
	uint64_t k;
	const struct packet *p = schedule_at(&m->schedule, m->prog, m->next++, &k);
	unsigned int i;
	uint8_t *out;

	m->n_made[p - m->prog->packets]++;
	if (!p->n_ops)
		return (struct iovec){ .iov_base = p->bytes, .iov_len = p->len };
	i = m->n_round++ % m->n_slots;
	out = m->room + (size_t)i * m->slot_bytes;
	if (m->holds[i] != p) {
		memcpy(out, p->bytes, p->len);
		m->holds[i] = p;
	}
	prog_apply(p, k, out);
	return (struct iovec){ .iov_base = out, .iov_len = p->len };
}
