// SPDX-License-Identifier: GPL-2.0-or-later
/* watchgrid - the hops of a path as a table (watch.h). To add a column: a member of enum col, its
 * record in 'columns', its text in cell(), its order in number_of(). */
#include "watch.h"

#include <errno.h>

#include "ui/fmt.h"

enum col {
	COL_HOP,
	COL_ADDRESS,
	COL_LOSS,
	COL_LAST,
	COL_AVERAGE,
	COL_BEST,
	COL_WORST,
	COL_DEVIATION,
	COL_JITTER,
	COL_HISTORY,
	COL_SENT,
	COL_AS,
	COL_CAUSE,
	COL_NAME,
	COL_AS_NAME,
	COL_PLACE,
	N_COLS,
};

static const struct grid_column columns[N_COLS] = {
	[COL_HOP] = { "hop", "HOP", "hop limit", 4, .rising = true },
	[COL_ADDRESS] = { "address", "ADDRESS", "who answers", 15, 12, .left = true,
			  .rising = true },
	[COL_LOSS] = { "loss", "LOSS", "answers that are missing", 7, .rank = 0 },
	[COL_LAST] = { "last", "LAST", "last round trip, ms", 6, .rank = 0 },
	[COL_AVERAGE] = { "average", "AVG", "average round trip, ms", 6, .rank = 1 },
	[COL_BEST] = { "best", "BEST", "shortest round trip, ms", 6, .rank = 2 },
	[COL_WORST] = { "worst", "WORST", "longest round trip, ms", 6, .rank = 2 },
	[COL_DEVIATION] = { "deviation", "DEV", "standard deviation, ms", 6, .rank = 3 },
	[COL_JITTER] = { "jitter", "JITTER", "mean difference of one to the next, ms", 6,
			 .rank = 4 },
	[COL_HISTORY] = { "history", "HISTORY", "round trips, the newest at the right", 7, 60,
			  .rank = 5 },
	[COL_SENT] = { "sent", "SENT", "probes", 6, .rank = 6 },
	[COL_AS] = { "as", "AS", "number of the autonomous system", 10, .rank = 7, .left = true },
	[COL_CAUSE] = { "cause", "CAUSE", "what missing answers are because of", 10, .rank = 8,
			.left = true },
	[COL_NAME] = { "name", "NAME", "name, with -N", 16, 30, .rank = 9, .left = true },
	[COL_AS_NAME] = { "as-name", "AS NAME", "name of the autonomous system", 12, 20, .rank = 10,
			  .left = true },
	[COL_PLACE] = { "place", "PLACE", "country and city", 8, 16, .rank = 11, .left = true },
};

static const struct watch_row *row_of(void *arg, size_t row)
{
	return &((const struct watch_grid *)arg)->rows[row];
}

void watch_ms(struct str *out, double ms)
{
	str_addf(out, ms < 10 ? "%.2f" : ms < 1000 ? "%.1f" : "%.0f", ms);
}

/* What column 'col' counts; false if it is not known, or no number. */
static bool number_of(const struct watch_row *r, unsigned int col, double *ret)
{
	const struct cycles_hop *h = &r->hop;

	switch (col) {
	case COL_HOP:
		*ret = r->ttl;
		return true;
	case COL_SENT:
		*ret = h->sent;
		return true;
	case COL_LOSS:
		*ret = (double)r->lost / MAX(h->received + r->lost, 1u);
		return h->received + r->lost > 0;
	case COL_LAST:
		*ret = h->last_ns / 1e6;
		break;
	case COL_AVERAGE:
		*ret = h->received ? h->sum / h->received : 0;
		break;
	case COL_BEST:
		*ret = h->best_ns / 1e6;
		break;
	case COL_WORST:
		*ret = h->worst_ns / 1e6;
		break;
	case COL_DEVIATION:
		*ret = cycles_deviation(h);
		break;
	case COL_JITTER:
		*ret = h->n_jitter ? h->jitter / h->n_jitter : 0;
		break;
	default:
		return false;
	}
	return h->received > 0;
}

static void number_cell(const struct watch_row *r, unsigned int col, struct grid_cell *ret)
{
	double v;

	if (!number_of(r, col, &v))
		str_add(&ret->text, "-");
	else if (col == COL_HOP || col == COL_SENT)
		str_add_u64(&ret->text, v);
	else if (col == COL_LOSS)
		str_add(&ret->text, fmt_percent(r->lost, r->hop.received + r->lost).s);
	else
		watch_ms(&ret->text, v);
	if (col == COL_LOSS && r->lost)
		ret->style = r->verdict == CYCLES_LOSS ? STYLE_BAD : STYLE_WARN;
}

