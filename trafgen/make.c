// SPDX-License-Identifier: GPL-2.0-or-later
/* make - see make.h. */
#include "make.h"

#include <errno.h>
#include <string.h>

int maker_open(const struct plan *p, unsigned int w, unsigned int n_slots, struct maker *ret_m,
	       struct err *e)
{
	struct maker m = { .plan = p, .worker = w, .n_slots = n_slots };
	const struct prog *g = p->prog;

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
	free(m->room);
	free(m->holds);
	free(m->n_made);
	m->n_made = NULL;
	m->room = NULL;
	m->holds = NULL;
}

struct iovec maker_next(struct maker *m)
{
	uint64_t index[N_INDEX];
	uint32_t slot;
	const struct packet *p = plan_at(m->plan, m->worker, m->next++, index, &slot);
	unsigned int i;
	uint8_t *out;

	m->n_made[p - m->plan->prog->packets]++;
	if (!p->n_ops)
		return (struct iovec){ .iov_base = p->bytes, .iov_len = p->len };
	i = m->n_round++ % m->n_slots;
	out = m->room + (size_t)i * m->slot_bytes;
	if (m->holds[i] != p) {
		memcpy(out, p->bytes, p->len);
		m->holds[i] = p;
	}
	prog_apply(p, index, out);
	return (struct iovec){ .iov_base = out, .iov_len = p->len };
}
