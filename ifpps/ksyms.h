// SPDX-License-Identifier: GPL-2.0-or-later
/* ksyms - names of the kernel's functions by address, from /proc/kallsyms. Pure. */
#ifndef IFPPS_KSYMS_H
#define IFPPS_KSYMS_H

#include "base/err.h"
#include "base/str.h"

struct ksyms {
	struct ksym {
		uint64_t addr;
		uint32_t name; /* where it begins in 'names' */
	} *v; /* ascending by address */
	size_t n, max;
	struct str names;
};

/* Takes the functions of the text of /proc/kallsyms; lines of address 0 are what the kernel hides
 * (kptr_restrict). Returns 0, or -ENOMEM with 'e'. */
int ksyms_parse(const char *text, struct ksyms *s, struct err *e) MUST_USE;
void ksyms_free(struct ksyms *s);

/* The function that 'addr' lies in; NULL: none is known. */
const char *ksyms_name(const struct ksyms *s, uint64_t addr);

#endif
