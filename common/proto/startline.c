// SPDX-License-Identifier: GPL-2.0-or-later
/* startline - protocols whose messages begin with a line of text and headers in lines behind it:
 * HTTP/1 (also as SSDP), RTSP, SIP. What follows the empty line is payload; a message that goes on
 * in the next segment is not wrong, and what goes on there has no start line to be known by. */
#include "proto/found.h"
#include "proto/tables.h"

#define HTTP "RFC 9112 2.1"
#define RTSP "RFC 2326 6"
#define SIP  "RFC 3261 7"

enum { HEADERS = 128, WORD_BYTES = 24 };

/* The first fields of each of these protocols, in this order; those that repeat a header follow. */
enum { METHOD, TARGET, START_VERSION, STATUS, REASON, SPECIAL };

/* How one of these protocols differs from the others. */
struct dialect {
	const char *version; /* as lines begin or end with, up to its point */
	const struct field *fields;
	struct {
		const char *name, *brief;
	} special[6]; /* headers that are fields by themselves */
	const struct opt_def *header;
	const struct field *name, *value;
};

#define START_FIELDS(ref_)                                                                         \
	[METHOD] = { .name = "method", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,      \
		     .label = "what is asked for", .ref = ref_ },                                  \
	[TARGET] = { .name = "target", .alias = "uri", .kind = FIELD_TEXT,                         \
		     .flags = FIELD_FOUND | FIELD_LINE, .label = "of what", .ref = ref_ },         \
	[START_VERSION] = { .name = "version", .kind = FIELD_TEXT, .flags = FIELD_FOUND,                 \
		      .label = "protocol and version", .ref = ref_ },                              \
	[STATUS] = { .name = "status", .at = { 0, 16 }, .kind = FIELD_DEC,                         \
		     .flags = FIELD_FOUND | FIELD_LINE, .label = "result", .ref = ref_ },          \
	[REASON] = { .name = "reason", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,      \
		     .label = "result in words", .ref = ref_ }

#define SPECIAL_FIELD(name_, flags_, label_, ref_)                                                 \
	{ .name = name_, .kind = FIELD_TEXT, .flags = FIELD_FOUND | (flags_), .label = label_,     \
	  .ref = ref_ }

static const struct field http_fields[] = {
	START_FIELDS(HTTP),
	SPECIAL_FIELD("host", FIELD_LINE, "whose target it is", "RFC 9110 7.2"),
	SPECIAL_FIELD("type", FIELD_LINE, "what the content is", "RFC 9110 8.3"),
	SPECIAL_FIELD("location", FIELD_LINE, "where it is instead", "RFC 9110 10.2.2"),
	SPECIAL_FIELD("agent", 0, "program that asks", "RFC 9110 10.1.5"),
	SPECIAL_FIELD("server", 0, "program that answers", "RFC 9110 10.2.4"),
};

static const struct field rtsp_fields[] = {
	START_FIELDS(RTSP),
	SPECIAL_FIELD("cseq", FIELD_LINE, "number of the question", "RFC 2326 12.17"),
	SPECIAL_FIELD("session", FIELD_LINE, "session", "RFC 2326 12.37"),
	SPECIAL_FIELD("transport", 0, "how the stream travels", "RFC 2326 12.39"),
};

static const struct field sip_fields[] = {
	START_FIELDS(SIP),
	SPECIAL_FIELD("from", FIELD_LINE, "who calls", "RFC 3261 20.20"),
	SPECIAL_FIELD("to", FIELD_LINE, "who is called", "RFC 3261 20.39"),
	SPECIAL_FIELD("call_id", 0, "identifier of the call", "RFC 3261 20.8"),
	SPECIAL_FIELD("cseq", FIELD_LINE, "number and method of the question", "RFC 3261 20.16"),
	SPECIAL_FIELD("type", 0, "what the content is", "RFC 3261 20.15"),
	SPECIAL_FIELD("agent", 0, "program that asks", "RFC 3261 20.41"),
};

#define HEADER_FIELDS(ref_)                                                                        \
	{ .name = "name", .kind = FIELD_TEXT, .flags = FIELD_FOUND, .label = "name of a header",   \
	  .ref = ref_ },                                                                           \
	{ .name = "value", .kind = FIELD_TEXT, .flags = FIELD_FOUND,                               \
	  .label = "what it says", .ref = ref_ }

static const struct field http_header[] = { HEADER_FIELDS("RFC 9112 5") };
static const struct field rtsp_header[] = { HEADER_FIELDS("RFC 2326 4") };
static const struct field sip_header[] = { HEADER_FIELDS("RFC 3261 7.3") };

static const struct opt_def http_groups[] = {
	{ .kind = KIND_GROUP, .name = "header", FIELDS(http_header), .ref = "RFC 9112 5" },
};

static const struct opt_def rtsp_groups[] = {
	{ .kind = KIND_GROUP, .name = "header", FIELDS(rtsp_header), .ref = "RFC 2326 4" },
};

static const struct opt_def sip_groups[] = {
	{ .kind = KIND_GROUP, .name = "header", FIELDS(sip_header), .ref = "RFC 3261 7.3" },
};

