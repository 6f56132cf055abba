// SPDX-License-Identifier: GPL-2.0-or-later
/* render - from values to text: a block a layer, one line, JSON, a hex dump, printable characters.
 * Appends to a struct str and prints nothing. No byte of a packet reaches the terminal unescaped.
 *
 * JSON, one object a packet on one line (the schema is stable; keys are only added):
 *   {"time":"1700000000.123456789",   seconds and nanoseconds since the epoch; a string, as a
 *                                     double cannot hold it; missing when there is none
 *    "number":1,"iface":"eth0","dir":"in"|"out"|"broadcast"|"multicast"|"other",
 *    "len":98,"caplen":98,"linktype":"EN10MB" (a number if it has no name),"cut":true,
 *    "vlan":{"tpid":33024,"tci":5},   the tag that the kernel stripped from a live packet
 *    "layers":[{"proto":"ip",         name and fields as in the table
 *      "src":"10.0.0.1",              addresses are strings, numbers numbers, bytes hex strings
 *      "protocol_text":"tcp",         FIELD_text: the number's name, where it has one
 *      "csum_state":"ok"|"wrong"|"unknown"|"none","csum_should":4660,
 *      "options":[{"kind":2,"name":"mss","bytes":4,"value":1460}],
 *      "question":[{"name":"example.com"}],   records that a protocol finds: an array a group
 *      "bad":"total length","value_is":1500,"limit":1480 or "cut":true}],
 *    "payload":{"off":54,"len":44,"caplen":44},"trailer":{"off":..,"len":..,"caplen":..}}
 * A field wider than 53 bits is always a string of decimal digits. A repeated field is an array.
 * A field whose name is "proto" is called "protocol" in JSON, since "proto" names the layer. */
#ifndef PROTO_RENDER_H
#define PROTO_RENDER_H

#include "base/str.h"
#include "proto/names.h"
#include "proto/walk.h"

/* What else is known of an address (FIELD_IPV4, FIELD_IPV6): its name, its place. The caller embeds
 * it. 'text' appends " (...)" or nothing; 'json' appends members whose names begin with 'key', each
 * after a comma. */
struct render_notes {
	void (*text)(struct render_notes *n, struct str *s, const struct value *v);
	void (*json)(struct render_notes *n, struct str *s, const char *key,
		     const struct value *v);
};

/* How to print. Zeroed: plain text, UTC, built-in names alone. */
struct render_style {
	bool color;      /* ANSI colours; never the only carrier of a meaning */
	bool numeric;    /* numbers only: no names of ports, vendors */
	bool no_payload; /* the block form leaves the payload's dump out */
	bool offload;    /* checksums of outgoing live packets are the card's work: not wrong */
	int32_t utc_offset_s; /* added to times for showing them */
	const struct services *services; /* may be NULL */
	const struct vendors *vendors;   /* may be NULL */
	struct render_notes *notes;      /* may be NULL */
};

/* What is known of a packet beyond its bytes. */
struct render_meta {
	bool has_time;
	int64_t ts_ns;       /* since the epoch */
	uint64_t number;     /* 0: not shown */
	const char *iface;   /* may be NULL */
	uint8_t dir;         /* sll_pkttype: 0 to us .. 4 outgoing; 255 unknown */
	uint16_t vlan_tpid;  /* tag not in the bytes; 0 none */
	uint16_t vlan_tci;
};

/* A block of lines: a head line, one line a layer, what is wrong, the payload dumped. */
void render_text(struct str *s, const struct walk *w, const struct render_meta *m,
		 const struct render_style *st);

/* One line. */
void render_less(struct str *s, const struct walk *w, const struct render_meta *m,
		 const struct render_style *st);

/* One JSON object and a newline. */
void render_json(struct str *s, const struct walk *w, const struct render_meta *m,
		 const struct render_style *st);

/* Head line and dump of all captured bytes: offset, hexadecimal, printable. */
void render_hex(struct str *s, const struct walk *w, const struct render_meta *m,
		const struct render_style *st);

/* Head line and all captured bytes, what is not printable as a dot, newlines and tabs kept. */
void render_ascii(struct str *s, const struct walk *w, const struct render_meta *m,
		  const struct render_style *st);

/* Dump of 'n' bytes, 16 a line, each line after 'indent'; offsets begin at 'base'. */
void render_dump(struct str *s, const uint8_t *data, uint32_t n, uint32_t base,
		 const char *indent);

/* A value as the block form shows it, without its field's name. */
void render_value(struct str *s, const struct value *v, const struct render_style *st);

/* 'text' of any origin as a JSON string with its quotes; bytes that are not UTF-8 are escaped
 * one by one. */
void render_json_string(struct str *s, const char *text, size_t n);

/* 'text' from a file or a name server for a terminal: what is not printable ASCII as \\xNN. */
void render_outside_text(struct str *s, const char *text);

/* Seconds and nanoseconds of 'ts_ns', and a UTC time "2026-01-31 23:59:59.000000001". */
void render_epoch(struct str *s, int64_t ts_ns);
void render_time(struct str *s, int64_t ts_ns, int32_t utc_offset_s, bool with_date);

#endif
