// SPDX-License-Identifier: GPL-2.0-or-later
/* plot - see plot.h. */
#include "ui/plot.h"

enum { WIDTH = 860, LABEL = 330, BAR_ROOM = 330, BAR = 14, ROW = 19, HEAD = 26, STEPS = 120 };

static const char style[] =
	"text { font: 12px system-ui, sans-serif; fill: #1f2328 }\n"
	".title { font-size: 16px; font-weight: 600 } .head { font-weight: 600 }\n"
	".note { fill: #59636e } .bar { fill: #0969da } .axis { stroke: #8c959f }\n"
	"@media (prefers-color-scheme: dark) {\n"
	" text { fill: #e6edf3 } .note { fill: #9198a1 } .bar { fill: #58a6ff }\n"
	"}\n";

/* 'text' inside an element; control characters, which XML does not take, become '?'. */
static void add_escaped(struct str *s, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			str_add(s, "&lt;");
		else if (*text == '>')
			str_add(s, "&gt;");
		else if (*text == '&')
			str_add(s, "&amp;");
		else if (*text == '"')
			str_add(s, "&quot;");
		else
			str_addc(s, (unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text);
	}
}

static void add_text(struct plot *p, const char *kind, unsigned int x, unsigned int y,
		     const char *anchor, const char *text)
{
	str_addf(&p->body, "<text class=\"%s\" x=\"%u\" y=\"%u\" text-anchor=\"%s\">", kind, x, y,
		 anchor);
	add_escaped(&p->body, text);
	str_add(&p->body, "</text>\n");
}

static void add_axis(struct plot *p, unsigned int x1, unsigned int y1, unsigned int x2,
		     unsigned int y2)
{
	str_addf(&p->body, "<line class=\"axis\" x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"%u\"/>\n", x1,
		 y1, x2, y2);
}

void plot_note(struct plot *p, const char *text)
{
	p->y += ROW;
	add_text(p, "note", 0, p->y - 6, "start", text);
}

void plot_bars(struct plot *p, const char *head, const struct plot_bar *bars, unsigned int n)
{
	uint64_t largest = 1;
	unsigned int top;

	for (unsigned int i = 0; i < n; i++)
		largest = MAX(largest, bars[i].value);
	p->y += HEAD;
	add_text(p, "head", 0, p->y - 6, "start", head);
	top = p->y;
	for (unsigned int i = 0; i < n; i++, p->y += ROW) {
		double length = (double)bars[i].value / largest * BAR_ROOM;

		add_text(p, "label", bars[i].indent * 14, p->y + BAR - 2, "start", bars[i].label);
		str_addf(&p->body,
			 "<rect class=\"bar\" x=\"%d\" y=\"%u\" width=\"%.1f\" height=\"%d\" "
			 "rx=\"2\"/>\n",
			 LABEL, p->y, bars[i].value ? MAX(length, 1.0) : 0.0, BAR);
		add_text(p, "value", LABEL + (unsigned int)length + 6, p->y + BAR - 2, "start",
			 bars[i].text);
	}
	add_axis(p, LABEL, top - 2, LABEL, p->y);
}

void plot_steps(struct plot *p, const char *head, const uint64_t *values, unsigned int n,
		const char *most, const char *from, const char *to)
{
	uint64_t largest = 1;
	unsigned int base;

	for (unsigned int i = 0; i < n; i++)
		largest = MAX(largest, values[i]);
	p->y += HEAD;
	add_text(p, "head", 0, p->y - 6, "start", head);
	add_text(p, "note", WIDTH, p->y - 6, "end", most);
	base = p->y + STEPS;
	str_addf(&p->body, "<path class=\"bar\" d=\"M0 %u", base);
	for (unsigned int i = 0; i < n; i++)
		str_addf(&p->body, "V%.1fH%.1f", base - (double)values[i] / largest * STEPS,
			 (double)WIDTH * (i + 1) / n);
	str_addf(&p->body, "V%uZ\"/>\n", base);
	add_axis(p, 0, base, WIDTH, base);
	p->y = base + ROW;
	add_text(p, "note", 0, p->y - 5, "start", from);
	add_text(p, "note", WIDTH, p->y - 5, "end", to);
}

void plot_finish(struct plot *p, const char *title, struct str *out)
{
	enum { TITLE = 26 };

	str_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %u\" width=\"%d\" "
		 "role=\"img\" aria-label=\"", WIDTH, p->y + TITLE + 6, WIDTH);
	add_escaped(out, title);
	str_addf(out, "\"><style>\n%s</style>\n<text class=\"title\" x=\"0\" y=\"18\">", style);
	add_escaped(out, title);
	str_addf(out, "</text>\n<g transform=\"translate(0 %d)\">\n", TITLE);
	str_add(out, str_text(&p->body));
	str_add(out, "</g>\n</svg>\n");
	out->failed |= p->body.failed;
}

void plot_free(struct plot *p)
{
	str_free(&p->body);
}
