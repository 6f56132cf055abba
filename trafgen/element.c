// SPDX-License-Identifier: GPL-2.0-or-later
/* element - what stands between the braces of a packet: bytes, strings, functions; headers are
 * header.c's. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/str.h"
#include "change.h"

/* A string: "\x31\xdb" made of escapes alone is shellcode; anywhere else a backslash stands for
 * itself, as in trafgen(8). */
static int string(struct comp *c)
{
	const char *p = c->lex.text + 1, *end = c->lex.text + c->lex.n - 1;
	bool shellcode = end > p && (end - p) % 4 == 0;
	int rc = 0;

	for (const char *q = p; shellcode && q < end; q += 4)
		shellcode = q[0] == '\\' && q[1] == 'x' &&
			    strspn(q + 2, "0123456789abcdefABCDEF") >= 2;
	if (end == p)
		comp_warn(c, c->lex.at_line, "an empty string adds nothing");
	while (!rc && shellcode && p < end) {
		char digits[3] = { p[2], p[3], '\0' };
		uint8_t byte = strtoul(digits, NULL, 16);

		rc = comp_bytes(c, &byte, 1);
		p += 4;
	}
	if (!rc)
		rc = comp_bytes(c, p, end - p);
	lex_next(&c->lex);
	return rc;
}

static int byte(struct comp *c)
{
	uint64_t v = c->lex.number;
	uint8_t b = v;

	if (v > 255)
		comp_warn(c, c->lex.at_line, "%llu is more than a byte: its last 8 bits are taken",
			  (unsigned long long)v);
	lex_next(&c->lex);
	return comp_bytes(c, &b, 1);
}

/* The arguments of a function: 'n_min' to 'n_max' numbers in parentheses. */
static int arguments(struct comp *c, const char *name, unsigned int n_min, unsigned int n_max,
		     uint64_t *v, unsigned int *ret_n)
{
	unsigned int n = 0;
	int rc = lex_expect(&c->lex, '(', "and the arguments of the function", c->e);

	while (!rc && !lex_is(&c->lex, ')')) {
		if (n && (rc = lex_expect(&c->lex, ',', "between arguments", c->e)))
			break;
		if (n == n_max)
			return lex_error(&c->lex, c->e, "%s() takes at most %u arguments", name,
					 n_max);
		rc = expr_read(c, &v[n++]);
	}
	if (!rc && n < n_min)
		rc = lex_error(&c->lex, c->e, "%s() takes %s%u arguments, not %u", name,
			       n_min == n_max ? "" : "at least ", n_min, n);
	if (rc)
		return rc;
	lex_next(&c->lex);
	*ret_n = n;
	return 0;
}

static int do_fill(struct comp *c, const uint64_t *v, unsigned int n)
{
	(void)n;
	return comp_fill(c, v[0], MIN(v[1], (uint64_t)PROG_MAX_BYTES + 1));
}

static int do_rnd(struct comp *c, const uint64_t *v, unsigned int n)
{
	uint64_t times = n ? v[0] : 1;
	int rc = 0;

	for (uint64_t i = 0; !rc && i < times; i++) {
		uint8_t b = comp_random(c);

		rc = comp_bytes(c, &b, 1);
	}
	return rc;
}

static int do_drnd(struct comp *c, const uint64_t *v, unsigned int n)
{
	struct op op = { .kind = OP_BYTES, .off_bits = c->len * 8, .n = n ? v[0] : 1 };
	int rc;

	if (!op.n)
		return 0;
	op.key = comp_key(c);
	rc = comp_fill(c, 0, MIN(op.n, (uint64_t)PROG_MAX_BYTES + 1));
	return rc ? rc : comp_pending(c, PEND_OP, &op) ? 0 : -ENOMEM;
}

static int sequence(struct comp *c, const uint64_t *v, unsigned int n, bool down)
{
	uint64_t step = n > 2 ? v[2] : 1;
	int rc = 0;

	for (uint64_t i = 0; !rc && i < v[1]; i++) {
		uint8_t b = down ? v[0] - i * step : v[0] + i * step;

		rc = comp_bytes(c, &b, 1);
	}
	return rc;
}

static int do_seqinc(struct comp *c, const uint64_t *v, unsigned int n)
{
	return sequence(c, v, n, false);
}

