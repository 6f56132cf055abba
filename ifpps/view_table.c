// SPDX-License-Identifier: GPL-2.0-or-later
/* view_table - the table of devices (view.h). To add a column: a member of enum col, its record in
 * 'columns', its text in cell() and its order in value_of(). */
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "sys/clock.h"
#include "ui/fmt.h"

enum col {
	COL_NAME, COL_STATE, COL_RX_BITS, COL_TX_BITS, COL_RX_BYTES, COL_TX_BYTES, COL_RX_PACKETS,
	COL_TX_PACKETS, COL_ERRORS, COL_DROPS, COL_SIZE, COL_SHARE, COL_SHARE64, COL_SPEED,
	COL_RX_10S, COL_TX_10S, COL_RX_60S, COL_TX_60S, COL_RX_PEAK, COL_TX_PEAK, COL_RX_TOTAL,
	COL_TX_TOTAL, COL_KIND, COL_MTU, COL_INDEX, COL_HISTORY, N_COLS,
};

static const struct grid_column columns[N_COLS] = {
	[COL_NAME] = { "name", "DEVICE", "name of the device", 12, 3, 0, .left = true,
		       .rising = true },
	[COL_STATE] = { "state", "STATE", "operational state", 5, 5, 1, .left = true,
			.rising = true },
	[COL_RX_BITS] = { "rx-bits", "RX bit/s", "received", 8, 0, .rank = 0 },
	[COL_TX_BITS] = { "tx-bits", "TX bit/s", "sent", 8, 0, .rank = 0 },
	[COL_RX_BYTES] = { "rx-bytes", "RX B/s", "received, in bytes", 8, .hidden = true },
	[COL_TX_BYTES] = { "tx-bytes", "TX B/s", "sent, in bytes", 8, .hidden = true },
	[COL_RX_PACKETS] = { "rx-packets", "RX pps", "packets received a second", 6, 1, .rank = 0 },
	[COL_TX_PACKETS] = { "tx-packets", "TX pps", "packets sent a second", 6, 1, .rank = 0 },
	[COL_ERRORS] = { "errors", "ERR/s", "errors a second, both directions", 6, 0, .rank = 1 },
	[COL_DROPS] = { "drops", "DROP/s", "drops a second, both directions", 6, 0, .rank = 1 },
	[COL_SIZE] = { "size", "SIZE", "mean size of packets in bytes, both directions", 5, 0, .rank = 3 },
	[COL_SHARE] = { "share", "LOAD", "share of the link speed, the fuller direction", 7, 0,
			.rank = 4 },
	[COL_SHARE64] = { "share64", "LOAD64", "share of the packets that 64-byte frames would be",
			  7, .rank = 6, .hidden = true },
	[COL_SPEED] = { "speed", "SPEED", "link speed in bit/s", 6, 0, .rank = 5 },
	[COL_RX_10S] = { "rx-10s", "RX 10s", "bit/s received, mean of 10 s", 8, .rank = 6,
			 .hidden = true },
	[COL_TX_10S] = { "tx-10s", "TX 10s", "bit/s sent, mean of 10 s", 8, .rank = 6,
			 .hidden = true },
	[COL_RX_60S] = { "rx-60s", "RX 60s", "bit/s received, mean of a minute", 8, .rank = 6,
			 .hidden = true },
	[COL_TX_60S] = { "tx-60s", "TX 60s", "bit/s sent, mean of a minute", 8, .rank = 6,
			 .hidden = true },
	[COL_RX_PEAK] = { "rx-peak", "RX peak", "highest bit/s received so far", 8, .rank = 6,
			  .hidden = true },
	[COL_TX_PEAK] = { "tx-peak", "TX peak", "highest bit/s sent so far", 8, .rank = 6,
			  .hidden = true },
	[COL_RX_TOTAL] = { "rx-total", "RX bytes", "bytes received since the device exists", 8,
			   .rank = 6, .hidden = true },
	[COL_TX_TOTAL] = { "tx-total", "TX bytes", "bytes sent since the device exists", 8,
			   .rank = 6, .hidden = true },
	[COL_KIND] = { "kind", "KIND", "veth, bridge, ...; empty for hardware", 8, .rank = 6,
		       .left = true, .hidden = true, .rising = true },
	[COL_MTU] = { "mtu", "MTU", "largest packet in bytes", 6, .rank = 6, .hidden = true },
	[COL_INDEX] = { "index", "INDEX", "number of the device", 6, .rank = 6, .hidden = true,
			.rising = true },
	[COL_HISTORY] = { "history", "HISTORY", "received and sent, bit/s", 10, 110, .rank = 2 },
};

static const struct iface *iface_of(void *arg, size_t row)
{
	const struct view_table *v = arg;

	return &v->st->ifaces.v[v->rows[row]];
}

