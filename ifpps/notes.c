// SPDX-License-Identifier: GPL-2.0-or-later
/* notes - see notes.h. */
#include "notes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/leb128.h"

void notes_clear(struct notes *t)
{
	t->n = 0;
}

void notes_free(struct notes *t)
{
	for (size_t i = 0; i < NOTES_MAX; i++)
		str_free(&t->v[i].text);
	*t = (struct notes){ 0 };
}

static struct note *find(const struct notes *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (streq(t->v[i].name, name))
			return (struct note *)&t->v[i];
	return NULL;
}

struct str *notes_new(struct notes *t, const char *name)
{
	struct note *note = find(t, name);

	if (!note && t->n == NOTES_MAX)
		return NULL;
	if (!note)
		note = &t->v[t->n++];
	snprintf(note->name, sizeof(note->name), "%s", name);
	str_clear(&note->text);
	return &note->text;
}

bool notes_find(const struct notes *t, const char *name, struct cur *ret)
{
	const struct note *note = find(t, name);

	if (note)
		*ret = cur_of(str_text(&note->text), note->text.len);
	return note != NULL;
}

void notes_pack(const struct notes *t, struct str *out)
{
	leb128_put(out, t->n);
	for (size_t i = 0; i < t->n; i++) {
		leb128_put_text(out, t->v[i].name);
		leb128_put(out, t->v[i].text.len);
		str_add_n(out, str_text(&t->v[i].text), t->v[i].text.len);
	}
}

int notes_read(struct cur *c, struct notes *t, struct err *e)
{
	uint64_t n = cur_left(c) ? leb128_get(c) : 0, bytes;
	char name[sizeof(t->v->name)] = "";
	const uint8_t *p;
	struct str *text;

	notes_clear(t);
	for (; n && !c->failed; n--) {
		leb128_get_text(c, name, sizeof(name));
		bytes = leb128_get(c);
		p = cur_take(c, bytes);
		text = p ? notes_new(t, name) : NULL;
		if (!text)
			return err_set(e, EBADMSG, "notes that are cut short, or too many");
		str_add_n(text, (const char *)p, bytes);
		if (text->failed)
			return err_sys(e, ENOMEM, "notes of a sample");
	}
	return c->failed ? err_set(e, EBADMSG, "notes that are cut short") : 0;
}
