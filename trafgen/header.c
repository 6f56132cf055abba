// SPDX-License-Identifier: GPL-2.0-or-later
/* header - protocol header functions: "udp(sport=dinc(1, 13, 2), dport=drnd(80, 100))". Every
 * protocol of the table is one. The headers that must be below come by themselves, and the header
 * below is told what follows. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/str.h"
#include "comp.h"

const struct proto *header_named(struct comp *c)
{
	const struct lex *l = &c->lex;
	char name[sizeof(c->known[0].name)] = "";
	size_t i;

	if (l->token != T_NAME || l->n >= sizeof(name))
		return NULL;
	for (i = 0; i < l->n; i++)
		name[i] = tolower((unsigned char)l->text[i]);
	i = hash_bytes(name, sizeof(name), 0) % ARRAY_SIZE(c->known);
	if (memcmp(c->known[i].name, name, sizeof(name)) != 0) {
		memcpy(c->known[i].name, name, sizeof(name));
		c->known[i].proto = proto_by_name(name);
	}
	return c->known[i].proto;
}

void layer_mark(struct layer *l, const struct field *f)
{
	size_t i = f - l->proto->fields;

	if (i < 64)
		l->set |= 1ull << i;
}

/* True if a field that shares bits with 'at' was given. */
bool layer_has(const struct layer *l, struct bits at)
{
	for (unsigned int i = 0; i < l->proto->n_fields && i < 64; i++) {
		struct bits f = l->proto->fields[i].at;

		if ((l->set & 1ull << i) && f.off < at.off + at.n && at.off < f.off + f.n)
			return true;
	}
	return false;
}

static uint8_t *bytes_of(const struct comp *c, const struct layer *l)
{
	return c->buf + l->off;
}

static struct layer *last_layer(struct comp *c)
{
	return c->n_layers ? &c->layers[c->n_layers - 1] : NULL;
}

/* True if 'p' may stand right behind 'below', and the number that says so. */
static bool can_follow(const struct proto *below, const struct proto *p, uint32_t *ret_number)
{
	if (below == p && proto_field(p, "last"))
		return true; /* a stack of labels: only the last bit tells */
	return below->next.reg && proto_link_value(p, below->next.reg, ret_number);
}

/* Tells the header below what follows it, unless the script did. */
static void link_below(struct comp *c, struct layer *below, const struct proto *p)
{
	const struct next_rule *r = &below->proto->next;
	const struct field *bottom = below->proto == p ? proto_field(p, "last") : NULL;
	uint32_t number = 0;

	if (bottom) {
		if (!layer_has(below, bottom->at)) /* a label above is not the last one */
			field_put(bottom, bytes_of(c, below), 0);
		return;
	}
	if (!can_follow(below->proto, p, &number) || r->peek || !r->at.n ||
	    layer_has(below, r->at))
		return;
	if (!legacy_links(below->proto, p)) {
		comp_warn(c, c->lex.at_line, "%s() is not told of %s(): say so in a field of it, as "
			  "eth(type=0x86dd)", below->proto->name, p->name);
		return;
	}
	if (number < r->min && number < 0x600 && r->reg == REG_ETHERTYPE)
		return; /* a length, known in the end */
	bits_put(bytes_of(c, below), r->at, r->le ? __builtin_bswap32(number) : number);
}

/* Lengthens the last header to 'n' bytes, the new ones by the table's defaults. */
static int grow(struct comp *c, struct layer *l, uint32_t n)
{
	uint32_t had = l->bytes;
	int rc;

	if (n <= had)
		return 0;
	rc = comp_fill(c, 0, n - had);
	if (rc)
		return rc;
	l->bytes = n;
	for (unsigned int i = 0; i < l->proto->n_fields; i++) {
		const struct field *f = &l->proto->fields[i];

		if (field_is_number(f) && f->dflt && !(f->flags & (FIELD_VIEW | FIELD_FOUND)) &&
		    f->at.off / 8 >= had && field_end_bytes(f) <= n &&
		    field_when_holds(f->when, bytes_of(c, l), n))
			field_put(f, bytes_of(c, l), f->dflt);
	}
	return 0;
}

static int append(struct comp *c, const struct proto *p, bool pfc)
{
	struct layer *l;
	uint32_t n = legacy_bytes(p, pfc);

	if (c->n_layers == COMP_LAYERS)
		return lex_error(&c->lex, c->e, "more than %d headers in each other", COMP_LAYERS);
	l = &c->layers[c->n_layers];
	*l = (struct layer){ .proto = p, .off = c->len, .line = c->lex.at_line };
	if (c->n_layers)
		link_below(c, &c->layers[c->n_layers - 1], p);
	c->n_layers++;
	if (grow(c, l, n ? n : p->min_bytes))
		return -E2BIG;
	legacy_defaults(c, l);
	if (pfc)
		put_be16(bytes_of(c, l), 0x101);
	return 0;
}

