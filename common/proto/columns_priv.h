// SPDX-License-Identifier: GPL-2.0-or-later
/* columns_priv - what a column shows: columns_parse.c says it, columns.c does it. */
#ifndef PROTO_COLUMNS_PRIV_H
#define PROTO_COLUMNS_PRIV_H

enum column_of {
	COLUMN_FIELD,
	COLUMN_CSUM, /* what became of the checksum of 'proto' */
	COLUMN_NUMBER,
	COLUMN_TIME,
	COLUMN_DATE,
	COLUMN_IFACE,
	COLUMN_DIR,
	COLUMN_VLAN,
	COLUMN_LEN,
	COLUMN_CAPLEN,
	COLUMN_LINKTYPE,
	COLUMN_LAYERS,
	COLUMN_PAYLOAD,
};

#endif
