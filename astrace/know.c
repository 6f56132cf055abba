// SPDX-License-Identifier: GPL-2.0-or-later
/* know - see know.h. */
#include "know.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "sys/dns.h"

struct know {
	struct geo *geo;
	struct dns *dns;
};

static int open_geo(const struct job *job, struct know *k, struct err *e)
{
	const char *files[2 * OPT_LIST_MAX] = { NULL };
	size_t n = 0;
	int rc;

	/* who announces an address: a table of prefixes knows it better than a file of places */
	for (unsigned int i = 0; i < job->as_db.n; i++)
		files[n++] = job->as_db.v[i];
	for (unsigned int i = 0; i < job->geo_db.n; i++)
		files[n++] = job->geo_db.v[i];
	rc = geo_open(files, n, &k->geo, e);
	if (rc == -ENOENT && !n) {
		log_info("%s", e->text);
		return 0;
	}
	if (!rc)
		log_info("places and networks: %s", geo_files(k->geo));
	return rc;
}

int know_open(const struct job *job, struct know **ret_k, struct err *e)
{
	struct know *k = calloc(1, sizeof(*k));
	int rc;

	if (!k)
		return err_set(e, ENOMEM, "out of memory");
	rc = open_geo(job, k, e);
	if (!rc && job->dns)
		rc = dns_open(NULL, &k->dns, e);
	if (rc)
		know_close(k);
	else
		*ret_k = k;
	return rc;
}

void know_close(struct know *k)
{
	if (!k)
		return;
	geo_close(k->geo);
	if (k->dns)
		dns_close(k->dns);
	free(k);
}

void know_close_p(struct know **k)
{
	know_close(*k);
}

bool know_place(const struct know *k, const struct addr *a, struct geo_place *ret)
{
	*ret = (struct geo_place){ 0 };
	return k->geo && a->family && geo_find(k->geo, a->family, a->b, ret);
}

const char *know_name(struct know *k, const struct addr *a)
{
	return k->dns && a->family ? dns_name(k->dns, a->family, a->b) : "";
}

int know_fd(const struct know *k)
{
	return k->dns ? dns_fd(k->dns) : -1;
}

void know_turn(struct know *k)
{
	if (k->dns)
		dns_turn(k->dns);
}

unsigned int know_pending(const struct know *k)
{
	return k->dns ? dns_pending(k->dns) : 0;
}

struct addr_text know_prefix(const struct addr *a, const struct geo_place *p)
{
	struct addr net = *a;
	struct addr_text t;

	for (unsigned int i = p->prefix_bits; i < addr_bytes(a) * 8; i++)
		net.b[i / 8] &= ~(0x80 >> i % 8);
	t = addr_text(&net);
	snprintf(t.s + strlen(t.s), sizeof(t.s) - strlen(t.s), "/%u", p->prefix_bits);
	return t;
}
