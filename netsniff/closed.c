// SPDX-License-Identifier: GPL-2.0-or-later
/* closed - see closed.h. */
#include "closed.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/str.h"
#include "ui/jsonw.h"

void closed_print(const struct job *job, const char *name, uint64_t packets, uint64_t bytes)
{
	AUTO(str_free) struct str text = { 0 };
	struct jsonw j = jsonw_of(&text);

	if (job->print_closed == CLOSED_QUIET)
		return;
	if (job->print_closed == CLOSED_TEXT) {
		str_addf(&text, "%s: %" PRIu64 " packets, %" PRIu64 " bytes\n", name, packets,
			 bytes);
	} else {
		jsonw_object(&j, NULL);
		jsonw_str(&j, "closed", name);
		jsonw_u64(&j, "packets", packets);
		jsonw_u64(&j, "file_bytes", bytes);
		jsonw_line(&j);
	}
	fwrite(str_text(&text), 1, text.len, stdout);
	fflush(stdout);
}
