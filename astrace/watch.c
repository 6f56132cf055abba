// SPDX-License-Identifier: GPL-2.0-or-later
/* watch - see watch.h. */
#include "watch.h"

#include <errno.h>
#include <time.h>

#include "sys/clock.h"
#include "ui/fmt.h"
#include "ui/screen.h"

enum { ROWS_LEAST = 6, COLS_LEAST = 20 };

/* Of a path's line: where what is said of it begins, and where its graph does. */
enum { SAYS_AT = 27, GRAPH_AT = 66, GRAPH_LEAST = 8 };

static const int64_t REFRESH_NS = 200 * NS_PER_MS;

/* A path as it is shown. */
struct path {
	const struct target *target; /* its name and address alone */
	const char *how;	     /* "icmp"; "asking" while it is not known */
	unsigned int first, n;
	uint32_t n_cycles;
	struct watch_row *row; /* owned: of each hop */
	bool reached;
};

struct watch {
	const struct job *job;
	struct screen *screen;
	struct watch_grid hops;
	struct path *path; /* owned */
	unsigned int n_paths, chosen;
	bool frozen, help;
	int64_t shown_ns; /* 0: has to be drawn */
};

static const struct screen_help keys[] = {
	{ "q", "quit" },
	{ "?", "this help" },
	{ "tab", "the next path; b goes back" },
	{ "f", "freeze, and go on; probes are sent all the same" },
	{ "z", "count from zero" },
	{ "a", "ask for the paths anew" },
	{ NULL, NULL },
};

int watch_open(const struct job *job, struct know *k, struct watch **ret_w, struct err *e)
{
	struct watch *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return err_set(e, ENOMEM, "out of memory");
	w->job = job;
	rc = watch_grid_open(&w->hops, k, e);
	if (!rc)
		rc = screen_open(&w->screen, e);
	if (rc == -ENOTTY)
		rc = err_set(e, ENOTTY, "--watch wants a terminal; --report and --json do not");
	if (rc)
		watch_close(w);
	else
		*ret_w = w;
	return rc;
}

void watch_close(struct watch *w)
{
	if (!w)
		return;
	screen_close(w->screen);
	watch_grid_close(&w->hops);
	for (unsigned int i = 0; i < w->n_paths; i++)
		free(w->path[i].row);
	free(w->path);
	free(w);
}

/* What is counted of a path once its hops are known. */
static void copy_cycles(struct path *p, const struct cycles *c, int64_t now_ns)
{
	double confidence;

	p->first = c->first;
	p->n = c->last - c->first + 1u;
	p->n_cycles = c->n;
	for (unsigned int i = 0; i < p->n; i++) {
		struct watch_row *r = &p->row[i];
		uint32_t missing;

		r->ttl = c->first + i;
		r->hop = c->hop[r->ttl];
		missing = r->hop.sent - r->hop.received;
		r->lost = missing - MIN(cycles_open(c, &r->hop, now_ns), missing);
		r->verdict = r->lost ? cycles_judge(c, r->ttl, &confidence) : CYCLES_NONE;
	}
}

/* Before that: who answered so far. */
static void copy_sweep(struct path *p, const struct sweep *s)
{
	p->first = s->rules.first;
	p->n = sweep_last(s) < p->first ? 0 : sweep_last(s) - p->first + 1u;
	p->n_cycles = 0;
	for (unsigned int i = 0; i < p->n; i++) {
		const struct seen *seen = s->hop[p->first + i].seen;

		p->row[i] = (struct watch_row){ .ttl = p->first + i };
		if (seen)
			p->row[i].hop.addr = seen->answer.from;
	}
}

static int copy(struct watch *w, struct target *targets, unsigned int n, int64_t now_ns,
		struct err *e)
{
	if (!w->path) {
		w->path = calloc(n, sizeof(*w->path));
		for (unsigned int i = 0; w->path && i < n; i++, w->n_paths = i) {
			w->path[i].target = &targets[i];
			w->path[i].row = calloc(SWEEP_TTLS, sizeof(struct watch_row));
			if (!w->path[i].row)
				return err_set(e, ENOMEM, "out of memory");
		}
		if (!w->path)
			return err_set(e, ENOMEM, "out of memory");
	}
	for (unsigned int i = 0; i < n; i++) {
		const struct target *t = &targets[i];
		struct path *p = &w->path[i];
		const struct sweep *s = t->begun ? target_sweep(t) : NULL;

		p->how = t->chosen >= 0 && s ? method_name(s->kind.method) : "asking";
		p->reached = s && s->end && s->reached;
		if (t->cycles.begun && t->cycles.hop)
			copy_cycles(p, &t->cycles, now_ns);
		else if (s && s->hop)
			copy_sweep(p, s);
	}
	return 0;
}

/* The hop whose numbers stand for the path: the last one. */
static const struct watch_row *end_of(const struct path *p)
{
	return p->n ? &p->row[p->n - 1] : NULL;
}