static bool mean_size(const struct iface *i, uint64_t *ret)
{
	uint64_t packets = i->d[RX_PACKETS] + i->d[TX_PACKETS];

	if (!i->rated || !packets)
		return false;
	*ret = (i->d[RX_BYTES] + i->d[TX_BYTES] + packets / 2) / packets;
	return true;
}

/* Share of the link speed in millionths: of bits, or of the frames of 64 bytes it can carry. */
static bool share(const struct iface *i, bool frames, uint64_t *ret)
{
	/* 64 bytes with preamble and gap take 84 on the wire. */
	uint64_t full = frames ? i->now.speed_bps / (84 * 8) : i->now.speed_bps, rx, tx;

	if (!full)
		return false;
	if (frames ? !iface_rate(i, RX_PACKETS, &rx) || !iface_rate(i, TX_PACKETS, &tx) :
		     !iface_bps(i, RX_BYTES, &rx) || !iface_bps(i, TX_BYTES, &tx))
		return false;
	*ret = (unsigned __int128)MAX(rx, tx) * 1000000 / full;
	return true;
}

/* What column 'col' counts; false if it is not known, or no number. */
static bool value_of(const struct iface *i, unsigned int col, uint64_t *ret)
{
	switch (col) {
	case COL_RX_BITS:
		return iface_bps(i, RX_BYTES, ret);
	case COL_TX_BITS:
		return iface_bps(i, TX_BYTES, ret);
	case COL_RX_BYTES:
		return iface_rate(i, RX_BYTES, ret);
	case COL_TX_BYTES:
		return iface_rate(i, TX_BYTES, ret);
	case COL_RX_PACKETS:
		return iface_rate(i, RX_PACKETS, ret);
	case COL_TX_PACKETS:
		return iface_rate(i, TX_PACKETS, ret);
	case COL_ERRORS:
		*ret = fmt_rate(iface_errors(i->d), i->dt_ns);
		return i->rated;
	case COL_DROPS:
		*ret = fmt_rate(iface_drops(i->d), i->dt_ns);
		return i->rated;
	case COL_SIZE:
		return mean_size(i, ret);
	case COL_SHARE:
	case COL_SHARE64:
		return share(i, col == COL_SHARE64, ret);
	case COL_SPEED:
		*ret = i->now.speed_bps;
		return *ret != 0;
	case COL_RX_PEAK:
	case COL_TX_PEAK:
		*ret = col == COL_RX_PEAK ? i->peak_rx_bps : i->peak_tx_bps;
		return true;
	case COL_RX_TOTAL:
	case COL_TX_TOTAL:
		*ret = i->now.v[col == COL_RX_TOTAL ? RX_BYTES : TX_BYTES];
		return i->now.fresh;
	case COL_MTU:
		*ret = i->now.mtu;
		return true;
	case COL_INDEX:
		*ret = i->now.ifindex;
		return true;
	}
	return false;
}

static bool mean_of(const struct iface *i, unsigned int col, uint64_t *ret)
{
	bool rx = col == COL_RX_10S || col == COL_RX_60S;
	int64_t window = (col == COL_RX_10S || col == COL_TX_10S ? 10 : 60) * NS_PER_S;

	if (!iface_mean(i, rx ? MARK_RX_BYTES : MARK_TX_BYTES, window, ret))
		return false;
	*ret *= 8;
	return true;
}

static bool number_of(const struct iface *i, unsigned int col, uint64_t *ret)
{
	return col >= COL_RX_10S && col <= COL_TX_60S ? mean_of(i, col, ret) :
							value_of(i, col, ret);
}

static void number_cell(const struct view_table *v, const struct iface *i, unsigned int col,
			struct grid_cell *ret)
{
	uint64_t n;

	if (!number_of(i, col, &n)) {
		str_add(&ret->text, "-");
		return;
	}
	if (col == COL_SHARE || col == COL_SHARE64)
		str_add(&ret->text, fmt_percent(n, 1000000).s);
	else if (col == COL_MTU || col == COL_INDEX || col == COL_SIZE)
		str_add_u64(&ret->text, n);
	else if (col == COL_RX_TOTAL || col == COL_TX_TOTAL || v->binary)
		str_add(&ret->text, fmt_binary(n).s);
	else
		str_add(&ret->text, fmt_count(n).s);
	if ((col == COL_ERRORS || col == COL_DROPS) && n)
		ret->style = STYLE_BAD;
}

