// SPDX-License-Identifier: GPL-2.0-or-later
/* ptp - precision time, version 2, over Ethernet and UDP. */
#include "base/bytes.h"
#include "proto/tables.h"

#define REF  "IEEE 1588 13.3"
#define TLVS "IEEE 1588 14"

static const struct tlv_layout layout = {
	.kind = { 0, 16 }, .len = { 16, 16 }, .unit = 1, .add = 4, .flags = TLV_TO_END | TLV_LINES,
};

static const struct value_name types[] = {
	{ 0, "sync" }, { 1, "delay-request" }, { 2, "peer-delay-request" },
	{ 3, "peer-delay-response" }, { 8, "follow-up" }, { 9, "delay-response" },
	{ 10, "peer-delay-follow-up" }, { 11, "announce" }, { 12, "signaling" },
	{ 13, "management" }, { 0, NULL },
};

static const struct value_name flag_names[] = {
	{ 0x0100, "alternate-master" }, { 0x0200, "two-step" }, { 0x0400, "unicast" },
	{ 0x2000, "profile-1" }, { 0x4000, "profile-2" }, { 0x8000, "security" },
	{ 0x0001, "leap-61" }, { 0x0002, "leap-59" }, { 0x0004, "utc-offset-valid" },
	{ 0x0008, "ptp-timescale" }, { 0x0010, "time-traceable" },
	{ 0x0020, "frequency-traceable" }, { 0x0040, "synchronization-uncertain" }, { 0, NULL },
};

static const struct value_name accuracies[] = {
	{ 0x17, "1ps" }, { 0x18, "2.5ps" }, { 0x19, "10ps" }, { 0x1a, "25ps" }, { 0x1b, "100ps" },
	{ 0x1c, "250ps" }, { 0x1d, "1ns" }, { 0x1e, "2.5ns" }, { 0x1f, "10ns" }, { 0x20, "25ns" },
	{ 0x21, "100ns" }, { 0x22, "250ns" }, { 0x23, "1us" }, { 0x24, "2.5us" }, { 0x25, "10us" },
	{ 0x26, "25us" }, { 0x27, "100us" }, { 0x28, "250us" }, { 0x29, "1ms" }, { 0x2a, "2.5ms" },
	{ 0x2b, "10ms" }, { 0x2c, "25ms" }, { 0x2d, "100ms" }, { 0x2e, "250ms" }, { 0x2f, "1s" },
	{ 0x30, "10s" }, { 0x31, "over-10s" }, { 0xfe, "unknown" }, { 0, NULL },
};

static const struct value_name sources[] = {
	{ 0x10, "atomic-clock" }, { 0x20, "gnss" }, { 0x30, "terrestrial-radio" },
	{ 0x39, "serial-time-code" }, { 0x40, "ptp" }, { 0x50, "ntp" }, { 0x60, "hand-set" },
	{ 0x90, "other" }, { 0xa0, "internal-oscillator" }, { 0, NULL },
};

static const struct value_name actions[] = {
	{ 0, "get" }, { 1, "set" }, { 2, "response" }, { 3, "command" }, { 4, "acknowledge" },
	{ 0, NULL },
};

static const struct field_when stamped = { { 4, 4 }, 4, { 0, 1, 2, 11 } };
static const struct field_when receipt = { { 4, 4 }, 1, { 3 } };
static const struct field_when precise = { { 4, 4 }, 1, { 8 } };
static const struct field_when receive = { { 4, 4 }, 1, { 9 } };
static const struct field_when response = { { 4, 4 }, 1, { 10 } };
static const struct field_when requesting = { { 4, 4 }, 3, { 3, 9, 10 } };
static const struct field_when announce = { { 4, 4 }, 1, { 11 } };
static const struct field_when targeted = { { 4, 4 }, 2, { 12, 13 } };
static const struct field_when managed = { { 4, 4 }, 1, { 13 } };

