// SPDX-License-Identifier: GPL-2.0-or-later
/* render_dump - head lines, hex dumps and printable characters. */
#include "base/bytes.h"
#include "proto/linktype.h"
#include "proto/render_priv.h"

const char *render_dir(uint8_t dir)
{
	static const char *const names[] = { "in", "broadcast", "multicast", "other", "out" };

	return dir < ARRAY_SIZE(names) ? names[dir] : NULL;
}

void render_outside_name(struct str *s, const char *name)
{
	for (; *name; name++)
		str_addc(s, *name > ' ' && *name <= '~' ? *name : '?');
}

void render_head(struct str *s, const struct walk *w, const struct render_meta *m,
		 const struct render_style *st)
{
	const char *dir = render_dir(m->dir);

	render_color(s, st, COLOR_PROTO);
	if (m->number) {
		str_addc(s, '#');
		str_add_u64(s, m->number);
		str_addc(s, ' ');
	}
	if (m->has_time) {
		render_time(s, m->ts_ns, st->utc_offset_s, true);
		str_addc(s, ' ');
	}
	if (m->iface) {
		render_outside_name(s, m->iface);
		str_addc(s, ' ');
	}
	if (dir) {
		str_add(s, dir);
		str_addc(s, ' ');
	}
	str_add_u64(s, w->len);
	str_add(s, " bytes");
	if (w->cut) {
		str_add(s, ", cut to ");
		str_add_u64(s, w->cap_len);
	}
	if (m->vlan_tpid) {
		str_add(s, ", vlan ");
		str_add_u64(s, m->vlan_tci & 0xfff);
	}
	if (!w->n_layers) {
		str_add(s, ", link type ");
		str_add_u64(s, w->linktype);
	}
	render_color(s, st, COLOR_OFF);
	str_addc(s, '\n');
}

enum { DUMP_TEXT = 52, DUMP_LINE = DUMP_TEXT + 16 + 1 };

/* Up to 16 bytes: two blanks, hexadecimal in two groups, printable characters from DUMP_TEXT on. */
static inline void dump_line(char *q, const uint8_t *p, uint32_t n)
{
	memset(q, ' ', DUMP_LINE);
	for (uint32_t i = 0; i < n; i++)
		render_hex_pair(q + 2 + i * 3 + (i >= 8), p[i]);
	for (uint32_t i = 0; i < n; i++)
		q[DUMP_TEXT + i] = (uint8_t)(p[i] - ' ') <= '~' - ' ' ? p[i] : '.';
}

void render_dump(struct str *s, const uint8_t *data, uint32_t n, uint32_t base,
		 const char *indent)
{
	size_t n_indent = strlen(indent);

	for (uint32_t at = 0; at < n; at += 16) {
		uint32_t k = MIN(n - at, 16u), offset = base + at;
		char *q;

		str_add_n(s, indent, n_indent);
		if (offset > UINT16_MAX)
			str_add_hex(s, offset >> 16, 1);
		if (!str_room(s, 4 + DUMP_LINE))
			return;
		q = s->p + s->len;
		render_hex_pair(q, offset >> 8);
		render_hex_pair(q + 2, offset);
		if (LIKELY(k == 16))
			dump_line(q + 4, data + at, 16);
		else
			dump_line(q + 4, data + at, k);
		q[4 + DUMP_TEXT + k] = '\n';
		s->len += 4 + DUMP_TEXT + k + 1;
		s->p[s->len] = '\0';
	}
}

void render_hex(struct str *s, const struct walk *w, const struct render_meta *m,
		const struct render_style *st)
{
	render_head(s, w, m, st);
	render_dump(s, w->data, w->cap_len, 0, "  ");
}

void render_ascii(struct str *s, const struct walk *w, const struct render_meta *m,
		  const struct render_style *st)
{
	render_head(s, w, m, st);
	if (!str_room(s, (size_t)w->cap_len + 1))
		return;
	for (uint32_t i = 0; i < w->cap_len; i++) {
		uint8_t c = w->data[i];

		s->p[s->len++] = (c >= ' ' && c <= '~') || c == '\n' || c == '\t' ? c : '.';
	}
	s->p[s->len] = '\0';
	if (!w->cap_len || s->p[s->len - 1] != '\n')
		str_addc(s, '\n');
}

void render_why(struct str *s, const struct layer *l)
{
	const char *relation, *text = walk_why_text(l->why, &relation);

	str_add(s, l->why == WALK_CUT ? "cut: " : "bad: ");
	str_add(s, text);
	str_addc(s, ' ');
	str_add_u64(s, l->value);
	str_add(s, ", ");
	str_add(s, relation);
	str_addc(s, ' ');
	str_add_u64(s, l->limit);
}

void render_bad(struct str *s, const struct render_style *st, const char *what, uint64_t value)
{
	render_color(s, st, COLOR_BAD);
	str_add(s, "bad: ");
	str_add(s, what);
	str_addc(s, ' ');
	str_add_u64(s, value);
	render_color(s, st, COLOR_OFF);
}

enum csum_state render_csum(const struct walk *w, const struct layer *l,
			    const struct render_meta *m, const struct render_style *st,
			    uint32_t *ret_should)
{
	enum csum_state state = walk_csum(w, l, ret_should);

	/* sll_pkttype 4: from us, and a live capture sees it before the card */
	if (state == CSUM_STATE_WRONG && st->offload && m->dir == 4)
		return CSUM_STATE_UNKNOWN;
	return state;
}
