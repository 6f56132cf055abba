// SPDX-License-Identifier: GPL-2.0-or-later
/* columns_parse - from "ip.src,tcp.dport,..." to columns, by the protocol table. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/str.h"
#include "proto/columns.h"
#include "proto/columns_priv.h"

/* Columns of the packet itself. */
static const struct {
	const char *name;
	uint8_t of, width;
	bool right;
} own[] = {
	{ "number", COLUMN_NUMBER, 7, true },	  { "time", COLUMN_TIME, 20, false },
	{ "date", COLUMN_DATE, 29, false },	  { "iface", COLUMN_IFACE, 8, false },
	{ "dir", COLUMN_DIR, 9, false },	  { "vlan", COLUMN_VLAN, 4, true },
	{ "len", COLUMN_LEN, 6, true },		  { "caplen", COLUMN_CAPLEN, 6, true },
	{ "linktype", COLUMN_LINKTYPE, 8, false }, { "layers", COLUMN_LAYERS, 16, false },
	{ "payload", COLUMN_PAYLOAD, 7, true },
};

static const char csum_suffix[] = ".csum_state", text_suffix[] = "_text";

static uint8_t digits_of(unsigned int bits)
{
	return bits ? bits * 30103 / 100000 + 1 : 10;
}

static void set_width(struct column *c, const struct field *f)
{
	size_t head = strlen(c->name);
	unsigned int bits = f->at.n;

	c->right = field_is_number(f) && !c->text;
	c->width = c->text			  ? 10 :
		   f->kind == FIELD_MAC		  ? 17 :
		   f->kind == FIELD_IPV4	  ? 15 :
		   f->kind == FIELD_IPV6	  ? 25 :
		   !field_is_number(f)		  ? 16 :
		   f->kind == FIELD_HEX || f->kind == FIELD_FLAGS ? 2 + (bits + 3) / 4 :
						    digits_of(bits);
	c->width = MAX((size_t)c->width, head);
}

static bool is_own(struct column *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		if (!streq(c->name, own[i].name))
			continue;
		c->of = own[i].of;
		c->width = MAX((size_t)own[i].width, strlen(own[i].name));
		c->right = own[i].right;
		return true;
	}
	return false;
}

static bool is_csum(struct column *c)
{
	char word[COLUMN_NAME_BYTES];

	if (!str_ends(c->name, csum_suffix))
		return false;
	snprintf(word, sizeof(word), "%.*s",
		 (int)(strlen(c->name) - strlen(csum_suffix)), c->name);
	c->proto = proto_by_name(word);
	c->of = COLUMN_CSUM;
	c->width = strlen(c->name);
	return c->proto && c->proto->csum.kind != CSUM_NONE;
}

static bool is_field(struct column *c)
{
	char word[COLUMN_NAME_BYTES];
	const struct opt_def *group;
	const struct field *f = proto_find(c->name, &c->proto, &group);

	if (!f && str_ends(c->name, text_suffix)) {
		snprintf(word, sizeof(word), "%.*s",
			 (int)(strlen(c->name) - strlen(text_suffix)), c->name);
		f = proto_find(word, &c->proto, &group);
		c->text = true;
	}
	if (!f || (c->text && !field_is_number(f)))
		return false;
	c->of = COLUMN_FIELD;
	c->field = f->name;
	c->group = group ? group->name : NULL;
	set_width(c, f);
	return true;
}

/* Longest name of a protocol, an option and a field, and what stands between them. */
struct full_name {
	char text[COLUMN_NAME_BYTES];
};

static void consider(struct near *n, struct full_name keep[2], const char *asked,
		     const struct proto *p, const struct opt_def *o, const struct field *f)
{
	struct full_name *spare = &keep[n->word == keep[0].text];

	snprintf(spare->text, sizeof(spare->text), "%s.%s%s%s", p->name, o ? o->name : "",
		 o ? "." : "", f->name);
	near_consider(n, asked, spare->text);
}

/* The known name that is nearest to 'asked', in 'keep'; NULL if none is near. */
static const char *nearest(const char *asked, struct full_name keep[2])
{
	struct near n = { 0 };
	size_t n_protos;
	const struct proto *const *all = proto_all(&n_protos);

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		near_consider(&n, asked, own[i].name);
	for (size_t i = 0; i < n_protos; i++) {
		const struct proto *p = all[i];

		for (unsigned int k = 0; k < p->n_fields; k++)
			consider(&n, keep, asked, p, NULL, &p->fields[k]);
		for (unsigned int k = 0; k < p->n_opts; k++)
			for (unsigned int j = 0; j < p->opts[k].n_fields; j++)
				consider(&n, keep, asked, p, &p->opts[k], &p->opts[k].fields[j]);
	}
	return n.word;
}

static int unknown(const char *what, const struct column *c, struct err *e)
{
	struct full_name keep[2];
	const char *near = nearest(c->name, keep);
	char word[COLUMN_NAME_BYTES];
	const struct proto *p;

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(c->name, "."), c->name);
	p = proto_by_name(word);
	if (p)
		return err_set(e, EINVAL, "%s: %s has no field '%s'%s%s%s; --proto %s lists them",
			       what, p->name, c->name, near ? ", did you mean " : "",
			       near ? near : "", near ? "?" : "", p->name);
	return err_set(e, EINVAL, "%s: there is no field '%s'%s%s%s; --proto list names protocols",
		       what, c->name, near ? ", did you mean " : "", near ? near : "",
		       near ? "?" : "");
}

static int one_column(const char *name, size_t n, const char *what, struct column *c,
		      struct err *e)
{
	*c = (struct column){ 0 };
	if (!n)
		return err_set(e, EINVAL, "%s: a name between the commas is empty", what);
	if (n >= sizeof(c->name))
		return err_set(e, EINVAL, "%s: no field has a name of %zu characters", what, n);
	memcpy(c->name, name, n);
	c->name[n] = '\0';
	for (size_t i = 0; i < n; i++)
		if (c->name[i] < ' ' || c->name[i] > '~')
			return err_set(e, EINVAL, "%s: a name holds a character that is not ASCII",
				       what);
	return is_own(c) || is_csum(c) || is_field(c) ? 0 : unknown(what, c, e);
}

int columns_parse(const char *list, const char *what, struct columns *ret_c, struct err *e)
{
	bool csv = ret_c->csv;
	int r = 0;

	*ret_c = (struct columns){ .csv = csv };
	for (const char *at = list; !r; at++) {
		size_t n = strcspn(at, ",");

		if (ret_c->n == COLUMNS_MAX)
			return err_set(e, EINVAL, "%s: more than %d fields", what, COLUMNS_MAX);
		r = one_column(at, n, what, &ret_c->col[ret_c->n], e);
		ret_c->n++;
		at += n;
		if (!*at)
			break;
	}
	return r;
}
