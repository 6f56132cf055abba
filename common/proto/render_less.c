// SPDX-License-Identifier: GPL-2.0-or-later
/* render_less - one line a packet: time, then the layers that say most, by the fields that the
 * table marks for it. The link header is left out where a network header follows. */
#include "proto/render_priv.h"

/* Value without decoration: in one line a name replaces its number. */
static void add_short(struct str *s, const struct value *v, const struct render_style *st)
{
	const char *name;

	if (render_address(s, v)) {
		if (st->notes && v->field->kind != FIELD_MAC)
			st->notes->text(st->notes, s, v);
		return;
	}
	if (!field_is_number(v->field)) {
		render_value(s, v, st);
		return;
	}
	if (v->field->kind == FIELD_FLAGS) {
		render_flags(s, v, '-');
		return;
	}
	if (v->field->flags & FIELD_NTP) {
		if (!render_ntp_time(s, v))
			str_addc(s, '-');
		return;
	}
	name = render_name_of(v, st);
	if (name)
		str_add(s, name);
	else
		render_number(s, v);
}

static void add_pair(struct str *s, const struct walk *w, const struct layer *l,
		     const struct field *src, const struct field *dst,
		     const struct render_style *st)
{
	struct value v;

	str_addc(s, ' ');
	if (walk_value(w, l, src, &v))
		add_short(s, &v, st);
	str_add_n(s, " > ", 3);
	if (walk_value(w, l, dst, &v))
		add_short(s, &v, st);
}

/* Receives what a find hook gives; of many records the first tell enough. */
struct less_finder {
	struct finder fi;
	struct str *s;
	const struct render_style *st;
	const struct field *before;
	unsigned int room;
	bool bare; /* values without the names of their fields */
};

static void less_value(struct finder *fi, const struct value *v)
{
	struct less_finder *t = (struct less_finder *)fi;

	if (!(v->field->flags & FIELD_LINE) || !t->room)
		return;
	t->room--;
	if (v->field != t->before && !t->bare) {
		str_addc(t->s, ' ');
		str_add(t->s, v->field->name);
	}
	t->before = v->field;
	str_addc(t->s, ' ');
	add_short(t->s, v, t->st);
	if (!t->room)
		str_add(t->s, " ...");
}

static void less_group(struct finder *fi, const struct opt_def *group)
{
	(void)fi;
	(void)group;
}

static void less_bad(struct finder *fi, const char *what, uint64_t value)
{
	struct less_finder *t = (struct less_finder *)fi;

	str_add_n(t->s, " [", 2);
	render_bad(t->s, t->st, what, value);
	str_addc(t->s, ']');
}

static void add_found(struct str *s, const struct walk *w, const struct layer *l,
		      const struct render_style *st)
{
	struct less_finder t = { .fi = { .value = less_value, .open = less_group,
					 .close = less_group, .bad = less_bad },
				 .s = s, .st = st, .room = 24 };

	walk_find(w, l, &t.fi);
}

static bool is_padding(const struct tlv_layout *t, uint32_t kind)
{
	return ((t->flags & TLV_PAD) && kind == t->pad) || ((t->flags & TLV_END) && kind == t->end);
}

static void add_option_name(struct str *s, const struct option *o)
{
	str_addc(s, ' ');
	if (o->def)
		return str_add(s, o->def->name);
	str_add(s, "option-");
	str_add_u64(s, o->kind);
}

/* Fields of options that the table marks, where the protocol's layout asks for it. */
static void add_options(struct str *s, const struct walk *w, const struct layer *l,
			const struct render_style *st)
{
	struct less_finder t = { .fi = { .value = less_value, .open = less_group,
					 .close = less_group, .bad = less_bad },
				 .s = s, .st = st, .room = 24 };
	struct option_iter it = walk_options(w, l);
	struct option o;
	struct value v;

	t.bare = l->proto->tlv->flags & TLV_NAMED;
	while (option_next(&it, &o)) {
		struct value_iter values = option_values(&o);

		if (t.bare && is_padding(l->proto->tlv, o.kind))
			continue;
		if (t.bare)
			add_option_name(s, &o);

		while (value_next(&values, &v))
			less_value(&t.fi, &v);
		option_find(&o, it.cut, &t.fi);
		if (o.bad)
			less_bad(&t.fi, "option length", o.n_bytes);
	}
}

