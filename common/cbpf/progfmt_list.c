// SPDX-License-Identifier: GPL-2.0-or-later
/* progfmt_list - reads what tcpdump -d prints: each line is respelled as assembler, keeping its
 * columns where it can, and the whole is assembled. */
#include "cbpf/progfmt_priv.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "cbpf/asm_words.h"

struct line {
	const char *p, *end;
	unsigned int number; /* from 1 */
	unsigned int insn;   /* from 0 */
};

static void skip(struct line *l)
{
	while (l->p < l->end && strchr(" \t\r", *l->p))
		l->p++;
}

static bool take(struct line *l, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(l->end - l->p) < n || memcmp(l->p, word, n))
		return false;
	l->p += n;
	return true;
}

static bool number(struct line *l, unsigned int *ret_v)
{
	const char *begin = l->p;

	*ret_v = 0;
	while (l->p < l->end && isdigit((unsigned char)*l->p) && *ret_v < 1000000)
		*ret_v = *ret_v * 10 + (*l->p++ - '0');
	return l->p > begin;
}

static bool at_end(struct line *l)
{
	skip(l);
	return l->p == l->end;
}

/* [name] of an ancillary field loses its brackets. */
static void add_operand(struct str *out, const char *p, size_t n)
{
	while (n && strchr(" \t\r", p[n - 1]))
		n--;
	if (n > 2 && p[0] == '[' && p[n - 1] == ']' && asm_ext_find(p + 1, n - 2))
		str_addf(out, " %.*s ", (int)n - 2, p + 1);
	else
		str_add_n(out, p, n);
}

static int bad(const struct line *l, const char *name, const char *wanted, struct err *e)
{
	return err_set(e, EINVAL, "%s:%u:1: expected %s, as tcpdump -d prints it", name, l->number,
		       wanted);
}

/* jeq #0x800 jt 2 jf 5 */
static bool branch(struct line *l, struct str *out)
{
	const char *jt = memmem(l->p, l->end - l->p, "jt ", 3);
	unsigned int t, f;

	if (!jt)
		return false;
	add_operand(out, l->p, jt - l->p);
	l->p = jt + 3;
	if (!number(l, &t))
		return false;
	skip(l);
	if (!take(l, "jf ") || !number(l, &f) || !at_end(l))
		return false;
	str_addf(out, ", L%u, L%u", t, f);
	return true;
}

static int one_line(struct line l, struct str *out, const char *name, struct err *e)
{
	const struct asm_word *w;
	const char *word;
	unsigned int n;

	if (!take(&l, "(") || !number(&l, &n) || !take(&l, ")"))
		return bad(&l, name, "a number in parentheses", e);
	if (n != l.insn)
		return err_set(e, EINVAL, "%s:%u:1: expected instruction (%03u), found (%03u)",
			       name, l.number, l.insn, n);
	skip(&l);
	word = l.p;
	while (l.p < l.end && isalpha((unsigned char)*l.p))
		l.p++;
	w = asm_word_find(word, l.p - word);
	if (!w)
		return bad(&l, name, "an instruction", e);
	str_addf(out, "L%u: %s ", n, w->name);
	skip(&l);
	if (w->modes & ASM_BRANCH)
		return branch(&l, out) ? 0 : bad(&l, name, "an operand, jt and jf", e);
	if (w->modes & ASM_LABEL) {
		if (!number(&l, &n) || !at_end(&l))
			return bad(&l, name, "the number of an instruction", e);
		str_addf(out, "L%u", n);
	} else if (w->modes & ASM_REG_A && at_end(&l)) {
		str_add(out, "a"); /* the one operand that tcpdump leaves out */
	} else {
		add_operand(out, l.p, l.end - l.p);
	}
	return 0;
}

int progfmt_read_listing(const char *text, size_t n_bytes, const char *name, unsigned int flags,
			 struct asm_prog *ret, struct err *e)
{
	AUTO(str_free) struct str out = { 0 };
	struct line l = { .p = text };
	const char *end = text + n_bytes;
	int rc;

	while (l.p < end) {
		l.end = memchr(l.p, '\n', end - l.p);
		if (!l.end)
			l.end = end;
		l.number++;
		if (!at_end(&l)) {
			rc = one_line(l, &out, name, e);
			if (rc)
				return rc;
			l.insn++;
		}
		str_addc(&out, '\n');
		l.p = l.end + (l.end < end);
	}
	if (out.failed)
		return err_sys(e, ENOMEM, "%s", name);
	return asm_parse(str_text(&out), out.len, name, flags, ret, e);
}
