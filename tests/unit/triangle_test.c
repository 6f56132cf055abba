// SPDX-License-Identifier: GPL-2.0-or-later
/* triangle_test - every field of every protocol through every stack that can carry it: build it,
 * dissect it, and find the value again; the same for every field of every option. A protocol added
 * to the table is tested here without a line of its own. Prints how many it was; fewer than the
 * number recorded below fails. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/str.h"
#include "proto/build.h"
#include "proto/walk.h"

#define MAX_DEPTH   5 /* on the links of depth_on() */
#define LINK_DEPTH  4 /* on others */
#define MIN_STACKS  154402
#define MIN_VALUES  4988137
#define MIN_OPTIONS 1090643

static struct walk w;
static uint64_t n_stacks, n_values, n_options;

struct stack {
	const struct proto *p[MAX_DEPTH];
	unsigned int n;
};

static const char *stack_name(const struct stack *st)
{
	static char text[128];
	size_t at = 0;

	for (unsigned int i = 0; i < st->n; i++)
		at += snprintf(text + at, sizeof(text) - at, "%s%s", i ? "/" : "", st->p[i]->name);
	return text;
}

static struct err e;

#define OK(x)                                                                                      \
	do {                                                                                       \
		if ((x) < 0)                                                                       \
			fail_msg("%s: %s", stack_name(st), e.text);                                \
	} while (0)

/* Makes the condition 'when' of the last layer true by setting the field that decides, or the
 * fields that it covers. */
static void meet(const struct stack *st, struct build *b, const struct field_when *when)
{
	unsigned int last = b->n_layers - 1;
	const struct build_layer *l = &b->layers[last];
	const struct proto *p = st->p[last];

	if (!when || field_when_holds(when, b->buf + l->off, l->hdr_bytes))
		return;
	for (unsigned int i = 0; i < p->n_fields; i++) {
		const struct field *f = &p->fields[i];
		unsigned int below = when->at.off + when->at.n - f->at.off - f->at.n;

		if ((f->flags & FIELD_FOUND) || !field_is_number(f) || f->at.off < when->at.off ||
		    f->at.off + f->at.n > when->at.off + when->at.n)
			continue;
		OK(build_set(b, last, f, (uint64_t)when->v[0] >> below &
			     (f->at.n < 64 ? (1ull << f->at.n) - 1 : UINT64_MAX), &e));
	}
}

/* True if 'p' follows 'below' in place of what the rule says, which its hook knows. */
static bool is_also(const struct proto *below, const struct proto *p)
{
	return below->next.also && proto_lives(p, REG_INSIDE, below->next.also);
}

static bool can_follow(const struct proto *below, const struct proto *p)
{
	uint32_t v;

	return proto_follows(below, p, &v) ? !below->next.at.n || below->next.at.n >= 32 ||
						     !(v >> below->next.at.n) :
					     is_also(below, p);
}

/* Headers of the stack, each with what makes the next one follow it. */
static void start(const struct stack *st, struct build *b, uint8_t *buf, uint32_t cap)
{
	uint32_t v;

	build_init(b, buf, cap);
	for (unsigned int i = 0; i < st->n; i++) {
		const struct next_rule *r = &st->p[i]->next;

		OK(build_layer(b, st->p[i], &e));
		if (i + 1 < st->n)
			meet(st, b, proto_follows(st->p[i], st->p[i + 1], &v) ? r->when :
										r->also_when);
	}
}

/* True when the first-bytes check of the last protocol refuses these values: rightly unseen. */
static bool refused(const struct stack *st, const struct build *b)
{
	const struct proto *p = st->p[st->n - 1];
	uint32_t off = b->layers[st->n - 1].off, n = b->len - off;

	/* what lower headers append is not the protocol's */
	for (unsigned int i = 0; i + 1 < st->n; i++)
		n -= st->p[i]->trailer_bytes;
	return p->check && !p->check(b->buf + off, n, n);
}

/* True when the header below is of those that believe in a frame only where it looks like one, as
 * nothing says so (L2TPv3): most frames of this test do not, and none is looked into. */
static bool guesses(const struct stack *st)
{
	const struct proto *below = st->n > 1 ? st->p[st->n - 2] : NULL;

	return below && below->next_hook && below->next.fixed == INSIDE_ETH &&
	       streq(st->p[st->n - 1]->name, "eth");
}

/* The layer of the last protocol; NULL when its check refuses what was built. */
static const struct layer *dissect(const struct stack *st, struct build *b)
{
	uint32_t link = 0;

	OK(build_finish(b, &e));
	if (refused(st, b))
		return NULL;
	if (!proto_link_value(st->p[0], REG_LINKTYPE, &link))
		fail_msg("%s has no link type", st->p[0]->name);
	walk_packet(link, b->buf, b->len, b->len, &w);
	if (guesses(st) && w.n_layers < st->n)
		return NULL;
	if (w.n_layers < st->n)
		fail_msg("%s: only %u layers", stack_name(st), w.n_layers);
	for (unsigned int i = 0; i < st->n; i++)
		if (w.layers[i].proto != st->p[i])
			fail_msg("%s: layer %u is %s", stack_name(st), i,
				 w.layers[i].proto->name);
	return &w.layers[st->n - 1];
}

