// SPDX-License-Identifier: GPL-2.0-or-later
/* tui - see tui.h. While frozen no sample is taken: the next one tells of the whole time. */
#include "tui.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/str.h"
#include "procfs.h"
#include "sys/clock.h"
#include "ticker.h"
#include "view.h"

enum screen_view { VIEW_TABLE, VIEW_DETAIL, VIEW_CPU, VIEW_DROPS, VIEW_QUEUES, VIEW_HELP };

struct tui {
	const struct job *job;
	struct state state;
	struct screen *screen;
	struct ticker ticker;
	struct sampler *sampler;
	struct view_table table;
	struct view_drops ledger;
	struct drops drops; /* open while the ledger is shown, with --drops always */
	bool drops_open;
	struct queues *queues; /* while they are shown, of one device that is recorded always */
	struct view_look look;
	enum screen_view view, before_help;
	int ifindex; /* of the detail view */
	char host[65];
};

static const struct screen_help keys[] = {
	{ "q", "quit" },
	{ "?", "this help" },
	{ "enter", "the device under the cursor in depth; esc goes back" },
	{ "d", "the ledger of drops of the device; esc closes it" },
	{ "u", "queues, NAPI, interrupts and CPUs of the device" },
	{ "tab", "table of devices, CPUs" },
	{ "left right", "of a recording: ten samples back, on; home, end" },
	{ "f", "freeze, and go on" },
	{ "v", "show the virtual devices that are folded away, and hide them" },
	{ "b", "bits or bytes" },
	{ "i", "units of 1000 or of 1024" },
	{ "s", "graphs that scale by themselves, or to the line rate" },
	{ "p", "shares of the line rate, in depth" },
	{ "m", "medians over the CPUs" },
	{ NULL, NULL },
};

/* What the view that is shown needs, so that no file is read for nothing. */
static unsigned int needs_of(const struct tui *t)
{
	if (!t->job->side && (t->view == VIEW_TABLE || t->view == VIEW_HELP))
		return NEED_LINKS;
	return NEED_LINKS | NEED_STAT | NEED_SOFTIRQS | NEED_SOFTNET | NEED_MEMORY |
	       (t->job->device ? NEED_INTERRUPTS : 0);
}

static const char *device_name(const struct tui *t)
{
	for (size_t k = 0; k < t->state.ifaces.n; k++)
		if (t->state.ifaces.v[k].now.ifindex == t->ifindex)
			return t->state.ifaces.v[k].now.name;
	return "a device that is gone";
}

static void draw_drops(struct tui *t, struct canvas *c)
{
	if (*t->drops.why)
		canvas_putf(c, 1, 0, STYLE_WARN, "no reasons of the kernel: %s", t->drops.why);
	else
		canvas_putf(c, 1, 0, STYLE_STRONG, "drops of %s and of what belongs to no device",
			    device_name(t));
	grid_draw(t->ledger.grid, c, 2, c->rows - 3);
}

static void draw_status(struct tui *t, struct canvas *c)
{
	AUTO(str_free) struct str text = { 0 };

	str_addc(&text, ' ');
	if (t->view == VIEW_TABLE) {
		grid_status(t->table.grid, &text);
		if (t->table.n_folded)
			str_addf(&text, ", %zu virtual ones folded (v)", t->table.n_folded);
	} else {
		str_add(&text, "esc: back");
	}
	str_add(&text, "   ?: keys");
	if (!t->job->no_warn && t->job->interval_ns < NS_PER_S / 10)
		str_add(&text, "   samples this near cost time (-W)");
	canvas_put(c, c->rows - 1, 0, c->cols, STYLE_HEAD, str_text(&text));
}

static void draw(struct tui *t)
{
	const struct screen_help *lists[] = { keys, grid_help };
	struct canvas *c = screen_canvas(t->screen);
	unsigned int y;

	if (c->rows < 4 || c->cols < 20) {
		canvas_putf(c, 0, 0, STYLE_PLAIN, "too small");
		screen_show(t->screen);
		return;
	}
	switch (t->view) {
	case VIEW_TABLE:
		grid_draw(t->table.grid, c, 1, c->rows - 2);
		break;
	case VIEW_DETAIL:
		view_detail(t->job, &t->state, t->ifindex, &t->look, c, 1, c->rows - 2);
		break;
	case VIEW_CPU:
		y = view_cpu(t->job, &t->state, t->look.median, c, 1, c->rows - 3);
		view_machine(&t->state, c, y + 1 < c->rows - 1 ? y + 1 : y);
		break;
	case VIEW_DROPS:
		draw_drops(t, c);
		break;
	case VIEW_QUEUES:
		view_queues(t->queues, &t->state, device_name(t), c, 1, c->rows - 2);
		break;
	case VIEW_HELP:
		screen_draw_help(c, "ifpps: keys", lists, ARRAY_SIZE(lists));
		screen_show(t->screen);
		return;
	}
	view_title(t->job, &t->state, t->host, t->ticker.paused, c);
	draw_status(t, c);
	screen_show(t->screen);
}

