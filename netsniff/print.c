// SPDX-License-Identifier: GPL-2.0-or-later
/* print - the sink that shows packets on standard output: blocks, lines, dumps, fields or JSON.
 * Text is collected and written in large pieces; when nothing is coming it gets out at once. */
#include "sink.h"

#include <errno.h>
#include <unistd.h>

#include "base/str.h"
#include "notes.h"
#include "proto/render.h"
#include "stats.h"
#include "sys/fd.h"
#include "ui/term.h"

enum { WRITE_AT_BYTES = 64 << 10, TURN_EVERY = 64 };

struct print {
	struct sink sink;
	void (*render)(struct str *s, const struct walk *w, const struct render_meta *m,
		       const struct render_style *st);
	const struct columns *columns; /* NULL: whole packets */
	struct render_style style;
	struct notes *notes;
	struct walk walk;
	struct str text;
	uint64_t number;
	bool at_once; /* --flush, or a terminal */
};

static int put_out(struct print *p, struct err *e)
{
	return fd_write_text(STDOUT_FILENO, &p->text, "standard output", e);
}

static int print_put(struct sink *k, struct source *src, const struct pkt *pkt, struct err *e)
{
	struct print *p = (struct print *)k;
	const struct pkt_iface *iface = src->ops->iface(src, pkt->iface);
	struct render_meta meta = {
		.has_time = true,
		.ts_ns = pkt->ts_ns,
		.number = ++p->number,
		.iface = iface ? iface->name : NULL,
		.dir = pkt->dir,
		.vlan_tpid = pkt->vlan_tpid,
		.vlan_tci = pkt->vlan_tci,
	};

	if (p->notes && p->number % TURN_EVERY == 0)
		notes_turn(p->notes);
	walk_packet(pkt->linktype, pkt->data, pkt->cap_len, pkt->len, &p->walk);
	if (p->columns)
		columns_line(&p->text, p->columns, &p->walk, &meta, &p->style);
	else
		p->render(&p->text, &p->walk, &meta, &p->style);
	return p->at_once || p->text.len >= WRITE_AT_BYTES ? put_out(p, e) : 0;
}

static int print_settle(struct sink *k, bool idle, struct err *e)
{
	struct print *p = (struct print *)k;

	if (idle)
		notes_turn(p->notes);
	return idle && p->text.len ? put_out(p, e) : 0;
}

static int print_close(struct sink *k, struct err *e)
{
	struct print *p = (struct print *)k;
	int r = p->text.len ? put_out(p, e) : 0;

	str_free(&p->text);
	free(p);
	return r;
}

static const struct sink_ops print_ops = {
	.put = print_put,
	.settle = print_settle,
	.close = print_close,
};

static int print_open(const struct job *job, struct sink **ret_k, struct err *e)
{
	struct print *p = calloc(1, sizeof(*p));

	if (!p)
		return err_sys(e, ENOMEM, "printing");
	p->sink.ops = &print_ops;
	p->render = job->json				   ? render_json :
		    job->print == PRINT_LESS		   ? render_less :
		    job->print == PRINT_ASCII		   ? render_ascii :
		    job->print == PRINT_HEX || job->print == PRINT_HEX_ASCII ? render_hex :
							     render_text;
	p->style.color = term_of(STDOUT_FILENO).color;
	p->notes = job->notes;
	p->style.notes = notes_render(job->notes);
	p->style.services = job->namelists.services;
	p->style.vendors = job->namelists.vendors;
	p->style.offload = job->source == SOURCE_DEVICES;
	p->at_once = job->flush;
	if (job->print == PRINT_FIELDS) {
		p->columns = &job->columns;
		columns_head(&p->text, p->columns);
	}
	*ret_k = &p->sink;
	return 0;
}

int sink_screen_open(const struct job *job, struct sink **ret_k, struct err *e)
{
	struct sink *screen = NULL;
	int r = 0;

	*ret_k = NULL;
	if (job->print != PRINT_NONE)
		r = print_open(job, &screen, e);
	if (r < 0 || !job->stats) {
		*ret_k = screen;
		return r;
	}
	r = sink_stats_open(job, screen, ret_k, e);
	if (r < 0 && screen)
		(void)!screen->ops->close(screen, NULL);
	return r;
}
