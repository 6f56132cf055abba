// SPDX-License-Identifier: GPL-2.0-or-later
/* columns - chosen values of packets as the columns of a table or of CSV (RFC 4180), one line a
 * packet. Used by netsniff --fields.
 *
 * A column is PROTOCOL.FIELD, PROTOCOL.OPTION.FIELD, PROTOCOL.GROUP.FIELD (values that a protocol
 * finds: dns.answer.addr), any of these with _text behind it (the number's name, as in JSON),
 * PROTOCOL.csum_state, or of the packet itself: number, time, date, iface, dir, vlan, len, caplen,
 * linktype, layers, payload. Numbers are decimal, or 0x.. where the block form has them so. Several
 * values of one packet stand in the order of its bytes with ';' between them. */
#ifndef PROTO_COLUMNS_H
#define PROTO_COLUMNS_H

#include "base/err.h"
#include "base/str.h"
#include "proto/render.h"

enum { COLUMNS_MAX = 64, COLUMN_NAME_BYTES = 80 };

struct column {
	uint8_t of;    /* enum column_of in columns.c */
	bool text;     /* the number's name */
	bool right;    /* aligned to the right in a table */
	uint8_t width; /* in a table */
	const struct proto *proto;
	const char *group; /* option or group that has it, NULL: the header */
	const char *field;
	char name[COLUMN_NAME_BYTES]; /* as asked for */
};

struct columns {
	unsigned int n;
	bool csv; /* else a table */
	struct column col[COLUMNS_MAX];
};

/* Reads the names in 'list', separated by commas; 'csv' of 'ret_c' stays as it is. Returns 0 or
 * -EINVAL with 'e', which begins with 'what' and says what may have been meant. */
int columns_parse(const char *list, const char *what, struct columns *ret_c,
		  struct err *e) MUST_USE;

/* The line of names. */
void columns_head(struct str *s, const struct columns *c);

/* The line of one packet. */
void columns_line(struct str *s, const struct columns *c, const struct walk *w,
		  const struct render_meta *m, const struct render_style *st);

#endif