static int refresh_views(struct tui *t, struct err *e)
{
	int rc = view_table_update(&t->table, e);

	if (!rc && t->drops_open)
		rc = view_drops_update(&t->ledger, t->ifindex, e);
	if (!rc)
		draw(t);
	return rc;
}

/* The signal of a wireless device, which the detail view shows. */
static void take_radio(struct tui *t)
{
	AUTO(str_free) struct str text = { 0 };
	int quality, dbm;

	t->look.radio[0] = '\0';
	if (!sampler_text(t->sampler, "/proc/net/wireless", &text, NULL) &&
	    procfs_wireless(str_text(&text), device_name(t), &quality, &dbm))
		snprintf(t->look.radio, sizeof(t->look.radio),
			 "wireless: signal %d dBm, link quality %d", dbm, quality);
}

static int sampled(void *arg, struct err *e)
{
	struct tui *t = arg;
	int rc = t->drops_open ? drops_update(&t->drops, t->sampler, &t->state, e) : 0;

	if (t->view == VIEW_DETAIL || t->job->record)
		take_radio(t);
	if (!rc && t->queues)
		rc = queues_update(t->queues, device_name(t), t->sampler, e);
	return rc ? rc : refresh_views(t, e);
}

static void close_queues(struct tui *t)
{
	if (t->queues)
		queues_close(t->queues);
	free(t->queues);
	t->queues = NULL;
}

static bool keeps_queues(const struct tui *t)
{
	return t->job->record && t->job->device;
}

static void show(struct tui *t, enum screen_view view)
{
	/* The program that counts reasons costs something at every drop. */
	if (t->drops_open && !t->job->drops && view != VIEW_DROPS && view != VIEW_HELP) {
		drops_close(&t->drops);
		t->drops_open = false;
	}
	if (t->queues && !keeps_queues(t) && view != VIEW_QUEUES && view != VIEW_HELP)
		close_queues(t);
	t->view = view;
	t->ticker.needs = needs_of(t);
}

static void open_detail(struct tui *t)
{
	const struct iface *i = view_table_cursor(&t->table);

	if (i) {
		t->ifindex = i->now.ifindex;
		show(t, VIEW_DETAIL);
	}
}

/* The device under the cursor, or the one in depth, is the one that is looked at. */
static void look_at_device(struct tui *t)
{
	const struct iface *i = t->view == VIEW_TABLE ? view_table_cursor(&t->table) : NULL;

	if (i)
		t->ifindex = i->now.ifindex;
}

static int open_drops(struct tui *t, struct err *e)
{
	bool was_open = t->drops_open;

	if (t->view == VIEW_DROPS)
		return 0;
	look_at_device(t);
	if (!was_open)
		drops_open(&t->drops, t->sampler);
	drops_driver(&t->drops, t->ifindex);
	t->drops_open = true;
	show(t, VIEW_DROPS);
	return was_open ? 0 : drops_update(&t->drops, t->sampler, &t->state, e);
}

static int open_queues(struct tui *t, struct err *e)
{
	if (t->view == VIEW_QUEUES)
		return 0;
	look_at_device(t);
	show(t, VIEW_QUEUES);
	if (t->queues && t->queues->ifindex == t->ifindex)
		return 0;
	close_queues(t);
	t->queues = malloc(sizeof(*t->queues));
	if (!t->queues)
		return err_sys(e, ENOMEM, "queues");
	queues_open(t->queues, t->ifindex, t->sampler);
	return queues_update(t->queues, device_name(t), t->sampler, e);
}

/* After a leap in a recording nothing is known of the interval before. */
static int open_again(struct tui *t, struct err *e)
{
	int rc = 0;

	if (t->drops_open) {
		drops_close(&t->drops);
		drops_open(&t->drops, t->sampler);
		drops_driver(&t->drops, t->ifindex);
		rc = drops_update(&t->drops, t->sampler, &t->state, e);
	}
	if (!rc && t->queues) {
		queues_close(t->queues);
		queues_open(t->queues, t->ifindex, t->sampler);
		rc = queues_update(t->queues, device_name(t), t->sampler, e);
	}
	return rc;
}

