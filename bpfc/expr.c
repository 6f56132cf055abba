// SPDX-License-Identifier: GPL-2.0-or-later
/* expr - see expr.h. */
#include "expr.h"

#include "cbpf/expr.h"
#include "sys/exprnames.h"

int expr_source(const struct job *job, struct source *s, struct err *e)
{
	const struct expr_env env = {
		.linktype = job->linktype,
		.snaplen = job->snaplen,
		.netmask = job->netmask,
		.mode = job->live ? EXPR_LIVE : EXPR_FILE,
		.no_optimise = job->no_optimise,
		.names = exprnames_system(),
	};
	int rc;

	rc = expr_compile(str_text(&s->text), &env, &s->p.prog, e);
	if (rc)
		return err_prefix(e, "-e");
	return source_drop_places(job, s, e);
}
