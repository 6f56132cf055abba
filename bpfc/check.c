// SPDX-License-Identifier: GPL-2.0-or-later
/* check - see check.h. */
#include "check.h"

#include "base/log.h"
#include "base/str.h"
#include "cbpf/check.h"
#include "ui/jsonw.h"

/* Puts where instruction 'at' comes from before the sentence. */
static int locate(const struct source *s, unsigned int at, struct err *e)
{
	AUTO(str_free) struct str where = { 0 };

	source_add_pos(s, at, &where);
	return err_prefix(e, "%s", str_text(&where));
}

int check_before_emit(const struct job *job, const struct source *s, struct err *e)
{
	struct err warning = { 0 };
	unsigned int at;
	int rc;

	if (job->bypass)
		return 0;
	if (job->seccomp) {
		rc = check_find(&s->p.prog, CHECK_SECCOMP, &at, e);
		return rc ? locate(s, at, e) : 0;
	}
	rc = check_find(&s->p.prog, CHECK_ANY, &at, e);
	if (rc)
		return locate(s, at, e);
	if (check_find(&s->p.prog, CHECK_SOCKET, &at, &warning)) {
		locate(s, at, &warning);
		log_warn("warning: Linux refuses this program: %s", warning.text);
	}
	return 0;
}

int check_before_run(const struct source *s, struct err *e)
{
	unsigned int at;
	int rc;

	rc = check_find(&s->p.prog, CHECK_SOCKET, &at, e);
	return rc ? locate(s, at, e) : 0;
}

static void report_json(const struct source *s, unsigned int at, const char *reason,
			struct str *out)
{
	struct jsonw j = jsonw_of(out);

	jsonw_object(&j, NULL);
	jsonw_bool(&j, "valid", !reason);
	jsonw_u64(&j, "instructions", s->p.prog.len);
	if (reason) {
		jsonw_u64(&j, "instruction", at);
		source_json_pos(s, at, &j);
		jsonw_str(&j, "reason", reason);
	}
	jsonw_line(&j);
}

int check_report(const struct job *job, const struct source *s, struct str *out, struct err *e)
{
	enum check_rules rules = job->seccomp ? CHECK_SECCOMP : CHECK_SOCKET;
	unsigned int at;
	int rc;

	rc = check_find(&s->p.prog, rules, &at, e);
	if (job->json)
		report_json(s, at, rc ? e->text : NULL, out);
	else if (rc == 0)
		str_addf(out, "%s: %u instructions, the kernel takes them%s\n", job->name,
			 s->p.prog.len, job->seccomp ? " for seccomp" : "");
	return rc ? locate(s, at, e) : 0;
}
