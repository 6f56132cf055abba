// SPDX-License-Identifier: GPL-2.0-or-later
/* jsonw - see jsonw.h. */
#include "ui/jsonw.h"

#include "ui/utf8.h"

static void quote(struct str *out, const char *s, size_t n)
{
	static const char names[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
	const char *hit;
	unsigned int len;
	uint32_t c;

	str_addc(out, '"');
	for (; n; s += len, n -= len) {
		len = utf8_next(s, n, &c);
		if (len > 1) {
			str_add_n(out, s, len);
			continue;
		}
		hit = len && c ? strchr(names, c) : NULL;
		if (hit) {
			str_addc(out, '\\');
			str_addc(out, letters[hit - names]);
		} else if (!len || c < 0x20 || c == 0x7f) {
			str_add(out, "\\u00");
			str_add_hex(out, (unsigned char)*s, 2);
		} else {
			str_addc(out, c);
		}
		len = 1;
	}
	str_addc(out, '"');
}

/* What stands before a value: a comma, the key. */
static void begin(struct jsonw *j, const char *key)
{
	uint64_t bit = 1ull << j->depth;

	if (j->has_values & bit)
		str_addc(j->out, ',');
	if (j->depth)
		j->has_values |= bit;
	if (j->depth && !(j->is_array & bit)) {
		quote(j->out, key ? key : "", key ? strlen(key) : 0);
		str_addc(j->out, ':');
	}
}

static void open_level(struct jsonw *j, const char *key, char c)
{
	uint64_t bit;

	begin(j, key);
	if (j->depth == JSONW_DEPTH) {
		j->out->failed = true;
		return;
	}
	str_addc(j->out, c);
	bit = 1ull << ++j->depth;
	j->has_values &= ~bit;
	j->is_array = c == '[' ? j->is_array | bit : j->is_array & ~bit;
}

void jsonw_object(struct jsonw *j, const char *key)
{
	open_level(j, key, '{');
}

void jsonw_array(struct jsonw *j, const char *key)
{
	open_level(j, key, '[');
}

void jsonw_end(struct jsonw *j)
{
	if (!j->depth)
		return;
	str_addc(j->out, j->is_array >> j->depth & 1 ? ']' : '}');
	j->depth--;
}

void jsonw_text(struct jsonw *j, const char *key, const char *text, size_t n)
{
	begin(j, key);
	quote(j->out, text, n);
}

void jsonw_str(struct jsonw *j, const char *key, const char *text)
{
	if (text)
		jsonw_text(j, key, text, strlen(text));
	else
		jsonw_null(j, key);
}

void jsonw_u64(struct jsonw *j, const char *key, uint64_t v)
{
	begin(j, key);
	str_add_u64(j->out, v);
}

static void sign(struct jsonw *j, int64_t v, uint64_t *ret_size)
{
	if (v < 0)
		str_addc(j->out, '-');
	*ret_size = v < 0 ? -(uint64_t)v : (uint64_t)v;
}

void jsonw_i64(struct jsonw *j, const char *key, int64_t v)
{
	uint64_t size;

	begin(j, key);
	sign(j, v, &size);
	str_add_u64(j->out, size);
}

void jsonw_bool(struct jsonw *j, const char *key, bool v)
{
	begin(j, key);
	str_add(j->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *j, const char *key)
{
	begin(j, key);
	str_add(j->out, "null");
}

void jsonw_fixed(struct jsonw *j, const char *key, int64_t v, unsigned int decimals)
{
	uint64_t unit = 1, size, part;
	char digits[20];
	unsigned int i;

	decimals = MIN(decimals, 19u);
	for (i = 0; i < decimals; i++)
		unit *= 10;
	begin(j, key);
	sign(j, v, &size);
	str_add_u64(j->out, size / unit);
	if (!decimals)
		return;
	str_addc(j->out, '.');
	part = size % unit;
	for (i = decimals; i; i--, part /= 10)
		digits[i - 1] = '0' + part % 10;
	str_add_n(j->out, digits, decimals);
}

void jsonw_line(struct jsonw *j)
{
	while (j->depth)
		jsonw_end(j);
	str_addc(j->out, '\n');
}
