// SPDX-License-Identifier: GPL-2.0-or-later
/* optdoc_main - prints what ui/optdoc makes of one program's option table, while the toolkit is
 * built: the OPTIONS section of its manual page and its completions. Linked with the program's
 * options.c as build/doc/PROGRAM; OPTION_TABLE is the table's name. Not part of libcommon.a. */
#include "ui/optdoc.h"

#include <stdio.h>

extern const struct opt_table OPTION_TABLE;

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(const struct opt_table *t, struct str *out);
	} texts[] = {
		{ "help", optdoc_help },
		{ "mdoc", optdoc_mdoc },
		{ "bash", optdoc_bash },
		{ "zsh", optdoc_zsh },
	};
	AUTO(str_free) struct str out = { 0 };

	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(texts); i++)
		if (streq(argv[1], texts[i].name))
			texts[i].make(&OPTION_TABLE, &out);
	if (!out.len || out.failed || fwrite(out.p, 1, out.len, stdout) != out.len) {
		fprintf(stderr, "usage: %s help|mdoc|bash|zsh\n", argv[0]);
		return 2;
	}
	return fflush(stdout) ? 1 : 0;
}