size_t watch_history(const struct cycles_hop *h, uint32_t n_cycles, size_t n,
		     uint64_t ret[CYCLES_RING])
{
	n = MIN(n, (size_t)CYCLES_RING);
	n = MIN(n, (size_t)n_cycles);
	for (size_t i = 0; i < n; i++) {
		int64_t rtt = h->rtt_ns[(n_cycles - n + i) % CYCLES_RING];

		ret[i] = rtt ? (uint64_t)rtt : CANVAS_NO_VALUE;
	}
	return n;
}

static void history_cell(struct watch_grid *g, const struct watch_row *r, struct grid_cell *ret)
{
	ret->spark = g->spark;
	ret->n_spark = watch_history(&r->hop, g->n_cycles, ret->width, g->spark);
	ret->style = STYLE_ACCENT;
}

static void knowledge_cell(struct watch_grid *g, const struct watch_row *r, unsigned int col,
			   struct grid_cell *ret)
{
	struct geo_place p;
	const char *name;

	if (col == COL_NAME) {
		name = know_name(g->know, &r->hop.addr);
		str_add(&ret->text, name ? name : "");
		return;
	}
	if (!know_place(g->know, &r->hop.addr, &p))
		return;
	if (col == COL_AS && p.asn)
		str_addf(&ret->text, "AS%u", p.asn);
	else if (col == COL_AS_NAME)
		str_add(&ret->text, p.as_name);
	else if (col == COL_PLACE)
		str_addf(&ret->text, "%s %s", p.country, p.city);
}

static void cell(void *arg, size_t row, unsigned int col, struct grid_cell *ret)
{
	const struct watch_row *r = row_of(arg, row);

	switch (col) {
	case COL_ADDRESS:
		str_add(&ret->text, r->hop.addr.family ? addr_text(&r->hop.addr).s : "*");
		break;
	case COL_HISTORY:
		history_cell(arg, r, ret);
		break;
	case COL_CAUSE:
		if (r->verdict != CYCLES_NONE)
			str_add(&ret->text, cycles_words(r->verdict));
		break;
	case COL_AS:
	case COL_NAME:
	case COL_AS_NAME:
	case COL_PLACE:
		knowledge_cell(arg, r, col, ret);
		break;
	default:
		number_cell(r, col, ret);
	}
}

static int compare_text(struct watch_grid *g, const struct watch_row *x, const struct watch_row *y,
			unsigned int col)
{
	struct grid_cell a = { 0 }, b = { 0 };
	int d;

	knowledge_cell(g, x, col, &a);
	knowledge_cell(g, y, col, &b);
	d = strcmp(str_text(&a.text), str_text(&b.text));
	str_free(&a.text);
	str_free(&b.text);
	return d;
}

static int compare(void *arg, size_t a, size_t b, unsigned int col)
{
	const struct watch_row *x = row_of(arg, a), *y = row_of(arg, b);
	bool has_p, has_q;
	double p, q;

	if (col == COL_ADDRESS)
		return memcmp(&x->hop.addr, &y->hop.addr, sizeof(x->hop.addr));
	if (col == COL_CAUSE)
		return (int)x->verdict - (int)y->verdict;
	if (col == COL_AS || col == COL_NAME || col == COL_AS_NAME || col == COL_PLACE)
		return compare_text(arg, x, y, col);
	has_p = number_of(x, col, &p);
	has_q = number_of(y, col, &q);
	if (!has_p || !has_q)
		return has_p - has_q;
	return (p > q) - (p < q);
}

static uint64_t id(void *arg, size_t row)
{
	return row_of(arg, row)->ttl;
}

static const struct grid_ops ops = { .cell = cell, .compare = compare, .id = id };

int watch_grid_open(struct watch_grid *g, struct know *k, struct err *e)
{
	*g = (struct watch_grid){ .know = k };
	g->rows = calloc(SWEEP_TTLS, sizeof(*g->rows));
	if (!g->rows)
		return err_set(e, ENOMEM, "out of memory");
	return grid_new(columns, N_COLS, &ops, g, &g->grid, e);
}

void watch_grid_close(struct watch_grid *g)
{
	grid_free(g->grid);
	free(g->rows);
}