static const struct field fields[] = {
	{ .name = "sdo", BITS(0, 4), .kind = FIELD_DEC,
	  .label = "organisation that the message is for, high part", .ref = REF },
	{ .name = "type", BITS(4, 4), .kind = FIELD_DEC, .flags = FIELD_LINE, .names = types,
	  .label = "message type", .ref = REF },
	{ .name = "minor", BITS(8, 4), .kind = FIELD_DEC, .label = "minor version", .ref = REF },
	{ .name = "version", BITS(12, 4), .kind = FIELD_DEC, .dflt = 2, .label = "version",
	  .ref = REF },
	{ .name = "len", BYTES(2, 2), .kind = FIELD_DEC, .label = "bytes of the message",
	  .ref = REF },
	{ .name = "domain", BYTES(4, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .label = "domain",
	  .ref = REF },
	{ .name = "minor_sdo", BYTES(5, 1), .kind = FIELD_DEC, .label = "organisation, low part",
	  .ref = REF },
	{ .name = "flags", BYTES(6, 2), .kind = FIELD_FLAGS, .flags = FIELD_LINE,
	  .names = flag_names, .label = "flags", .ref = REF },
	{ .name = "correction", BYTES(8, 8), .kind = FIELD_INT,
	  .label = "correction, in 2^-16 ns, with sign", .ref = "IEEE 1588 13.3.2.9" },
	{ .name = "specific", BYTES(16, 4), .kind = FIELD_HEX,
	  .label = "depends on the message type", .ref = REF },
	{ .name = "clock", BYTES(20, 8), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .label = "clock that sent this", .ref = "IEEE 1588 7.5.2" },
	{ .name = "port", BYTES(28, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .label = "its port",
	  .ref = REF },
	{ .name = "seq", BYTES(30, 2), .kind = FIELD_DEC, .flags = FIELD_LINE,
	  .label = "sequence number", .ref = REF },
	{ .name = "control", BYTES(32, 1), .kind = FIELD_DEC, .label = "control, of version 1",
	  .ref = REF },
	{ .name = "interval", BYTES(33, 1), .kind = FIELD_INT,
	  .label = "logarithm of the time between messages, s", .ref = REF },
	{ .name = "origin_s", BYTES(34, 6), .kind = FIELD_DEC, .when = &stamped,
	  .label = "time of sending, s", .ref = "IEEE 1588 13.6" },
	{ .name = "origin_ns", BYTES(40, 4), .kind = FIELD_DEC, .when = &stamped,
	  .label = "time of sending, ns", .ref = "IEEE 1588 13.6" },
	{ .name = "receipt_s", BYTES(34, 6), .kind = FIELD_DEC, .when = &receipt,
	  .label = "time when the request arrived, s", .ref = "IEEE 1588 13.10" },
	{ .name = "receipt_ns", BYTES(40, 4), .kind = FIELD_DEC, .when = &receipt,
	  .label = "time when the request arrived, ns", .ref = "IEEE 1588 13.10" },
	{ .name = "precise_s", BYTES(34, 6), .kind = FIELD_DEC, .when = &precise,
	  .label = "time when the sync left, s", .ref = "IEEE 1588 13.7" },
	{ .name = "precise_ns", BYTES(40, 4), .kind = FIELD_DEC, .when = &precise,
	  .label = "time when the sync left, ns", .ref = "IEEE 1588 13.7" },
	{ .name = "receive_s", BYTES(34, 6), .kind = FIELD_DEC, .when = &receive,
	  .label = "time when the request arrived, s", .ref = "IEEE 1588 13.8" },
	{ .name = "receive_ns", BYTES(40, 4), .kind = FIELD_DEC, .when = &receive,
	  .label = "time when the request arrived, ns", .ref = "IEEE 1588 13.8" },
	{ .name = "response_s", BYTES(34, 6), .kind = FIELD_DEC, .when = &response,
	  .label = "time when the response left, s", .ref = "IEEE 1588 13.11" },
	{ .name = "response_ns", BYTES(40, 4), .kind = FIELD_DEC, .when = &response,
	  .label = "time when the response left, ns", .ref = "IEEE 1588 13.11" },
	{ .name = "req_clock", BYTES(44, 8), .kind = FIELD_HEX, .when = &requesting,
	  .label = "clock that asked", .ref = "IEEE 1588 13.8" },
	{ .name = "req_port", BYTES(52, 2), .kind = FIELD_DEC, .when = &requesting,
	  .label = "its port", .ref = "IEEE 1588 13.8" },
	{ .name = "utc_offset", BYTES(44, 2), .kind = FIELD_INT, .when = &announce,
	  .label = "TAI less UTC, s", .ref = "IEEE 1588 13.5" },
	{ .name = "prio1", BYTES(47, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &announce,
	  .label = "first priority of the grandmaster", .ref = "IEEE 1588 13.5" },
	{ .name = "class", BYTES(48, 1), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &announce,
	  .label = "class of its clock", .ref = "IEEE 1588 7.6.2.5" },
	{ .name = "accuracy", BYTES(49, 1), .kind = FIELD_HEX, .names = accuracies,
	  .when = &announce, .label = "its accuracy", .ref = "IEEE 1588 7.6.2.6" },
	{ .name = "variance", BYTES(50, 2), .kind = FIELD_DEC, .when = &announce,
	  .label = "its variance", .ref = "IEEE 1588 7.6.3" },
	{ .name = "prio2", BYTES(52, 1), .kind = FIELD_DEC, .when = &announce,
	  .label = "its second priority", .ref = "IEEE 1588 13.5" },
	{ .name = "grandmaster", BYTES(53, 8), .kind = FIELD_HEX, .flags = FIELD_LINE,
	  .when = &announce, .label = "the grandmaster", .ref = "IEEE 1588 13.5" },
	{ .name = "steps", BYTES(61, 2), .kind = FIELD_DEC, .flags = FIELD_LINE, .when = &announce,
	  .label = "steps to it", .ref = "IEEE 1588 13.5" },
	{ .name = "source", BYTES(63, 1), .kind = FIELD_HEX, .names = sources, .when = &announce,
	  .label = "its source of time", .ref = "IEEE 1588 7.6.2.8" },
	{ .name = "target_clock", BYTES(34, 8), .kind = FIELD_HEX, .when = &targeted,
	  .label = "clock that is meant, all ones: each", .ref = "IEEE 1588 13.12" },
	{ .name = "target_port", BYTES(42, 2), .kind = FIELD_DEC, .when = &targeted,
	  .label = "its port", .ref = "IEEE 1588 13.12" },
	{ .name = "start_hops", BYTES(44, 1), .kind = FIELD_DEC, .when = &managed,
	  .label = "hops at the start", .ref = "IEEE 1588 15.4.1" },
	{ .name = "hops", BYTES(45, 1), .kind = FIELD_DEC, .when = &managed,
	  .label = "hops that are left", .ref = "IEEE 1588 15.4.1" },
	{ .name = "action", BITS(372, 4), .kind = FIELD_DEC, .names = actions, .when = &managed,
	  .label = "action", .ref = "IEEE 1588 15.4.1" },
};

static const struct value_name management_ids[] = {
	{ 0x0000, "null" }, { 0x0001, "clock-description" }, { 0x0002, "user-description" },
	{ 0x0003, "save" }, { 0x0004, "reset" }, { 0x0005, "initialize" }, { 0x0006, "fault-log" },
	{ 0x0007, "fault-log-reset" }, { 0x2000, "default-data" }, { 0x2001, "current-data" },
	{ 0x2002, "parent-data" }, { 0x2003, "time-properties-data" }, { 0x2004, "port-data" },
	{ 0x2005, "priority-1" }, { 0x2006, "priority-2" }, { 0x2007, "domain" },
	{ 0x2008, "slave-only" }, { 0x2009, "announce-interval" }, { 0x200a, "announce-timeout" },
	{ 0x200b, "sync-interval" }, { 0x200c, "accuracy" }, { 0x200d, "enable-port" },
	{ 0x200e, "disable-port" }, { 0x200f, "time" }, { 0x2011, "utc-properties" },
	{ 0x6000, "delay-mechanism" }, { 0x6001, "peer-delay-interval" }, { 0, NULL },
};

static const struct field management[] = {
	{ .name = "id", BYTES(4, 2), .kind = FIELD_HEX, .names = management_ids,
	  .label = "what is managed", .ref = "IEEE 1588 15.5" },
	{ .name = "data", .at = { 48, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "its value", .ref = "IEEE 1588 15.5" },
};

static const struct field organisation[] = {
	{ .name = "oui", BYTES(4, 3), .kind = FIELD_HEX, .label = "organisation",
	  .ref = "IEEE 1588 14.3" },
	{ .name = "subtype", BYTES(7, 3), .kind = FIELD_HEX,
	  .label = "kind of data of the organisation", .ref = "IEEE 1588 14.3" },
	{ .name = "data", .at = { 80, 0 }, .kind = FIELD_BYTES, .flags = FIELD_REST,
	  .label = "data", .ref = "IEEE 1588 14.3" },
};

static const struct field unicast[] = {
	{ .name = "type", BITS(32, 4), .kind = FIELD_DEC, .names = types,
	  .label = "message type asked for", .ref = "IEEE 1588 16.1" },
	{ .name = "interval", BYTES(5, 1), .kind = FIELD_INT,
	  .label = "logarithm of the time between messages, s", .ref = "IEEE 1588 16.1" },
	{ .name = "duration", BYTES(6, 4), .kind = FIELD_DEC, .label = "how long, s",
	  .ref = "IEEE 1588 16.1" },
};

static const struct field cancel[] = {
	{ .name = "type", BITS(32, 4), .kind = FIELD_DEC, .names = types,
	  .label = "message type given up", .ref = "IEEE 1588 16.1" },
};

static const struct field path[] = {
	{ .name = "clock", BYTES(4, 8), .kind = FIELD_HEX, .flags = FIELD_ARRAY,
	  .label = "clocks on the path", .ref = "IEEE 1588 16.2" },
};

static const struct field offset[] = {
	{ .name = "key", BYTES(4, 1), .kind = FIELD_DEC, .label = "which timescale",
	  .ref = "IEEE 1588 16.3" },
	{ .name = "current", BYTES(5, 4), .kind = FIELD_INT, .label = "its offset, s",
	  .ref = "IEEE 1588 16.3" },
	{ .name = "jump", BYTES(9, 4), .kind = FIELD_INT, .label = "next jump, s",
	  .ref = "IEEE 1588 16.3" },
	{ .name = "next", BYTES(13, 6), .kind = FIELD_DEC, .label = "time of it, s",
	  .ref = "IEEE 1588 16.3" },
	{ .name = "zone", .at = { 160, 0 }, .kind = FIELD_TEXT, .flags = FIELD_REST,
	  .label = "name of the timescale", .ref = "IEEE 1588 16.3" },
};

static const struct opt_def opts[] = {
	{ .kind = 1, .name = "management", .min_bytes = 6, FIELDS(management),
	  .ref = "IEEE 1588 15.5" },
	{ .kind = 2, .name = "management_error", .min_bytes = 8, .ref = "IEEE 1588 15.5.4" },
	{ .kind = 3, .name = "organisation", .min_bytes = 10, FIELDS(organisation),
	  .ref = "IEEE 1588 14.3" },
	{ .kind = 4, .name = "unicast_request", .min_bytes = 10, .max_bytes = 10, FIELDS(unicast),
	  .ref = "IEEE 1588 16.1" },
	{ .kind = 5, .name = "unicast_grant", .min_bytes = 10, .max_bytes = 12, FIELDS(unicast),
	  .ref = "IEEE 1588 16.1" },
	{ .kind = 6, .name = "unicast_cancel", .min_bytes = 6, .max_bytes = 6, FIELDS(cancel),
	  .ref = "IEEE 1588 16.1" },
	{ .kind = 7, .name = "unicast_cancel_ack", .min_bytes = 6, .max_bytes = 6, FIELDS(cancel),
	  .ref = "IEEE 1588 16.1" },
	{ .kind = 8, .name = "path_trace", .min_bytes = 4, FIELDS(path), .ref = "IEEE 1588 16.2" },
	{ .kind = 9, .name = "alternate_time", .min_bytes = 20, FIELDS(offset),
	  .ref = "IEEE 1588 16.3" },
	{ .kind = 0x8000, .name = "organisation_keep", .min_bytes = 10, FIELDS(organisation),
	  .ref = "IEEE 1588 14.3" },
	{ .kind = 0x8001, .name = "l1_sync", .min_bytes = 4, .ref = "IEEE 1588 annex L" },
	{ .kind = 0x8008, .name = "pad", .min_bytes = 4, .ref = "IEEE 1588 14.4.2" },
	{ .kind = 0x8009, .name = "authentication", .min_bytes = 4, .ref = "IEEE 1588 16.14" },
};

static const struct len_case lengths[] = {
	{ 0, 44 }, { 1, 44 }, { 2, 54 }, { 3, 54 }, { 8, 44 }, { 9, 54 }, { 10, 54 }, { 11, 64 },
	{ 12, 44 }, { 13, 48 }, { 0, 0 },
};

/* Version 2 and a length that is there; a zero length is what build begins with. */
static bool check(const uint8_t *p, uint32_t have, uint32_t bytes)
{
	uint32_t n;

	if (have < 34 || (p[1] & 15) != 2)
		return false;
	n = get_be16(p + 2);
	return n >= 34 && n <= bytes;
}

const struct proto proto_ptp = {
	.name = "ptp", .label = "Precision time", .ref = "IEEE 1588", .min_bytes = 34,
	.hdr = { .at = { 4, 4 }, .cases = lengths },
	.total = { .at = { 16, 16 }, .unit = 1 },
	FIELDS(fields),
	.tlv = &layout,
	OPTIONS(opts),
	.check = check,
	.in = { { REG_ETHERTYPE, 0x88f7 }, { REG_UDP_PORT, 319 }, { REG_UDP_PORT, 320 } },
};
