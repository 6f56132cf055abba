// SPDX-License-Identifier: GPL-2.0-or-later
/* comp - see comp.h: a script's packets, and what stands before them. */
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
		rc = element_read(c);
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
