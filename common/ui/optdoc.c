// SPDX-License-Identifier: GPL-2.0-or-later
/* optdoc - see optdoc.h. */
#include "ui/optdoc.h"

#include <ctype.h>
#include <stdio.h>

enum { WIDTH = 80, HELP_COLUMN = 32 };

const struct opt_name optdoc_completions[] = {
	{ "bash", COMPLETION_BASH, "a completion file for bash" },
	{ "zsh", COMPLETION_ZSH, "a completion file for zsh" },
	{ "mdoc", COMPLETION_MDOC, "this list as mdoc(7), for the manual page" },
	{ NULL, 0, NULL },
};

/* Adds 'text' word by word from column 'col' on, lines after the first indented by 'indent'. */
static void add_wrapped(struct str *out, const char *text, size_t col, size_t indent)
{
	size_t n;

	while (*text) {
		n = strcspn(text, " ");
		if (col > indent && col + 1 + n > WIDTH) {
			str_addc(out, '\n');
			str_pad(out, ' ', indent);
			col = indent;
		} else if (col > indent) {
			str_addc(out, ' ');
			col++;
		}
		str_add_n(out, text, n);
		col += n;
		text += n;
		while (*text == ' ')
			text++;
	}
	str_addc(out, '\n');
}

/* "-i, -d, --in, --dev DEV|FILE" */
static void add_names(const struct opt *o, struct str *out)
{
	const char chars[2] = { o->ch, o->ch2 };
	const char *longs[2] = { o->name, o->name2 };
	const char *sep = "";
	size_t i;

	for (i = 0; i < 2; i++) {
		if (!chars[i])
			continue;
		str_addf(out, "%s-%c", sep, chars[i]);
		sep = ", ";
	}
	for (i = 0; i < 2; i++) {
		if (!longs[i])
			continue;
		str_addf(out, "%s%s--%s", i || o->ch ? "" : "    ", sep, longs[i]);
		sep = ", ";
	}
	if (opt_takes_arg(o))
		str_addf(out, o->optional ? "[=%s]" : " %s", o->arg);
}

/* The words of an enumeration, as help shows them after the sentence. */
static void add_words(const struct opt *o, struct str *text)
{
	const struct opt_name *n;
	const char *sep = ": ";

	if (!o->names || o->optional)
		return;
	for (n = o->names; n->name; n++) {
		if (!n->help)
			continue;
		str_addf(text, "%s%s", sep, n->name);
		sep = ", ";
	}
}

/* A default that says more than "nothing asked for". */
static bool default_matters(const struct opt *o)
{
	return o->def && opt_takes_arg(o) && !streq(o->def, "0") && !streq(o->def, "any");
}

static void add_help_line(const struct opt *o, struct str *out)
{
	AUTO(str_free) struct str text = { 0 };
	size_t start = out->len, used;

	str_add(&text, o->help);
	add_words(o, &text);
	if (default_matters(o))
		str_addf(&text, " (default %s)", o->def);
	str_add(out, "  ");
	add_names(o, out);
	used = out->len - start;
	if (used + 2 > HELP_COLUMN) {
		str_addc(out, '\n');
		used = 0;
	}
	str_pad(out, ' ', HELP_COLUMN - used);
	add_wrapped(out, str_text(&text), HELP_COLUMN, HELP_COLUMN);
}

void optdoc_help(const struct opt_table *t, struct str *out)
{
	const struct opt *o;

	str_addf(out, "Usage: %s %s\n", t->program, t->usage);
	str_addc(out, toupper((unsigned char)t->one_line[0]));
	str_addf(out, "%s.\n", t->one_line + 1);
	for (o = t->opts; o->kind != OPT_END; o++) {
		if (o->kind == OPT_GROUP)
			str_addf(out, "\n%s:\n", o->help);
		else if (o->kind != OPT_REFUSED)
			add_help_line(o, out);
	}
	if (t->footer)
		str_addf(out, "\n%s", t->footer);
}

/* One word of roff text: escapes what roff would read as a request or a special character. */
static void add_roff_word(struct str *out, const char *s, size_t n)
{
	if (n && (*s == '.' || *s == '\''))
		str_add(out, "\\&");
	for (; n; s++, n--) {
		if (*s == '\\')
			str_add(out, "\\e");
		else if (*s == '-')
			str_add(out, "\\-");
		else if (*s == '"')
			str_add(out, "\\(dq");
		else
			str_addc(out, *s);
	}
}