static const struct dialect http = {
	.version = "HTTP/1.", .fields = http_fields, .header = http_groups,
	.name = &http_header[0], .value = &http_header[1],
	.special = { { "host", NULL }, { "content-type", NULL }, { "location", NULL },
		     { "user-agent", NULL }, { "server", NULL } },
};

static const struct dialect rtsp = {
	.version = "RTSP/1.", .fields = rtsp_fields, .header = rtsp_groups,
	.name = &rtsp_header[0], .value = &rtsp_header[1],
	.special = { { "cseq", NULL }, { "session", NULL }, { "transport", NULL } },
};

static const struct dialect sip = {
	.version = "SIP/2.", .fields = sip_fields, .header = sip_groups,
	.name = &sip_header[0], .value = &sip_header[1],
	.special = { { "from", "f" }, { "to", "t" }, { "call-id", "i" }, { "cseq", NULL },
		     { "content-type", "c" }, { "user-agent", NULL } },
};

/* The line at 'c', without its end, which 'c' steps over; '*ret_whole' tells if it has an end. */
static struct cur line_of(struct cur *c, bool *ret_whole)
{
	const uint8_t *nl = memchr(c->p, '\n', cur_left(c));
	struct cur line;

	*ret_whole = nl;
	line = cur_sub(c, nl ? (size_t)(nl + 1 - c->p) : cur_left(c));
	if (nl)
		line.end -= line.end - line.p >= 2 && line.end[-2] == '\r' ? 2 : 1;
	return line;
}

/* The next word of a line, which ends at a space; 'line' steps over both. */
static struct cur word_of(struct cur *line)
{
	const uint8_t *space = memchr(line->p, ' ', cur_left(line));
	struct cur word = cur_sub(line, space ? (size_t)(space - line->p) : cur_left(line));

	cur_skip(line, cur_left(line) ? 1 : 0);
	return word;
}

static bool starts(struct cur c, const char *text)
{
	size_t n = strlen(text);

	return cur_left(&c) >= n && memcmp(c.p, text, n) == 0;
}

static void give(struct finder *fi, const struct field *f, struct cur text)
{
	if (cur_left(&text))
		found_bytes(fi, f, text.p, cur_left(&text));
}

/* The line that says what the message is: a result, or what is asked of what. */
static void start_line(const struct dialect *d, struct cur line, struct finder *fi)
{
	struct cur word = word_of(&line);

	if (starts(word, d->version)) {
		struct cur code;
		unsigned int n = 0;

		give(fi, &d->fields[START_VERSION], word);
		code = word_of(&line);
		for (const uint8_t *p = code.p; p < code.end && n < 1000; p++)
			n = *p >= '0' && *p <= '9' ? n * 10 + *p - '0' : 1000;
		if (cur_left(&code) == 3 && n >= 100 && n < 1000)
			found_number(fi, &d->fields[STATUS], n);
		else if (cur_left(&code) && !fi->cut)
			found_bad(fi, "length of the result", cur_left(&code));
		give(fi, &d->fields[REASON], line);
		return;
	}
	give(fi, &d->fields[METHOD], word);
	give(fi, &d->fields[TARGET], word_of(&line));
	give(fi, &d->fields[START_VERSION], line);
}

/* True if 'c' is 'name' but for capitals; 'name' has none, and may be NULL. */
static bool called(struct cur c, const char *name)
{
	if (!name || strlen(name) != cur_left(&c))
		return false;
	for (; c.p < c.end; c.p++, name++)
		if ((*c.p >= 'A' && *c.p <= 'Z' ? *c.p | 0x20 : *c.p) != *name)
			return false;
	return true;
}

/* Splits a header's line at its colon, spaces around the value left out. False without one. */
static bool split(struct cur line, struct cur *ret_name, struct cur *ret_value)
{
	const uint8_t *colon = memchr(line.p, ':', cur_left(&line));

	if (!colon)
		return false;
	*ret_name = cur_of(line.p, colon - line.p);
	while (cur_left(ret_name) && (ret_name->end[-1] == ' ' || ret_name->end[-1] == '\t'))
		ret_name->end--;
	*ret_value = cur_of(colon + 1, line.end - colon - 1);
	while (cur_left(ret_value) && (*ret_value->p == ' ' || *ret_value->p == '\t'))
		ret_value->p++;
	return true;
}

/* The first header that is called as number 'i' of those that are fields by themselves. */
static void special(const struct dialect *d, unsigned int i, struct cur c, struct finder *fi)
{
	bool whole = true;

	for (unsigned int n = 0; whole && cur_left(&c) && n < HEADERS; n++) {
		struct cur name, value;

		if (split(line_of(&c, &whole), &name, &value) && whole &&
		    (called(name, d->special[i].name) || called(name, d->special[i].brief)))
			return give(fi, &d->fields[SPECIAL + i], value);
	}
}

