// SPDX-License-Identifier: GPL-2.0-or-later
/* protodoc - texts made from the protocol table (proto/proto.h): the list of protocols, a table of
 * one with its fields, bits, values and references, and the manual page of all. Adds to a buffer;
 * prints nothing. */
#ifndef UI_PROTODOC_H
#define UI_PROTODOC_H

#include "base/str.h"
#include "proto/proto.h"
#include "ui/jsonw.h"

/* One line a protocol: name, what it is, where it is described. */
void protodoc_list(struct str *out);

/* Fields, options and groups of 'p', where it lives, what its numbers mean. */
void protodoc_table(const struct proto *p, struct str *out);

/* The same as one JSON object. */
void protodoc_json(const struct proto *p, struct jsonw *j);

/* netsniff-protocols(7) in mdoc(7): all protocols. */
void protodoc_mdoc(struct str *out);

/* Name of registry 'reg' with an article, "an ethertype"; NULL for REG_NONE. */
const char *protodoc_registry(enum registry reg);

#endif