/* Puts the headers below that 'p' needs and the script did not write. */
static int put_below(struct comp *c, const struct proto *p, unsigned int depth)
{
	const struct layer *top = last_layer(c);
	const struct proto *below;
	uint32_t number = 0;
	int rc;

	if (top && can_follow(top->proto, p, &number))
		return 0;
	below = legacy_below(p);
	if (!below || depth == 8) {
		if (top)
			comp_warn(c, c->lex.at_line, "%s cannot follow %s: nothing says it is there",
				  p->name, top->proto->name);
		return 0;
	}
	if (top && !can_follow(top->proto, below, &number) && !legacy_below(below)) {
		comp_warn(c, c->lex.at_line, "%s cannot follow %s: nothing says it is there",
			  p->name, top->proto->name);
		return 0;
	}
	if (top && top->proto != below && !can_follow(top->proto, below, &number)) {
		comp_warn(c, c->lex.at_line, "%s cannot follow %s: nothing says it is there",
			  p->name, top->proto->name);
		return 0;
	}
	rc = put_below(c, below, depth + 1);
	return rc ? rc : append(c, below, false);
}

/* --- values ---------------------------------------------------------------------------------- */

static int set_number(struct comp *c, struct layer *l, const struct field *f, uint64_t v)
{
	uint64_t most = f->at.n >= 64 ? UINT64_MAX : (1ull << f->at.n) - 1;

	if (grow(c, l, field_end_bytes(f)))
		return -E2BIG;
	if (v > most)
		comp_warn(c, c->lex.at_line, "%s.%s has %u bits: of %llu the last ones are taken",
			  l->proto->name, f->name, f->at.n, (unsigned long long)v);
	field_put(f, bytes_of(c, l), v & most);
	return 0;
}

static bool parse_mac(const char *p, size_t n, uint8_t mac[6])
{
	size_t at = 0;

	for (unsigned int i = 0; i < 6; i++) {
		unsigned int digits = 0, v = 0;

		for (; at < n && isxdigit((unsigned char)p[at]); at++, digits++)
			v = v << 4 | (p[at] <= '9' ? p[at] - '0' : (p[at] | 32) - 'a' + 10);
		if (!digits || digits > 2 || (i < 5 && (at >= n || p[at++] != ':')))
			return false;
		mac[i] = v;
	}
	return at == n;
}

static int set_address(struct comp *c, struct layer *l, const struct field *f)
{
	char text[INET6_ADDRSTRLEN + 1] = "";
	uint8_t addr[16];
	uint64_t v;
	bool ok;

	lex_address(&c->lex);
	if (c->lex.token == T_NUMBER && f->kind == FIELD_IPV4) {
		/* an address as a number */
		int rc = expr_read(c, &v);

		return rc ? rc :
			    set_number(c, l, &(struct field){ .name = f->name, .at = f->at }, v);
	}
	if (c->lex.n < sizeof(text))
		memcpy(text, c->lex.text, c->lex.n);
	if (f->kind == FIELD_MAC)
		ok = parse_mac(c->lex.text, c->lex.n, addr);
	else
		ok = inet_pton(f->kind == FIELD_IPV4 ? AF_INET : AF_INET6, text, addr) == 1;
	if (!ok)
		return lex_expected(&c->lex, c->e,
				    f->kind == FIELD_MAC  ? "a MAC address such as 02:00:00:00:00:01" :
				    f->kind == FIELD_IPV4 ? "an IPv4 address such as 192.0.2.1" :
							    "an IPv6 address such as 2001:db8::1");
	lex_next(&c->lex);
	if (grow(c, l, field_end_bytes(f)))
		return -E2BIG;
	memcpy(bytes_of(c, l) + f->at.off / 8, addr, f->at.n / 8);
	return 0;
}

