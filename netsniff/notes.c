// SPDX-License-Identifier: GPL-2.0-or-later
/* notes - see notes.h. Places are kept in a small table, since packets repeat their addresses. */
#include "notes.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/hash.h"
#include "base/log.h"
#include "job.h"
#include "proto/render.h"
#include "sys/dns.h"
#include "sys/geo.h"

enum {
	PLACES = 1024,
	WAIT_MS = 1000,	   /* for the name of an address in a file */
	GIVE_UP_AFTER = 3, /* names in a row that did not come */
};

struct known {
	uint8_t addr[16];
	uint8_t family; /* 0: empty */
	bool any;
	struct geo_place place;
};

struct notes {
	struct render_notes render;
	struct geo *geo;
	struct dns *dns;
	bool wait;
	unsigned int missed;
	struct known known[PLACES];
};

static int family_of(const struct value *v)
{
	return v->field->kind == FIELD_IPV4 ? AF_INET : AF_INET6;
}

static const char *name_of(struct notes *n, const struct value *v)
{
	const char *name;

	if (!n->dns)
		return "";
	if (!n->wait || n->missed >= GIVE_UP_AFTER) {
		name = dns_name(n->dns, family_of(v), v->p);
	} else {
		name = dns_wait(n->dns, family_of(v), v->p, WAIT_MS);
		n->missed = name ? 0 : n->missed + 1;
		if (n->missed == GIVE_UP_AFTER)
			log_warn("--dns: the name server does not answer: names are not waited for");
	}
	return name ? name : "";
}

static const struct geo_place *place_of(struct notes *n, const struct value *v)
{
	int family = family_of(v);
	size_t bytes = family == AF_INET ? 4 : 16;
	struct known *k;

	if (!n->geo)
		return NULL;
	k = &n->known[hash_bytes(v->p, bytes, family) % PLACES];
	if (k->family != family || memcmp(k->addr, v->p, bytes) != 0) {
		k->family = family;
		memcpy(k->addr, v->p, bytes);
		k->any = geo_find(n->geo, family, v->p, &k->place);
	}
	return k->any ? &k->place : NULL;
}

/* Begins a part of the note: " (" or ", ". */
static void part(struct str *s, bool *first)
{
	str_add(s, *first ? " (" : ", ");
	*first = false;
}

static void add_place(struct str *s, const struct geo_place *p, bool *first)
{
	if (p->country[0] || p->country_name[0]) {
		part(s, first);
		render_outside_text(s, p->country[0] ? p->country : p->country_name);
		if (p->city[0]) {
			str_addc(s, ' ');
			render_outside_text(s, p->city);
		}
	}
	if (p->asn) {
		part(s, first);
		str_add(s, "AS");
		str_add_u64(s, p->asn);
		if (p->as_name[0]) {
			str_addc(s, ' ');
			render_outside_text(s, p->as_name);
		}
	}
}

static void note_text(struct render_notes *r, struct str *s, const struct value *v)
{
	struct notes *n = (struct notes *)r;
	const struct geo_place *p = place_of(n, v);
	const char *name = name_of(n, v);
	bool first = true;

	if (*name) {
		part(s, &first);
		str_add(s, name);
	}
	if (p)
		add_place(s, p, &first);
	if (!first)
		str_addc(s, ')');
}

static void json_text(struct str *s, bool *first, const char *key, const char *text)
{
	if (!text[0])
		return;
	str_add(s, *first ? "\"" : ",\"");
	*first = false;
	str_add(s, key);
	str_add_n(s, "\":", 2);
	render_json_string(s, text, strlen(text));
}

static void note_json(struct render_notes *r, struct str *s, const char *key,
		      const struct value *v)
{
	struct notes *n = (struct notes *)r;
	const struct geo_place *p = place_of(n, v);
	const char *name = name_of(n, v);
	bool first = true;

	if (*name) {
		str_addf(s, ",\"%s_name\":", key);
		render_json_string(s, name, strlen(name));
	}
	if (!p)
		return;
	str_addf(s, ",\"%s_geo\":{", key);
	json_text(s, &first, "country", p->country);
	json_text(s, &first, "country_name", p->country_name);
	json_text(s, &first, "region", p->region);
	json_text(s, &first, "city", p->city);
	json_text(s, &first, "as_name", p->as_name);
	if (p->asn)
		str_addf(s, "%s\"asn\":%u", first ? "" : ",", p->asn);
	if (p->has_position)
		str_addf(s, "%s\"latitude\":%.4f,\"longitude\":%.4f", first && !p->asn ? "" : ",",
			 p->latitude, p->longitude);
	str_addc(s, '}');
}

/* "--geo=a.mmdb,b.dat"; without a list the usual places. */
static int open_geo(struct notes *n, const char *list, struct err *e)
{
	int rc = geo_open_list(list, &n->geo, e);

	if (rc)
		return err_prefix(e, "--geo");
	log_info("places and AS from %s", geo_files(n->geo));
	return 0;
}

int notes_open(const struct job *job, struct notes **ret_n, struct err *e)
{
	struct notes *n;
	int rc = 0;

	*ret_n = NULL;
	if (!job->geo && !job->dns)
		return 0;
	n = calloc(1, sizeof(*n));
	if (!n)
		return err_sys(e, ENOMEM, "--geo, --dns");
	n->render.text = note_text;
	n->render.json = note_json;
	n->wait = job->source == SOURCE_FILES;
	if (job->geo)
		rc = open_geo(n, job->geo, e);
	if (!rc && job->dns) {
		rc = dns_open(job->dns[0] ? job->dns : NULL, &n->dns, e);
		if (rc)
			(void)err_prefix(e, "--dns");
	}
	if (rc)
		notes_close(n);
	else
		*ret_n = n;
	return rc;
}

void notes_close(struct notes *n)
{
	if (!n)
		return;
	geo_close(n->geo);
	dns_close(n->dns);
	free(n);
}

struct render_notes *notes_render(struct notes *n)
{
	return n ? &n->render : NULL;
}

void notes_turn(struct notes *n)
{
	if (n && n->dns && dns_pending(n->dns))
		dns_turn(n->dns);
}