/* Both directions together, as the row has one line. */
static void history_cell(struct view_table *v, const struct iface *i, struct grid_cell *ret)
{
	size_t n = MIN((size_t)ret->width, (size_t)HISTORY), m;
	uint64_t tx[HISTORY];

	m = iface_history(i, MARK_RX_BYTES, v->history, n);
	m = MIN(m, iface_history(i, MARK_TX_BYTES, tx, n));
	for (size_t k = 0; k < m; k++)
		v->history[k] = tx[k] == IFACE_NO_RATE || v->history[k] == IFACE_NO_RATE ?
					CANVAS_NO_VALUE : v->history[k] + tx[k];
	ret->spark = v->history;
	ret->n_spark = m;
	ret->style = STYLE_ACCENT;
}

static void cell(void *arg, size_t row, unsigned int col, struct grid_cell *ret)
{
	const struct iface *i = iface_of(arg, row);

	switch (col) {
	case COL_NAME:
		str_add(&ret->text, i->now.name);
		break;
	case COL_STATE:
		str_add(&ret->text, iface_state(&i->now));
		ret->style = streq(iface_state(&i->now), "up") ? STYLE_PLAIN : STYLE_WARN;
		break;
	case COL_KIND:
		str_add(&ret->text, i->now.kind);
		break;
	case COL_HISTORY:
		history_cell(arg, i, ret);
		break;
	default:
		number_cell(arg, i, col, ret);
	}
}

static int compare(void *arg, size_t a, size_t b, unsigned int col)
{
	const struct iface *x = iface_of(arg, a), *y = iface_of(arg, b);
	uint64_t p, q;
	bool has_p, has_q;

	if (col == COL_NAME)
		return strverscmp(x->now.name, y->now.name);
	if (col == COL_STATE)
		return strcmp(iface_state(&x->now), iface_state(&y->now));
	if (col == COL_KIND)
		return strcmp(x->now.kind, y->now.kind);
	if (col == COL_HISTORY)
		return 0;
	has_p = number_of(x, col, &p);
	has_q = number_of(y, col, &q);
	if (!has_p || !has_q)
		return has_p - has_q;
	return (p > q) - (p < q);
}

static uint64_t id(void *arg, size_t row)
{
	const struct iface *i = iface_of(arg, row);

	return (uint64_t)i->now.birth << 32 | (uint32_t)i->now.ifindex;
}

static const struct grid_ops ops = { .cell = cell, .compare = compare, .id = id };

int view_table_open(struct view_table *v, const struct job *job, const struct state *st,
		    struct err *e)
{
	int rc;

	*v = (struct view_table){ .job = job, .st = st };
	rc = grid_new(columns, N_COLS, &ops, v, &v->grid, e);
	if (!rc && job->columns)
		rc = grid_set_columns(v->grid, job->columns, "--columns", e);
	if (!rc && job->sort)
		rc = grid_set_sort(v->grid, job->sort, "--sort", e);
	if (!rc && job->filter)
		grid_set_filter(v->grid, job->filter);
	return rc;
}

void view_table_close(struct view_table *v)
{
	grid_free(v->grid);
	free(v->rows);
}

/* Virtual devices that machines have by the hundred: a container's end of a cable, and what modules
 * make unasked. What was asked for by name is never folded away. */
static bool is_noise(const struct link *l)
{
	static const char *const unasked[] = { "tunl0", "gre0", "gretap0", "erspan0", "ip_vti0",
					       "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0" };

	if (streq(l->kind, "veth"))
		return l->far_peer && !str_starts(l->name, "eth");
	for (size_t i = 0; i < ARRAY_SIZE(unasked); i++)
		if (streq(l->name, unasked[i]))
			return true;
	return false;
}

int view_table_update(struct view_table *v, struct err *e)
{
	const struct ifaces *t = &v->st->ifaces;
	uint32_t *rows = reallocarray(v->rows, t->n + 1, sizeof(*rows));

	if (!rows)
		return err_sys(e, ENOMEM, "table of devices");
	v->rows = rows;
	v->n_rows = v->n_folded = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (!job_wants(v->job, t->v[i].now.name))
			continue;
		if (!v->unfolded && !v->job->devices.n && is_noise(&t->v[i].now))
			v->n_folded++;
		else
			v->rows[v->n_rows++] = i;
	}
	return grid_rows(v->grid, v->n_rows, e);
}

/* The names are ours: nothing to refuse. */
static void choose(struct view_table *v, const char *list)
{
	int rc = grid_set_columns(v->grid, list, "columns", NULL);

	(void)rc;
}

void view_table_bytes(struct view_table *v, bool bytes)
{
	choose(v, bytes ? "+rx-bytes,+tx-bytes,-rx-bits,-tx-bits" :
			  "+rx-bits,+tx-bits,-rx-bytes,-tx-bytes");
}

void view_table_shares(struct view_table *v)
{
	choose(v, "+share,+share64,-errors,-history,-size,-speed");
}

const struct iface *view_table_cursor(const struct view_table *v)
{
	size_t row;

	return grid_cursor(v->grid, &row) ? iface_of((void *)v, row) : NULL;
}
