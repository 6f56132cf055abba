// SPDX-License-Identifier: GPL-2.0-or-later
/* protos - see protos.h. */
#include "protos.h"

#include <errno.h>

#include "base/near.h"
#include "ui/protodoc.h"

static int unknown(const char *what, struct err *e)
{
	struct near n = { 0 };
	size_t n_protos;
	const struct proto *const *all = proto_all(&n_protos);

	for (size_t i = 0; i < n_protos; i++)
		near_consider(&n, what, all[i]->name);
	return err_set(e, EINVAL, "--proto: there is no protocol '%s'%s%s%s; --proto list names all",
		       what, n.word ? ", did you mean " : "", n.word ? n.word : "",
		       n.word ? "?" : "");
}

static void list(bool json, struct str *out)
{
	struct jsonw j = jsonw_of(out);
	size_t n;
	const struct proto *const *all = proto_all(&n);

	if (!json)
		return protodoc_list(out);
	for (size_t i = 0; i < n; i++)
		protodoc_json(all[i], &j);
}

int protos_describe(const char *what, bool json, struct str *out, struct err *e)
{
	const struct proto *p = proto_by_name(what);
	struct jsonw j = jsonw_of(out);

	if (streq(what, "list"))
		list(json, out);
	else if (streq(what, "mdoc") && !json)
		protodoc_mdoc(out);
	else if (!p)
		return unknown(what, e);
	else if (json)
		protodoc_json(p, &j);
	else
		protodoc_table(p, out);
	return 0;
}
