// SPDX-License-Identifier: GPL-2.0-or-later
/* found - how a find hook hands over the values that have no fixed place: DNS names, radiotap
 * fields, netlink attributes, the names in a TLS hello.
 * A hook reads the captured bytes of its header through the cursor, names a field of its table
 * (FIELD_FOUND) for each value, and may put values into groups, which are records of 'opts' in its
 * table. Render, --fields and the tests each bring a receiver; the hook knows none of them.
 *
 * Rules that keep JSON valid: values of one array field follow each other without another in
 * between, so do groups of one name; a field that is no array comes once. A hook gives what it
 * read before a lie, then found_bad(). What the capture cut is not bad: it just ends. */
#ifndef PROTO_FOUND_H
#define PROTO_FOUND_H

#include "base/bytes.h"
#include "proto/walk.h"

/* Groups within groups. A hook that goes deeper stops there. */
#define FOUND_DEPTH 8

/* A receiver; its owner embeds it. Pointers in values live until the call returns. */
struct finder {
	void (*value)(struct finder *fi, const struct value *v);
	void (*open)(struct finder *fi, const struct opt_def *group);
	void (*close)(struct finder *fi, const struct opt_def *group);
	void (*bad)(struct finder *fi, const char *what, uint64_t value);
	bool cut; /* the capture ends inside this header: a short read is no lie */
	const struct opt_def *stack[FOUND_DEPTH];
	unsigned int depth;
};

/* Runs the hook of layer 'l', if it has one and its fixed part was captured. */
void walk_find(const struct walk *w, const struct layer *l, struct finder *fi);

/* Runs the hook of option 'o', if it has one; 'cut': the capture ends inside it. */
void option_find(const struct option *o, bool cut, struct finder *fi);

/* All values of the 'n_fields' at 'fields' that have a fixed place in the 'n' bytes at 'p'. */
void found_fields(struct finder *fi, const struct field *fields, unsigned int n_fields,
		  const uint8_t *p, uint32_t n);

/* The same for the fields of 'group', which is opened and closed around them. */
void found_group(struct finder *fi, const struct opt_def *group, const uint8_t *p, uint32_t n);

/* A number, bool or flags. */
void found_number(struct finder *fi, const struct field *f, uint64_t number);

/* An address (of the length that its kind has), bytes or text of 'n' bytes at 'p'. */
void found_bytes(struct finder *fi, const struct field *f, const void *p, uint32_t n);

/* Begins and ends a group of values. False, and nothing begun, at the depth limit. */
bool found_open(struct finder *fi, const struct opt_def *group) MUST_USE;
void found_close(struct finder *fi);

/* What cannot be: 'what' is a fragment such as "name pointer", 'value' what it is. */
void found_bad(struct finder *fi, const char *what, uint64_t value);

#endif
