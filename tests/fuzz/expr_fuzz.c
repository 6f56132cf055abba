// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_fuzz - filter expressions of arbitrary bytes, for a few link types, live and in files: what
 * compiles must be a program the kernel takes. Must reach every primitive of the parser. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/expr.h"
#include "cbpf/insn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static const uint16_t linktypes[] = { 1,   0,	9,   101, 105, 113,
					      117, 123, 127, 140, 192, 276 };
	AUTO(free_p) char *text = malloc(n_bytes + 1);

	if (!text || n_bytes > 2048)
		return 0;
	memcpy(text, data, n_bytes);
	text[n_bytes] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(linktypes); i++) {
		AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
		struct expr_env env = { .linktype = linktypes[i],
					.mode = i == 0 ? EXPR_LIVE : EXPR_FILE };
		struct err e = { 0 };

		if (expr_compile(text, &env, &prog, &e) == 0 ? check_prog(&prog, &e) != 0 :
							       !e.text[0])
			abort();
	}
	return 0;
}
