// SPDX-License-Identifier: GPL-2.0-or-later
/* know - see know.h. */
#include "know.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "ixp.h"
#include "sys/dns.h"

struct know {
	struct geo *geo;
	struct dns *dns;
	struct ixp *ixp;     /* NULL: no --ixp */
	bool names, origins; /* what it is asked for */
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
	k->names = job->dns;
	k->origins = job->dns_as;
	if (!rc && job->ixp)
		rc = ixp_open(job->ixp, &k->ixp, e);
	if (!rc && (job->dns || job->dns_as))
		rc = dns_open(job->dns_server, &k->dns, e);
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
	ixp_close(k->ixp);
	if (k->dns)
		dns_close(k->dns);
	free(k);
}

void know_close_p(struct know **k)
{
	know_close(*k);
}

/* The text of an origin zone, each part where nothing is known yet. A prefix of 0 bits or a number
 * of more than 32 is not believed. */
static void take_origin(const char *text, struct geo_place *p)
{
	unsigned int bits;
	char country[3];
	unsigned long asn;

	if (sscanf(text, "%lu", &asn) == 1 && asn && asn <= UINT32_MAX && !p->asn) {
		p->asn = asn;
		if (sscanf(text, "%*[^|]|%*[^/|]/%u", &bits) == 1 && bits <= 128)
			p->prefix_bits = bits;
	}
	if (!p->country[0] && sscanf(text, "%*[^|]|%*[^|]| %2[A-Z] ", country) == 1)
		memcpy(p->country, country, sizeof(country));
}

bool know_place(const struct know *k, const struct addr *a, struct geo_place *ret)
{
	const char *origin;
	bool any;

	*ret = (struct geo_place){ 0 };
	if (!a->family)
		return false;
	any = k->geo && geo_find(k->geo, a->family, a->b, ret);
	if (!k->origins || ret->asn)
		return any;
	origin = dns_origin(k->dns, a->family, a->b);
	if (origin && *origin)
		take_origin(origin, ret);
	ret->prefix_bits = MIN(ret->prefix_bits, addr_bytes(a) * 8);
	return any || ret->asn;
}

const char *know_ixp(const struct know *k, const struct addr *a)
{
	return k->ixp && a->family ? ixp_name(k->ixp, a) : NULL;
}

bool know_has_ixp(const struct know *k)
{
	return k->ixp != NULL;
}

const char *know_name(struct know *k, const struct addr *a)
{
	return k->names && a->family ? dns_name(k->dns, a->family, a->b) : "";
}

void know_ask(struct know *k, const struct addr *a)
{
	struct geo_place p;

	(void)know_name(k, a);
	if (k->origins)
		(void)know_place(k, a, &p);
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
