// SPDX-License-Identifier: GPL-2.0-or-later
/* roster - see roster.h. */
#include "roster.h"

#include <sodium.h>

void roster_free(struct client_line *lines, size_t n)
{
	if (lines)
		sodium_memzero(lines, n * sizeof(lines[0]));
	free(lines);
}

int roster_twin(struct tunnel *t, struct peer *p, struct err *e)
{
	struct peer *twin;
	int rc = t->core_tcp ? core_add(t->core_tcp, p->key, p->has_psk ? p->psk : NULL, &twin, e) :
			       0;

	if (rc || !t->core_tcp)
		return rc;
	twin->name = p->name;
	p->twin = twin;
	twin->twin = p;
	return 0;
}

/* The peer of a line, made if need be; its networks go to 'o'. */
static int add(struct tunnel *t, struct owners *o, const struct client_line *c, struct err *e)
{
	struct peer *p = core_find(t->core, c->key);
	unsigned int i;
	int rc = 0;

	if (!p || p->gone) {
		rc = core_add(t->core, c->key, c->has_psk ? c->psk : NULL, &p, e);
		rc = rc ? rc : roster_twin(t, p, e);
	}
	for (i = 0; i < c->n_nets && !rc; i++)
		rc = owners_give(o, &c->nets[i], p, e);
	return rc;
}

/* What the line says of its peer. */
static void renew(struct peer *p, const struct client_line *c)
{
	for (; p; p = p->carrier == CARRIER_UDP ? p->twin : NULL) {
		p->name = c->name;
		p->has_nets = c->n_nets > 0;
		core_set_psk(p, c->has_psk ? c->psk : NULL);
	}
}

/* Takes out who is not among the lines. */
static void leave_out(struct tunnel *t, const struct client_line *lines, size_t n)
{
	const char *from = (const char *)lines, *to = (const char *)(lines + n);
	size_t i;

	for (i = 0; i < core_n_peers(t->core); i++) {
		struct peer *p = core_peer(t->core, i), *twin = p->twin;

		if (p->gone || (p->name && p->name >= from && p->name < to))
			continue;
		core_remove(t->core, p);
		if (twin && twin->conn)
			tcp_drop(twin->conn);
		if (twin)
			core_remove(t->core_tcp, twin);
	}
}

int roster_apply(struct tunnel *t, struct client_line *lines, size_t n, struct client_line **old,
		 size_t *n_old, struct err *e)
{
	struct owners *o = NULL;
	size_t i, n_nets = 0;
	int rc;

	for (i = 0; i < n; i++)
		n_nets += lines[i].n_nets;
	rc = owners_new(n_nets, n, &o, e);
	for (i = 0; i < n && !rc; i++)
		rc = add(t, o, &lines[i], e);
	if (rc) {
		leave_out(t, *old, *n_old); /* those that were added just now */
		owners_free(o);
		roster_free(lines, n);
		return rc;
	}
	for (i = 0; i < n; i++)
		renew(core_find(t->core, lines[i].key), &lines[i]);
	leave_out(t, lines, n);
	if (t->owners)
		owners_learned(o, t->owners);
	owners_free(t->owners);
	t->owners = o;
	roster_free(*old, *n_old);
	*old = lines;
	*n_old = n;
	return 0;
}