/* Text for roff: a new line at each sentence, and before a line gets longer than a page is wide. */
static void add_roff(struct str *out, const char *s)
{
	size_t n, line = out->len;
	bool ends = false;

	for (; *s; s += strspn(s, " ")) {
		n = strcspn(s, " ");
		if (out->len > line &&
		    ((ends && isupper((unsigned char)*s)) || out->len - line + n > WIDTH - 6)) {
			str_addc(out, '\n');
			line = out->len;
		} else if (out->len > line) {
			str_addc(out, ' ');
		}
		add_roff_word(out, s, n);
		ends = n && s[n - 1] == '.';
		s += n;
	}
}

static void add_mdoc_item(const struct opt *o, struct str *out)
{
	const char chars[2] = { o->ch, o->ch2 };
	const char *longs[2] = { o->name, o->name2 };
	const char *sep = "";
	size_t i;

	str_add(out, ".It");
	for (i = 0; i < 2; i++) {
		if (!chars[i])
			continue;
		str_addf(out, "%s Fl %c", sep, chars[i]);
		sep = " ,";
	}
	for (i = 0; i < 2; i++) {
		if (!longs[i])
			continue;
		str_addf(out, "%s Fl \\-", sep);
		add_roff(out, longs[i]);
		sep = " ,";
	}
	if (opt_takes_arg(o)) {
		str_add(out, o->optional ? " Ns Op = Ns Ar " : " Ar ");
		add_roff(out, o->arg);
	}
	str_addc(out, '\n');
}

static void add_mdoc_text(const struct opt *o, struct str *out)
{
	const struct opt_name *n;
	AUTO(str_free) struct str text = { 0 };

	if (o->kind == OPT_REFUSED)
		str_add(&text, "Refused: ");
	str_addf(&text, "%s.", o->help);
	if (text.p)
		text.p[0] = toupper((unsigned char)text.p[0]);
	if (default_matters(o))
		str_addf(&text, " The default is %s.", o->def);
	if (o->more)
		str_addf(&text, " %s", o->more);
	add_roff(out, str_text(&text));
	str_addc(out, '\n');
	if (!o->names)
		return;
	str_add(out, ".Bl -tag -width netsniffxng -compact\n");
	for (n = o->names; n->name; n++) {
		if (!n->help)
			continue;
		str_add(out, ".It Cm ");
		add_roff(out, n->name);
		str_addc(out, '\n');
		add_roff(out, n->help);
		str_addc(out, '\n');
	}
	str_add(out, ".El\n");
}

void optdoc_mdoc(const struct opt_table *t, struct str *out)
{
	const struct opt *o;
	bool open = false;

	for (o = t->opts; o->kind != OPT_END; o++) {
		if (o->kind == OPT_GROUP) {
			str_addf(out, "%s.Ss %s\n.Bl -tag -width Ds\n", open ? ".El\n" : "",
				 o->help);
			open = true;
			continue;
		}
		add_mdoc_item(o, out);
		add_mdoc_text(o, out);
	}
	if (open)
		str_add(out, ".El\n");
}

/* All spellings of one option with 'sep' between them. */
static void add_spellings(const struct opt *o, const char *sep, struct str *out)
{
	const char chars[2] = { o->ch, o->ch2 };
	const char *longs[2] = { o->name, o->name2 };
	const char *between = "";
	size_t i;

	for (i = 0; i < 2; i++) {
		if (!chars[i])
			continue;
		str_addf(out, "%s-%c", between, chars[i]);
		between = sep;
	}
	for (i = 0; i < 2; i++) {
		if (!longs[i])
			continue;
		str_addf(out, "%s--%s", between, longs[i]);
		between = sep;
	}
}

static bool offered(const struct opt *o)
{
	return o->kind != OPT_GROUP && o->kind != OPT_REFUSED;
}

static void add_shown_names(const struct opt_name *n, struct str *out)
{
	const char *sep = "";

	for (; n->name; n++) {
		if (!n->help)
			continue;
		str_addf(out, "%s%s", sep, n->name);
		sep = " ";
	}
}

static void add_bash_case(const struct opt *o, struct str *out)
{
	static const char *const actions[] = {
		[ARG_NONE] = "COMPREPLY=()",
		[ARG_FILE] = "COMPREPLY=($(compgen -f -- \"$cur\"))",
		[ARG_DEV] =
			"COMPREPLY=($(compgen -W \"$(command ls /sys/class/net)\" -- \"$cur\"))",
		[ARG_DEV_OR_FILE] = "COMPREPLY=($(compgen -f -W \"any $(command ls "
				    "/sys/class/net)\" -- \"$cur\"))",
		[ARG_USER] = "COMPREPLY=($(compgen -u -- \"$cur\"))",
		[ARG_GROUP] = "COMPREPLY=($(compgen -g -- \"$cur\"))",
		[ARG_NETNS] = "COMPREPLY=($(compgen -W \"$(command ls /run/netns 2>/dev/null)\" -- "
			      "\"$cur\"))",
	};

	if (!offered(o) || !opt_takes_arg(o) || o->optional)
		return;
	str_add(out, "\t");
	add_spellings(o, "|", out);
	str_add(out, ")\n\t\t");
	if (o->names) {
		str_add(out, "COMPREPLY=($(compgen -W \"");
		add_shown_names(o->names, out);
		str_add(out, "\" -- \"$cur\"))");
	} else {
		str_add(out, actions[o->complete]);
	}
	str_add(out, "\n\t\treturn ;;\n");
}