/* "text" or a run of hexadecimal digits, of the field's length or shorter. */
static int set_bytes(struct comp *c, struct layer *l, const struct field *f)
{
	uint32_t room = f->at.n / 8, n = 0, at = f->at.off / 8;
	const char *p = c->lex.text;
	bool text = c->lex.token == T_STRING;

	if (!text)
		lex_address(&c->lex);
	p = c->lex.text;
	n = text ? c->lex.n - 2 : c->lex.n / 2;
	if ((!text && (c->lex.n % 2 || strspn(p, "0123456789abcdefABCDEF") < c->lex.n)) || !n)
		return lex_expected(&c->lex, c->e, "a string or pairs of hexadecimal digits");
	if (room && n > room)
		return lex_error(&c->lex, c->e, "%s.%s has %u bytes, not %u", l->proto->name, f->name,
				 room, n);
	if (grow(c, l, room ? field_end_bytes(f) : at + n))
		return -E2BIG;
	for (uint32_t i = 0; i < n; i++) {
		char digits[3] = { p[2 * i], text ? '\0' : p[2 * i + 1], '\0' };

		bytes_of(c, l)[at + i] = text ? (uint8_t)p[1 + i] : strtoul(digits, NULL, 16);
	}
	lex_next(&c->lex);
	return 0;
}

/* A number, or the name of one: op=request. */
static int set_value(struct comp *c, struct layer *l, const struct field *f)
{
	uint64_t v;
	int rc;

	for (const struct value_name *n = f->names; n && n->name; n++) {
		if (lex_name_is(&c->lex, n->name)) {
			lex_next(&c->lex);
			return set_number(c, l, f, n->value);
		}
	}
	if (!field_is_number(f))
		return f->kind == FIELD_BYTES || f->kind == FIELD_TEXT ? set_bytes(c, l, f) :
									 set_address(c, l, f);
	rc = expr_read(c, &v);
	return rc ? rc : set_number(c, l, f, v);
}

/* --- functions of fields --------------------------------------------------------------------- */

struct place {
	uint32_t off_bits, n_bits;
};

static bool function_here(const struct lex *l)
{
	return lex_name_is(l, "dinc") || lex_name_is(l, "ddec") || lex_name_is(l, "drnd");
}

/* "(min, max, step)", or nothing between the parentheses. */
static int function_arguments(struct comp *c, bool step, uint64_t *v, unsigned int *ret_n)
{
	unsigned int n = 0;
	int rc = lex_expect(&c->lex, '(', "and the range of the function", c->e);

	while (!rc && !lex_is(&c->lex, ')')) {
		if (n == (step ? 3 : 2))
			return lex_expected(&c->lex, c->e, "')' after the range");
		if (n)
			rc = lex_expect(&c->lex, ',', "between minimum and maximum", c->e);
		if (!rc)
			rc = expr_read(c, &v[n++]);
	}
	if (!rc && n == 1)
		rc = lex_expected(&c->lex, c->e, "',' and the maximum");
	if (!rc && n && v[0] >= v[1])
		rc = lex_error(&c->lex, c->e, "the minimum, %llu, is not below the maximum, %llu",
			       (unsigned long long)v[0], (unsigned long long)v[1]);
	if (!rc && n == 3 && !v[2])
		rc = lex_error(&c->lex, c->e, "a step of 0 goes nowhere");
	if (rc)
		return rc;
	lex_next(&c->lex);
	*ret_n = n;
	return 0;
}

static void fill_count(struct op *op, const uint64_t *v, unsigned int n, bool down)
{
	uint64_t step = n == 3 ? v[2] : 1;

	op->kind = OP_COUNT;
	op->step = down ? -step : step;
	if (n) {
		op->n = (v[1] - v[0]) / step + 1;
		op->first = down ? v[1] : v[0];
	}
}

static int function(struct comp *c, struct place at)
{
	bool random = lex_name_is(&c->lex, "drnd"), down = lex_name_is(&c->lex, "ddec");
	struct op op = { 0 };
	uint64_t v[3] = { 0 };
	unsigned int n = 0;
	int rc;

	lex_next(&c->lex);
	rc = function_arguments(c, !random, v, &n);
	if (rc)
		return rc;
	if (random && !n && at.n_bits > 64) {
		op = (struct op){ .kind = OP_BYTES, .off_bits = at.off_bits, .n = at.n_bits / 8 };
	} else {
		/* of long addresses the last four bytes count */
		if (at.n_bits > 64 || (at.n_bits > 32 && (!random || n))) {
			at.off_bits += at.n_bits - 32;
			at.n_bits = 32;
		}
		if (n && at.n_bits < 64 && v[1] >> at.n_bits)
			return lex_error(&c->lex, c->e, "%llu does not fit into %u bits",
					 (unsigned long long)v[1], at.n_bits);
		op.off_bits = at.off_bits;
		op.n_bits = at.n_bits;
		if (random) {
			op.kind = OP_RANDOM;
			op.first = v[0];
			op.n = n ? v[1] - v[0] + 1 : at.n_bits < 64 ? 1ull << at.n_bits : 0;
		} else {
			fill_count(&op, v, n, down);
		}
	}
	if (random)
		op.key = comp_key(c);
	else if (!n) /* on from the value that the field has by now */
		op.first = bits_get(c->buf + op.off_bits / 8,
				    (struct bits){ op.off_bits % 8, op.n_bits });
	return comp_pending(c, PEND_OP, &op) ? 0 : -ENOMEM;
}

