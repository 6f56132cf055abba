// SPDX-License-Identifier: GPL-2.0-or-later
/* livepool - the memory that all programs of a run read: see struct livepool of livegen.h. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"
#include "livegen_priv.h"
#include "sys/bpf.h"
#include "sys/fd.h"

enum { POOL_MAX = 64 << 20 };

/* Turns are looked for by halves. */
static uint32_t n_turns_of(const struct plan *plan)
{
	uint32_t n = 1;

	if (plan->n_lanes < 2 || !plan->n_turns)
		return 0;
	while (n < plan->n_turns)
		n *= 2;
	return n;
}

static uint64_t measure_pool(struct livepool *p, const struct plan *plan)
{
	const struct prog *g = plan->prog;
	uint64_t at = g->n_packets * sizeof(struct live_packet);
	uint32_t n_ops = 0;

	p->n_turns = n_turns_of(plan);
	p->turns_off = at;
	at += p->n_turns * sizeof(struct live_turn);
	for (size_t i = 0; i < g->n_packets; i++) {
		p->first_op[i] = n_ops;
		for (uint32_t k = 0; k < g->packets[i].n_ops; k++, n_ops++) {
			p->op_off[n_ops] = at;
			at += ALIGN_UP(liveop_table(&g->packets[i].ops[k], NULL), 8u);
		}
	}
	p->bytes_off = at = ALIGN_UP(at, (uint64_t)64);
	for (size_t i = 0; i < g->n_packets; i++)
		at += ALIGN_UP(g->packets[i].len, 8u);
	p->n_bytes = at - p->bytes_off;
	return at + FRAME_MAX;
}

static void fill_turns(struct livepool *p, const struct plan *plan)
{
	struct live_turn *t = (struct live_turn *)(p->value + p->turns_off);

	for (uint32_t i = 0; i < p->n_turns; i++) {
		const struct turn *from = &plan->turns[MIN(i, plan->n_turns - 1)];
		const struct lane *l = &plan->lanes[from->lane];

		t[i] = (struct live_turn){ i < plan->n_turns ? from->first : INT64_MAX, from->nth,
					   l->per_round, l->n_slots, l->first_slot };
	}
}

static void fill_pool(struct livepool *p, const struct prog *g)
{
	struct live_packet *record = (struct live_packet *)p->value;
	uint32_t at = 0;

	for (size_t i = 0; i < g->n_packets; i++) {
		const struct packet *pk = &g->packets[i];

		record[i] = (struct live_packet){ at, pk->len };
		memcpy(p->value + p->bytes_off + at, pk->bytes, pk->len);
		at += ALIGN_UP(pk->len, 8u);
		for (uint32_t k = 0; k < pk->n_ops; k++)
			liveop_table(&pk->ops[k], p->value + p->op_off[p->first_op[i] + k]);
	}
}

int livepool_open(struct livepool *p, const struct plan *plan, struct err *e)
{
	const struct prog *g = plan->prog;
	size_t n_ops = 0;
	uint64_t size;

	for (size_t i = 0; i < g->n_packets; i++)
		n_ops += g->packets[i].n_ops;
	*p = (struct livepool){ .fd = -1, .n_packets = g->n_packets,
				.op_off = calloc(n_ops + 1, sizeof(uint32_t)),
				.first_op = calloc(g->n_packets, sizeof(uint32_t)) };
	if (!p->op_off || !p->first_op)
		return err_sys(e, ENOMEM, "packets for eBPF");
	size = measure_pool(p, plan);
	if (size > POOL_MAX)
		return err_set(e, E2BIG, "%llu MiB of packets are too much",
			       (unsigned long long)size >> 20);
	p->fd = sysbpf_array_new("trafgen_pool", size, 1, e);
	if (p->fd < 0)
		return p->fd;
	p->value = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, p->fd, 0);
	if (p->value == MAP_FAILED) {
		p->value = NULL;
		return err_sys(e, errno, "map the memory of a BPF map");
	}
	p->size = size;
	fill_turns(p, plan);
	fill_pool(p, g);
	return 0;
}

void livepool_close(struct livepool *p)
{
	if (p->value)
		munmap(p->value, p->size);
	close_p(&p->fd);
	free(p->op_off);
	free(p->first_op);
}
