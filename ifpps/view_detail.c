// SPDX-License-Identifier: GPL-2.0-or-later
/* view_detail - one device in depth (view.h): rates now and as means, graphs of the last minutes,
 * every counter that is not 0, the CPUs. */
#include "view.h"

#include <stdio.h>

#include "base/str.h"
#include "sys/clock.h"
#include "ui/fmt.h"

enum { LABEL = 10, CELL = 12, CPU_ROWS = 4 };

static struct fmt rate(const struct view_look *look, bool known, uint64_t v, bool bits)
{
	struct fmt none = { "-" };

	if (!known)
		return none;
	if (bits && !look->bytes && v <= UINT64_MAX / 8)
		v *= 8;
	return look->binary ? fmt_binary(v) : fmt_count(v);
}

/* A line of the table of rates: now, means of 10 and 60 s, sum since the start, total. */
static void rate_row(const struct iface *i, const struct view_look *look, struct canvas *c,
		     unsigned int y, const char *label, enum counter counter, enum mark_value mark)
{
	bool bits = mark <= MARK_TX_BYTES, known;
	uint64_t v;
	unsigned int at = LABEL;

	canvas_put(c, y, 0, LABEL, STYLE_PLAIN, label);
	known = iface_rate(i, counter, &v);
	canvas_put_right(c, y, at, CELL, STYLE_STRONG, rate(look, known, v, bits).s);
	for (int k = 0; k < 2; k++) {
		known = iface_mean(i, mark, (k ? 60 : 10) * NS_PER_S, &v);
		canvas_put_right(c, y, at += CELL, CELL, STYLE_PLAIN, rate(look, known, v, bits).s);
	}
	if (bits) {
		v = mark == MARK_RX_BYTES ? i->peak_rx_bps : i->peak_tx_bps;
		/* rounded as the rate of now is, which is never above it */
		canvas_put_right(c, y, at + CELL, CELL, STYLE_PLAIN,
				 rate(look, true, v / 8 + (v % 8 >= 4), bits).s);
	}
	at += 2 * CELL;
	canvas_put_right(c, y, at, CELL + 10, STYLE_PLAIN,
			 i->now.fresh ? fmt_thousands(i->now.v[counter]).s : "-");
}

static unsigned int rates(const struct iface *i, const struct view_look *look, struct canvas *c,
			  unsigned int y)
{
	static const char *const heads[] = { "now", "10 s", "60 s", "peak" };

	canvas_put(c, y, 0, c->cols, STYLE_HEAD, "a second");
	for (unsigned int k = 0; k < ARRAY_SIZE(heads); k++)
		canvas_put_right(c, y, LABEL + k * CELL, CELL, STYLE_HEAD, heads[k]);
	canvas_put_right(c, y++, LABEL + 4 * CELL, CELL + 10, STYLE_HEAD, "total");
	rate_row(i, look, c, y++, look->bytes ? "rx byte" : "rx bit", RX_BYTES, MARK_RX_BYTES);
	rate_row(i, look, c, y++, look->bytes ? "tx byte" : "tx bit", TX_BYTES, MARK_TX_BYTES);
	rate_row(i, look, c, y++, "rx pkt", RX_PACKETS, MARK_RX_PACKETS);
	rate_row(i, look, c, y++, "tx pkt", TX_PACKETS, MARK_TX_PACKETS);
	return y;
}

/* Line rates: of bits as they are counted, and of 64-byte frames, which take 84 on the wire. */
static unsigned int line_rate(const struct iface *i, struct canvas *c, unsigned int y)
{
	uint64_t full = i->now.speed_bps, rx, tx, rxp, txp;

	if (!full || !iface_bps(i, RX_BYTES, &rx) || !iface_bps(i, TX_BYTES, &tx) ||
	    !iface_rate(i, RX_PACKETS, &rxp) || !iface_rate(i, TX_PACKETS, &txp))
		return y;
	canvas_putf(c, y, 0, STYLE_PLAIN,
		    "line rate: rx %s  tx %s   of 64-byte frames: rx %s  tx %s",
		    fmt_percent(rx, full).s, fmt_percent(tx, full).s,
		    fmt_percent(rxp, full / 672).s, fmt_percent(txp, full / 672).s);
	return y + 1;
}