/* "[index]" or "[index:length]". */
static int slice(struct comp *c, const struct field *f, struct place *at)
{
	uint64_t index, length = 1;
	uint32_t bytes = MAX(at->n_bits / 8, 1u);
	int rc;

	lex_next(&c->lex);
	rc = expr_read(c, &index);
	if (!rc && lex_is(&c->lex, ':')) {
		lex_next(&c->lex);
		rc = expr_read(c, &length);
	}
	if (!rc)
		rc = lex_expect(&c->lex, ']', "after the offset", c->e);
	if (rc)
		return rc;
	if (length != 1 && length != 2 && length != 4)
		return lex_error(&c->lex, c->e, "a part of a field has 1, 2 or 4 bytes, not %llu",
				 (unsigned long long)length);
	if (index >= bytes || length > bytes - index)
		return lex_error(&c->lex, c->e, "%s has %u bytes: no %llu from byte %llu", f->name,
				 bytes, (unsigned long long)length, (unsigned long long)index);
	at->off_bits += index * 8;
	at->n_bits = length * 8;
	return 0;
}

/* --- arguments ------------------------------------------------------------------------------- */

/* The field of 'l' called as the word at hand: of several places the one whose condition holds. */
static const struct field *field_here(struct comp *c, const struct layer *l)
{
	const struct field *first = NULL;
	const char *modern;
	char name[32];

	if (c->lex.n >= sizeof(name) || (c->lex.token != T_NAME && c->lex.token != T_NUMBER))
		return NULL;
	for (size_t i = 0; i < c->lex.n; i++)
		name[i] = tolower((unsigned char)c->lex.text[i]);
	name[c->lex.n] = '\0';
	modern = legacy_field(l, name);
	for (unsigned int i = 0; i < l->proto->n_fields; i++) {
		const struct field *f = &l->proto->fields[i];

		if ((f->flags & FIELD_FOUND) || !proto_name_is(f->name, f->alias, modern))
			continue;
		if (!first)
			first = f;
		if (field_when_holds(f->when, bytes_of(c, l), l->bytes))
			return f;
	}
	return first;
}

/* A field that is there only under a condition makes it true, if the script left that open:
 * gre(key=5) sets the bit that says there is a key. */
static int meet(struct comp *c, struct layer *l, const struct field *f)
{
	const struct field_when *w = f->when;
	uint32_t v;

	if (!w || legacy_is(l->proto) || layer_has(l, w->at))
		return 0;
	if (grow(c, l, (w->at.off + w->at.n + 7u) / 8))
		return -E2BIG;
	if (field_when_holds(w, bytes_of(c, l), l->bytes))
		return 0;
	v = bits_get(bytes_of(c, l), w->at);
	for (unsigned int i = 0; i < w->n; i++) {
		if ((w->v[i] & v) == v || i + 1 == w->n) {
			bits_put(bytes_of(c, l), w->at, (w->v[i] & v) == v ? w->v[i] : w->v[0]);
			break;
		}
	}
	return 0;
}

/* vlan(tpid=..) stands in the header below. */
static bool lead_below(struct comp *c, struct layer **l, const struct field **f)
{
	const struct proto *p = (*l)->proto;
	struct layer *below = *l - 1;

	if (!streq(p->name, "vlan") || c->n_layers < 2 ||
	    (!lex_name_is(&c->lex, "tpid") && !lex_name_is(&c->lex, "prot") &&
	     !lex_name_is(&c->lex, "proto")))
		return false;
	for (unsigned int i = 0; i < below->proto->n_fields; i++) {
		const struct field *at = &below->proto->fields[i];

		if (at->at.off == below->proto->next.at.off && at->at.n == 16) {
			*l = below;
			*f = at;
			return true;
		}
	}
	return false;
}

