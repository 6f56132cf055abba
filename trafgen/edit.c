// SPDX-License-Identifier: GPL-2.0-or-later
/* edit - see edit.h. Values and functions are read by the compiler's own parts. */
#include "edit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/str.h"
#include "dissect.h"
#include "proto/csum.h"

struct edit {
	const char *text;	/* all of it */
	const struct proto *proto;
	const char *field;	/* its name, 'field_n' bytes; the value follows */
	size_t field_n;
	uint64_t n_done;	/* packets that have it */
};

struct edits {
	struct edit v[OPT_LIST_MAX];
	size_t n;
	struct dissector *dissector;
	struct heading headings[DISSECT_HEADERS];
	uint8_t *original; /* bytes of the packet as it was captured */
	uint64_t n_crc_left; /* checksums that cannot be made, since the packet was cut short */
	struct str warned; /* of what a value cannot be */
};

/* What a name must be for an assignment: a field with a place of its own. */
static int check_field(const struct edit *ed, struct err *e)
{
	const struct layer l = { .proto = ed->proto };
	const struct field *f = header_field(&(struct comp){ 0 }, &l, ed->field, ed->field_n);

	if (!f)
		return err_set(e, EINVAL, "--set %s: %s has no field %.*s at a fixed place", ed->text,
			       ed->proto->name, (int)ed->field_n, ed->field);
	if (!f->at.n)
		return err_set(e, EINVAL, "--set %s: %s.%s has no fixed length", ed->text,
			       ed->proto->name, f->name);
	return 0;
}

static int read_edit(const char *text, struct edit *ed, struct err *e)
{
	size_t n = strcspn(text, ".");
	char name[32] = "";

	*ed = (struct edit){ .text = text };
	ed->field_n = text[n] ? strcspn(text + n + 1, "=[") : 0;
	if (!n || !ed->field_n || !text[n + 1 + ed->field_n])
		return err_set(e, EINVAL, "--set %s: expected PROTOCOL.FIELD=VALUE, such as "
			       "ip4.dst=10.0.0.2", text);
	if (n < sizeof(name)) {
		memcpy(name, text, n);
		ed->proto = proto_by_name(name);
	}
	if (!ed->proto)
		return err_set(e, EINVAL, "--set %s: there is no protocol %.*s, see netsniff(8), "
			       "--proto", text, (int)n, text);
	ed->field = text + n + 1;
	return check_field(ed, e);
}

int edits_read(const struct opt_list *sets, struct edits **ret_s, struct err *e)
{
	struct edits *s = calloc(1, sizeof(*s));
	int rc = 0;

	if (s) {
		s->dissector = dissector_new();
		s->original = malloc(PROG_MAX_BYTES);
	}
	if (!s || !s->dissector || !s->original)
		rc = err_sys(e, ENOMEM, "--set");
	for (size_t i = 0; !rc && i < sets->n; i++)
		rc = read_edit(sets->v[i], &s->v[s->n++], e);
	if (rc)
		edits_free(s);
	else
		*ret_s = s;
	return rc;
}

void edits_free(struct edits *s)
{
	if (!s)
		return;
	dissector_free(s->dissector);
	free(s->original);
	str_free(&s->warned);
	free(s);
}

/* Of several headers of the protocol it is the outermost that has the field. */
static int assign(struct edit *ed, struct comp *c)
{
	for (struct layer *l = c->layers; l < c->layers + c->n_layers; l++) {
		const struct field *f;
		size_t before = c->n_pending;
		const char *value = ed->field + ed->field_n;
		int rc;

		if (l->proto != ed->proto)
			continue;
		f = header_field(c, l, ed->field, ed->field_n);
		if (field_end_bytes(f) > l->bytes ||
		    !field_when_holds(f->when, layer_bytes(c, l), l->bytes))
			continue;
		lex_init(&c->lex, "--set", ed->text, strlen(ed->text));
		c->lex.p = value;
		lex_next(&c->lex);
		rc = header_assign(c, l, f);
		if (!rc && c->lex.token != T_END)
			rc = lex_expected(&c->lex, c->e, "the end of the assignment");
		if (rc)
			return rc;
		/* the packets of the file count together */
		for (size_t i = before; i < c->n_pending; i++)
			c->pending[i].op.index = INDEX_ALL;
		ed->n_done++;
		return 0;
	}
	return 0;
}

/* Whether a byte in 'n' from 'off' on is another than was captured, or will be. */
static bool touched(const struct edits *s, const struct comp *c, const struct changes *ch,
		    uint32_t off, uint32_t n)
{
	return memcmp(c->buf + off, s->original + off, n) != 0 || memchr(ch->map + off, 1, n);
}

/* Takes the old bytes of 'off' to 'off' + 'n' out of the sum and puts the new ones in: those that
 * will change as spans. 'off' is at an even place of what is summed up. */