/* The headers in 'c'. One may go on in lines that begin with a space, which add no header. */
static void headers(const struct dialect *d, struct cur c, struct finder *fi)
{
	bool whole = true;

	for (unsigned int n = 0; whole && cur_left(&c) && n < HEADERS; n++) {
		struct cur line = line_of(&c, &whole), name, value;

		if (!cur_left(&line) || *line.p == ' ' || *line.p == '\t')
			continue;
		if (!split(line, &name, &value)) {
			if (whole)
				found_bad(fi, "header without a colon, its bytes", cur_left(&line));
			return;
		}
		if (!found_open(fi, d->header))
			return;
		give(fi, d->name, name);
		give(fi, d->value, value);
		found_close(fi);
	}
}

static void find(const struct dialect *d, struct cur *c, struct finder *fi)
{
	bool whole;

	start_line(d, line_of(c, &whole), fi);
	for (unsigned int i = 0; i < ARRAY_SIZE(d->special) && d->special[i].name; i++)
		special(d, i, *c, fi);
	headers(d, *c, fi);
}

static void http_find(struct cur *c, struct finder *fi)
{
	find(&http, c, fi);
}

static void rtsp_find(struct cur *c, struct finder *fi)
{
	find(&rtsp, c, fi);
}

static void sip_find(struct cur *c, struct finder *fi)
{
	find(&sip, c, fi);
}

/* Up to the empty line, and with it. */
static uint32_t headers_bytes(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	const uint8_t *end = p + have, *at = p;

	while ((at = memchr(at, '\n', end - at))) {
		at++;
		if (at < end && *at == '\n')
			return at + 1 - p;
		if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
			return at + 2 - p;
	}
	return bytes;
}

/* A line that begins or ends with the version. One that goes on elsewhere has to begin with a
 * method that is met often. */
static bool known(const char *version, const uint8_t *p, uint32_t have)
{
	static const char *const often[] = {
		"GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "CONNECT ", "INVITE ",
		"ACK ", "BYE ", "REGISTER ", "NOTIFY ", "DESCRIBE ", "SETUP ",
	};
	struct cur c = cur_of(p, have), line, word;
	bool whole;

	if (starts(c, version))
		return true;
	line = line_of(&c, &whole);
	word = word_of(&line);
	if (!cur_left(&word) || cur_left(&word) > WORD_BYTES || !cur_left(&line))
		return false;
	for (; word.p < word.end; word.p++)
		if ((*word.p < 'A' || *word.p > 'Z') && *word.p != '-' && *word.p != '_')
			return false;
	word = word_of(&line);
	if (starts(line, version))
		return true;
	for (unsigned int i = 0; i < ARRAY_SIZE(often); i++)
		if (!whole && starts(cur_of(p, have), often[i]))
			return true;
	return false;
}

static bool http_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return known("HTTP/1.", p, have);
}

static bool rtsp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return known("RTSP/1.", p, have);
}

static bool sip_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	(void)bytes;
	return known("SIP/2.", p, have);
}

const struct proto proto_http = {
	.name = "http", .label = "Hypertext transfer, version 1", .ref = "RFC 9112", .min_bytes = 7,
	.start = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	.hdr_scan = headers_bytes,
	FIELDS(http_fields),
	OPTIONS(http_groups),
	.check = http_check, .find = http_find,
	.in = { { REG_TCP_PORT, 80 }, { REG_TCP_PORT, 8080 }, { REG_TCP_PORT, 8000 },
		{ REG_TCP_PORT, 8008 }, { REG_TCP_PORT, 8081 }, { REG_TCP_PORT, 8888 },
		{ REG_TCP_PORT, 3128 }, { REG_TCP_PORT, 591 }, { REG_TCP_PORT, 631 },
		{ REG_TCP_PORT, 3000 }, { REG_TCP_PORT, 5000 }, { REG_TCP_PORT, 5985 },
		{ REG_TCP_PORT, 7547 }, { REG_TCP_PORT, 9090 }, { REG_TCP_PORT, 9100 },
		{ REG_TCP_PORT, 9200 }, { REG_TCP_PORT, 2375 }, { REG_TCP_PORT, 2869 },
		{ REG_UDP_PORT, 1900 } },
};

const struct proto proto_rtsp = {
	.name = "rtsp", .label = "Control of streams", .ref = "RFC 2326", .min_bytes = 7,
	.start = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
	.hdr_scan = headers_bytes,
	FIELDS(rtsp_fields),
	OPTIONS(rtsp_groups),
	.check = rtsp_check, .find = rtsp_find,
	.in = { { REG_TCP_PORT, 554 }, { REG_TCP_PORT, 8554 }, { REG_UDP_PORT, 554 } },
};

const struct proto proto_sip = {
	.name = "sip", .label = "Session initiation", .ref = "RFC 3261", .min_bytes = 7,
	.start = "OPTIONS sip:localhost SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n",
	.hdr_scan = headers_bytes,
	FIELDS(sip_fields),
	OPTIONS(sip_groups),
	.check = sip_check, .find = sip_find,
	.in = { { REG_UDP_PORT, 5060 }, { REG_TCP_PORT, 5060 }, { REG_UDP_PORT, 5080 },
		{ REG_TCP_PORT, 5080 } },
};
