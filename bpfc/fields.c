// SPDX-License-Identifier: GPL-2.0-or-later
/* fields - see fields.h. Whether a field can be had is what the compiler says of its name alone. */
#include "fields.h"

#include <errno.h>

#include "cbpf/expr.h"
#include "cbpf/insn.h"
#include "proto/proto.h"
#include "ui/jsonw.h"

enum { NAME_COLUMNS = 12, LINE_COLUMNS = 76 };

/* 1: 'name' can be had, 0: not, as of a link header that these packets do not have; or -ENOMEM. */
static int expressible(const struct job *job, const char *name, struct err *e)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	const struct expr_env env = {
		.linktype = job->linktype,
		.netmask = EXPR_NETMASK_UNKNOWN,
		.mode = job->live ? EXPR_LIVE : EXPR_FILE,
	};
	int rc = expr_compile(name, &env, &prog, e);

	return rc == -ENOMEM ? rc : rc == 0;
}

/* A field that stands at more than one place has more than one record. */
static bool is_first(const struct proto *p, unsigned int i)
{
	for (unsigned int k = 0; k < i; k++)
		if (streq(p->fields[k].name, p->fields[i].name))
			return false;
	return true;
}

static void add_name(const struct proto *p, const char *name, size_t *line, struct str *out)
{
	size_t n = strlen(p->name);

	if (*line == 0) {
		str_add(out, p->name);
		str_pad(out, ' ', n < NAME_COLUMNS ? NAME_COLUMNS - n : 1);
		*line = MAX(n + 1, (size_t)NAME_COLUMNS);
	} else if (*line + 1 + strlen(name) > LINE_COLUMNS) {
		str_addc(out, '\n');
		str_pad(out, ' ', NAME_COLUMNS);
		*line = NAME_COLUMNS;
	} else {
		str_addc(out, ' ');
		++*line;
	}
	str_add(out, name);
	*line += strlen(name);
}

static int add_proto(const struct job *job, const struct proto *p, struct str *out, struct err *e)
{
	AUTO(str_free) struct str name = { 0 };
	struct jsonw j = jsonw_of(out);
	size_t line = 0;

	for (unsigned int i = 0; i < p->n_fields; i++) {
		int rc;

		if (!is_first(p, i))
			continue;
		str_clear(&name);
		str_addf(&name, "%s.%s", p->name, p->fields[i].name);
		rc = expressible(job, str_text(&name), e);
		if (rc < 0)
			return rc;
		if (rc == 0)
			continue;
		if (!job->json) {
			add_name(p, p->fields[i].name, &line, out);
			continue;
		}
		if (line++ == 0) {
			jsonw_object(&j, NULL);
			jsonw_str(&j, "proto", p->name);
			jsonw_array(&j, "fields");
		}
		jsonw_str(&j, NULL, p->fields[i].name);
	}
	if (line && job->json)
		jsonw_line(&j);
	else if (line)
		str_addc(out, '\n');
	return 0;
}

int fields_add(const struct job *job, struct str *out, struct err *e)
{
	size_t n;
	const struct proto *const *all = proto_all(&n);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_proto(job, all[i], out, e);
	return rc;
}
