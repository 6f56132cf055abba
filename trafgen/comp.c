// SPDX-License-Identifier: GPL-2.0-or-later
/* comp - see comp.h: packets, and the elements of a packet that are no headers. */
#include "change.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"

enum { MAX_CPU = 4095, MAX_WEIGHT = 100000, MAX_PACKETS = 4 << 20 };

static int too_long(struct comp *c)
{
	(void)lex_error(&c->lex, c->e, "the packet gets longer than %d bytes", PROG_MAX_BYTES);
	return -E2BIG;
}

int comp_bytes(struct comp *c, const void *data, size_t n)
{
	if (n > PROG_MAX_BYTES - c->len)
		return too_long(c);
	memcpy(c->buf + c->len, data, n);
	c->len += n;
	return 0;
}

int comp_fill(struct comp *c, uint8_t value, size_t n)
{
	uint32_t from = c->len;

	if (n > PROG_MAX_BYTES - c->len)
		return too_long(c);
	memset(c->buf + from, value, n);
	c->len += n;
	return 0;
}

struct pending *comp_pending(struct comp *c, enum pending_kind kind, const struct op *op)
{
	struct pending *p;

	if (c->n_pending == c->cap_pending) {
		size_t cap = c->cap_pending ? c->cap_pending * 2 : 32;

		p = realloc(c->pending, cap * sizeof(*p));
		if (!p) {
			(void)err_sys(c->e, ENOMEM, "%s", c->o->file);
			return NULL;
		}
		c->pending = p;
		c->cap_pending = cap;
	}
	p = &c->pending[c->n_pending++];
	*p = (struct pending){ .kind = kind, .op = *op, .line = c->lex.at_line,
			       .column = c->lex.at_column };
	return p;
}

uint64_t comp_random(struct comp *c)
{
	return prog_random(hash_u64(c->g->seed ^ 0x726e64), c->n_random++);
}

uint64_t comp_key(struct comp *c)
{
	return hash_u64(c->g->seed + hash_u64(c->g->n_packets << 24 | c->n_pending));
}

void comp_warn(const struct comp *c, unsigned int line, const char *fmt, ...)
{
	char text[400];
	va_list ap;
	int n;

	if (!c->o->warn)
		return;
	n = snprintf(text, sizeof(text), "%s:%u: ", c->lex.file, line);
	if (n < 0 || n >= (int)sizeof(text))
		return;
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	c->o->warn(c->o->warn_arg, text);
}

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
	const char *names;
	unsigned int n_min, n_max;
	int (*run)(struct comp *c, const uint64_t *v, unsigned int n);
};

static const struct function functions[] = {
	{ "fill", 2, 2, do_fill },
	{ "rnd", 0, 1, do_rnd },
	{ "drnd", 0, 1, do_drnd },
	{ "seqinc", 2, 3, do_seqinc },
	{ "seqdec", 2, 3, do_seqdec },
	{ "dinc", 2, 3, do_dinc },
	{ "ddec", 2, 3, do_ddec },
	{ "csumip", 2, 2, do_csum },
	{ "csumicmp", 2, 2, do_csum },
	{ "csum16", 2, 2, do_csum },
	{ "csumudp", 2, 2, do_csumudp },
	{ "csumtcp", 2, 2, do_csumtcp },
	{ "csumudp6", 2, 2, do_csumudp6 },
	{ "csumtcp6", 2, 2, do_csumtcp6 },
};

/* Numbers in network order. */
static const struct {
	const char *name, *alias;
	unsigned int bytes;
} constants[] = {
	{ "c8", "const8", 1 }, { "c16", "const16", 2 }, { "c32", "const32", 4 },
	{ "c64", "const64", 8 },
};

static int element(struct comp *c)
{
	const struct proto *p;
	uint64_t v[3] = { 0 };
	unsigned int n = 0;
	int rc;

	if (c->lex.token == T_NUMBER)
		return byte(c);
	if (c->lex.token == T_STRING)
		return string(c);
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		const struct function *f = &functions[i];

		if (!lex_name_is(&c->lex, f->names))
			continue;
		lex_next(&c->lex);
		rc = arguments(c, f->names, f->n_min, f->n_max, v, &n);
		return rc ? rc : f->run(c, v, n);
	}
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		if (lex_name_is(&c->lex, constants[i].name) ||
		    lex_name_is(&c->lex, constants[i].alias)) {
			lex_next(&c->lex);
			return constant_read(c, constants[i].bytes);
		}
	}
	if (lex_name_is(&c->lex, "file"))
		return payload_read(c);
	p = header_named(c);
	if (p)
		return header_read(c, p);
	return lex_expected(&c->lex, c->e, "a byte, a string, a function or a protocol header");
}

static int elements(struct comp *c)
{
	bool comma = false, any = false;
	int rc;

	while (!lex_is(&c->lex, '}')) {
		if (lex_is(&c->lex, ',')) {
			if (comma || !any)
				return lex_expected(&c->lex, c->e, "something between commas");
			comma = true;
			lex_next(&c->lex);
			continue;
		}
		if (c->lex.token == T_END)
			return lex_expected(&c->lex, c->e, "'}' at the end of the packet");
		rc = element(c);
		if (rc)
			return rc;
		comma = false;
		any = true;
	}
	if (!any)
		return lex_error(&c->lex, c->e, "a packet without content");
	lex_next(&c->lex);
	return 0;
}

