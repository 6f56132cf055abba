// SPDX-License-Identifier: GPL-2.0-or-later
/* dns - domain names: the header by table, questions and records by hook, over UDP, behind the
 * length that TCP puts before each message, and as multicast DNS. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "RFC 1035 4.1.1"
#define RR  "RFC 1035 4.1.3"

enum { HDR_BYTES = 12, NAME_BYTES = 255 * 2, JUMPS = 32, RECORDS = 512 };

static const struct value_name opcodes[] = {
	{ 0, "query" }, { 1, "inverse-query" }, { 2, "status" }, { 4, "notify" }, { 5, "update" },
	{ 6, "stateful" }, { 0, NULL },
};

static const struct value_name rcodes[] = {
	{ 0, "no-error" }, { 1, "format-error" }, { 2, "server-failure" }, { 3, "no-such-name" },
	{ 4, "not-implemented" }, { 5, "refused" }, { 6, "name-exists" }, { 7, "set-exists" },
	{ 8, "no-such-set" }, { 9, "not-authoritative" }, { 10, "not-in-zone" }, { 0, NULL },
};

static const struct value_name flag_names[] = {
	{ 0x40, "authoritative" }, { 0x20, "truncated" }, { 0x10, "recursion-desired" },
	{ 0x08, "recursion-available" }, { 0x02, "authentic" }, { 0x01, "checking-disabled" },
	{ 0, NULL },
};

static const struct value_name types[] = {
	{ 1, "a" }, { 2, "ns" }, { 5, "cname" }, { 6, "soa" }, { 12, "ptr" }, { 13, "hinfo" },
	{ 15, "mx" }, { 16, "txt" }, { 28, "aaaa" }, { 29, "loc" }, { 33, "srv" }, { 35, "naptr" },
	{ 39, "dname" }, { 41, "opt" }, { 43, "ds" }, { 46, "rrsig" }, { 47, "nsec" },
	{ 48, "dnskey" }, { 50, "nsec3" }, { 51, "nsec3param" }, { 52, "tlsa" }, { 64, "svcb" },
	{ 65, "https" }, { 250, "tsig" }, { 251, "ixfr" }, { 252, "axfr" }, { 255, "any" },
	{ 257, "caa" }, { 0, NULL },
};

static const struct value_name classes[] = {
	{ 1, "in" }, { 3, "chaos" }, { 4, "hesiod" }, { 254, "none" }, { 255, "any" }, { 0, NULL },
};

static const struct field fields[] = {
	{ .name = "id", BYTES(0, 2), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "identification of the question", .ref = REF },
	{ .name = "response", .alias = "qr", BITS(16, 1), .kind = FIELD_BOOL, .flags = FIELD_LINE,
	  .label = "answer, not question", .ref = REF },
	{ .name = "opcode", BITS(17, 4), .kind = FIELD_DEC, .names = opcodes,
	  .label = "kind of question", .ref = REF },
	{ .name = "flags", BITS(21, 7), .kind = FIELD_FLAGS, .names = flag_names, .dflt = 0,
	  .label = "flags", .ref = "RFC 4035 3.2" },
	{ .name = "rcode", BITS(28, 4), .kind = FIELD_DEC, .names = rcodes, .flags = FIELD_LINE,
	  .label = "result", .ref = "RFC 6895 2.3" },
	{ .name = "questions", .alias = "qdcount", BYTES(4, 2), .kind = FIELD_DEC,
	  .label = "number of questions", .ref = REF },
	{ .name = "answers", .alias = "ancount", BYTES(6, 2), .kind = FIELD_DEC,
	  .label = "number of answers", .ref = REF },
	{ .name = "authorities", .alias = "nscount", BYTES(8, 2), .kind = FIELD_DEC,
	  .label = "number of records of authorities", .ref = REF },
	{ .name = "additionals", .alias = "arcount", BYTES(10, 2), .kind = FIELD_DEC,
	  .label = "number of additional records", .ref = REF },
};

enum { NAME, TYPE, CLASS, TTL, ADDR, ADDR6, TARGET, PREF, PRIORITY, WEIGHT, PORT, TEXT, SERIAL,
       UDP_BYTES, DATA };

static const struct field rr[] = {
	[NAME] = { .name = "name", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
		   .label = "name that is asked for or told of", .ref = "RFC 1035 3.1" },
	[TYPE] = { .name = "type", .at = { 0, 16 }, .kind = FIELD_DEC, .names = types,
		   .flags = FIELD_FOUND | FIELD_LINE, .label = "type", .ref = "RFC 1035 3.2.2" },
	[CLASS] = { .name = "class", .at = { 0, 16 }, .kind = FIELD_DEC, .names = classes,
		    .flags = FIELD_FOUND, .label = "class; multicast DNS: without its top bit",
		    .ref = "RFC 1035 3.2.4" },
	[TTL] = { .name = "ttl", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		  .label = "time that it may be kept, s", .ref = RR },
	[ADDR] = { .name = "addr", .kind = FIELD_IPV4, .flags = FIELD_FOUND | FIELD_LINE,
		   .label = "address", .ref = "RFC 1035 3.4.1" },
	[ADDR6] = { .name = "addr6", .kind = FIELD_IPV6, .flags = FIELD_FOUND | FIELD_LINE,
		    .label = "address", .ref = "RFC 3596 2.2" },
	[TARGET] = { .name = "target", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
		     .label = "name that it leads to", .ref = "RFC 1035 3.3" },
	[PREF] = { .name = "preference", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		   .label = "preference, the lower the better", .ref = "RFC 1035 3.3.9" },
	[PRIORITY] = { .name = "priority", .at = { 0, 16 }, .kind = FIELD_DEC,
		       .flags = FIELD_FOUND, .label = "priority, the lower first",
		       .ref = "RFC 2782" },
	[WEIGHT] = { .name = "weight", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		     .label = "share among equal priorities", .ref = "RFC 2782" },
	[PORT] = { .name = "port", .at = { 0, 16 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		   .label = "port of the service", .ref = "RFC 2782" },
	[TEXT] = { .name = "text", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_ARRAY,
		   .label = "strings", .ref = "RFC 1035 3.3.14" },
	[SERIAL] = { .name = "serial", .at = { 0, 32 }, .kind = FIELD_DEC, .flags = FIELD_FOUND,
		     .label = "version of the zone", .ref = "RFC 1035 3.3.13" },
	[UDP_BYTES] = { .name = "udp_bytes", .at = { 0, 16 }, .kind = FIELD_DEC,
			.flags = FIELD_FOUND, .label = "largest UDP payload taken",
			.ref = "RFC 6891 6.1.2" },
	[DATA] = { .name = "data", .kind = FIELD_BYTES, .flags = FIELD_FOUND,
		   .label = "data of other types", .ref = RR },
};

static const struct opt_def groups[] = {
	{ .name = "question", FIELDS(rr), .ref = "RFC 1035 4.1.2" },
	{ .name = "answer", FIELDS(rr), .ref = RR },
	{ .name = "authority", FIELDS(rr), .ref = RR },
	{ .name = "additional", FIELDS(rr), .ref = RR },
};

/* What the parts of a message share. */
struct dns {
	struct finder *fi;
	const uint8_t *msg; /* names point back into it */
	const uint8_t *end;
	bool bad;
};

