// SPDX-License-Identifier: GPL-2.0-or-later
/* found - between the find hooks of the tables and whoever wants their values. */
#include "proto/found.h"

void walk_find(const struct walk *w, const struct layer *l, struct finder *fi)
{
	struct cur c = cur_of(walk_hdr(w, l), l->hdr_have);

	if (!l->proto->find || l->hdr_have < l->proto->min_bytes || l->why == WALK_VERSION ||
	    l->why == WALK_HDR_SMALL)
		return;
	fi->depth = 0;
	fi->cut = l->hdr_have < l->hdr_bytes || l->why == WALK_CUT;
	l->proto->find(&c, fi);
	while (fi->depth)
		found_close(fi);
}

void option_find(const struct option *o, bool cut, struct finder *fi)
{
	struct cur c = cur_of(o->p, o->n_bytes);

	if (!o->def || !o->def->find || o->bad)
		return;
	fi->depth = 0;
	fi->cut = cut;
	o->def->find(&c, fi);
	while (fi->depth)
		found_close(fi);
}

void found_fields(struct finder *fi, const struct field *fields, unsigned int n_fields,
		  const uint8_t *p, uint32_t n)
{
	struct value_iter it = { .field = fields, .end = fields + n_fields, .hdr = p,
				 .n_bytes = n };
	struct value v;

	if (!n_fields)
		return;
	while (value_next(&it, &v))
		fi->value(fi, &v);
}

void found_group(struct finder *fi, const struct opt_def *group, const uint8_t *p, uint32_t n)
{
	if (!found_open(fi, group))
		return;
	found_fields(fi, group->fields, group->n_fields, p, n);
	found_close(fi);
}

void found_number(struct finder *fi, const struct field *f, uint64_t number)
{
	struct value v = { .field = f, .num = number };

	fi->value(fi, &v);
}

void found_bytes(struct finder *fi, const struct field *f, const void *p, uint32_t n)
{
	struct value v = { .field = f, .p = p, .n_bytes = n };

	fi->value(fi, &v);
}

bool found_open(struct finder *fi, const struct opt_def *group)
{
	if (fi->depth == FOUND_DEPTH)
		return false;
	fi->stack[fi->depth++] = group;
	fi->open(fi, group);
	return true;
}

void found_close(struct finder *fi)
{
	fi->close(fi, fi->stack[--fi->depth]);
}

void found_bad(struct finder *fi, const char *what, uint64_t value)
{
	fi->bad(fi, what, value);
}