/* "cpu(1-2):" and "weight(7):", before a packet. */
static int prefixes(struct comp *c, struct packet *p)
{
	uint64_t v, last;
	int rc = 0;

	while (!rc && (lex_name_is(&c->lex, "cpu") || lex_name_is(&c->lex, "weight"))) {
		bool cpu = lex_name_is(&c->lex, "cpu");

		lex_next(&c->lex);
		rc = lex_expect(&c->lex, '(', cpu ? "after cpu" : "after weight", c->e);
		if (!rc && c->lex.token != T_NUMBER)
			rc = lex_expected(&c->lex, c->e, "a number");
		if (rc)
			break;
		v = last = c->lex.number;
		lex_next(&c->lex);
		if (cpu && (lex_is(&c->lex, '-') || lex_is(&c->lex, ':'))) {
			lex_next(&c->lex);
			if (c->lex.token != T_NUMBER)
				return lex_expected(&c->lex, c->e, "the number of the last CPU");
			last = c->lex.number;
			lex_next(&c->lex);
		}
		if (cpu && (v > MAX_CPU || last > MAX_CPU || last < v))
			return lex_error(&c->lex, c->e, "CPUs are 0 to %d, the lower one first",
					 MAX_CPU);
		if (!cpu && (v < 1 || v > MAX_WEIGHT))
			return lex_error(&c->lex, c->e, "a weight is 1 to %d", MAX_WEIGHT);
		if (cpu) {
			p->cpu_first = v;
			p->cpu_last = last;
		} else {
			p->weight = v;
		}
		rc = lex_expect(&c->lex, ')', "", c->e);
		if (!rc)
			rc = lex_expect(&c->lex, ':', "before the packet", c->e);
	}
	return rc;
}

int comp_add(struct comp *c, const struct packet *p)
{
	struct prog *g = c->g;

	if (g->n_packets == MAX_PACKETS)
		return lex_error(&c->lex, c->e, "more than %d packets", MAX_PACKETS);
	if (g->n_packets == c->cap_packets) {
		size_t cap = c->cap_packets ? c->cap_packets * 2 : 64;
		struct packet *more = arena_alloc(&g->arena, cap * sizeof(*more));

		if (!more)
			return err_sys(c->e, ENOMEM, "%s", c->o->file);
		if (g->n_packets)
			memcpy(more, g->packets, g->n_packets * sizeof(*more));
		g->packets = more;
		c->cap_packets = cap;
	}
	g->packets[g->n_packets++] = *p;
	g->dynamic |= p->n_ops > 0;
	g->max_bytes = MAX(g->max_bytes, p->len);
	return 0;
}

/* cpu() says who sends a packet, a stream that all share it. */
static int check_cpu(struct comp *c, const struct packet *p)
{
	if (p->cpu_first >= 0)
		c->g->by_cpu = true;
	if (c->g->by_cpu && c->g->n_streams > 1)
		return lex_error(&c->lex, c->e, "cpu() in a script with streams: all workers share "
				 "the packets of a stream");
	return 0;
}

int comp_packet(struct comp *c)
{
	struct packet p = { .cpu_first = -1, .cpu_last = -1, .weight = 1, .stream = c->stream };
	int rc = prefixes(c, &p);

	p.line = c->lex.at_line;
	if (!rc)
		rc = check_cpu(c, &p);
	if (!rc)
		rc = lex_expect(&c->lex, '{', "at the beginning of a packet", c->e);
	c->len = 0;
	c->n_layers = 0;
	c->n_pending = 0;
	if (!rc)
		rc = elements(c);
	if (!rc)
		rc = finish_packet(c, &p);
	return rc ? rc : comp_add(c, &p);
}

int comp_begin(struct comp *c, const struct comp_opts *o, struct prog *g, struct err *e)
{
	*g = (struct prog){ .seed = o->seed };
	*c = (struct comp){ .o = o, .e = e, .g = g };
	c->buf = malloc(PROG_MAX_BYTES + 16);
	if (!c->buf)
		return err_sys(e, ENOMEM, "%s", o->file);
	return streams_add(c, &(struct stream){ .weight = 1, .burst = 1 });
}

void comp_end(struct comp *c, bool failed)
{
	free(c->buf);
	free(c->pending);
	free(c->variables);
	symbols_free(&c->stream_names);
	symbols_free(&c->variable_names);
	if (failed)
		prog_free(c->g);
}

int comp_script(const char *text, size_t n, const struct comp_opts *o, struct prog *ret_g,
		struct err *e)
{
	struct prog g;
	struct comp c;
	int rc = comp_begin(&c, o, &g, e);

	lex_init(&c.lex, o->file, text, n);
	while (!rc && c.lex.token != T_END) {
		rc = lex_name_is(&c.lex, "stream") ? streams_read(&c) :
		     lex_name_is(&c.lex, "var")	   ? change_variable(&c) : comp_packet(&c);
		/* "{ .. }, { .. }" is forgiven */
		if (!rc && lex_is(&c.lex, ','))
			lex_next(&c.lex);
	}
	if (!rc && !g.n_packets)
		rc = err_set(e, EINVAL, "%s has no packet: expected { ... }", o->file);
	comp_end(&c, rc);
	if (!rc)
		*ret_g = g;
	return rc;
}