/* Keys of a recording; false: it is none of them, or nothing is played. */
static bool seek(struct tui *t, int key, int *ret_rc, struct err *e)
{
	size_t place, n;

	if (!sampler_plays(t->sampler))
		return false;
	place = sampler_place(t->sampler, &n);
	if (key == SCREEN_LEFT)
		place = place > 11 ? place - 11 : 0;
	else if (key == SCREEN_RIGHT)
		place += 9;
	else if (key == SCREEN_HOME)
		place = 0;
	else if (key == SCREEN_END)
		place = n - 1;
	else
		return false;
	*ret_rc = ticker_seek(&t->ticker, place, e);
	if (!*ret_rc)
		*ret_rc = open_again(t, e);
	return true;
}

/* Returns 1 to quit, or -errno with 'e'. */
static int press(struct tui *t, int key, struct err *e)
{
	int rc;

	if (t->view == VIEW_HELP) {
		show(t, t->before_help);
		return 0;
	}
	if (seek(t, key, &rc, e))
		return rc;
	if (t->view == VIEW_TABLE && grid_key(t->table.grid, key))
		return 0;
	if (t->view == VIEW_DROPS && grid_key(t->ledger.grid, key))
		return 0;
	switch (key) {
	case 'q':
		return 1;
	case '?':
		t->before_help = t->view;
		show(t, VIEW_HELP);
		break;
	case SCREEN_ENTER:
		if (t->view == VIEW_TABLE)
			open_detail(t);
		break;
	case SCREEN_ESC:
		show(t, VIEW_TABLE);
		break;
	case 'd':
		return open_drops(t, e);
	case 'u':
		return open_queues(t, e);
	case '\t':
		show(t, t->view == VIEW_CPU ? VIEW_TABLE : VIEW_CPU);
		break;
	case 'f':
		t->ticker.paused = !t->ticker.paused;
		break;
	case 'v':
		t->table.unfolded = !t->table.unfolded;
		break;
	case 'b':
		t->look.bytes = !t->look.bytes;
		view_table_bytes(&t->table, t->look.bytes);
		break;
	case 'i':
		t->table.binary = t->look.binary = !t->look.binary;
		break;
	case 's':
		t->look.to_line_rate = !t->look.to_line_rate;
		break;
	case 'p':
		t->look.share = !t->look.share;
		break;
	case 'm':
		t->look.median = !t->look.median;
		break;
	}
	return 0;
}

static int input(void *arg, bool resized, struct err *e)
{
	struct tui *t = arg;
	int key, rc;

	if (resized) {
		rc = screen_resize(t->screen, e);
		if (rc)
			return rc;
	}
	while ((key = screen_key(t->screen)) != SCREEN_NO_KEY) {
		rc = press(t, key, e);
		if (rc)
			return rc;
	}
	return refresh_views(t, e);
}

static int started(void *arg, struct err *e)
{
	struct tui *t = arg;
	const struct iface *i = t->job->device ? ifaces_find(&t->state.ifaces, t->job->device) :
						 NULL;
	int rc = screen_open(&t->screen, e);

	if (rc)
		return rc == -ENOTTY ? err_set(e, ENOTTY,
					       "the screen wants a terminal; -c and --json do not") :
				       rc;
	if (i) {
		t->ifindex = i->now.ifindex;
		show(t, VIEW_DETAIL);
	}
	rc = view_table_update(&t->table, e);
	if (!rc && t->job->drops) {
		if (!i && t->state.ifaces.n)
			t->ifindex = t->state.ifaces.v[0].now.ifindex;
		rc = open_drops(t, e);
	}
	if (!rc && i && keeps_queues(t)) {
		enum screen_view shown = t->view;

		rc = open_queues(t, e);
		show(t, shown);
	}
	return rc ? rc : refresh_views(t, e);
}

int tui(const struct job *job, struct sampler *sampler, struct err *e)
{
	struct tui t = { .job = job, .sampler = sampler, .look = { .median = job->median,
							.share = job->percentage } };
	struct utsname name;
	int rc;

	if (!uname(&name))
		snprintf(t.host, sizeof(t.host), "%s", name.nodename);
	t.ticker = (struct ticker){ .job = job, .sampler = sampler, .state = &t.state,
				    .started = started, .sampled = sampled, .input = input,
				    .arg = &t };
	/* A single device is shown in depth at once, whose baseline the first sample is. */
	t.ticker.needs = job->device || job->side ? NEED_ALL & ~NEED_PROCESSES : NEED_LINKS;
	rc = view_table_open(&t.table, job, &t.state, e);
	if (!rc)
		rc = view_drops_open(&t.ledger, &t.drops, e);
	if (!rc && job->percentage)
		view_table_shares(&t.table);
	if (!rc)
		rc = ticker_run(&t.ticker, e);
	screen_close(t.screen);
	view_table_close(&t.table);
	view_drops_close(&t.ledger);
	drops_close(&t.drops);
	close_queues(&t);
	state_free(&t.state);
	return rc;
}