static void check_number(const struct stack *st, const struct field *f, uint64_t v)
{
	uint8_t buf[2048];
	struct build b;
	const struct build_layer *top;
	struct value got;
	const struct layer *l;

	/* raw IP has nothing but the version to go by: another one is another protocol */
	if (st->n > 1 && st->p[st->n - 2]->next.peek && f->at.off < st->p[st->n - 2]->next.at.n)
		return;
	start(st, &b, buf, sizeof(buf));
	meet(st, &b, f->when);
	OK(build_set(&b, st->n - 1, f, v, &e));
	/* a field can decide about itself: with some values it is not there */
	top = &b.layers[st->n - 1];
	if (!field_when_holds(f->when, buf + top->off, top->hdr_bytes))
		return;
	OK(build_payload(&b, "payload", 7, &e));
	l = dissect(st, &b);
	if (l && (!walk_value(&w, l, f, &got) || got.num != v))
		fail_msg("%s.%s = %llu: got %llu", stack_name(st), f->name, (unsigned long long)v,
			 (unsigned long long)got.num);
	n_values++;
}

static void check_bytes(const struct stack *st, const struct field *f)
{
	uint8_t buf[2048], data[256];
	uint32_t n = f->at.n / 8;
	struct build b;
	struct value got;
	const struct layer *l;

	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (0xa5 ^ (i * 29)) | 1; /* texts end at a zero */
	start(st, &b, buf, sizeof(buf));
	meet(st, &b, f->when);
	if (f->flags & (FIELD_ARRAY | FIELD_REST)) {
		n = n ? n : 16;
		OK(build_options(&b, data, n, &e));
	} else {
		OK(build_set_bytes(&b, st->n - 1, f, data, n, &e));
	}
	l = dissect(st, &b);
	if (l && (!walk_value(&w, l, f, &got) || got.n_bytes != n || memcmp(got.p, data, n) != 0))
		fail_msg("%s.%s: other bytes", stack_name(st), f->name);
	n_values++;
}

static void check_field(const struct stack *st, const struct field *f)
{
	uint64_t ones = f->at.n >= 64 ? UINT64_MAX : (1ull << f->at.n) - 1;

	if (!field_is_number(f)) {
		check_bytes(st, f);
		return;
	}
	check_number(st, f, ones);
	check_number(st, f, 0);
	if (f->at.n > 1) {
		check_number(st, f, ones & 0x5555555555555555);
		check_number(st, f, ones & 0xaaaaaaaaaaaaaaaa);
		check_number(st, f, 1);
	}
}

/* An option of 'd' filled with a pattern, its length rounded as layout 't' wants. */
static uint32_t make_option(const struct tlv_layout *t, const struct opt_def *d, uint8_t *buf)
{
	uint32_t head = (MAX(t->kind.off + t->kind.n, t->len.off + t->len.n) + 7u) / 8;
	uint32_t n = MAX(d->min_bytes, head);
	struct field kind = { .at = t->kind, .flags = t->flags & TLV_LE ? FIELD_LE : 0 };
	struct field len = { .at = t->len, .flags = kind.flags };

	if (((t->flags & TLV_PAD) && d->kind == t->pad) || d->kind < t->single ||
	    ((t->flags & TLV_END_BYTE) && d->kind == t->end)) {
		buf[0] = d->kind;
		return 1;
	}
	for (unsigned int i = 0; i < d->n_fields; i++)
		n = MAX(n, field_end_bytes(&d->fields[i]) +
				   (d->fields[i].flags & FIELD_REST ? 4u : 0u));
	n = t->add + ALIGN_UP(n - MIN(n, t->add), t->unit);
	n = ALIGN_UP(n, MAX(t->align, 1u));
	for (uint32_t i = 0; i < n; i++)
		buf[i] = 0x3c ^ (i * 53);
	field_put(&kind, buf, d->kind);
	field_put(&len, buf, (n - t->add) / t->unit);
	return n;
}

static void check_option(const struct stack *st, const struct opt_def *d)
{
	const struct proto *p = st->p[st->n - 1];
	uint8_t buf[2048], opt[512];
	uint32_t n = make_option(p->tlv, d, opt);
	const struct layer *l;
	struct option_iter it;
	struct value_iter values;
	struct option o = { 0 };
	struct value v;
	struct build b;

	start(st, &b, buf, sizeof(buf));
	meet(st, &b, p->opt_when);
	OK(build_options(&b, opt, n, &e));
	l = dissect(st, &b);
	if (!l)
		return;
	it = walk_options(&w, l);
	if (!option_next(&it, &o) || o.def != d || o.bad || o.n_bytes != n ||
	    memcmp(o.p, opt, n) != 0)
		fail_msg("%s: option %s not found again", stack_name(st), d->name);
	values = option_values(&o);
	for (unsigned int i = 0; i < d->n_fields; i++) {
		if ((d->fields[i].flags & (FIELD_FOUND | FIELD_VIEW)) ||
		    !field_when_holds(d->fields[i].when, opt, n))
			continue;
		if (!value_next(&values, &v) || v.field != &d->fields[i])
			fail_msg("%s: option %s has no %s", stack_name(st), d->name,
				 d->fields[i].name);
		if (field_is_number(v.field) && v.num != field_get(v.field, opt))
			fail_msg("%s: %s.%s differs", stack_name(st), d->name, v.field->name);
		/* step over the other elements of a repeated field */
		if (v.field->flags & FIELD_ARRAY)
			values.field++, values.array = 0;
		n_options++;
	}
	n_options++;
}

