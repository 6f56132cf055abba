// SPDX-License-Identifier: GPL-2.0-or-later
/* owner - see owner.h. Owners are few beside flows: each is kept once and named by a number. */
#include "owner.h"

#include <errno.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/hash.h"
#include "sockdiag.h"

enum { MAX_OWNERS = 1 << 16, SLOTS = 2 * MAX_OWNERS };

struct owners {
	struct sockdiag *diag;
	struct procs *procs;
	struct owner *v; /* [0] is nobody */
	uint32_t n, room;
	uint32_t slots[SLOTS]; /* numbers, by a hash of pid, uid and group; 0 free */
};

int owners_open(struct owners **ret_o, struct err *e)
{
	AUTO(owners_close_p) struct owners *o = calloc(1, sizeof(*o));
	int r;

	if (!o)
		return err_set(e, ENOMEM, "out of memory");
	o->n = 1;
	r = sockdiag_open(&o->diag, e);
	if (!r)
		r = procs_open(&o->procs, e);
	if (r < 0)
		return r;
	*ret_o = TAKE(o, NULL);
	return 0;
}

void owners_close(struct owners *o)
{
	if (!o)
		return;
	sockdiag_close(o->diag);
	procs_close(o->procs);
	free(o->v);
	free(o);
}

void owners_close_p(struct owners **o)
{
	owners_close(*o);
}

const struct owner *owners_get(const struct owners *o, uint32_t number)
{
	return o && number && number < o->n ? &o->v[number] : NULL;
}

static void name_user(struct owner *w)
{
	const struct passwd *p = getpwuid(w->uid);

	if (p)
		snprintf(w->user, sizeof(w->user), "%s", p->pw_name);
	else
		snprintf(w->user, sizeof(w->user), "%u", w->uid);
}

/* The number of 'w', new or known; 0 when there is no room. */
static uint32_t number_of(struct owners *o, struct owner *w, int64_t now_ns)
{
	uint64_t h = hash_u64(((uint64_t)w->pid << 32 | w->uid) ^ hash_u64(w->cgroup_id));
	uint32_t i = h % SLOTS, room = o->room ? o->room * 2 : 64;
	struct owner *more;

	for (; o->slots[i]; i = (i + 1) % SLOTS) {
		const struct owner *k = &o->v[o->slots[i]];

		if (k->pid == w->pid && k->uid == w->uid && k->cgroup_id == w->cgroup_id &&
		    !strcmp(k->process, w->process))
			return o->slots[i];
	}
	if (o->n >= MAX_OWNERS)
		return 0;
	if (o->n >= o->room) {
		more = realloc(o->v, room * sizeof(*more));
		if (!more)
			return 0;
		o->v = more;
		o->room = room;
	}
	name_user(w);
	if (!procs_cgroup(o->procs, w->cgroup_id, now_ns, w->cgroup))
		w->cgroup[0] = '\0';
	o->v[o->n] = *w;
	o->slots[i] = o->n;
	return o->n++;
}

void owners_find(struct owners *o, struct flow *f, int64_t now_ns)
{
	const struct ct_key *k = &f->ct.key;
	const struct ct_tuple *ends[CT_DIRS] = { &k->orig, &f->ct.reply };
	struct sockdiag_socket s, best = { 0 };
	struct owner w = { 0 };
	bool found = false;

	if (k->proto != IPPROTO_TCP && k->proto != IPPROTO_UDP && k->proto != IPPROTO_UDPLITE)
		return;
	/* The initiator's socket first; behind address translation each end has its own view. */
	for (unsigned int i = 0; i < CT_DIRS && !(found && best.exact); i++) {
		if (sockdiag_find(o->diag, k->family, k->proto, &ends[i]->src, &ends[i]->dst,
				  &s) != 1 ||
		    (found && !s.exact))
			continue;
		best = s;
		found = true;
	}
	if (!found)
		return;
	w.uid = best.uid;
	w.cgroup_id = best.cgroup;
	w.pid = procs_pid(o->procs, best.inode, now_ns);
	if (w.pid && !procs_name(o->procs, w.pid, w.process))
		w.pid = 0;
	f->owner = number_of(o, &w, now_ns);
	f->owner_sure = !f->owner ? OWNER_UNKNOWN : best.exact ? OWNER_SURE : OWNER_LIKELY;
}
