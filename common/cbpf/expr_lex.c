// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_lex - see expr_lex.h. The longest token wins, as in pcap-filter(7)'s own lexer: "80-90" is a
 * name, "80 - 90" is arithmetic. */
#include "cbpf/expr_lex.h"

#include <errno.h>
#include <string.h>

static bool is_digit(char c)
{
	return (unsigned int)c - '0' < 10;
}

static int hex_value(char c)
{
	unsigned int letter = (c | 0x20) - 'a';

	if (is_digit(c))
		return c - '0';
	return letter < 6 ? (int)letter + 10 : -1;
}

static bool is_alnum(char c)
{
	return is_digit(c) || (unsigned int)(c | 0x20) - 'a' < 26;
}

int lex_number(const char *text, size_t n, uint32_t *ret)
{
	unsigned int base = 10;
	bool large = false;
	uint64_t v = 0;
	size_t i = 0;

	if (n > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		i = 2;
	} else if (n > 1 && text[0] == '0') {
		base = 8;
		i = 1;
	}
	if (i == n)
		return -EINVAL;
	for (; i < n; i++) {
		int d = hex_value(text[i]);

		if (d < 0 || (unsigned int)d >= base)
			return -EINVAL;
		v = v * base + d;
		large |= v > UINT32_MAX;
		v &= UINT32_MAX;
	}
	*ret = v;
	return large ? -ERANGE : 0;
}

/* Six groups of one or two digits with one separator, three of four digits with dots, or twelve
 * digits. */
bool lex_mac(const char *text, size_t n, uint8_t ret[6])
{
	unsigned int digits[6] = { 0 }, value[6] = { 0 }, groups = 0;
	bool plain = n == 12;
	char sep = 0;

	for (size_t i = 0; i < n; i++)
		plain &= hex_value(text[i]) >= 0;
	for (size_t i = 0; i < n; i++) {
		int d = hex_value(text[i]);

		if (d >= 0) {
			value[groups] = value[groups] << 4 | d;
			if (++digits[groups] > 4)
				return false;
			if (plain && digits[groups] == 2 && groups < 5)
				groups++;
		} else {
			if (sep && text[i] != sep)
				return false;
			sep = text[i];
			if ((sep != ':' && sep != '-' && sep != '.') || ++groups > 5)
				return false;
		}
	}
	if (groups == 2 && sep == '.' && digits[0] == 4 && digits[1] == 4 && digits[2] == 4) {
		for (int i = 0; i < 3; i++) {
			ret[2 * i] = value[i] >> 8;
			ret[2 * i + 1] = value[i];
		}
		return true;
	}
	for (int i = 0; i < 6; i++) {
		if (groups != 5 || digits[i] < 1 || digits[i] > 2)
			return false;
		ret[i] = value[i];
	}
	return true;
}

bool lex_ip4(const char *text, size_t n, uint32_t *ret, unsigned int *ret_parts)
{
	unsigned int part = 0, digits = 0, parts = 1;
	uint32_t addr = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '.') {
			if (!digits || ++parts > 4)
				return false;
			addr = addr << 8 | part;
			part = digits = 0;
		} else {
			if (!is_digit(text[i]) || ++digits > 3)
				return false;
			part = part * 10 + text[i] - '0';
			if (part > 255)
				return false;
		}
	}
	if (!digits)
		return false;
	addr = addr << 8 | part;
	*ret = addr << 8 * (4 - parts);
	*ret_parts = parts;
	return true;
}

/* RFC 4291 2.2: eight groups, "::" for a run of zeros once, the last two perhaps as IPv4. */
bool lex_ip6(const char *text, size_t n, uint8_t ret[16])
{
	uint8_t out[16] = { 0 };
	unsigned int at = 0, parts;
	int gap = -1;
	size_t i = 0;
	uint32_t ip4;

	if (n >= 2 && text[0] == ':' && text[1] != ':')
		return false;
	while (i < n) {
		size_t start = i;
		unsigned int v = 0;

		if (text[i] == ':' && i + 1 < n && text[i + 1] == ':') {
			if (gap >= 0)
				return false;
			gap = at;
			i += 2;
			continue;
		}
		if (text[i] == ':' && i > 0)
			start = ++i;
		while (i < n && hex_value(text[i]) >= 0 && i - start < 4)
			v = v << 4 | hex_value(text[i++]);
		if (i == start || at > 14)
			return false;
		if (i < n && text[i] == '.') {
			if (at > 12 || !lex_ip4(text + start, n - start, &ip4, &parts) ||
			    parts != 4)
				return false;
			for (int b = 0; b < 4; b++)
				out[at++] = ip4 >> (24 - 8 * b);
			i = n;
			break;
		}
		if (i < n && text[i] != ':')
			return false;
		out[at++] = v >> 8;
		out[at++] = v;
	}
	if (gap < 0 ? at != 16 : at > 14)
		return false;
	if (gap >= 0) {
		memmove(out + 16 - (at - gap), out + gap, at - gap);
		memset(out + gap, 0, 16 - at);
	}
	memcpy(ret, out, 16);
	return true;
}

/* "0:0:0:0:0:0" */
enum { MIN_MAC = 11 };

