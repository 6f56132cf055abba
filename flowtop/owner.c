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
#include "spaces.h"
#include "sys/clock.h"

enum { MAX_OWNERS = 1 << 16, SLOTS = 2 * MAX_OWNERS, COOKIES = 1 << 12,
       WAITING = 1 << 12, MISSED = 256, HABITS = 1 << 12 };

/* A look at all processes costs milliseconds; namespaces that are gone are to be let go soon. */
static const int64_t HOLDERS_EVERY_NS = NS_PER_S / 4, SPACES_SOON_NS = NS_PER_S / 2,
		     SPACES_EVERY_NS = 2 * NS_PER_S, HABIT_NS = 10 * NS_PER_S;

/* A socket whose owner is known, by the number that it keeps as long as the machine runs. */
struct cookie {
	uint64_t cookie;
	uint32_t owner;
};

/* Who reached for a service last: flows of a few milliseconds may have no socket any more when
 * they are looked at, but others like them. */
struct habit {
	uint64_t key; /* of initiator, service and protocol */
	int64_t seen_ns;
	uint32_t owner;
};

/* A flow whose socket is known, but not its process. */
struct waiting {
	uint32_t row, id;
	struct sockdiag_socket socket;
};

struct owners {
	struct helper *helper; /* NULL: nobody is asked */
	struct spaces *spaces;
	struct procs *procs;
	struct owner *v; /* [0] is nobody */
	uint32_t n, room;
	struct cookie cookies[COOKIES]; /* the last of each place */
	struct habit habits[HABITS]; /* the last of each place */
	struct waiting waiting[WAITING];
	size_t n_waiting, n_asked; /* of them, those that were there when the helper was asked */
	int64_t holders_asked_ns, spaces_asked_ns;
	/* Flows that had no socket in any namespace that is known; the last of each place. */
	struct waiting missed[MISSED];
	size_t n_missed;
	bool came; /* a namespace, since the helper was asked for them */
	bool ready; /* those that were there at the start are known */
	uint32_t slots[SLOTS]; /* numbers, by a hash of pid, uid and group; 0 free */
};

int owners_of_recording(struct owners **ret_o, struct err *e)
{
	struct owners *o = calloc(1, sizeof(*o));

	if (!o)
		return err_set(e, ENOMEM, "out of memory");
	o->n = 1;
	*ret_o = o;
	return 0;
}

int owners_open(struct helper *h, struct owners **ret_o, struct err *e)
{
	AUTO(owners_close_p) struct owners *o = NULL;
	int r = owners_of_recording(&o, e);

	if (!r)
		r = spaces_open(&o->spaces, e);
	if (!r)
		r = procs_open(&o->procs, e);
	if (r < 0)
		return r;
	o->helper = h;
	helper_ask(h, HELPER_SPACES);
	helper_ask(h, HELPER_HOLDERS);
	*ret_o = TAKE(o, NULL);
	return 0;
}

