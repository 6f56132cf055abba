// SPDX-License-Identifier: GPL-2.0-or-later
/* proto - looking things up in the table: protocols by name and place, fields by name. */
#include "proto/proto.h"

#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "proto/names.h"
#include "proto/tables.h"

static const struct proto *const all[] = {
#define PROTO(name) &proto_##name,
#include "proto/proto_list.h"
#undef PROTO
};

_Static_assert(ARRAY_SIZE(all) < 255, "struct proto_index holds a protocol in a byte");

const struct proto *const *proto_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(all);
	return all;
}

bool proto_name_is(const char *word, const char *alias, const char *name)
{
	size_t n = strlen(name);

	if (streq(word, name))
		return true;
	while (alias && *alias) {
		size_t m = strcspn(alias, " ");

		if (m == n && memcmp(alias, name, n) == 0)
			return true;
		alias += m + (alias[m] == ' ');
	}
	return false;
}

const struct proto *proto_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (proto_name_is(all[i]->name, all[i]->alias, name))
			return all[i];
	return NULL;
}

bool proto_link_value(const struct proto *p, enum registry reg, uint32_t *ret_value)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->in) && p->in[i].reg; i++) {
		if (p->in[i].reg == reg) {
			*ret_value = p->in[i].value;
			return true;
		}
	}
	return false;
}

const struct proto *proto_by_link(enum registry reg, uint32_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (proto_lives(all[i], reg, value))
			return all[i];
	return NULL;
}

bool proto_lives(const struct proto *p, enum registry reg, uint32_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(p->in) && p->in[i].reg; i++)
		if (p->in[i].reg == reg && p->in[i].value == value)
			return true;
	return false;
}

bool proto_follows(const struct proto *below, const struct proto *p, uint32_t *ret_number)
{
	const struct next_rule *r = &below->next;

	for (size_t i = 0; r->reg && i < ARRAY_SIZE(p->in) && p->in[i].reg; i++) {
		uint32_t v = p->in[i].value;

		if (p->in[i].reg == r->reg && v >= r->min && (!r->fixed || v == r->fixed)) {
			*ret_number = v;
			return true;
		}
	}
	return false;
}

static const struct field *field_by_name(const struct field *f, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (proto_name_is(f[i].name, f[i].alias, name))
			return &f[i];
	return NULL;
}

const struct field *proto_field(const struct proto *p, const char *name)
{
	return field_by_name(p->fields, p->n_fields, name);
}

const struct opt_def *proto_opt(const struct proto *p, uint32_t kind)
{
	for (size_t i = 0; i < p->n_opts; i++)
		if (p->opts[i].kind == kind)
			return &p->opts[i];
	return NULL;
}

const struct field *proto_find(const char *name, const struct proto **ret_p,
			       const struct opt_def **ret_opt)
{
	char word[32];
	size_t n = strcspn(name, ".");
	const struct field *f = NULL;
	const struct proto *p;

	if (name[n] != '.' || n >= sizeof(word))
		return NULL;
	memcpy(word, name, n);
	word[n] = '\0';
	p = proto_by_name(word);
	if (!p)
		return NULL;
	name += n + 1;
	*ret_opt = NULL;
	f = proto_field(p, name);
	n = strcspn(name, ".");
	for (size_t i = 0; !f && name[n] == '.' && i < p->n_opts; i++) {
		const struct opt_def *o = &p->opts[i];

		if (strlen(o->name) != n || memcmp(o->name, name, n) != 0)
			continue;
		f = field_by_name(o->fields, o->n_fields, name + n + 1);
		*ret_opt = o;
	}
	if (f)
		*ret_p = p;
	return f;
}

static uint32_t index_slot(uint8_t reg, uint32_t value)
{
	return hash_u64((uint64_t)reg << 32 | value) % PROTO_INDEX_SLOTS;
}

static void index_fill(struct proto_index *ix)
{
	unsigned int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(all[i]->in) && all[i]->in[k].reg; k++) {
			const struct proto_link *l = &all[i]->in[k];
			uint32_t s = index_slot(l->reg, l->value);

			/* one slot stays free, so that a search ends */
			if (++n >= PROTO_INDEX_SLOTS)
				return;
			while (ix->slot[s].proto)
				s = (s + 1) % PROTO_INDEX_SLOTS;
			ix->slot[s].value = l->value;
			ix->slot[s].reg = l->reg;
			ix->slot[s].proto = i + 1;
		}
	}
}

const struct proto *proto_index_get(struct proto_index *ix, uint8_t reg, uint32_t value,
				    const uint8_t *p, uint32_t have, uint32_t bytes)
{
	uint32_t s = index_slot(reg, value);

	if (UNLIKELY(!ix->filled)) {
		index_fill(ix);
		ix->filled = true;
	}
	for (; ix->slot[s].proto; s = (s + 1) % PROTO_INDEX_SLOTS) {
		const struct proto *found;

		if (ix->slot[s].value != value || ix->slot[s].reg != reg)
			continue;
		found = all[ix->slot[s].proto - 1];
		if (!found->check || found->check(p, have, bytes))
			return found;
	}
	return NULL;
}
