// SPDX-License-Identifier: GPL-2.0-or-later
/* geo_priv - one kind of file behind geo: how it is opened, asked and closed. */
#ifndef SYS_GEO_PRIV_H
#define SYS_GEO_PRIV_H

#include "sys/geo.h"

struct geo_source {
	const struct geo_kind *kind;
	void *file;
};

/* 'find' fills in only what is still empty in 'ret'. */
struct geo_kind {
	int (*open)(const char *path, void **ret_file, struct err *e);
	void (*find)(void *file, int family, const void *addr, struct geo_place *ret);
	void (*close)(void *file);
};

extern const struct geo_kind geo_mmdb, geo_legacy, geo_prefix;

/* Copies 'n' bytes of text into 'out' of 'cap' bytes, cut at a whole character, if it is empty. */
void geo_text(char *out, size_t cap, const char *text, size_t n);

#endif