static int do_seqdec(struct comp *c, const uint64_t *v, unsigned int n)
{
	return sequence(c, v, n, true);
}

/* A counter of one byte. What trafgen(8) counts with min, max and step is a step of one of 256
 * states to another; the sequence that it runs into is laid down once. */
static int counter(struct comp *c, const uint64_t *v, unsigned int n, bool down)
{
	int min = v[0] & 255, max = v[1] & 255, step = n > 2 ? v[2] & 255 : 1;
	struct op op = { .kind = OP_ORBIT, .off_bits = c->len * 8 };
	uint8_t *orbit = arena_alloc(&c->g->arena, 257), at = down ? max : min;
	int16_t seen[256];
	unsigned int k;

	if (!orbit)
		return err_sys(c->e, ENOMEM, "%s", c->o->file);
	if (max - min + 1 == 0)
		return lex_error(&c->lex, c->e, "a counter needs a range, not %d to %d", min, max);
	memset(seen, 0xff, sizeof(seen));
	for (k = 0; k < 257; k++) {
		uint8_t from = at - min;

		at = (down ? from - step : from + step) % (max - min + 1) + min;
		if (seen[at] >= 0)
			break;
		seen[at] = k;
		orbit[k] = at;
	}
	op.orbit = orbit;
	op.lead = seen[at];
	op.cycle = k - seen[at];
	if (comp_fill(c, orbit[0], 1))
		return -E2BIG;
	return comp_pending(c, PEND_OP, &op) ? 0 : -ENOMEM;
}

static int do_dinc(struct comp *c, const uint64_t *v, unsigned int n)
{
	return counter(c, v, n, false);
}

static int do_ddec(struct comp *c, const uint64_t *v, unsigned int n)
{
	return counter(c, v, n, true);
}

static int checksum(struct comp *c, const uint64_t *v, enum pending_kind kind, uint8_t proto)
{
	struct op op = { .kind = OP_CSUM, .off_bits = c->len * 8, .no_zero = proto == 17 };
	struct pending *p;

	if (v[0] >= PROG_MAX_BYTES || v[1] >= PROG_MAX_BYTES)
		return lex_error(&c->lex, c->e, "no packet has a byte %llu",
				 (unsigned long long)MAX(v[0], v[1]));
	if (kind == PEND_RANGE && v[1] < v[0])
		return lex_error(&c->lex, c->e, "a checksum from %llu to %llu covers nothing",
				 (unsigned long long)v[0], (unsigned long long)v[1]);
	if (comp_fill(c, 0, 2))
		return -E2BIG;
	p = comp_pending(c, kind, &op);
	if (!p)
		return -ENOMEM;
	p->proto = proto;
	p->a = v[0];
	p->b = v[1];
	return 0;
}

static int do_csum(struct comp *c, const uint64_t *v, unsigned int n)
{
	(void)n;
	return checksum(c, v, PEND_RANGE, 0);
}

static int do_csumudp(struct comp *c, const uint64_t *v, unsigned int n)
{
	(void)n;
	return checksum(c, v, PEND_PSEUDO4, 17);
}

static int do_csumtcp(struct comp *c, const uint64_t *v, unsigned int n)
{
	(void)n;
	return checksum(c, v, PEND_PSEUDO4, 6);
}

static int do_csumudp6(struct comp *c, const uint64_t *v, unsigned int n)
{
	(void)n;
	return checksum(c, v, PEND_PSEUDO6, 17);
}

static int do_csumtcp6(struct comp *c, const uint64_t *v, unsigned int n)
{
	(void)n;
	return checksum(c, v, PEND_PSEUDO6, 6);
}

static int constant(struct comp *c, uint64_t v, unsigned int bytes)
{
	uint8_t out[8];

	if (bytes < 8 && v >> (bytes * 8) && ~v >> (bytes * 8 - 1))
		comp_warn(c, c->lex.at_line, "%llu does not fit into %u bits: its last ones are taken",
			  (unsigned long long)v, bytes * 8);
	put_be32(out, v >> 32);
	put_be32(out + 4, v);
	return comp_bytes(c, out + 8 - bytes, bytes);
}

