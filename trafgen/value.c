// SPDX-License-Identifier: GPL-2.0-or-later
/* value - what stands behind '=' of a field: a number or its name, an address, bytes, text. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "comp.h"

int value_number(struct comp *c, struct layer *l, const struct field *f, uint64_t v)
{
	uint64_t most = f->at.n >= 64 ? UINT64_MAX : (1ull << f->at.n) - 1;

	if (layer_grow(c, l, field_end_bytes(f)))
		return -E2BIG;
	if (v > most)
		comp_warn(c, c->lex.at_line, "%s.%s has %u bits: of %llu the last ones are taken",
			  l->proto->name, f->name, f->at.n, (unsigned long long)v);
	field_put(f, layer_bytes(c, l), v & most);
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
			    value_number(c, l, &(struct field){ .name = f->name, .at = f->at }, v);
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
	if (layer_grow(c, l, field_end_bytes(f)))
		return -E2BIG;
	memcpy(layer_bytes(c, l) + f->at.off / 8, addr, f->at.n / 8);
	return 0;
}

static void set_wide(struct wide *w, const uint8_t *bytes, unsigned int n)
{
	*w = (struct wide){ .is_address = true, .n_bits = n * 8 };
	for (unsigned int i = 0; i < n; i++)
		w->v = w->v << 8 | bytes[i];
}

static int wide_address(struct comp *c, struct wide *ret)
{
	char text[INET6_ADDRSTRLEN + 1] = "";
	uint8_t addr[16];

	lex_address(&c->lex);
	if (c->lex.n < sizeof(text))
		memcpy(text, c->lex.text, c->lex.n);
	if (parse_mac(c->lex.text, c->lex.n, addr))
		set_wide(ret, addr, 6);
	else if (inet_pton(AF_INET, text, addr) == 1)
		set_wide(ret, addr, 4);
	else if (inet_pton(AF_INET6, text, addr) == 1)
		set_wide(ret, addr, 16);
	else
		return lex_expected(&c->lex, c->e, "a number or a MAC, IPv4 or IPv6 address");
	lex_next(&c->lex);
	return 0;
}

int value_wide(struct comp *c, const struct field *f, struct wide *ret)
{
	uint64_t v;
	int rc;

	if (lex_is_address(&c->lex)) {
		struct lex at = c->lex;

		rc = wide_address(c, ret);
		if (!rc && f && ret->n_bits > f->at.n)
			rc = lex_error(&at, c->e, "an address of %u bits is too long for %s, which "
				       "has %u", ret->n_bits, f->name, f->at.n);
		return rc;
	}
	*ret = (struct wide){ 0 };
	for (const struct value_name *n = f ? f->names : NULL; n && n->name; n++) {
		if (lex_name_is(&c->lex, n->name)) {
			lex_next(&c->lex);
			ret->v = n->value;
			return 0;
		}
	}
	rc = expr_read(c, &v);
	if (!rc)
		ret->v = v;
	return rc;
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
	if (layer_grow(c, l, room ? field_end_bytes(f) : at + n))
		return -E2BIG;
	for (uint32_t i = 0; i < n; i++) {
		char digits[3] = { p[2 * i], text ? '\0' : p[2 * i + 1], '\0' };

		layer_bytes(c, l)[at + i] = text ? (uint8_t)p[1 + i] : strtoul(digits, NULL, 16);
	}
	lex_next(&c->lex);
	return 0;
}

int value_read(struct comp *c, struct layer *l, const struct field *f)
{
	uint64_t v;
	int rc;

	for (const struct value_name *n = f->names; n && n->name; n++) {
		if (lex_name_is(&c->lex, n->name)) {
			lex_next(&c->lex);
			return value_number(c, l, f, field_name_number(f, n));
		}
	}
	if (!field_is_number(f))
		return f->kind == FIELD_BYTES || f->kind == FIELD_TEXT ? set_bytes(c, l, f) :
									 set_address(c, l, f);
	rc = expr_read(c, &v);
	return rc ? rc : value_number(c, l, f, v);
}
