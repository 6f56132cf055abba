// SPDX-License-Identifier: GPL-2.0-or-later
/* progfmt_read - the reading half of progfmt.h: which format a text has, and a reader for each. */
#include "cbpf/progfmt.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/asm_lex.h"
#include "cbpf/asm_words.h"
#include "cbpf/elfobj.h"
#include "cbpf/numeric.h"
#include "cbpf/progfmt_priv.h"

static bool begins(const char *text, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

static const char *find_text(const char *text, size_t n, const char *what)
{
	return memmem(text, n, what, strlen(what));
}

/* Length of the line at 'p' without its end. */
static size_t line_bytes(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', end - p);

	return nl ? nl - p : end - p;
}

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* 28 00 00 00 0c 00 00 00, or the same without blanks; false for anything else. */
static bool hex_line(const char *p, size_t n, uint8_t ret[8])
{
	unsigned int n_digits = 0;

	while (n && strchr(" \t\r", p[n - 1]))
		n--;
	for (size_t i = 0; i < n; i++) {
		int d = hex_digit(p[i]);

		/* Blanks only between bytes, and then between all of them. */
		if (p[i] == ' ' && n_digits % 2 == 0 && n == 23 && i % 3 == 2)
			continue;
		if (d < 0 || n_digits == 16)
			return false;
		ret[n_digits / 2] = n_digits % 2 ? ret[n_digits / 2] << 4 | d : d;
		n_digits++;
	}
	return n_digits == 16;
}

static bool looks_hex(const char *text, size_t n)
{
	uint8_t f[8];

	return hex_line(text, line_bytes(text, text + n), f);
}

/* The first word behind labels is an instruction, or the directive of raw ones. */
static bool looks_asm(const char *text, size_t n)
{
	struct arena a = { 0 };
	struct asm_lex l;
	bool is = false;
	int rc;

	rc = asm_lex_open(&l, text, n, "", &a, NULL);
	while (rc == 0 && l.tok.kind == ASM_WORD && asm_lex_ahead(&l, ':')) {
		rc = asm_lex_next(&l);
		if (rc == 0)
			rc = asm_lex_next(&l);
	}
	if (rc == 0 && l.tok.kind == ASM_WORD)
		is = asm_word_find(l.tok.p, l.tok.n_bytes) || asm_lex_is_word(&l, ".insn");
	arena_free(&a);
	return is;
}

static bool is_binary(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 32 && !strchr("\t\n\v\f\r", text[i]))
			return true;
	return memchr(text, 0, n) != NULL;
}

enum progfmt progfmt_guess(const char *text, size_t n_bytes)
{
	const char *p = text;
	size_t n = n_bytes;

	if (begins(p, n, "\177ELF"))
		return PROGFMT_ELF;
	if (is_binary(p, n))
		return n % sizeof(struct sock_filter) ? PROGFMT_NONE : PROGFMT_RAW;
	while (n && strchr(" \t\r\n", *p))
		p++, n--;
	if (begins(p, n, EBPF_CLASSIC))
		return PROGFMT_EBPF;
	if (begins(p, n, "(000)"))
		return PROGFMT_LISTING;
	if (find_text(p, n, "--bytecode"))
		return PROGFMT_RULE;
	if (progfmt_looks_json(p, n))
		return PROGFMT_JSON;
	if (looks_hex(p, n))
		return PROGFMT_HEX;
	if (numeric_looks_like(text, n_bytes) && !numeric_looks_declared(text, n_bytes))
		return PROGFMT_NUMBERS;
	if (looks_asm(text, n_bytes))
		return PROGFMT_ASM;
	if (numeric_looks_declared(text, n_bytes))
		return PROGFMT_ARRAY;
	return numeric_looks_like(text, n_bytes) ? PROGFMT_NUMBERS : PROGFMT_NONE;
}

const char *progfmt_name(enum progfmt f)
{
	static const char *const names[] = {
		[PROGFMT_NONE] = "unknown",
		[PROGFMT_ASM] = "assembler",
		[PROGFMT_NUMBERS] = "numbers",
		[PROGFMT_ARRAY] = "declared array",
		[PROGFMT_LISTING] = "listing of tcpdump -d",
		[PROGFMT_HEX] = "hexadecimal bytes",
		[PROGFMT_RAW] = "raw bytes",
		[PROGFMT_JSON] = "JSON",
		[PROGFMT_RULE] = "rule of netfilter",
		[PROGFMT_EBPF] = "listing of eBPF",
		[PROGFMT_ELF] = "ELF object",
	};

	return names[f];
}

int progfmt_begin(struct asm_prog *p, const char *name, unsigned int n, struct err *e)
{
	char *file = arena_strndup(&p->arena, name, strlen(name));

	if (n == 0)
		return err_set(e, EINVAL, "%s: holds no filter instruction", name);
	if (n > BPF_MAXINSNS)
		return err_set(e, EINVAL, "%s: %u instructions are more than %d", name, n,
			       BPF_MAXINSNS);
	if (!p->prog.filter)
		p->prog.filter = calloc(n, sizeof(p->prog.filter[0]));
	p->pos = arena_alloc(&p->arena, n * sizeof(p->pos[0]));
	if (!file || !p->prog.filter || !p->pos)
		return err_sys(e, ENOMEM, "%s", name);
	for (unsigned int i = 0; i < n; i++)
		p->pos[i] = (struct asm_pos){ .file = file, .line = i + 1, .column = 1 };
	p->prog.len = n;
	return 0;
}

static int read_numbers(const char *text, size_t n, const char *name, bool declared,
			struct asm_prog *ret, struct err *e)
{
	AUTO(free_p) struct numeric_at *at = calloc(BPF_MAXINSNS, sizeof(*at));
	int rc;