void owners_close(struct owners *o)
{
	if (!o)
		return;
	spaces_close(o->spaces);
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

/* Where the number of 'w' stands, or is to be put. */
static uint32_t *place_of(struct owners *o, const struct owner *w)
{
	uint64_t h = hash_u64(((uint64_t)w->pid << 32 | w->uid) ^ hash_u64(w->cgroup_id));
	uint32_t i = h % SLOTS;

	for (; o->slots[i]; i = (i + 1) % SLOTS) {
		const struct owner *k = &o->v[o->slots[i]];

		if (k->pid == w->pid && k->uid == w->uid && k->cgroup_id == w->cgroup_id &&
		    !strcmp(k->process, w->process))
			break;
	}
	return &o->slots[i];
}

/* Keeps 'w' at the 'place' that place_of() found free. */
static uint32_t keep(struct owners *o, const struct owner *w, uint32_t *place)
{
	uint32_t room = o->room ? o->room * 2 : 64;
	struct owner *more;

	if (o->n >= MAX_OWNERS)
		return 0;
	if (o->n >= o->room) {
		more = realloc(o->v, room * sizeof(*more));
		if (!more)
			return 0;
		o->v = more;
		o->room = room;
	}
	o->v[o->n] = *w;
	*place = o->n;
	return o->n++;
}

uint32_t owners_add(struct owners *o, const struct owner *w)
{
	uint32_t *place = place_of(o, w);

	return *place ? *place : keep(o, w, place);
}

/* The socket at one of the ends of 'f': of the initiator first; behind address translation each end
 * has its own view. */
static bool find_socket(struct owners *o, const struct flow *f, struct sockdiag_socket *ret_s)
{
	const struct ct_key *k = &f->ct.key;
	const struct ct_tuple *ends[CT_DIRS] = { &k->orig, &f->ct.reply };
	struct sockdiag_socket s = { 0 };
	bool found = false;

	for (unsigned int i = 0; i < CT_DIRS && !(found && ret_s->exact); i++) {
		if (!spaces_find(o->spaces, k->family, k->proto, &ends[i]->src, &ends[i]->dst,
				 &s) ||
		    (found && !s.exact))
			continue;
		*ret_s = s;
		found = true;
	}
	return found;
}

/* The number of whom socket 's' belongs to; 'h' NULL: its process is not known. */
static uint32_t owner_of(struct owners *o, const struct sockdiag_socket *s,
			 const struct helper_holder *h, int64_t now_ns)
{
	struct owner w = { .uid = s->uid, .cgroup_id = s->cgroup };
	uint32_t *place;

	if (h) {
		w.pid = h->pid;
		memcpy(w.process, h->name, sizeof(w.process));
		w.process[sizeof(w.process) - 1] = '\0';
	}
	place = place_of(o, &w);
	if (*place)
		return *place;
	name_user(&w);
	if (!procs_cgroup(o->procs, w.cgroup_id, now_ns, w.cgroup))
		w.cgroup[0] = '\0';
	return keep(o, &w, place);
}

static void assign(struct owners *o, struct flow *f, const struct sockdiag_socket *s,
		   const struct helper_holder *h, int64_t now_ns)
{
	struct cookie *c = &o->cookies[hash_u64(s->cookie) % COOKIES];
	bool known = s->cookie && c->cookie == s->cookie;

	f->owner = known ? c->owner : owner_of(o, s, h, now_ns);
	if (f->owner && h)
		*c = (struct cookie){ s->cookie, f->owner };
	f->owner_sure = !f->owner ? OWNER_UNKNOWN : s->exact ? OWNER_SURE : OWNER_LIKELY;
}

static struct habit *habit_of(struct owners *o, const struct ct_key *k, uint64_t *ret_key)
{
	struct ct_key like = *k;

	like.orig.src.port = 0;
	*ret_key = hash_bytes(&like, sizeof(like), 0);
	return &o->habits[*ret_key % HABITS];
}

/* A flow without a socket: likely of whom others like it were of a moment ago. */
static void guess(struct owners *o, struct flow *f, int64_t now_ns)
{
	uint64_t key;
	const struct habit *b = habit_of(o, &f->ct.key, &key);

	if (b->owner && b->key == key && now_ns - b->seen_ns < HABIT_NS) {
		f->owner = b->owner;
		f->owner_sure = OWNER_LIKELY;
	}
}

static void note_habit(struct owners *o, const struct flow *f, int64_t now_ns)
{
	uint64_t key;
	struct habit *b = habit_of(o, &f->ct.key, &key);

	*b = (struct habit){ key, now_ns, f->owner };
}

bool owners_find(struct owners *o, struct flows *t, uint32_t row, int64_t now_ns)
{
	struct flow *f = flows_at(t, row);
	uint8_t proto = f->ct.key.proto;
	const struct helper_holder *h;
	struct sockdiag_socket s = { 0 };

	if (!o->spaces ||
	    (proto != IPPROTO_TCP && proto != IPPROTO_UDP && proto != IPPROTO_UDPLITE))
		return true;
	if (!find_socket(o, f, &s)) {
		guess(o, f, now_ns);
		if (o->ready)
			o->missed[o->n_missed++ % MISSED] = (struct waiting){ row, f->ct.id, s };
		return o->ready;
	}
	h = procs_holder(o->procs, s.inode);
	assign(o, f, &s, h, now_ns);
	if (s.exact && f->owner)
		note_habit(o, f, now_ns);
	/* Without an inode it has no file, and no process, any more. */
	if (!f->owner || o->v[f->owner].pid || !s.inode || helper_fd(o->helper) < 0)
		return true;
	if (o->n_waiting == WAITING)
		return false;
	o->waiting[o->n_waiting++] = (struct waiting){ row, f->ct.id, s };
	return true;
}

static void take_came(void *arg, uint64_t ino, const int *fds)
{
	struct owners *o = arg;

	o->came = true;
	spaces_came(o->spaces, ino, fds);
}

static void take_went(void *arg, uint64_t ino)
{
	spaces_went(((struct owners *)arg)->spaces, ino);
}

static void take_holders(void *arg, struct helper_holder *v, size_t n)
{
	procs_take(((struct owners *)arg)->procs, v, n);
}

/* The flow that waits; NULL: it has ended. */
static struct flow *flow_of(const struct waiting *w, struct flows *t)
{
	struct flow *f = w->row < flows_rows(t) ? flows_at(t, w->row) : NULL;

	return f && f->used && f->ct.id == w->id ? f : NULL;
}

/* Flows that had no socket may have one in a namespace that came. */
static void end_missed(struct owners *o, struct flows *t, int64_t now_ns)
{
	size_t n = MIN(o->n_missed, (size_t)MISSED);

	o->ready = true;
	o->n_missed = 0;
	for (size_t i = 0; i < n && o->came; i++) {
		const struct waiting w = o->missed[i];
		struct flow *f = flow_of(&w, t);

		if (f && f->owner_sure != OWNER_SURE)
			(void)owners_find(o, t, w.row, now_ns);
	}
	o->came = false;
}

/* Those that waited when the helper was asked have their answer now, be it that nobody has the
 * socket. */
static void end_waiting(struct owners *o, struct flows *t, int64_t now_ns)
{
	for (size_t i = 0; i < o->n_asked; i++) {
		const struct waiting *w = &o->waiting[i];
		const struct helper_holder *h = procs_holder(o->procs, w->socket.inode);
		struct flow *f = flow_of(w, t);

		if (h && f)
			assign(o, f, &w->socket, h, now_ns);
	}
	o->n_waiting -= o->n_asked;
	memmove(o->waiting, o->waiting + o->n_asked, o->n_waiting * sizeof(o->waiting[0]));
	o->n_asked = 0;
}

void owners_turn(struct owners *o, struct flows *t, int64_t now_ns)
{
	static const struct helper_ops ops = { take_came, take_went, take_holders };
	bool owed = helper_owes(o->helper, HELPER_HOLDERS);
	bool owed_spaces = helper_owes(o->helper, HELPER_SPACES);

	helper_turn(o->helper, &ops, o);
	if (owed_spaces && !helper_owes(o->helper, HELPER_SPACES))
		end_missed(o, t, now_ns);
	if (owed && !helper_owes(o->helper, HELPER_HOLDERS))
		end_waiting(o, t, now_ns);
	if (!helper_owes(o->helper, HELPER_HOLDERS) && o->n_waiting &&
	    now_ns - o->holders_asked_ns >= HOLDERS_EVERY_NS) {
		o->n_asked = o->n_waiting;
		o->holders_asked_ns = now_ns;
		helper_ask(o->helper, HELPER_HOLDERS);
	}
	if (now_ns - o->spaces_asked_ns >= (o->n_missed ? SPACES_SOON_NS : SPACES_EVERY_NS)) {
		o->spaces_asked_ns = now_ns;
		helper_ask(o->helper, HELPER_SPACES);
	}
	if (helper_fd(o->helper) < 0) { /* nobody will answer */
		o->n_waiting = o->n_asked = 0;
		o->ready = true;
	}
}

int owners_fd(const struct owners *o)
{
	return helper_fd(o->helper);
}

bool owners_wait(const struct owners *o)
{
	return o->n_waiting;
}
