// SPDX-License-Identifier: GPL-2.0-or-later
/* rtp - real-time streams and their control packets, on the ports that are theirs by default: both
 * may share one (RFC 5761), the second byte tells them apart. */
#include "proto/found.h"
#include "proto/tables.h"

#define RTP  "RFC 3550 5.1"
#define RTCP "RFC 3550 6"

enum { RTP_BYTES = 12, RTCP_BYTES = 8, SR = 200, RR, SDES, BYE, APP, RTPFB, PSFB, XR,
       RTCP_FIRST = 192, RTCP_LAST = 223, PACKETS = 64 };

static const struct value_name payloads[] = {
	{ 0, "pcmu" }, { 3, "gsm" }, { 4, "g723" }, { 5, "dvi4" }, { 7, "lpc" }, { 8, "pcma" },
	{ 9, "g722" }, { 10, "l16-stereo" }, { 11, "l16" }, { 13, "comfort-noise" },
	{ 14, "mpeg-audio" }, { 15, "g728" }, { 18, "g729" }, { 26, "jpeg" }, { 31, "h261" },
	{ 32, "mpeg-video" }, { 33, "mp2t" }, { 34, "h263" }, { 0, NULL },
};

static const struct field rtp_fields[] = {
	{ .name = "version", BITS(0, 2), .kind = FIELD_DEC, .dflt = 2, .label = "version",
	  .ref = RTP },
	{ .name = "padding", BITS(2, 1), .kind = FIELD_BOOL,
	  .label = "padding behind the payload, its last byte its length", .ref = RTP },
	{ .name = "extension", BITS(3, 1), .kind = FIELD_BOOL, .label = "a header extension",
	  .ref = RTP },
	{ .name = "sources", .alias = "cc", BITS(4, 4), .kind = FIELD_DEC,
	  .label = "number of contributing sources", .ref = RTP },
	{ .name = "marker", BITS(8, 1), .kind = FIELD_BOOL, .label = "an event of the stream",
	  .ref = RTP },
	{ .name = "type", .alias = "pt", BITS(9, 7), .kind = FIELD_DEC, .names = payloads,
	  .flags = FIELD_LINE, .dflt = 96, .label = "kind of payload", .ref = "RFC 3551 6" },
	{ .name = "seq", BYTES(2, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "sequence number", .ref = RTP },
	{ .name = "timestamp", BYTES(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "time by the clock of the stream", .ref = RTP },
	{ .name = "ssrc", BYTES(8, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "source of the stream", .ref = RTP },
	{ .name = "csrc", .at = { 0, 32 }, .kind = FIELD_HEX, .flags = FIELD_FOUND | FIELD_ARRAY,
	  .label = "contributing sources", .ref = RTP },
};

static const struct field extension[] = {
	{ .name = "profile", BYTES(0, 2), .kind = FIELD_HEX,
	  .label = "what the extension is, 0xbede: elements of one byte's header",
	  .ref = "RFC 8285 4.2" },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .label = "words of 4 bytes behind these",
	  .ref = "RFC 3550 5.3.1" },
	{ .name = "data", .at = { 32, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "content", .ref = "RFC 3550 5.3.1" },
};

static const struct opt_def rtp_groups[] = {
	{ .kind = KIND_GROUP, .name = "ext", FIELDS(extension), .ref = "RFC 3550 5.3.1" },
};

static void rtp_find(struct cur *c, struct finder *fi)
{
	unsigned int n = c->p[0] & 15;
	bool extended = c->p[0] & 16;

	cur_skip(c, RTP_BYTES);
	while (n-- && cur_left(c) >= 4)
		found_number(fi, &rtp_fields[ARRAY_SIZE(rtp_fields) - 1], cur_be32(c));
	if (extended && cur_left(c) >= 4)
		found_group(fi, rtp_groups, c->p, cur_left(c));
}

static uint32_t rtp_bytes(const uint8_t *hdr, uint32_t have, uint32_t bytes)
{
	uint32_t n = RTP_BYTES + (hdr[0] & 15) * 4;

	(void)bytes;
	if (!(hdr[0] & 16))
		return n;
	return n + 4 + (have >= n + 4 ? get_be16(hdr + n + 2) * 4u : 0);
}

static bool rtp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 2 && bytes >= RTP_BYTES && p[0] >> 6 == 2 &&
	       (p[1] < RTCP_FIRST || p[1] > RTCP_LAST);
}

const struct proto proto_rtp = {
	.name = "rtp", .label = "Real-time stream", .ref = "RFC 3550", .min_bytes = RTP_BYTES,
	.hdr_scan = rtp_bytes,
	FIELDS(rtp_fields),
	OPTIONS(rtp_groups),
	.check = rtp_check, .find = rtp_find,
	.in = { { REG_UDP_PORT, 5004 }, { REG_UDP_PORT, 5005 } },
};

static const struct value_name types[] = {
	{ SR, "sender-report" }, { RR, "receiver-report" }, { SDES, "description" },
	{ BYE, "bye" }, { APP, "application" }, { RTPFB, "transport-feedback" },
	{ PSFB, "payload-feedback" }, { XR, "extended-report" }, { 0, NULL },
};

static const struct field rtcp_fields[] = {
	{ .name = "version", BITS(0, 2), .kind = FIELD_DEC, .dflt = 2, .label = "version",
	  .ref = RTCP },
	{ .name = "type", BYTES(1, 1), .kind = FIELD_DEC, .names = types, .dflt = RR,
	  .label = "kind of the first packet", .ref = "RFC 3550 12.1" },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .dflt = 1,
	  .label = "words of 4 bytes behind the first of the first packet", .ref = RTCP },
	{ .name = "ssrc", BYTES(4, 4), .kind = FIELD_HEX,
	  .label = "who sends the first packet", .ref = RTCP },
};

static const struct field_when is_sr = { { 8, 8 }, 1, { SR } };
static const struct field_when feedback = { { 8, 8 }, 2, { RTPFB, PSFB } };
static const struct field_when is_app = { { 8, 8 }, 1, { APP } };

#define ITEM(name_, label_)                                                                        \
	{ .name = name_, .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_ARRAY | FIELD_LINE,      \
	  .label = label_, .ref = "RFC 3550 6.5" }

enum { CNAME = 12, NAME, TOOL, REASON };

static const struct field packet[] = {
	{ .name = "padding", BITS(2, 1), .kind = FIELD_BOOL, .label = "padding at the end",
	  .ref = RTCP },
	{ .name = "count", BITS(3, 5), .kind = FIELD_DEC,
	  .label = "number of reports or sources, or kind of feedback", .ref = RTCP },
	{ .name = "type", BYTES(1, 1), .kind = FIELD_DEC, .names = types, .flags = FIELD_LINE,
	  .label = "kind", .ref = "RFC 3550 12.1" },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC,
	  .label = "words of 4 bytes behind the first", .ref = RTCP },
	{ .name = "ssrc", BYTES(4, 4), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "who sends, of a description the first source", .ref = RTCP },
	{ .name = "ntp", BYTES(8, 8), .kind = FIELD_HEX, .flags = FIELD_NTP, .when = &is_sr,
	  .label = "time of sending", .ref = "RFC 3550 6.4.1" },
	{ .name = "timestamp", BYTES(16, 4), .kind = FIELD_DEC, .when = &is_sr,
	  .label = "the same by the clock of the stream", .ref = "RFC 3550 6.4.1" },
	{ .name = "packets", BYTES(20, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &is_sr,
	  .label = "packets sent", .ref = "RFC 3550 6.4.1" },
	{ .name = "bytes", BYTES(24, 4), .kind = FIELD_DEC, .when = &is_sr,
	  .label = "bytes of payload sent", .ref = "RFC 3550 6.4.1" },
	{ .name = "media", BYTES(8, 4), .kind = FIELD_HEX, .when = &feedback,
	  .label = "stream that the feedback is about", .ref = "RFC 4585 6.1" },
	{ .name = "app", BYTES(8, 4), .kind = FIELD_TEXT, .flags = FIELD_LINE, .when = &is_app,
	  .label = "application", .ref = "RFC 3550 6.7" },
	{ .name = "data", .at = { 96, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .when = &is_app, .label = "its data", .ref = "RFC 3550 6.7" },
	[CNAME] = ITEM("cname", "canonical names"),
	[NAME] = ITEM("name", "names of users"),
	[TOOL] = ITEM("tool", "programs"),
	[REASON] = { .name = "reason", .kind = FIELD_TEXT, .flags = FIELD_FOUND | FIELD_LINE,
		     .label = "why a source leaves", .ref = "RFC 3550 6.6" },
};

static const struct field report[] = {
	{ .name = "source", BYTES(0, 4), .kind = FIELD_HEX, .label = "stream that is heard",
	  .ref = "RFC 3550 6.4.1" },
	{ .name = "lost_part", BYTES(4, 1), .kind = FIELD_DEC,
	  .label = "lost since the last report, 1/256", .ref = "RFC 3550 6.4.1" },
	{ .name = "lost", BYTES(5, 3), .kind = FIELD_INT, .label = "packets lost in all",
	  .ref = "RFC 3550 6.4.1" },
	{ .name = "highest", BYTES(8, 4), .kind = FIELD_DEC,
	  .label = "highest sequence number, its turns in the upper half",
	  .ref = "RFC 3550 6.4.1" },
	{ .name = "jitter", BYTES(12, 4), .kind = FIELD_DEC,
	  .label = "jitter by the clock of the stream", .ref = "RFC 3550 6.4.1" },
	{ .name = "last_report", BYTES(16, 4), .kind = FIELD_HEX,
	  .label = "middle of the time in the last sender report", .ref = "RFC 3550 6.4.1" },
	{ .name = "delay", BYTES(20, 4), .kind = FIELD_DEC,
	  .label = "time since then, 1/65536 s", .ref = "RFC 3550 6.4.1" },
};

static const struct opt_def rtcp_groups[] = {
	{ .kind = KIND_GROUP, .name = "packet", FIELDS(packet), .ref = RTCP },
	{ .kind = KIND_GROUP, .name = "report", FIELDS(report), .ref = "RFC 3550 6.4.1" },
};

/* The items of 'kind' in the chunks at 'c', each of a source and its items (RFC 3550 6.5). */
static void items(struct cur c, unsigned int kind, const struct field *f, struct finder *fi)
{
	const uint8_t *start = c.p;

	while (cur_take(&c, 4)) {
		unsigned int type;

		while ((type = cur_u8(&c))) {
			unsigned int n = cur_u8(&c);
			const uint8_t *p = cur_take(&c, n);

			if (p && n && type == kind)
				found_bytes(fi, f, p, n);
		}
		if (!c.failed && (c.p - start) % 4)
			cur_skip(&c, 4 - (c.p - start) % 4);
	}
}

/* What is in a packet behind its fields of fixed place; 'c' has all of it. */
static void inside(struct cur c, struct finder *fi)
{
	unsigned int type = c.p[1], n = c.p[0] & 31;

	if (type == SR || type == RR) {
		cur_skip(&c, type == SR ? 28 : 8);
		for (const uint8_t *p; n && (p = cur_take(&c, 24)); n--)
			found_group(fi, &rtcp_groups[1], p, 24);
		if (n && !fi->cut)
			found_bad(fi, "reports that are missing", n);
	} else if (type == SDES) {
		cur_skip(&c, 4);
		items(c, 1, &packet[CNAME], fi);
		items(c, 2, &packet[NAME], fi);
		items(c, 6, &packet[TOOL], fi);
	} else if (type == BYE) {
		cur_skip(&c, 4 + n * 4);
		n = cur_u8(&c);
		if (n && cur_left(&c) >= n)
			found_bytes(fi, &packet[REASON], c.p, n);
	}
}

static void rtcp_find(struct cur *c, struct finder *fi)
{
	for (unsigned int i = 0; cur_left(c) >= 4 && i < PACKETS; i++) {
		uint32_t n = (get_be16(c->p + 2) + 1) * 4u;
		struct cur in;

		if (c->p[0] >> 6 != 2)
			return found_bad(fi, "version of a packet", c->p[0] >> 6);
		if (n > cur_left(c) && !fi->cut)
			return found_bad(fi, "length of a packet", n);
		in = cur_sub(c, MIN(n, cur_left(c)));
		if (!found_open(fi, rtcp_groups))
			return;
		found_fields(fi, packet, ARRAY_SIZE(packet), in.p, cur_left(&in));
		inside(in, fi);
		found_close(fi);
	}
}

static bool rtcp_check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	return have >= 4 && bytes >= RTCP_BYTES && p[0] >> 6 == 2 && p[1] >= RTCP_FIRST &&
	       p[1] <= RTCP_LAST && (get_be16(p + 2) + 1) * 4u <= bytes;
}

const struct proto proto_rtcp = {
	.name = "rtcp", .label = "Control of real-time streams", .ref = "RFC 3550 6",
	.flags = PROTO_ALL, .min_bytes = RTCP_BYTES,
	FIELDS(rtcp_fields),
	OPTIONS(rtcp_groups),
	.check = rtcp_check, .find = rtcp_find,
	.in = { { REG_UDP_PORT, 5005 }, { REG_UDP_PORT, 5004 } },
};
