// SPDX-License-Identifier: GPL-2.0-or-later
/* curves - see curves.h. */
#include "ui/curves.h"

#include <math.h>
#include <stdio.h>

#include "base/attr.h"
#include "ui/fmt.h"
#include "ui/utf8.h"

enum { WIDTH = 900, LEFT = 80, RIGHT = 20, HEAD = 60, PANEL = 190, HEIGHT = 120, LINES = 4 };

static const char *const colors[CURVES_MAX] = { "#0b3d91", "#b3261e", "#1b6e3c", "#7a4b00",
						"#5b2a86", "#00677d", "#8c1d4f", "#444444" };
static const char *const dashes[CURVES_MAX] = { "", "6 3", "2 2", "8 3 2 3", "12 4", "1 3",
						"4 1", "10 2 1 2" };

/* Text of strangers: XML has no control characters at all. */
static void add_text(struct str *out, const char *text)
{
	size_t left = strlen(text);
	unsigned int n;
	uint32_t c;

	for (; left; text += n, left -= n) {
		n = utf8_next(text, left, &c);
		if (!n || c < 0x20 || (c >= 0x7f && c < 0xa0) || (c & 0xfffe) == 0xfffe) {
			str_addc(out, '?');
			n = MAX(n, 1u);
		} else if (c == '&' || c == '<' || c == '>' || c == '"') {
			str_addf(out, "&#%u;", c);
		} else {
			str_add_n(out, text, n);
		}
	}
}

static void label(struct str *out, double x, double y, const char *anchor, int size,
		  const char *text)
{
	str_addf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\">", x, y, anchor,
		 size);
	add_text(out, text);
	str_add(out, "</text>\n");
}

/* The least of 1, 2, 5 times a power of ten that is not below 'v'. */
static double nice(double v)
{
	double unit = pow(10, floor(log10(v))), f = v / unit;

	return unit * (f <= 1 ? 1 : f <= 2 ? 2 : f <= 5 ? 5 : 10);
}

static double top_of(const struct curve_panel *p)
{
	double max = 0;

	if (p->max > 0)
		return p->max;
	for (unsigned int c = 0; c < p->n_curves; c++)
		for (size_t i = 0; i < p->curve[c].n; i++)
			if (isfinite(p->curve[c].p[i].y))
				max = fmax(max, p->curve[c].p[i].y);
	return max > 0 ? nice(max) : 1;
}

static double span_of(const struct curve_panel *panels, unsigned int n)
{
	double span = 0;

	for (unsigned int k = 0; k < n; k++)
		for (unsigned int c = 0; c < panels[k].n_curves; c++)
			if (panels[k].curve[c].n)
				span = fmax(span, panels[k].curve[c].p[panels[k].curve[c].n - 1].x);
	return span > 0 ? span : 1;
}

static void draw_curve(struct str *out, const struct curve *c, unsigned int k, double y0,
		       double span, double top)
{
	bool pen = false;

	str_addf(out, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.3\" stroke-dasharray=\"%s\" d=\"",
		 colors[k], dashes[k]);
	for (size_t i = 0; i < c->n; i++) {
		if (!isfinite(c->p[i].y) || !isfinite(c->p[i].x)) {
			pen = false;
			continue;
		}
		str_addf(out, "%c%.1f %.1f ", pen ? 'L' : 'M',
			 LEFT + c->p[i].x / span * (WIDTH - LEFT - RIGHT),
			 y0 + HEIGHT - fmin(c->p[i].y / top, 1) * HEIGHT);
		pen = true;
	}
	str_add(out, "\"/>\n");
}

static void axes(struct str *out, const struct curve_panel *p, double y0, double span, double top)
{
	char text[64];

	for (int i = 0; i <= LINES; i++) {
		double y = y0 + HEIGHT - (double)i / LINES * HEIGHT, v = top * i / LINES;

		str_addf(out, "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#bbb\"/>\n",
			 LEFT, WIDTH - RIGHT, y, y);
		/* Below three digits fractions count. */
		if (top < 100)
			snprintf(text, sizeof(text), "%.3g", v);
		else
			snprintf(text, sizeof(text), "%s", fmt_count(v).s);
		label(out, LEFT - 6, y + 4, "end", 11, text);
		snprintf(text, sizeof(text), "%.4g s", span * i / LINES);
		label(out, LEFT + (double)i / LINES * (WIDTH - LEFT - RIGHT), y0 + HEIGHT + 15,
		      i == LINES ? "end" : i ? "middle" : "start", 11, text);
	}
	snprintf(text, sizeof(text), "%s, %s", p->title, p->unit);
	label(out, LEFT, y0 - 8, "start", 13, text);
}

static void legend(struct str *out, const struct curve_panel *p, double y0)
{
	double x = LEFT + 200;

	for (unsigned int c = 0; c < p->n_curves; c++) {
		str_addf(out, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
			 "stroke-width=\"2\" stroke-dasharray=\"%s\"/>\n", x, x + 24, y0 - 12, y0 - 12,
			 colors[c], dashes[c]);
		label(out, x + 28, y0 - 8, "start", 11, p->curve[c].name);
		x += 40 + 7.0 * utf8_count(p->curve[c].name, strlen(p->curve[c].name));
	}
}

void curves_svg(const char *title, const char *subtitle, const struct curve_panel *panels,
		unsigned int n_panels, struct str *out)
{
	double span = span_of(panels, n_panels), y0, top;
	unsigned int height = HEAD + n_panels * PANEL;

	str_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %u\" width=\"%d\" "
		 "height=\"%u\" font-family=\"sans-serif\">\n<rect width=\"%d\" height=\"%u\" fill=\"white\"/>\n",
		 WIDTH, height, WIDTH, height, WIDTH, height);
	label(out, LEFT, 24, "start", 16, title);
	label(out, LEFT, 42, "start", 11, subtitle);
	for (unsigned int k = 0; k < n_panels; k++) {
		y0 = HEAD + k * PANEL + 24;
		top = top_of(&panels[k]);
		axes(out, &panels[k], y0, span, top);
		legend(out, &panels[k], y0);
		for (unsigned int c = 0; c < panels[k].n_curves; c++)
			draw_curve(out, &panels[k].curve[c], c, y0, span, top);
	}
	str_add(out, "</svg>\n");
}