/* pri(3)=1 and time(3)=0xffff of pfc(). */
static int pfc_class(struct comp *c, struct layer *l, const struct field *f)
{
	bool time = f->flags & FIELD_ARRAY;
	uint32_t off = time ? f->at.off / 8 : 0;
	uint64_t class, v;
	uint8_t *at;
	int rc;

	lex_next(&c->lex);
	rc = expr_bounded(c, "the class", 7, &class);
	if (!rc)
		rc = lex_expect(&c->lex, ')', "after the class", c->e);
	if (!rc)
		rc = lex_expect(&c->lex, '=', "and a value", c->e);
	if (!rc)
		rc = expr_bounded(c, "the value", time ? 0xffff : 1, &v);
	if (rc)
		return rc;
	at = bytes_of(c, l);
	if (time)
		put_be16(at + off + class * 2, v);
	else
		at[3] = v ? at[3] | 1 << class : at[3] & ~(1 << class);
	return 0;
}

static int argument(struct comp *c, struct layer *l)
{
	const struct field *f;
	struct place at;
	bool part;
	int rc;

	if (legacy_word(c, l))
		return 0;
	if (!lead_below(c, &l, &f))
		f = field_here(c, l);
	if (!f) {
		char what[64];

		snprintf(what, sizeof(what), "a field of %s", l->proto->name);
		return lex_expected(&c->lex, c->e, what);
	}
	lex_next(&c->lex);
	if (lex_is(&c->lex, '(') && streq(l->proto->name, "pause"))
		return pfc_class(c, l, f);
	rc = meet(c, l, f);
	if (!rc && f->kind == FIELD_BOOL && !lex_is(&c->lex, '=')) {
		layer_mark(l, f);
		return set_number(c, l, f, 1);
	}
	at = (struct place){ l->off * 8 + f->at.off, f->at.n };
	part = !rc && lex_is(&c->lex, '[');
	if (part)
		rc = slice(c, f, &at);
	if (!rc)
		rc = lex_expect(&c->lex, '=', "and a value", c->e);
	if (rc)
		return rc;
	if (!function_here(&c->lex)) {
		if (part)
			return lex_expected(&c->lex, c->e, "dinc(), ddec() or drnd() for a part");
		layer_mark(l, f);
		return set_value(c, l, f);
	}
	if (!f->at.n || (f->flags & FIELD_LE))
		return lex_error(&c->lex, c->e, "%s.%s cannot change from packet to packet",
				 l->proto->name, f->name);
	rc = grow(c, l, field_end_bytes(f));
	if (!rc)
		rc = function(c, at);
	if (rc)
		return rc;
	if (l->proto->csum.kind && f->at.off == l->proto->csum.at.off) {
		comp_warn(c, c->lex.at_line, "%s.%s is computed for each packet all the same",
			  l->proto->name, f->name);
		c->n_pending--;
	} else {
		layer_mark(l, f);
	}
	return 0;
}

/* The length that the header's own bytes now ask for. */
static int settle_length(struct comp *c, struct layer *l)
{
	const struct proto *p = l->proto;
	uint32_t n = l->bytes;

	if (legacy_is(p))
		return 0;
	if (p->hdr.at.n && p->hdr.cases) {
		uint32_t v = bits_get(bytes_of(c, l), p->hdr.at);

		for (const struct len_case *k = p->hdr.cases; k->bytes; k++)
			if (k->value == v)
				n = MAX(n, (uint32_t)k->bytes);
	} else if (p->hdr.at.n && p->hdr.unit > 1 && n > p->hdr.add) {
		n = p->hdr.add + (n - p->hdr.add + p->hdr.unit - 1) / p->hdr.unit * p->hdr.unit;
	} else if (p->hdr_hook) {
		n = MAX(n, p->hdr_hook(bytes_of(c, l)));
	}
	return grow(c, l, n);
}

int header_read(struct comp *c, const struct proto *p)
{
	bool pfc = lex_name_is(&c->lex, "pfc");
	struct layer *l;
	int rc = put_below(c, p, 0);

	if (!rc)
		rc = append(c, p, pfc);
	if (rc)
		return rc;
	l = &c->layers[c->n_layers - 1];
	lex_next(&c->lex);
	rc = lex_expect(&c->lex, '(', "and the fields of the header", c->e);
	while (!rc && !lex_is(&c->lex, ')')) {
		if (c->lex.token == T_END)
			return lex_expected(&c->lex, c->e, "')' after the fields");
		if (lex_is(&c->lex, ','))
			lex_next(&c->lex);
		else
			rc = argument(c, l);
	}
	if (rc)
		return rc;
	lex_next(&c->lex);
	return settle_length(c, l);
}