static bool sum_is_fine(const struct stack *st, unsigned int i)
{
	const struct csum_rule *r = &st->p[i]->csum;
	uint32_t should;
	enum csum_state s = walk_csum(&w, &w.layers[i], &should);

	/* of what an error quotes no sum can be told */
	return s == CSUM_STATE_OK || r->kind == CSUM_NONE || (r->when && s == CSUM_STATE_NONE) ||
	       ((w.layers[i].flags & LAYER_QUOTED) && s != CSUM_STATE_WRONG);
}

/* With nothing set, the headers are without fault and its checksums are right. */
static void check_defaults(const struct stack *st)
{
	static const uint8_t payload[33] = "0123456789abcdef0123456789abcdef";
	uint8_t buf[2048];
	struct build b;

	start(st, &b, buf, sizeof(buf));
	OK(build_payload(&b, payload, sizeof(payload), &e));
	if (!dissect(st, &b)) {
		/* a check that looks beyond the header is tried with what really follows it */
		if (!st->p[st->n - 1]->next.reg && refused(st, &b))
			fail_msg("%s: refused with its defaults", stack_name(st));
		return;
	}
	for (unsigned int i = 0; i < st->n; i++) {
		if (w.layers[i].why != WALK_FINE)
			fail_msg("%s: layer %u is bad or cut", stack_name(st), i);
	}
	for (unsigned int i = 0; i < st->n; i++)
		if (!sum_is_fine(st, i))
			fail_msg("%s: checksum of layer %u", stack_name(st), i);
	n_stacks++;
}

/* One of a kind in a row is enough, but for tags and tunnels at the bottom; and link headers are
 * tried within others once, not within each other without end. */
static bool enough(const struct stack *st, const struct proto *p)
{
	unsigned int links = 0;

	for (unsigned int i = 0; i < st->n; i++)
		links += streq(st->p[i]->name, "eth");
	return (st->n >= 3 && p == st->p[st->n - 1]) || (streq(p->name, "eth") && links > 1) ||
	       (links && streq(p->name, "eth") && st->p[st->n - 1] == p);
}

/* How many headers a stack on link 'link' may have: the links that people capture go deepest. */
static unsigned int depth_on(const struct proto *link)
{
	static const char *const deep[] = { "eth", "sll2", "raw", "null", "loop", "ppp" };

	for (size_t i = 0; i < ARRAY_SIZE(deep); i++)
		if (streq(link->name, deep[i]))
			return MAX_DEPTH;
	return LINK_DEPTH;
}

static void check_all(const struct stack *st)
{
	const struct proto *p = st->p[st->n - 1];

	for (unsigned int i = 0; i < p->n_fields; i++)
		if (!(p->fields[i].flags & FIELD_FOUND))
			check_field(st, &p->fields[i]);
	for (unsigned int i = 0; p->tlv && i < p->n_opts; i++)
		if (p->opts[i].kind != KIND_GROUP)
			check_option(st, &p->opts[i]);
}

static void check_stack(struct stack *st)
{
	const struct proto *p = st->p[st->n - 1];
	const struct proto *const *all;
	size_t n;

	check_defaults(st);
	check_all(st);
	/* what stands in a link header is looked into where that is the first */
	if (st->n == depth_on(st->p[0]) || !p->next.reg || guesses(st) ||
	    (st->n > 1 && st->p[st->n - 2]->next.reg == REG_LINKTYPE))
		return;
	all = proto_all(&n);
	for (size_t i = 0; i < n; i++) {
		/* a compressed number may have no room for it */
		if (!can_follow(p, all[i]) || enough(st, all[i]))
			continue;
		st->p[st->n++] = all[i];
		check_stack(st);
		st->n--;
	}
}

static void every_stack(void **state)
{
	size_t n;
	const struct proto *const *all = proto_all(&n);
	uint32_t v;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct stack st = { .n = 1, .p = { all[i] } };

		if (proto_link_value(all[i], REG_LINKTYPE, &v))
			check_stack(&st);
	}
	printf("triangle: %llu stacks, %llu values, %llu options\n", (unsigned long long)n_stacks,
	       (unsigned long long)n_values, (unsigned long long)n_options);
	assert_true(n_stacks >= MIN_STACKS);
	assert_true(n_values >= MIN_VALUES);
	assert_true(n_options >= MIN_OPTIONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_stack) };

	return cmocka_run_group_tests_name("triangle", tests, NULL, NULL);
}
