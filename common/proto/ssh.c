// SPDX-License-Identifier: GPL-2.0-or-later
/* ssh - the line with which each side of an SSH connection begins. The packets behind it are soon
 * encrypted and have nothing that tells them from others. */
#include "proto/found.h"
#include "proto/tables.h"

#define REF "RFC 4253 4.2"

#define LINE_BYTES 255u

static const struct field fields[] = {
	{ .name = "version", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
	  .label = "version of the protocol", .ref = REF },
	{ .name = "software", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
	  .label = "program and its version", .ref = REF },
	{ .name = "comment", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
	  .label = "what the program adds", .ref = REF },
};

/* Gives what stands before the next 'end' in 'c' and steps over both. */
static void part(struct finder *fi, const struct field *f, struct cur *c, char end)
{
	const uint8_t *p = memchr(c->p, end, cur_left(c));
	struct cur text = cur_sub(c, p ? (size_t)(p - c->p) : cur_left(c));

	if (cur_left(&text))
		found_bytes(fi, f, text.p, cur_left(&text));
	cur_skip(c, cur_left(c) ? 1 : 0);
}

static void find(struct cur *c, struct finder *fi)
{
	if (!fi->cut && c->end[-1] != '\n')
		found_bad(fi, "bytes of a line without an end", cur_left(c));
	while (cur_left(c) && (c->end[-1] == '\n' || c->end[-1] == '\r'))
		c->end--;
	cur_skip(c, 4);
	part(fi, &fields[0], c, '-');
	part(fi, &fields[1], c, ' ');
	if (cur_left(c))
		found_bytes(fi, &fields[2], c->p, cur_left(c));
}

static uint32_t line_bytes(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	const uint8_t *nl = memchr(p, '\n', MIN(have, LINE_BYTES));

	return nl ? (uint32_t)(nl + 1 - p) : MIN(bytes, LINE_BYTES);
}

static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return bytes >= 8 && have >= 4 && memcmp(p, "SSH-", 4) == 0;
}

const struct proto proto_ssh = {
	.name = "ssh", .label = "Secure shell: the first line", .ref = REF, .min_bytes = 8,
	.start = "SSH-2.0-trafgen\r\n",
	.hdr_scan = line_bytes,
	FIELDS(fields),
	.check = check, .find = find,
	.in = { { REG_TCP_PORT, 22 }, { REG_TCP_PORT, 2222 }, { REG_TCP_PORT, 830 } },
};