/* Counters of trouble that are not 0, with what the last interval added, two a line. */
static unsigned int trouble(const struct iface *i, struct canvas *c, unsigned int y,
			    unsigned int end)
{
	unsigned int n = 0, half = c->cols / 2;
	char text[96];

	for (int k = RX_ERRORS; k < N_COUNTERS; k++) {
		if (k == MULTICAST || !i->now.v[k] || y + n / 2 >= end)
			continue;
		snprintf(text, sizeof(text), "%s %s%s%s", counters[k].name,
			 fmt_thousands(i->now.v[k]).s, i->rated && i->d[k] ? " +" : "",
			 i->rated && i->d[k] ? fmt_thousands(i->d[k]).s : "");
		canvas_put(c, y + n / 2, n % 2 * half, half - 1,
			   i->rated && i->d[k] ? STYLE_BAD : STYLE_PLAIN, text);
		n++;
	}
	return y + (n + 1) / 2;
}

static void graph(const struct iface *i, const struct view_look *look, struct canvas *c,
		  unsigned int y, unsigned int height, unsigned int col, unsigned int width,
		  enum mark_value mark)
{
	uint64_t v[HISTORY], max = 0;
	size_t n = iface_history(i, mark, v, MIN(width, (unsigned int)HISTORY));
	bool rx = mark == MARK_RX_BYTES;

	for (size_t k = 0; k < n; k++) {
		if (v[k] == IFACE_NO_RATE)
			v[k] = CANVAS_NO_VALUE;
		else
			max = MAX(max, v[k]);
	}
	if (look->to_line_rate && i->now.speed_bps)
		max = i->now.speed_bps / 8;
	canvas_putf(c, y, col, STYLE_PLAIN, "%s, full height %s", rx ? "received" : "sent",
		    look->bytes ? fmt_bytes_per_s(max).s :
		    fmt_bits_per_s(max > UINT64_MAX / 8 ? UINT64_MAX : max * 8).s);
	if (height > 1)
		canvas_graph(c, y + 1, col, height - 1, width, rx ? STYLE_ACCENT : STYLE_SECOND, v,
			     n, MAX(max, (uint64_t)1));
}

void view_detail(const struct job *job, const struct state *st, int ifindex,
		 const struct view_look *look, struct canvas *c, unsigned int top,
		 unsigned int height)
{
	const struct iface *i = NULL;
	unsigned int y = top, end = top + height, half = c->cols / 2, cpus;

	for (size_t k = 0; k < st->ifaces.n; k++)
		if (st->ifaces.v[k].now.ifindex == ifindex)
			i = &st->ifaces.v[k];
	if (!i) {
		canvas_putf(c, y, 0, STYLE_BAD, "the device is gone");
		return;
	}
	canvas_putf(c, y++, 0, STYLE_STRONG, "%s: %s%s%s%s, mtu %u%s", i->now.name,
		    iface_state(&i->now), *i->now.kind ? ", " : "", i->now.kind,
		    i->now.speed_bps ? "" : ", speed not known", i->now.mtu,
		    i->resets ? ", counters began anew" : "");
	if (i->now.speed_bps)
		canvas_putf(c, y - 1, c->cols - MIN(c->cols, 14u), STYLE_STRONG, "%s",
			    fmt_bits_per_s(i->now.speed_bps).s);
	if (*look->radio)
		canvas_putf(c, y++, 0, STYLE_PLAIN, "%s", look->radio);
	y = rates(i, look, c, y);
	if (look->share)
		y = line_rate(i, c, y);
	cpus = MIN(st->now.host.n_cpus, (size_t)job->n_cpus) + 2 + look->median;
	cpus = MIN(cpus, height / 3);
	y = trouble(i, c, y, end - MIN(end - y, cpus + CPU_ROWS));
	if (end > y + cpus + 2) {
		unsigned int h = end - y - cpus;

		graph(i, look, c, y, h, 0, half - 1, MARK_RX_BYTES);
		graph(i, look, c, y, h, half, c->cols - half, MARK_TX_BYTES);
		y += h;
	}
	view_cpu(job, st, look->median, c, y, end - y);
}