void optdoc_bash(const struct opt_table *t, struct str *out)
{
	const struct opt *o;

	str_addf(out, "# bash completion for %s, made from its option table\n_%s()\n{\n",
		 t->program, t->program);
	str_add(out, "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		     "\tif [ \"$cur\" = = ]; then\n\t\tcur=\n"
		     "\telif [ \"$prev\" = = ]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n"
		     "\tcase $prev in\n");
	for (o = t->opts; o->kind != OPT_END; o++)
		add_bash_case(o, out);
	str_add(out, "\tesac\n\tCOMPREPLY=($(compgen -W \"");
	for (o = t->opts; o->kind != OPT_END; o++) {
		if (!offered(o))
			continue;
		add_spellings(o, " ", out);
		str_add(out, " \\\n\t\t");
	}
	str_addf(out, "\" -- \"$cur\"))\n}\ncomplete -o filenames -F _%s %s\n", t->program,
		 t->program);
}

/* Help inside a zsh specification: quotes, brackets and colons have a meaning there. */
static void add_zsh_text(struct str *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			str_add(out, "'\\''");
		else if (*s == '[' || *s == ']' || *s == ':' || *s == '\\')
			str_addf(out, "\\%c", *s);
		else
			str_addc(out, *s);
	}
}

static void add_zsh_spec(const struct opt *o, const char *spelling, bool long_name, struct str *out)
{
	static const char *const actions[] = {
		[ARG_NONE] = " ",
		[ARG_FILE] = "_files",
		[ARG_DEV] = "_net_interfaces",
		[ARG_DEV_OR_FILE] = "{_net_interfaces; _files}",
		[ARG_USER] = "_users",
		[ARG_GROUP] = "_groups",
		[ARG_NETNS] = "(/run/netns/*(\\:t))",
	};

	str_addf(out, "\t'*%s%s[", spelling,
		 !opt_takes_arg(o) ? ""
		 : o->optional	   ? (long_name ? "=-" : "-")
		 : long_name	   ? "="
				   : "+");
	add_zsh_text(out, o->help);
	str_add(out, "]");
	if (opt_takes_arg(o)) {
		str_addf(out, "%s:", o->optional ? ":" : "");
		add_zsh_text(out, o->arg);
		str_addc(out, ':');
		if (o->names) {
			str_addc(out, '(');
			add_shown_names(o->names, out);
			str_addc(out, ')');
		} else {
			str_add(out, actions[o->complete]);
		}
	}
	str_add(out, "' \\\n");
}

void optdoc_zsh(const struct opt_table *t, struct str *out)
{
	const char *longs[2];
	const struct opt *o;
	char spelling[80];
	size_t i;

	str_addf(out, "#compdef %s\n# made from the option table of %s\n_arguments -s -S \\\n",
		 t->program, t->program);
	for (o = t->opts; o->kind != OPT_END; o++) {
		const char chars[2] = { o->ch, o->ch2 };

		if (!offered(o))
			continue;
		longs[0] = o->name;
		longs[1] = o->name2;
		for (i = 0; i < 2; i++) {
			if (chars[i]) {
				snprintf(spelling, sizeof(spelling), "-%c", chars[i]);
				add_zsh_spec(o, spelling, false, out);
			}
			if (longs[i]) {
				snprintf(spelling, sizeof(spelling), "--%s", longs[i]);
				add_zsh_spec(o, spelling, true, out);
			}
		}
	}
	str_add(out, "\t'*:word: '\n");
}

bool optdoc_page(const struct opt_table *t, bool help, bool version, int completion,
		 struct str *out)
{
	if (help)
		optdoc_help(t, out);
	else if (version)
		str_addf(out, "%s %s\n", t->program, VERSION);
	else if (completion == COMPLETION_BASH)
		optdoc_bash(t, out);
	else if (completion == COMPLETION_ZSH)
		optdoc_zsh(t, out);
	else if (completion == COMPLETION_MDOC)
		optdoc_mdoc(t, out);
	else
		return false;
	return true;
}
