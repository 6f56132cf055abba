// SPDX-License-Identifier: GPL-2.0-or-later
/* render - what all forms share: values, times, dumps, JSON strings. */
#include "proto/render.h"

#include <stdio.h>

#include "base/bytes.h"
#include "proto/render_priv.h"

static const char digits[] = "0123456789abcdef";

#define ROW(h)                                                                                     \
	h "0" h "1" h "2" h "3" h "4" h "5" h "6" h "7" h "8" h "9" h "a" h "b" h "c" h "d" h "e" h "f"

const char render_hex_digits[] = ROW("0") ROW("1") ROW("2") ROW("3") ROW("4") ROW("5") ROW("6")
	ROW("7") ROW("8") ROW("9") ROW("a") ROW("b") ROW("c") ROW("d") ROW("e") ROW("f");

static void add_mac(struct str *s, const uint8_t *p)
{
	char buf[17];

	for (unsigned int i = 0; i < 6; i++) {
		render_hex_pair(buf + i * 3, p[i]);
		if (i < 5)
			buf[i * 3 + 2] = ':';
	}
	str_add_n(s, buf, sizeof(buf));
}

static char *put_u8(char *q, unsigned int v)
{
	if (v >= 100)
		*q++ = '0' + v / 100;
	if (v >= 10)
		*q++ = '0' + v / 10 % 10;
	*q++ = '0' + v % 10;
	return q;
}

static void add_ipv4(struct str *s, const uint8_t *p)
{
	char buf[16], *q = buf;

	for (unsigned int i = 0; i < 4; i++) {
		q = put_u8(q, p[i]);
		*q++ = '.';
	}
	str_add_n(s, buf, q - buf - 1);
}

/* RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::". */
static void add_ipv6(struct str *s, const uint8_t *p)
{
	unsigned int best = 8, best_n = 1;
	char buf[48], *q = buf;

	for (unsigned int i = 0; i < 8; i++) {
		unsigned int n = 0;

		while (i + n < 8 && get_be16(p + (i + n) * 2) == 0)
			n++;
		if (n > best_n) {
			best = i;
			best_n = n;
		}
		i += n;
	}
	for (unsigned int i = 0; i < 8; i++) {
		uint16_t v = get_be16(p + i * 2);

		if (i == best) {
			*q++ = ':';
			*q++ = ':';
			i += best_n - 1;
			continue;
		}
		if (i && q[-1] != ':')
			*q++ = ':';
		for (int bit = v > 0xfff ? 12 : v > 0xff ? 8 : v > 0xf ? 4 : 0; bit >= 0; bit -= 4)
			*q++ = digits[v >> bit & 15];
	}
	str_add_n(s, buf, q - buf);
}

void render_hex_bytes(struct str *s, const uint8_t *p, uint32_t n)
{
	if (!str_room(s, (size_t)n * 2))
		return;
	for (uint32_t i = 0; i < n; i++)
		render_hex_pair(s->p + s->len + i * 2, p[i]);
	s->len += (size_t)n * 2;
	s->p[s->len] = '\0';
}

static void add_text(struct str *s, const uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (p[i] >= ' ' && p[i] <= '~' && p[i] != '\\') {
			str_addc(s, p[i]);
			continue;
		}
		str_add(s, "\\x");
		str_add_hex(s, p[i], 2);
	}
}

void render_flags(struct str *s, const struct value *v, char none)
{
	uint64_t left = v->num;
	bool first = true;

	for (const struct value_name *n = v->field->names; n && n->name; n++) {
		if ((left & n->value) != n->value)
			continue;
		if (!first)
			str_addc(s, ',');
		str_add(s, n->name);
		first = false;
		left &= ~n->value;
	}
	if (left) {
		str_add(s, first ? "0x" : ",0x");
		str_add_hex(s, left, 1);
	} else if (first && none) {
		str_addc(s, none);
	}
}

void render_number(struct str *s, const struct value *v)
{
	if (v->field->kind == FIELD_HEX) {
		str_add_n(s, "0x", 2);
		str_add_hex(s, v->num, (v->field->at.n + 3) / 4);
	} else if (v->field->kind == FIELD_INT) {
		int64_t n = field_signed(v->field, v->num);

		if (n < 0)
			str_addc(s, '-');
		str_add_u64(s, n < 0 ? -(uint64_t)n : (uint64_t)n);
	} else {
		str_add_u64(s, v->num);
	}
}

/* Seconds of an era and the date their top bit puts them into (RFC 5905 6, RFC 4330 3). */
bool render_ntp_time(struct str *s, const struct value *v)
{
	int64_t sec = v->num >> 32;
	uint64_t ns = (v->num & UINT32_MAX) * 1000000000 >> 32;

	if (!(v->field->flags & FIELD_NTP) || !v->num)
		return false;
	if (sec < INT64_C(1) << 31)
		sec += INT64_C(1) << 32;
	render_time(s, (sec - 2208988800) * 1000000000 + (int64_t)ns, 0, true);
	return true;
}

