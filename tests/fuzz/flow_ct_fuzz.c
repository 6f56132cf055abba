// SPDX-License-Identifier: GPL-2.0-or-later
/* flow_ct_fuzz - messages of connection tracking of arbitrary bytes, and, behind a first byte of
 * 'f', filters of flowtop. Must reach every attribute and every word of the filter language. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../flowtop/ct.h"
#include "../../flowtop/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

static void try_filter(const uint8_t *data, size_t n_bytes)
{
	AUTO(filter_free_p) struct filter *filter = NULL;
	struct filter_env env = { .real_ns = 1 };
	char *text = malloc(n_bytes + 1);
	struct flow flow = { .used = true };
	struct err e = { 0 };

	if (!text)
		return;
	memcpy(text, data, n_bytes);
	text[n_bytes] = '\0';
	if (filter_parse(text, &filter, &e) == 0)
		(void)filter_match(filter, &flow, &env);
	else if (!e.text[0])
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	uint8_t *copy = malloc(n_bytes ?: 1);
	uint32_t len = n_bytes;
	struct ct c;

	if (!copy)
		return 0;
	if (n_bytes && data[0] == 'f') {
		try_filter(data + 1, n_bytes - 1);
	} else {
		if (n_bytes)
			memcpy(copy, data, n_bytes);
		if (n_bytes >= 4)
			memcpy(copy, &len, 4);
		if (ct_parse(copy, n_bytes, &c) == CT_NEW &&
		    memchr(c.helper, 0, sizeof(c.helper)) == NULL)
			abort();
	}
	free(copy);
	return 0;
}
