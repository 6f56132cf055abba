// SPDX-License-Identifier: GPL-2.0-or-later
/* series - see series.h. */
#include "ui/series.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"

struct one {
	uint64_t key;
	char name[SERIES_NAME];
	double weight;
	struct curve_point p[SERIES_KINDS][SERIES_POINTS];
};

struct series {
	struct one *v[CURVES_MAX];
	unsigned int n_kinds;
	size_t n;		     /* points, the present one among them */
	unsigned int every, skipped; /* one moment of so many becomes a point */
	double x;
};

int series_new(unsigned int n_kinds, struct series **ret_s, struct err *e)
{
	struct series *s = calloc(1, sizeof(*s));

	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	s->n_kinds = MIN(n_kinds, (unsigned int)SERIES_KINDS);
	s->every = 1;
	*ret_s = s;
	return 0;
}

void series_free(struct series *s)
{
	for (size_t i = 0; s && i < CURVES_MAX; i++)
		free(s->v[i]);
	free(s);
}

static void halve(struct curve_point *p)
{
	for (size_t i = 0; i < SERIES_POINTS / 2; i++) {
		const struct curve_point a = p[2 * i], b = p[2 * i + 1];

		p[i].x = (a.x + b.x) / 2;
		p[i].y = isnan(a.y) ? b.y : isnan(b.y) ? a.y : (a.y + b.y) / 2;
	}
}

bool series_begin(struct series *s, double x)
{
	if (++s->skipped < s->every)
		return false;
	s->skipped = 0;
	if (s->n == SERIES_POINTS) {
		for (size_t i = 0; i < CURVES_MAX; i++)
			for (unsigned int k = 0; s->v[i] && k < s->n_kinds; k++)
				halve(s->v[i]->p[k]);
		s->n /= 2;
		s->every *= 2;
	}
	for (size_t i = 0; i < CURVES_MAX; i++)
		for (unsigned int k = 0; s->v[i] && k < s->n_kinds; k++)
			s->v[i]->p[k][s->n] = (struct curve_point){ x, NAN };
	s->x = x;
	s->n++;
	return true;
}

/* The place of 'key': its own, a free one, or that of the lightest. */
static struct one **place(struct series *s, uint64_t key)
{
	struct one **at = &s->v[0];

	for (size_t i = 0; i < CURVES_MAX; i++) {
		if (s->v[i] && s->v[i]->key == key)
			return &s->v[i];
		if (*at && (!s->v[i] || s->v[i]->weight < (*at)->weight))
			at = &s->v[i];
	}
	return at;
}

int series_add(struct series *s, uint64_t key, const char *name, double weight, const double *v,
	       struct err *e)
{
	struct one **at = place(s, key), *o = *at;

	if (o && o->key != key && o->weight >= weight)
		return 0;
	if (!o) {
		o = *at = calloc(1, sizeof(*o));
		if (!o)
			return err_set(e, ENOMEM, "out of memory");
	}
	if (o->key != key || !o->name[0]) {
		o->key = key;
		/* It was not drawn until now. */
		for (unsigned int k = 0; k < s->n_kinds; k++)
			for (size_t i = 0; i < s->n; i++)
				o->p[k][i] = (struct curve_point){ s->x, NAN };
	}
	snprintf(o->name, sizeof(o->name), "%s", name);
	o->weight = weight;
	for (unsigned int k = 0; k < s->n_kinds; k++)
		o->p[k][s->n - 1] = (struct curve_point){ s->x, v[k] };
	return 0;
}

static int by_weight(const void *a, const void *b)
{
	const struct one *x = *(struct one *const *)a, *y = *(struct one *const *)b;

	return (y->weight > x->weight) - (y->weight < x->weight);
}

void series_panel(const struct series *s, unsigned int kind, struct curve_panel *panel)
{
	struct one *sorted[CURVES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < CURVES_MAX; i++)
		if (s->v[i])
			sorted[n++] = s->v[i];
	qsort(sorted, n, sizeof(sorted[0]), by_weight);
	for (size_t i = 0; i < n && panel->n_curves < CURVES_MAX; i++)
		panel->curve[panel->n_curves++] =
			(struct curve){ sorted[i]->name, sorted[i]->p[kind], s->n };
}

size_t series_points(const struct series *s, double *ret_x)
{
	*ret_x = s->x;
	return s->n;
}