const char *render_name_of(const struct value *v, const struct render_style *st)
{
	const struct field *f = v->field;

	if (f->reg == REG_TCP_PORT || f->reg == REG_UDP_PORT)
		return st->numeric ? NULL : names_port(st->services, f->reg, v->num);
	if (f->flags & FIELD_PAIR)
		return field_value_name(f, v->p[-1] << 8 | v->num);
	return f->names || f->reg ? field_value_name(f, v->num) : NULL;
}

bool render_address(struct str *s, const struct value *v)
{
	switch (v->field->kind) {
	case FIELD_MAC:
		add_mac(s, v->p);
		return true;
	case FIELD_IPV4:
		add_ipv4(s, v->p);
		return true;
	case FIELD_IPV6:
		add_ipv6(s, v->p);
		return true;
	default:
		return false;
	}
}

void render_value(struct str *s, const struct value *v, const struct render_style *st)
{
	const char *name;

	switch (v->field->kind) {
	case FIELD_FLAGS:
		render_flags(s, v, '-');
		return;
	case FIELD_BYTES:
		render_hex_bytes(s, v->p, v->n_bytes);
		return;
	case FIELD_TEXT:
		add_text(s, v->p, v->n_bytes);
		return;
	case FIELD_MAC:
		add_mac(s, v->p);
		name = st->numeric ? NULL : names_mac(st->vendors, v->p);
		break;
	case FIELD_IPV4:
	case FIELD_IPV6:
		render_address(s, v);
		if (st->notes)
			st->notes->text(st->notes, s, v);
		return;
	default:
		render_number(s, v);
		name = render_name_of(v, st);
		if ((v->field->flags & FIELD_NTP) && v->num) {
			str_add_n(s, " (", 2);
			(void)render_ntp_time(s, v);
			str_addc(s, ')');
		}
		break;
	}
	if (name) {
		str_add_n(s, " (", 2);
		str_add(s, name);
		str_addc(s, ')');
	}
}

void render_outside_text(struct str *s, const char *text)
{
	add_text(s, (const uint8_t *)text, strlen(text));
}

/* Splits ts_ns into seconds (floor) and nanoseconds. */
static int64_t split(int64_t ts_ns, uint32_t *ret_ns)
{
	int64_t sec = ts_ns / 1000000000, ns = ts_ns % 1000000000;

	if (ns < 0) {
		ns += 1000000000;
		sec--;
	}
	*ret_ns = ns;
	return sec;
}

static void put_digits(char *q, uint32_t v, unsigned int n)
{
	while (n--) {
		q[n] = '0' + v % 10;
		v /= 10;
	}
}

void render_epoch(struct str *s, int64_t ts_ns)
{
	char frac[10] = ".";
	uint32_t ns;
	int64_t sec;

	if (ts_ns < 0) {
		/* -0.5 s is written as -0.500000000 */
		str_addc(s, '-');
		sec = -(ts_ns / 1000000000);
		ns = -(ts_ns % 1000000000);
	} else {
		sec = split(ts_ns, &ns);
	}
	str_add_u64(s, sec);
	put_digits(frac + 1, ns, 9);
	str_add_n(s, frac, sizeof(frac));
}

/* Days since 1970-01-01 to a date of the proleptic Gregorian calendar, counting from 1 March of
 * the year 0, so that leap days come last. */
static void date_of(int64_t days, int64_t *ret_y, uint32_t *ret_m, uint32_t *ret_d)
{
	int64_t era, y;
	uint32_t doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	y = yoe + era * 400;
	*ret_d = doy - (153 * mp + 2) / 5 + 1;
	*ret_m = mp < 10 ? mp + 3 : mp - 9;
	*ret_y = y + (*ret_m <= 2);
}

void render_time(struct str *s, int64_t ts_ns, int32_t utc_offset_s, bool with_date)
{
	char buf[] = "0000-00-00 00:00:00.000000000";
	uint32_t ns, m, d, in_day;
	int64_t sec = split(ts_ns, &ns) + utc_offset_s, days, y;

	days = sec / 86400 - (sec % 86400 < 0);
	in_day = sec - days * 86400;
	if (with_date) {
		date_of(days, &y, &m, &d);
		put_digits(buf, y, 4);
		put_digits(buf + 5, m, 2);
		put_digits(buf + 8, d, 2);
	}
	put_digits(buf + 11, in_day / 3600, 2);
	put_digits(buf + 14, in_day / 60 % 60, 2);
	put_digits(buf + 17, in_day % 60, 2);
	put_digits(buf + 20, ns, 9);
	if (with_date)
		str_add_n(s, buf, 29);
	else
		str_add_n(s, buf + 11, 18);
}

void render_color(struct str *s, const struct render_style *st, const char *code)
{
	if (!st->color)
		return;
	str_add_n(s, "\033[", 2);
	str_add(s, code);
	str_addc(s, 'm');
}