static void add_layer(struct str *s, const struct walk *w, const struct layer *l,
		      const struct render_style *st)
{
	const struct field *src = NULL, *dst = NULL;
	const struct field *end = proto_fields_end(l->proto);
	struct value v;

	str_addc(s, ' ');
	render_color(s, st, COLOR_PROTO);
	str_add(s, l->proto->name);
	render_color(s, st, COLOR_OFF);
	for (const struct field *f = l->proto->fields; f < end; f++) {
		if (f->flags & FIELD_SRC)
			src = f;
		else if (f->flags & FIELD_DST)
			dst = f;
	}
	if (src && dst && l->hdr_have >= MAX(field_end_bytes(src), field_end_bytes(dst)))
		add_pair(s, w, l, src, dst, st);
	for (const struct field *f = l->proto->fields; f < end; f++) {
		if (!(f->flags & FIELD_LINE) || (f->flags & (FIELD_SRC | FIELD_DST)) ||
		    !walk_value(w, l, f, &v))
			continue;
		str_addc(s, ' ');
		str_add(s, f->name);
		str_addc(s, ' ');
		add_short(s, &v, st);
	}
	if (l->proto->find)
		add_found(s, w, l, st);
	if (l->proto->tlv && (l->proto->tlv->flags & TLV_SHOWN))
		add_options(s, w, l, st);
	if (l->why == WALK_FINE)
		return;
	str_add_n(s, " [", 2);
	render_color(s, st, COLOR_BAD);
	render_why(s, l);
	render_color(s, st, COLOR_OFF);
	str_addc(s, ']');
}

/* What the last layer says follows, where no layer of ours does. */
static void add_next(struct str *s, const struct walk *w, const struct render_style *st)
{
	const struct layer *l = &w->layers[w->n_layers - 1];
	uint8_t reg;
	struct value v;

	/* not what stands behind a quoted packet */
	while (l > w->layers && l->off + l->hdr_bytes != w->payload_off)
		l--;
	reg = l->proto->next.reg;

	if ((reg != REG_IP_PROTO && reg != REG_ETHERTYPE) || l->why != WALK_FINE)
		return;
	for (unsigned int i = 0; i < l->proto->n_fields; i++) {
		const struct field *f = &l->proto->fields[i];

		if (f->reg == reg && !(f->flags & FIELD_LINE) && walk_value(w, l, f, &v)) {
			/* 59: nothing, which an extension header need not say */
			if (reg == REG_IP_PROTO && v.num == 59 && !(l->proto->flags & PROTO_NET))
				return;
			str_addc(s, ' ');
			add_short(s, &v, st);
			return;
		}
	}
}

/* Bytes that the innermost transport carries, an application's header among them; without a
 * transport, what is behind the last header. */
static uint32_t payload_of(const struct walk *w)
{
	for (unsigned int i = w->n_layers; i > 0; i--) {
		const struct layer *l = &w->layers[i - 1];
		uint8_t reg = l->proto->next.reg;

		if ((reg == REG_TCP_PORT || reg == REG_UDP_PORT) && l->total_bytes >= l->hdr_bytes)
			return l->total_bytes - l->hdr_bytes;
	}
	return w->payload_bytes;
}

void render_less(struct str *s, const struct walk *w, const struct render_meta *m,
		 const struct render_style *st)
{
	bool has_net = false;
	const char *dir = render_dir(m->dir);

	for (unsigned int i = 0; i < w->n_layers; i++)
		has_net |= w->layers[i].proto->flags & PROTO_NET;
	if (m->has_time)
		render_time(s, m->ts_ns, st->utc_offset_s, false);
	if (m->iface) {
		str_addc(s, ' ');
		render_outside_name(s, m->iface);
	}
	if (dir) {
		str_addc(s, ' ');
		str_add(s, dir);
	}
	if (m->vlan_tpid) {
		str_add(s, " vlan ");
		str_add_u64(s, m->vlan_tci & 0xfff);
	}
	for (unsigned int i = 0; i < w->n_layers; i++) {
		const struct layer *l = &w->layers[i];

		if (!has_net || !(l->proto->flags & PROTO_LINK) || l->why != WALK_FINE)
			add_layer(s, w, l, st);
	}
	if (w->n_layers) {
		add_next(s, w, st);
	} else {
		str_add(s, " link type ");
		str_add_u64(s, w->linktype);
	}
	str_add(s, " len ");
	str_add_u64(s, payload_of(w));
	if (w->cut) {
		str_add(s, " cut ");
		str_add_u64(s, w->cap_len);
		str_addc(s, '/');
		str_add_u64(s, w->len);
	}
	str_addc(s, '\n');
}
