// SPDX-License-Identifier: GPL-2.0-or-later
/* optdoc - texts made from an option table (ui/opt.h): the --help page, the OPTIONS section of the
 * manual page, and completions for bash and zsh. Adds to a buffer; prints nothing. */
#ifndef UI_OPTDOC_H
#define UI_OPTDOC_H

#include "base/str.h"
#include "ui/opt.h"

/* The --help page: usage line, options under their headings, footer; no line over 80 columns. */
void optdoc_help(const struct opt_table *t, struct str *out);

/* The body of section OPTIONS in mdoc(7): one .Bl list under each heading. */
void optdoc_mdoc(const struct opt_table *t, struct str *out);

/* A completion file for bash: a function and its `complete` line. */
void optdoc_bash(const struct opt_table *t, struct str *out);

/* A completion file for zsh: `#compdef`, then _arguments. */
void optdoc_zsh(const struct opt_table *t, struct str *out);

/* What --completion prints, and the names of that for its record in a table. */
enum completion { COMPLETION_NONE, COMPLETION_BASH, COMPLETION_ZSH, COMPLETION_MDOC };
extern const struct opt_name optdoc_completions[];

/* The page that --help, --version or --completion (enum completion) asks for; false, and nothing
 * added, if none of them was given. */
bool optdoc_page(const struct opt_table *t, bool help, bool version, int completion,
		 struct str *out);

#endif
