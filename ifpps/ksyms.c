// SPDX-License-Identifier: GPL-2.0-or-later
/* ksyms - see ksyms.h. Format: "ffffffff81000000 T _stext" and " [module]" behind, proc(5). */
#include "ksyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "procfs.h"

static int by_address(const void *a, const void *b)
{
	uint64_t x = ((const struct ksym *)a)->addr, y = ((const struct ksym *)b)->addr;

	return (x > y) - (x < y);
}

static int add(struct ksyms *s, uint64_t addr, const char *name, size_t n, struct err *e)
{
	struct ksym *grown;
	size_t max;

	if (s->n == s->max) {
		max = s->max ? s->max * 2 : 4096;
		grown = reallocarray(s->v, max, sizeof(*grown));
		if (!grown)
			return err_sys(e, ENOMEM, "names of the kernel's functions");
		s->v = grown;
		s->max = max;
	}
	s->v[s->n++] = (struct ksym){ addr, s->names.len };
	str_add_n(&s->names, name, n);
	str_add_n(&s->names, "", 1);
	return s->names.failed ? err_sys(e, ENOMEM, "names of the kernel's functions") : 0;
}

int ksyms_parse(const char *text, struct ksyms *s, struct err *e)
{
	const char *end;
	uint64_t addr;
	size_t n;
	int rc;

	*s = (struct ksyms){ 0 };
	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		if (!procfs_number(&text, 16, &addr) || !addr || end - text < 4)
			continue;
		/* Of the kinds, functions are t, T, w, W. */
		if (text[0] != ' ' || text[2] != ' ' || !strchr("tTwW", text[1]))
			continue;
		n = strcspn(text + 3, " \t\n");
		rc = add(s, addr, text + 3, n, e);
		if (rc) {
			ksyms_free(s);
			return rc;
		}
	}
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), by_address);
	return 0;
}

void ksyms_free(struct ksyms *s)
{
	free(s->v);
	str_free(&s->names);
	*s = (struct ksyms){ 0 };
}

const char *ksyms_name(const struct ksyms *s, uint64_t addr)
{
	size_t lo = 0, hi = s->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (s->v[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? s->names.p + s->v[lo - 1].name : NULL;
}
