// SPDX-License-Identifier: GPL-2.0-or-later
/* render_priv - what the forms of output share with each other. */
#ifndef PROTO_RENDER_PRIV_H
#define PROTO_RENDER_PRIV_H

#include "proto/found.h"
#include "proto/render.h"

#define COLOR_OFF   "0"
#define COLOR_PROTO "1"
#define COLOR_BAD   "31"
#define COLOR_DIM   "2"

/* Begins (or with COLOR_OFF ends) a colour where the style has colours. */
void render_color(struct str *s, const struct render_style *st, const char *code);

/* Digits of all bytes, two each. */
extern const char render_hex_digits[2 * 256 + 1];

static inline void render_hex_pair(char *q, uint8_t v)
{
	memcpy(q, render_hex_digits + 2 * v, 2);
}

/* 'n' bytes as hexadecimal digits. */
void render_hex_bytes(struct str *s, const uint8_t *p, uint32_t n);

/* Names of the set bits, by commas; 'none' (if not NUL) when there are none. */
void render_flags(struct str *s, const struct value *v, char none);

/* The number alone, as its kind says. */
void render_number(struct str *s, const struct value *v);

/* The name of the number, ports by the style's services; NULL without one. */
const char *render_name_of(const struct value *v, const struct render_style *st);

/* The time (UTC) that a number marked FIELD_NTP is; false, and nothing added, for others and for
 * 0, which says that the time is not known. */
bool render_ntp_time(struct str *s, const struct value *v);

/* The address alone; false for a value that is none. */
bool render_address(struct str *s, const struct value *v);

/* Head line of the multi-line forms, with its newline. */
void render_head(struct str *s, const struct walk *w, const struct render_meta *m,
		 const struct render_style *st);

/* What direction 'dir' is called, NULL when unknown. */
const char *render_dir(uint8_t dir);

/* A name from outside (interface), with what is not printable replaced. */
void render_outside_name(struct str *s, const char *name);

/* "bad: total length 1500, at most 46" of a layer. */
void render_why(struct str *s, const struct layer *l);

/* "bad: name pointer 300": what a find hook or an option could not make sense of. */
void render_bad(struct str *s, const struct render_style *st, const char *what, uint64_t value);

/* walk_csum() as the style sees it: an offloaded checksum is unknown, not wrong. */
enum csum_state render_csum(const struct walk *w, const struct layer *l,
			    const struct render_meta *m, const struct render_style *st,
			    uint32_t *ret_should);

#endif