static int replace(const struct edits *s, struct comp *c, const struct changes *ch, struct op *op,
		   uint32_t off, uint32_t n, struct span spans[FINISH_SPANS])
{
	for (uint32_t i = off; i < off + n; i++) {
		bool odd = (i - off) & 1;
		uint8_t old[2] = { 0xff, 0xff }, new[2] = { 0, 0 };
		struct span *last = op->n_spans ? &spans[op->n_spans - 1] : NULL;

		if (i - op->off_bits / 8 < 2 || (!ch->map[i] && c->buf[i] == s->original[i]))
			continue;
		old[odd] = ~s->original[i];
		new[odd] = c->buf[i];
		op->base = csum_add(op->base, old, 2);
		if (!ch->map[i]) {
			op->base = csum_add(op->base, new, 2);
		} else if (last && last->off + last->n == i && (last->n & 1) == (odd ^ last->odd)) {
			last->n++;
		} else {
			if (op->n_spans == FINISH_SPANS)
				return err_set(c->e, E2BIG, "--set: a checksum covers too many "
					       "changing parts");
			spans[op->n_spans++] = (struct span){ i, 1, odd };
		}
	}
	return 0;
}

/* The addresses of the IP header below 'h', which a pseudo header has; 0 bytes: there is none. */
static uint32_t addresses(const struct edits *s, const struct heading *h, uint32_t *ret_off)
{
	while (h-- > s->headings) {
		bool v6 = streq(h->proto->name, "ip6");

		if (!v6 && !streq(h->proto->name, "ip"))
			continue;
		*ret_off = h->off + (v6 ? 8 : 12);
		return h->bytes >= (v6 ? 40 : 20) ? v6 ? 32 : 8 : 0;
	}
	return 0;
}

/* The checksum of header 'i', where something that it covers is touched. */
static int repair(struct edits *s, struct comp *c, unsigned int i, struct changes *ch,
		  struct op *ops, uint32_t *n_ops)
{
	const struct heading *h = &s->headings[i];
	const struct csum_rule *r = &h->proto->csum;
	struct op op = { .kind = OP_CSUM, .no_zero = r->zero_is_absent,
			 .off_bits = h->off * 8 + r->at.off };
	struct span spans[FINISH_SPANS];
	uint8_t was[2]; /* the sum, as the packet has it */
	uint32_t at = 0, n = h->csum == CSUM_PSEUDO ? addresses(s, h, &at) : 0;
	int rc;

	if (!h->covered || layer_has(&c->layers[i], r->at) ||
	    (!touched(s, c, ch, h->off, h->covered) && !(n && touched(s, c, ch, at, n))))
		return 0;
	if (h->csum == CSUM_CRC32C) {
		if (h->whole)
			return finish_crc(c, ch, &c->layers[i], h->covered, ops, n_ops);
		s->n_crc_left++;
		return 0;
	}
	put_be16(was, ~get_be16(s->original + op.off_bits / 8));
	op.base = csum_add(0, was, 2);
	rc = replace(s, c, ch, &op, h->off, h->covered, spans);
	if (!rc && n)
		rc = replace(s, c, ch, &op, at, n, spans);
	return rc ? rc : finish_checksum(c, ch, &op, spans, ops, n_ops);
}

static int repair_all(struct comp *c, void *arg, struct changes *ch, struct op *ops,
		      uint32_t *n_ops)
{
	int rc = 0;

	/* the inside first: an outer sum covers an inner one */
	for (unsigned int i = c->n_layers; !rc && i-- > 0;)
		rc = repair(arg, c, i, ch, ops, n_ops);
	return rc;
}

/* What a script is warned of is refused here: the packets may be many. */
static void take_warning(void *arg, const char *text)
{
	struct edits *s = arg;

	if (!s->warned.len)
		str_add(&s->warned, text);
}

int edits_apply(struct edits *s, struct comp *c, unsigned int linktype, uint32_t len,
		struct packet *p)
{
	const struct comp_opts *o = c->o;
	struct comp_opts opts = { .file = o->file, .seed = o->seed, .addrs = o->addrs,
				  .warn = take_warning };
	int rc = 0;

	c->n_pending = 0;
	c->n_layers = s->n ? dissect(s->dissector, linktype, c->buf, c->len, len, s->headings) : 0;
	for (unsigned int i = 0; i < c->n_layers; i++)
		c->layers[i] = (struct layer){ .proto = s->headings[i].proto,
					       .off = s->headings[i].off,
					       .bytes = s->headings[i].bytes };
	if (s->n)
		memcpy(s->original, c->buf, c->len);
	opts.warn_arg = s;
	c->o = &opts;
	for (size_t i = 0; !rc && i < s->n; i++)
		rc = assign(&s->v[i], c);
	c->o = o;
	if (!rc && s->warned.len)
		rc = err_set(c->e, EINVAL, "%s", str_text(&s->warned));
	return rc ? rc : finish_by(c, p, repair_all, s);
}

int edits_check(const struct edits *s, const char *file, struct err *e)
{
	for (const struct edit *ed = s->v; ed < s->v + s->n; ed++)
		if (!ed->n_done)
			return err_set(e, ENOENT, "--set %s: no packet of %s has %s.%.*s", ed->text,
				       file, ed->proto->name, (int)ed->field_n, ed->field);
	if (s->n_crc_left)
		log_warn("%s: %llu packets were cut short when captured: their CRC32c stays as it was",
			 file, (unsigned long long)s->n_crc_left);
	return 0;
}