static void lie(struct dns *d, const char *what, uint64_t value)
{
	if (!d->bad)
		found_bad(d->fi, what, value);
	d->bad = true;
}

/* Appends a label with its dot; a dot within is marked by a backslash (RFC 1035 5.1). */
static size_t add_label(char *out, size_t at, const uint8_t *p, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (p[i] == '.' || p[i] == '\\')
			out[at++] = '\\';
		out[at++] = p[i];
	}
	out[at++] = '.';
	return at;
}

/* Reads the name at 'c' into 'out', the root as ".". False at a lie or at the end of the bytes. */
static bool read_name(struct dns *d, struct cur *c, char *out, size_t *ret_n)
{
	struct cur at = *c;
	bool jumped = false;
	size_t n = 0;

	for (unsigned int jumps = 0; jumps < JUMPS;) {
		uint8_t len = cur_u8(&at);
		const uint8_t *label;

		if (at.failed)
			return false;
		if (!jumped)
			*c = at;
		if (len >= 0xc0) {
			uint32_t to = (len & 0x3f) << 8 | cur_u8(&at);

			if (at.failed)
				return false;
			if (!jumped)
				*c = at;
			jumped = true;
			jumps++;
			if (to >= (size_t)(d->end - d->msg))
				return lie(d, "name pointer", to), false;
			at = (struct cur){ .p = d->msg + to, .end = d->end };
			continue;
		}
		if (len > 63)
			return lie(d, "label length", len), false;
		if (len == 0) {
			if (!n)
				out[n++] = '.';
			*ret_n = n > 1 ? n - 1 : n; /* without the last dot */
			return true;
		}
		label = cur_take(&at, len);
		if (!label)
			return false;
		if (!jumped)
			*c = at;
		if (n + len * 2u + 1 > NAME_BYTES)
			return lie(d, "name length", n), false;
		n = add_label(out, n, label, len);
	}
	return lie(d, "name pointers", JUMPS), false;
}