	if (!at)
		return err_sys(e, ENOMEM, "%s", name);
	rc = declared ? numeric_parse_declared(text, n, name, &ret->prog, at, e)
		      : numeric_parse_at(text, n, name, &ret->prog, at, e);
	if (rc == 0)
		rc = progfmt_begin(ret, name, ret->prog.len, e);
	for (unsigned int i = 0; rc == 0 && i < ret->prog.len; i++) {
		ret->pos[i].line = at[i].line;
		ret->pos[i].column = at[i].column;
	}
	return rc;
}

static int read_raw(const char *data, size_t n, const char *name, struct asm_prog *ret,
		    struct err *e)
{
	int rc;

	if (n % sizeof(struct sock_filter))
		return err_set(e, EINVAL,
			       "%s: %zu bytes are no whole number of instructions, each of 8", name,
			       n);
	rc = progfmt_begin(ret, name, n / sizeof(struct sock_filter), e);
	if (rc == 0)
		memcpy(ret->prog.filter, data, n);
	return rc;
}

static int read_hex(const char *text, size_t n, const char *name, struct asm_prog *ret,
		    struct err *e)
{
	const char *end = text + n, *p;
	unsigned int n_lines = 0, line = 0, i = 0;
	uint8_t f[8];
	size_t len;
	int rc;

	for (p = text; p < end; p += line_bytes(p, end) + 1)
		n_lines += hex_line(p, line_bytes(p, end), f);
	rc = progfmt_begin(ret, name, n_lines, e);
	if (rc)
		return rc;
	for (p = text; p < end; p += len + 1) {
		len = line_bytes(p, end);
		line++;
		if (strspn(p, " \t\r") >= len)
			continue;
		if (!hex_line(p, len, f))
			return err_set(
				e, EINVAL,
				"%s:%u:1: expected 8 bytes of an instruction in hexadecimal, "
				"found '%.*s'",
				name, line, (int)MIN(len, (size_t)40), p);
		memcpy(&ret->prog.filter[i], f, sizeof(f));
		ret->pos[i++].line = line;
	}
	return 0;
}

/* The numbers behind --bytecode, quoted or not. */
static int read_rule(const char *text, size_t n, const char *name, struct asm_prog *ret,
		     struct err *e)
{
	const char *end = text + n, *p = find_text(text, n, "--bytecode"), *stop;

	if (p)
		p += strlen("--bytecode");
	while (p && p < end && (*p == ' ' || *p == '='))
		p++;
	if (!p || p == end || (*p != '"' && *p != '\''))
		return err_set(e, EINVAL, "%s: expected --bytecode and a quoted filter", name);
	stop = memchr(p + 1, *p, end - p - 1);
	if (!stop)
		return err_set(e, EINVAL, "%s: expected a second quote behind --bytecode", name);
	return read_numbers(p + 1, stop - p - 1, name, false, ret, e);
}

/* The first line of our listings holds the classic filter they were made of. */
static int read_ebpf(const char *text, size_t n, const char *name, struct asm_prog *ret,
		     struct err *e)
{
	const char *p = find_text(text, n, EBPF_CLASSIC);

	if (!p)
		return err_set(e, EINVAL,
			       "%s: names no classic filter; eBPF cannot be turned back into one",
			       name);
	p += strlen(EBPF_CLASSIC);
	return read_numbers(p, line_bytes(p, text + n), name, false, ret, e);
}

static int read_elf(const char *data, size_t n, const char *name, struct asm_prog *ret,
		    struct err *e)
{
	const uint8_t *p;
	size_t n_bytes;

	if (elfobj_find((const uint8_t *)data, n, ELFOBJ_CLASSIC, &p, &n_bytes))
		return err_set(
			e, EINVAL,
			"%s: this object has no section %s with a classic filter; eBPF cannot "
			"be turned back into one",
			name, ELFOBJ_CLASSIC);
	return read_raw((const char *)p, n_bytes, name, ret, e);
}

int progfmt_read(enum progfmt f, const char *text, size_t n_bytes, const char *name,
		 unsigned int flags, struct asm_prog *ret, struct err *e)
{
	AUTO(asm_prog_free) struct asm_prog p = { 0 };
	int rc = -EINVAL;

	if (n_bytes > PROGFMT_MAX_BYTES)
		return err_set(e, EINVAL, "%s: %zu bytes are too many for a filter", name, n_bytes);
	switch (f) {
	case PROGFMT_NONE:
		rc = err_set(e, EINVAL, "%s: is no filter in any known format", name);
		break;
	case PROGFMT_ASM:
		rc = asm_parse(text, n_bytes, name, flags, &p, e);
		break;
	case PROGFMT_NUMBERS:
	case PROGFMT_ARRAY:
		rc = read_numbers(text, n_bytes, name, f == PROGFMT_ARRAY, &p, e);
		break;
	case PROGFMT_LISTING:
		rc = progfmt_read_listing(text, n_bytes, name, flags, &p, e);
		break;
	case PROGFMT_HEX:
		rc = read_hex(text, n_bytes, name, &p, e);
		break;
	case PROGFMT_RAW:
		rc = read_raw(text, n_bytes, name, &p, e);
		break;
	case PROGFMT_JSON:
		rc = progfmt_read_json(text, n_bytes, name, &p, e);
		break;
	case PROGFMT_RULE:
		rc = read_rule(text, n_bytes, name, &p, e);
		break;
	case PROGFMT_EBPF:
		rc = read_ebpf(text, n_bytes, name, &p, e);
		break;
	case PROGFMT_ELF:
		rc = read_elf(text, n_bytes, name, &p, e);
		break;
	}
	if (rc == 0)
		*ret = TAKE(p, (struct asm_prog){ 0 });
	return rc;
}