/* "(number)", or "(dinc(1, 100))" and the like. */
static int constant_read(struct comp *c, unsigned int bytes)
{
	uint64_t v;
	int rc = lex_expect(&c->lex, '(', "and the number", c->e);

	if (!rc && change_here(c)) {
		struct place at = { .off_bits = c->len * 8, .n_bits = bytes * 8 };

		rc = comp_fill(c, 0, bytes);
		if (!rc)
			rc = change_read(c, NULL, at);
	} else if (!rc) {
		rc = expr_read(c, &v);
		if (!rc)
			rc = constant(c, v, bytes);
	}
	return rc ? rc : lex_expect(&c->lex, ')', "after the number", c->e);
}

struct function {
	const char *name;
	unsigned int n_min, n_max;
	int (*run)(struct comp *c, const uint64_t *v, unsigned int n);
	/* Reads its arguments by itself, instead of 'run'; 'arg' says which of several it is. */
	int (*read)(struct comp *c, unsigned int arg);
	unsigned int arg;
};

static const struct function functions[] = {
	{ "fill", 2, 2, do_fill, NULL, 0 },
	{ "rnd", 0, 1, do_rnd, NULL, 0 },
	{ "drnd", 0, 1, do_drnd, NULL, 0 },
	{ "seqinc", 2, 3, do_seqinc, NULL, 0 },
	{ "seqdec", 2, 3, do_seqdec, NULL, 0 },
	{ "dinc", 2, 3, do_dinc, NULL, 0 },
	{ "ddec", 2, 3, do_ddec, NULL, 0 },
	{ "csumip", 2, 2, do_csum, NULL, 0 },
	{ "csumicmp", 2, 2, do_csum, NULL, 0 },
	{ "csum16", 2, 2, do_csum, NULL, 0 },
	{ "csumudp", 2, 2, do_csumudp, NULL, 0 },
	{ "csumtcp", 2, 2, do_csumtcp, NULL, 0 },
	{ "csumudp6", 2, 2, do_csumudp6, NULL, 0 },
	{ "csumtcp6", 2, 2, do_csumtcp6, NULL, 0 },
	{ "c8", 1, 1, NULL, constant_read, 1 },
	{ "const8", 1, 1, NULL, constant_read, 1 },
	{ "c16", 1, 1, NULL, constant_read, 2 },
	{ "const16", 1, 1, NULL, constant_read, 2 },
	{ "c32", 1, 1, NULL, constant_read, 4 },
	{ "const32", 1, 1, NULL, constant_read, 4 },
	{ "c64", 1, 1, NULL, constant_read, 8 },
	{ "const64", 1, 1, NULL, constant_read, 8 },
	{ "file", 1, 3, NULL, payload_read, 0 },
};

/* The function or the header function that the word at hand names; kept from then on. */
static const struct word *word_here(struct comp *c)
{
	const struct lex *l = &c->lex;
	char name[sizeof(c->words[0].name)] = "";
	struct word *w;

	if (l->token != T_NAME || l->n >= sizeof(name))
		return NULL;
	for (size_t i = 0; i < l->n; i++)
		name[i] = tolower((unsigned char)l->text[i]);
	w = &c->words[hash_bytes(name, l->n, 0) % ARRAY_SIZE(c->words)];
	if (memcmp(w->name, name, sizeof(name)) == 0)
		return w;
	*w = (struct word){ .proto = NULL };
	memcpy(w->name, name, sizeof(name));
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (streq(functions[i].name, name))
			w->function = &functions[i];
	if (!w->function)
		w->proto = proto_by_name(name);
	return w;
}

int element_read(struct comp *c)
{
	const struct word *w;
	uint64_t v[3] = { 0 };
	unsigned int n = 0;
	int rc;

	if (c->lex.token == T_NUMBER)
		return byte(c);
	if (c->lex.token == T_STRING)
		return string(c);
	w = word_here(c);
	if (w && w->proto)
		return header_read(c, w->proto);
	if (!w || !w->function)
		return lex_expected(&c->lex, c->e,
				    "a byte, a string, a function or a protocol header");
	lex_next(&c->lex);
	if (w->function->read)
		return w->function->read(c, w->function->arg);
	rc = arguments(c, w->name, w->function->n_min, w->function->n_max, v, &n);
	return rc ? rc : w->function->run(c, v, n);
}