/* A name as value of 'f'. */
static bool name_value(struct dns *d, struct cur *c, const struct field *f)
{
	char name[NAME_BYTES];
	size_t n;

	if (!read_name(d, c, name, &n))
		return false;
	found_bytes(d->fi, f, name, n);
	return true;
}

/* Labels to the end of 'c', where the empty one is missing. */
static bool read_partial(struct dns *d, struct cur *c, char *out, size_t *ret_n)
{
	size_t n = 0;

	while (cur_left(c)) {
		uint8_t len = cur_u8(c);
		const uint8_t *p = cur_take(c, len);

		if (!p || !len || len > 63 || n + len * 2u + 1 > NAME_BYTES)
			return lie(d, "label length", len), false;
		n = add_label(out, n, p, len);
	}
	*ret_n = n ? n - 1 : 0;
	return n;
}

void dns_names(struct finder *fi, const struct field *f, struct cur *c, bool partial)
{
	struct dns d = { .fi = fi, .msg = c->p, .end = c->end };
	char name[NAME_BYTES];

	while (cur_left(c)) {
		struct cur before = *c;
		size_t n = 0;

		if (read_name(&d, c, name, &n)) {
			found_bytes(fi, f, name, n);
			continue;
		}
		if (d.bad || (fi->cut && !partial))
			return;
		if (!partial)
			return lie(&d, "name cut at byte", d.end - d.msg);
		if (read_partial(&d, &before, name, &n))
			found_bytes(fi, f, name, n);
		return;
	}
}

static bool skip_name(struct dns *d, struct cur *c)
{
	char name[NAME_BYTES];
	size_t n;

	return read_name(d, c, name, &n);
}

static void number_value(struct dns *d, struct cur *c, const struct field *f)
{
	uint64_t v = f->at.n == 16 ? cur_be16(c) : cur_be32(c);

	if (!c->failed)
		found_number(d->fi, f, v);
}

static void text_values(struct dns *d, struct cur *c)
{
	while (cur_left(c)) {
		uint8_t n = cur_u8(c);
		const uint8_t *p = cur_take(c, n);

		if (!p)
			return lie(d, "string length", n);
		found_bytes(d->fi, &rr[TEXT], p, n);
	}
}

/* The data of a record of 'type'. 'c' ends where the record does, names lead out of it. */
static void rdata(struct dns *d, unsigned int type, struct cur *c)
{
	switch (type) {
	case 1:
		if (cur_left(c) == 4)
			return found_bytes(d->fi, &rr[ADDR], c->p, 4);
		return lie(d, "length of an address", cur_left(c));
	case 28:
		if (cur_left(c) == 16)
			return found_bytes(d->fi, &rr[ADDR6], c->p, 16);
		return lie(d, "length of an address", cur_left(c));
	case 15:
		number_value(d, c, &rr[PREF]);
		(void)name_value(d, c, &rr[TARGET]);
		return;
	case 33:
		number_value(d, c, &rr[PRIORITY]);
		number_value(d, c, &rr[WEIGHT]);
		number_value(d, c, &rr[PORT]);
		(void)name_value(d, c, &rr[TARGET]);
		return;
	case 6:
		if (name_value(d, c, &rr[TARGET]) && skip_name(d, c))
			number_value(d, c, &rr[SERIAL]);
		return;
	case 2:
	case 5:
	case 12:
	case 39:
		(void)name_value(d, c, &rr[TARGET]);
		return;
	case 16:
		return text_values(d, c);
	default:
		if (cur_left(c))
			found_bytes(d->fi, &rr[DATA], c->p, cur_left(c));
	}
}

