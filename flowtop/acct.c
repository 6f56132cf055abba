// SPDX-License-Identifier: GPL-2.0-or-later
/* acct - see acct.h. Source: Documentation/networking/nf_conntrack-sysctl.rst. */
#include "acct.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/log.h"
#include "sys/proc.h"

static const struct {
	const char *key, *what;
} switches[] = {
	{ "net.netfilter.nf_conntrack_acct", "packets and bytes" },
	{ "net.netfilter.nf_conntrack_timestamp", "when they began" },
};

static void tell(const struct setting *s, const char *what)
{
	if (s->error)
		log_warn("%s stays off: %s; %s of flows are not known", s->key, strerror(s->error),
			 what);
	else if (s->old[0] == '0')
		log_warn("%s is switched on until the end: %s of flows that begin from now on", s->key,
			 what);
}

int acct_start(struct acct *a, bool leave_alone, struct err *e)
{
	const char *what[ARRAY_SIZE(switches)];
	char value[8];
	size_t n = 0;
	int r;

	*a = (struct acct){ .restorer = NULL };
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		ssize_t len = sysctl_get(switches[i].key, value, sizeof(value), e);

		if (len == -ENOENT)
			return err_set(e, ENOENT,
				       "this kernel tracks no connections here: load nf_conntrack and use "
				       "it, as by: nft add table t; nft add chain t c '{ type filter hook "
				       "input priority 0; }'; nft add rule t c ct state new accept");
		if (len < 0)
			return len;
		/* Also where it is on: by another of us, who may leave before. */
		if (leave_alone)
			continue;
		what[n] = switches[i].what;
		a->settings[n] = (struct setting){ .kind = SETTING_SYSCTL, .value = "1" };
		snprintf(a->settings[n].key, sizeof(a->settings[n].key), "%s", switches[i].key);
		n++;
	}
	r = n ? restorer_start(NULL, a->settings, n, &a->restorer, e) : 0;
	for (size_t i = 0; !r && i < n; i++)
		tell(&a->settings[i], what[i]);
	return r;
}

int acct_stop(struct acct *a, struct err *e)
{
	int r = restorer_stop(a->restorer, e);

	a->restorer = NULL;
	return r;
}