/* Length of a run of hexadecimal digits and separators at 'p' that is a MAC or IPv6 address. */
static size_t address_length(const char *p, int *ret_kind)
{
	size_t n = 0, colons = 0;
	uint8_t raw[16];

	while (n < 64 && (hex_value(p[n]) >= 0 || p[n] == ':' || p[n] == '.'))
		colons += p[n++] == ':';
	/* Most names are neither. */
	if (hex_value(p[0]) < 0 && colons == 0)
		return 0;
	/* "ip6[0::" is no address, and "x:" ends before its colon. */
	if (colons >= 2) {
		while (n && p[n - 1] == '.')
			n--;
		if (lex_mac(p, n, raw)) {
			*ret_kind = TOK_MAC;
			return n;
		}
		if (lex_ip6(p, n, raw)) {
			*ret_kind = TOK_IP6;
			return n;
		}
	}
	for (n = 0; n < 64 && (is_alnum(p[n]) || p[n] == '-' || p[n] == '.');)
		n++;
	*ret_kind = TOK_MAC;
	return n >= MIN_MAC && lex_mac(p, n, raw) ? n : 0;
}

static bool is_dotted(const char *p, size_t n)
{
	size_t dots = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '.' && (i == 0 || i + 1 == n || p[i - 1] == '.'))
			return false;
		if (p[i] != '.' && !is_digit(p[i]))
			return false;
		dots += p[i] == '.';
	}
	return dots >= 1 && dots <= 3;
}

/* A name: letters, digits, '-', '_', '.'; neither '-' nor '_' last. */
static size_t name_length(const char *p)
{
	size_t n = 0;

	if (!is_alnum(p[0]))
		return 0;
	while (is_alnum(p[n]) || p[n] == '-' || p[n] == '_' || p[n] == '.')
		n++;
	while (n > 1 && (p[n - 1] == '-' || p[n - 1] == '_'))
		n--;
	return n;
}

static int lex_name(struct lexer *lx, struct token *t, struct err *e)
{
	int kind = 0, rc;
	size_t addr = address_length(lx->p, &kind), name = name_length(lx->p);

	t->n = MAX(addr, name);
	lx->p += t->n;
	if (addr && addr >= name) {
		t->kind = kind;
		return 0;
	}
	if (is_dotted(t->text, name)) {
		t->kind = TOK_IP4;
		return 0;
	}
	t->word = expr_word(t->text, name);
	/* These three are words in their place only, since hosts may be called so. */
	if (t->word && t->word->word != W_IN && t->word->word != W_ANYVLAN &&
	    t->word->word != W_INNER) {
		t->kind = t->word->word == W_NUMBER ? TOK_NUM : TOK_WORD;
		t->num = t->word->value;
		return 0;
	}
	t->word = NULL;
	t->kind = TOK_ID;
	if (!is_digit(t->text[0]))
		return 0;
	rc = lex_number(t->text, name, &t->num);
	if (rc == 0)
		t->kind = TOK_NUM;
	if (rc == -ERANGE)
		return err_set(e, EINVAL, "column %u: the number %.*s does not fit 32 bits", t->col,
			       (int)name, t->text);
	for (size_t i = 0; i < name; i++)
		if (!is_digit(t->text[i]))
			return 0;
	if (rc)
		return err_set(e, EINVAL, "column %u: the number %.*s begins with 0 but is not "
			       "octal", t->col, (int)name, t->text);
	return 0;
}

static int lex_arcnet(struct lexer *lx, struct token *t, struct err *e)
{
	int hi = hex_value(t->text[1]), lo = hi < 0 ? -1 : hex_value(t->text[2]);

	if (hi < 0)
		return err_set(e, EINVAL, "column %u: expected one or two hexadecimal digits "
			       "behind '$'", t->col);
	t->kind = TOK_ARC;
	t->num = lo < 0 ? hi : hi << 4 | lo;
	t->n = lo < 0 ? 2 : 3;
	lx->p += t->n;
	return 0;
}

static const struct {
	char text[3];
	int kind;
} two[] = {
	{ "<=", TOK_LE },  { ">=", TOK_GE },  { "!=", TOK_NE },	 { "==", '=' },
	{ "<<", TOK_LSH }, { ">>", TOK_RSH }, { "&&", TOK_AND }, { "||", TOK_OR },
};

int lex_next(struct lexer *lx, struct token *ret, struct err *e)
{
	struct token *t = ret;

	while (*lx->p && strchr(" \t\r\n", *lx->p))
		lx->p++;
	*t = (struct token){ .text = lx->p, .col = lx->p - lx->text + 1 };
	if (!*lx->p)
		return 0;
	if (is_alnum(*lx->p) || (lx->p[0] == ':' && lx->p[1] == ':')) {
		if (is_alnum(*lx->p) || address_length(lx->p, &t->kind))
			return lex_name(lx, t, e);
	}
	if (*lx->p == '$')
		return lex_arcnet(lx, t, e);
	if (*lx->p == '\\') {
		t->text = ++lx->p;
		t->n = strcspn(lx->p, " !()\n\t");
		t->kind = TOK_ID;
		t->escaped = true;
		lx->p += t->n;
		if (!t->n)
			return err_set(e, EINVAL, "column %u: expected a name behind the backslash",
				       t->col);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(two); i++) {
		if (strncmp(lx->p, two[i].text, 2) == 0) {
			t->kind = two[i].kind;
			t->n = 2;
			lx->p += 2;
			return 0;
		}
	}
	if (!strchr("()[]{}:,+-*/%&|^!<>=", *lx->p))
		return *lx->p > ' ' && *lx->p < 127 ?
			       err_set(e, EINVAL, "column %u: '%c' has no meaning here", t->col,
				       *lx->p) :
			       err_set(e, EINVAL, "column %u: the byte 0x%02x has no meaning here",
				       t->col, (unsigned char)*lx->p);
	t->kind = *lx->p++;
	t->n = 1;
	return 0;
}