/* One record, a question having no data. False when nothing more can be read. */
static bool record(struct dns *d, struct cur *c, bool question)
{
	unsigned int type, class, n;
	struct cur data;

	if (!name_value(d, c, &rr[NAME]))
		return false;
	type = cur_be16(c);
	class = cur_be16(c);
	if (c->failed)
		return false;
	found_number(d->fi, &rr[TYPE], type);
	found_number(d->fi, type == 41 ? &rr[UDP_BYTES] : &rr[CLASS],
		     type == 41 ? class : class & 0x7fff);
	if (question)
		return true;
	if (type == 41)
		cur_skip(c, 4); /* result, version, flags; not a time (RFC 6891 6.1.3) */
	else
		number_value(d, c, &rr[TTL]);
	n = cur_be16(c);
	if (c->failed)
		return false;
	if (n > cur_left(c) && !d->fi->cut)
		return lie(d, "length of the data", n), false;
	data = cur_sub(c, MIN(n, cur_left(c)));
	if (n == cur_left(&data) || type != 1)
		rdata(d, type, &data);
	return !d->bad;
}

static void find(struct cur *c, struct finder *fi)
{
	struct dns d = { .fi = fi, .msg = c->p, .end = c->end };
	unsigned int records = 0;

	cur_skip(c, HDR_BYTES);
	for (unsigned int part = 0; part < ARRAY_SIZE(groups); part++) {
		unsigned int n = get_be16(d.msg + 4 + part * 2);

		for (unsigned int i = 0; i < n && records < RECORDS; i++, records++) {
			bool more;

			if (!cur_left(c)) {
				if (!fi->cut && !d.bad)
					lie(&d, "number of records", n);
				return;
			}
			if (!found_open(fi, &groups[part]))
				return;
			more = record(&d, c, part == 0);
			found_close(fi);
			if (!more && !d.bad && !fi->cut)
				lie(&d, "record cut at byte", d.end - d.msg);
			if (!more)
				return;
		}
	}
}

/* Counts that the message could hold: a question has 5 bytes, a record 11. */
static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	if (have < HDR_BYTES)
		return false;
	return get_be16(p + 4) <= 16 && (uint32_t)HDR_BYTES + get_be16(p + 4) * 5 +
		       (get_be16(p + 6) + get_be16(p + 8) + get_be16(p + 10)) * 11 <= bytes;
}

const struct proto proto_dns = {
	.name = "dns", .alias = "mdns", .label = "Domain names", .ref = "RFC 1035",
	.flags = PROTO_ALL, .min_bytes = HDR_BYTES,
	FIELDS(fields),
	OPTIONS(groups),
	.check = check, .find = find,
	.in = { { REG_UDP_PORT, 53 }, { REG_UDP_PORT, 5353 }, { REG_UDP_PORT, 5355 },
		{ REG_INSIDE, INSIDE_DNS } },
};

static const struct field tcp_fields[] = {
	{ .name = "len", BYTES(0, 2), .kind = FIELD_DEC, .label = "bytes of the message",
	  .ref = "RFC 1035 4.2.2" },
};

/* The length that would hold a message, and a message behind it. */
static bool tcp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 2 + HDR_BYTES && get_be16(p) >= HDR_BYTES &&
	       check(p + 2, have - 2, bytes - 2);
}

const struct proto proto_dnstcp = {
	.name = "dnstcp", .label = "Domain names, length before a message on TCP",
	.ref = "RFC 1035 4.2.2", .min_bytes = 2,
	.total = { .at = { 0, 16 }, .unit = 1, .add = 2 },
	FIELDS(tcp_fields),
	.next = { .reg = REG_INSIDE, .fixed = INSIDE_DNS },
	.check = tcp_check,
	.in = { { REG_TCP_PORT, 53 } },
};