static void draw_path(struct watch *w, const struct path *p, bool chosen, struct canvas *c,
		      unsigned int y)
{
	AUTO(str_free) struct str text = { 0 };
	const struct watch_row *end = end_of(p);
	bool graph = end && c->cols >= GRAPH_AT + GRAPH_LEAST;
	uint64_t spark[CYCLES_RING];
	size_t n;

	canvas_put(c, y, 0, 2, STYLE_STRONG, chosen && w->n_paths > 1 ? ">" : "");
	canvas_put(c, y, 2, SAYS_AT - 3, chosen ? STYLE_STRONG : STYLE_PLAIN, p->target->name);
	if (end) {
		str_addf(&text, "loss %s, ",
			 fmt_percent(end->lost, end->hop.received + end->lost).s);
		watch_ms(&text, end->hop.last_ns / 1e6);
		str_addf(&text, " ms, %u hops by %s%s", p->n, p->how,
			 p->reached ? "" : ", not reached");
	} else {
		str_add(&text, p->how);
	}
	canvas_put(c, y, SAYS_AT, (graph ? GRAPH_AT : MAX(c->cols, SAYS_AT + 1u)) - SAYS_AT - 1,
		   end && end->lost ? STYLE_WARN : STYLE_PLAIN, str_text(&text));
	if (!graph)
		return;
	n = watch_history(&end->hop, p->n_cycles, c->cols - GRAPH_AT, spark);
	canvas_spark(c, y, GRAPH_AT, c->cols - GRAPH_AT, STYLE_ACCENT, spark, n, 0);
}

/* Up to a third of the screen; the chosen one is among them. Returns the lines used. */
static unsigned int draw_paths(struct watch *w, struct canvas *c, unsigned int top)
{
	unsigned int room = MIN(w->n_paths, MAX(c->rows / 3, 1u));
	unsigned int from = w->chosen < room ? 0 : w->chosen - room + 1;

	for (unsigned int i = 0; i < room; i++)
		draw_path(w, &w->path[from + i], from + i == w->chosen, c, top + i);
	return room;
}

static void draw_title(const struct watch *w, struct canvas *c)
{
	time_t now = time(NULL);
	char when[16] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(when, sizeof(when), "%H:%M:%S", &tm);
	canvas_put(c, 0, 0, c->cols, STYLE_STRONG, "");
	canvas_putf(c, 0, 0, STYLE_STRONG, "astrace  %s  every %s  %u path%s  %u cycles%s", when,
		    fmt_duration(w->job->interval_ns).s, w->n_paths, w->n_paths == 1 ? "" : "s",
		    w->n_paths ? w->path[w->chosen].n_cycles : 0, w->frozen ? "  FROZEN" : "");
}

static void draw_status(const struct watch *w, struct canvas *c)
{
	AUTO(str_free) struct str text = { 0 };

	str_addc(&text, ' ');
	grid_status(w->hops.grid, &text);
	str_add(&text, "   ?: keys");
	canvas_put(c, c->rows - 1, 0, c->cols, STYLE_HEAD, str_text(&text));
}

static int draw(struct watch *w, struct err *e)
{
	const struct screen_help *lists[] = { keys, grid_help };
	struct canvas *c = screen_canvas(w->screen);
	const struct path *p = w->n_paths ? &w->path[w->chosen] : NULL;
	unsigned int top;
	int rc = 0;

	if (c->rows < ROWS_LEAST || c->cols < COLS_LEAST) {
		canvas_putf(c, 0, 0, STYLE_PLAIN, "too small");
	} else if (w->help) {
		screen_draw_help(c, "astrace --watch: keys", lists, ARRAY_SIZE(lists));
	} else {
		w->hops.n_rows = p ? p->n : 0;
		w->hops.n_cycles = p ? p->n_cycles : 0;
		for (unsigned int i = 0; i < w->hops.n_rows; i++)
			w->hops.rows[i] = p->row[i];
		rc = grid_rows(w->hops.grid, w->hops.n_rows, e);
		draw_title(w, c);
		top = 1 + draw_paths(w, c, 1);
		grid_draw(w->hops.grid, c, top, c->rows - 1 - top);
		draw_status(w, c);
	}
	screen_show(w->screen);
	return rc;
}

int watch_show(struct watch *w, struct target *targets, unsigned int n, int64_t now_ns,
	       struct err *e)
{
	int rc = 0;

	if (w->shown_ns && now_ns < w->shown_ns + REFRESH_NS)
		return 0;
	w->shown_ns = now_ns;
	if (!w->frozen)
		rc = copy(w, targets, n, now_ns, e);
	return rc ? rc : draw(w, e);
}

static int press(struct watch *w, int key)
{
	if (w->help) {
		w->help = false;
		return WATCH_NOTHING;
	}
	if (grid_key(w->hops.grid, key))
		return WATCH_NOTHING;
	switch (key) {
	case 'q':
		return WATCH_QUIT;
	case '?':
		w->help = true;
		break;
	case '\t':
		w->chosen = w->n_paths ? (w->chosen + 1) % w->n_paths : 0;
		break;
	case 'b':
		w->chosen = w->n_paths ? (w->chosen + w->n_paths - 1) % w->n_paths : 0;
		break;
	case 'f':
		w->frozen = !w->frozen;
		break;
	case 'z':
		return WATCH_RESET;
	case 'a':
		return WATCH_AGAIN;
	}
	return WATCH_NOTHING;
}

int watch_input(struct watch *w, bool resized, struct err *e)
{
	int key, wish = WATCH_NOTHING;

	if (resized && screen_resize(w->screen, e))
		return -e->code;
	while (wish == WATCH_NOTHING && (key = screen_key(w->screen)) != SCREEN_NO_KEY)
		wish = press(w, key);
	w->shown_ns = 0;
	return wish;
}
