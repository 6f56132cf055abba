// SPDX-License-Identifier: GPL-2.0-or-later
/* target - see target.h. */
#include "target.h"

#include <errno.h>
#include <netdb.h>

#include "base/hash.h"
#include "sys/clock.h"
#include "wire.h"

enum { PORT_UDP = 33434, PORT_TCP = 80, PORT_SCOUT = 443, PATHS_WINDOW = 10 };

const char *method_name(enum method m)
{
	static const char *const names[] = { "auto", "udp", "icmp", "tcp" };

	return names[m];
}

static int look_up(const struct job *job, const char *name, struct addr *ret, struct err *e)
{
	const struct addrinfo hints = {
		.ai_family = job->ip4	? AF_INET
			     : job->ip6 ? AF_INET6
					: AF_UNSPEC,
		.ai_socktype = SOCK_DGRAM,
	};
	struct sockaddr_storage ss = { 0 };
	struct addrinfo *found;
	int rc;

	if (addr_parse(name, ret)) {
		if (ret->family == (job->ip4 ? AF_INET6 : job->ip6 ? AF_INET : 0))
			return err_set(e, EINVAL, "%s is not an IPv%d address", name,
				       job->ip4 ? 4 : 6);
		return 0;
	}
	rc = getaddrinfo(name, NULL, &hints, &found);
	if (rc)
		return err_set(e, ENOENT, "%s: %s", name, gai_strerror(rc));
	memcpy(&ss, found->ai_addr, MIN(found->ai_addrlen, sizeof(ss)));
	freeaddrinfo(found);
	*ret = addr_from_sockaddr(&ss);
	return 0;
}

int target_find(const struct job *job, const char *name, struct target *ret_t, struct err *e)
{
	struct target t = { .name = name, .chosen = -1 };
	int rc = look_up(job, name, &t.addr, e);

	if (rc)
		return rc;
	if (job->bind) {
		rc = wire_source(&t.addr, job->dev, &t.src, &t.local_mtu, e);
		if (!addr_parse(job->bind, &t.src) || t.src.family != t.addr.family)
			return err_set(e, EINVAL, "-b %s: no address of the same family as %s",
				       job->bind, addr_text(&t.addr).s);
	} else {
		rc = wire_source(&t.addr, job->dev, &t.src, &t.local_mtu, e);
	}
	if (!rc)
		*ret_t = t;
	return rc;
}

static uint16_t flags_of(const struct job *job)
{
	uint16_t f = job->fin | job->syn << 1 | job->rst << 2 | job->psh << 3 | job->ack << 4 |
		     job->urg << 5 | (job->ecn_syn ? 0xc0 : 0);

	return f ? f : 2;
}

static int add_sweep(struct target *t, const struct job *job, enum method m, uint16_t port,
		     struct probe_kind *k, struct err *e)
{
	const struct sweep_rules rules = {
		.first = job->first_ttl,
		.max = job->max_ttl,
		.tries = job->tries,
		/* probes that go past the target are for speed, which branches cost anyway */
		.window = job->paths ? PATHS_WINDOW : 0,
		.timeout_ns = job->timeout_ns,
	};
	int rc;

	k->method = m;
	k->dport = m == METHOD_ICMP ? 0 : port;
	rc = probe_size(k, e);
	if (rc < 0)
		return rc;
	return sweep_init(&t->sweep[t->n_sweeps++], k, &rules, e);
}

int target_begin(struct target *t, const struct job *job, uint16_t low_port, uint64_t key,
		 int64_t now_ns, struct err *e)
{
	struct probe_kind k = {
		.src = t->src,
		.dst = t->addr,
		.sport = low_port,
		.tcp_flags = flags_of(job),
		.tos = job->tos,
		.df = job->df,
		.payload = (const uint8_t *)job->payload,
		.payload_bytes = job->payload ? MIN(strlen(job->payload), (size_t)UINT16_MAX) : 0,
		.total_bytes = job->total_bytes == OPT_UNSET ? 0 : job->total_bytes,
		.key = hash_u64(key ^ hash_bytes(t->addr.b, sizeof(t->addr.b), key)),
	};
	bool given = job->port != OPT_UNSET;
	int rc = 0;

	t->begun = true;
	t->find_mtu = job->mtu;
	t->find_paths = job->paths;
	t->n_cycles = job->watch ? CYCLES_ENDLESS : job->report == OPT_UNSET ? 0 : job->report;
	t->period_ns = job->interval_ns;
	t->confidence = job->confidence;
	t->began_ns = now_ns;
	/* options of ours in a packet that is no SYN would be odd */
	k.plain = !job->syn && flags_of(job) != 2;
	if (job->method != METHOD_AUTO) {
		t->chosen = 0;
		return add_sweep(t, job, job->method,
				 given			     ? job->port
				 : job->method == METHOD_TCP ? PORT_TCP
							     : PORT_UDP,
				 &k, e);
	}
	if (t->methods & 1u << METHOD_ICMP)
		rc = add_sweep(t, job, METHOD_ICMP, 0, &k, e);
	if (!rc && t->methods & 1u << METHOD_TCP)
		rc = add_sweep(t, job, METHOD_TCP, given ? job->port : PORT_SCOUT, &k, e);
	if (!rc)
		rc = add_sweep(t, job, METHOD_UDP, given ? job->port : PORT_UDP, &k, e);
	for (unsigned int i = 1; i < t->n_sweeps; i++)
		t->sweep[i].scout = true;
	return rc;
}

int target_diff(struct target *t, const struct job *job, uint16_t low_port, struct err *e)
{
	const struct diff_needs needs = {
		.test = job->diff,
		.control = job->control,
		.udp = job->diff_udp,
		.dport = job->port,
		.low_port = low_port,
		.dev = job->dev,
		.src = t->src,
		.dst = t->addr,
		.first = job->first_ttl,
		.max = job->max_ttl,
	};

	return diff_open(&needs, &t->diff, e);
}

int target_limit(struct target *t, const struct job *job, const struct wire *w, struct err *e)
{
	t->limited = wire_limited(w);
	if (t->limited && (job->paths || job->diff))
		return err_set(e, EPERM, "--%s needs CAP_NET_RAW: run as root",
			       job->diff ? "diff" : "paths");
	for (enum method m = METHOD_UDP; m <= METHOD_TCP; m++)
		t->methods |= wire_can(w, m, t->addr.family) ? 1u << m : 0;
	if (job->method == METHOD_AUTO || t->methods & 1u << job->method)
		return 0;
	if (job->method == METHOD_ICMP)
		return err_set(e, EPERM,
			       "--icmp needs CAP_NET_RAW, or ping sockets allowed by "
			       "net.ipv4.ping_group_range; --udp works without");
	return err_set(e, EPERM, "--tcp needs CAP_NET_RAW: run as root; --udp works without");
}

void target_end(struct target *t)
{
	for (unsigned int i = 0; i < t->n_sweeps; i++)
		sweep_free(&t->sweep[i]);
	t->n_sweeps = 0;
	diff_close(TAKE(t->diff, NULL));
	paths_free(&t->paths);
	cycles_free(&t->cycles);
}

void target_forget(struct target *t)
{
	target_end(t);
	t->cycles = (struct cycles){ 0 };
	t->chosen = -1;
	t->done = false;
	t->swept_ns = t->ended_ns = 0;
}

static bool reached(const struct sweep *s)
{
	return s->end && s->reached;
}

/* A scout got through: the others had as long as it needed, and a little. */
static bool beaten(const struct sweep *s, const struct sweep *scout, int64_t now_ns)
{
	int64_t sent = s->hop[s->rules.max].first_ns;

	return sent && now_ns >= sent + scout->max_rtt_ns * 5 / 4 + 20 * NS_PER_MS;
}

static void choose(struct target *t)
{
	int best = 0;

	for (unsigned int i = 1; i < t->n_sweeps; i++)
		if (!reached(&t->sweep[best]) &&
		    (reached(&t->sweep[i]) ||
		     sweep_last(&t->sweep[i]) > sweep_last(&t->sweep[best])))
			best = i;
	t->chosen = best;
}

/* The first of the methods was not enough. */
static void judge_scouts(struct target *t, int64_t now_ns)
{
	bool all_done = sweep_done(&t->sweep[0], now_ns);

	for (unsigned int i = 1; i < t->n_sweeps && !all_done; i++)
		if (reached(&t->sweep[i]) && beaten(&t->sweep[0], &t->sweep[i], now_ns)) {
			t->sweep[i].scout = false;
			t->chosen = i;
			return;
		}
	if (!all_done)
		return;
	for (unsigned int i = 1; i < t->n_sweeps; i++) {
		t->sweep[i].scout = false;
		all_done = all_done && sweep_done(&t->sweep[i], now_ns);
	}
	if (all_done)
		choose(t);
}

/* The sweep is done: what comes after it. Returns 1 while there is more, 0, or -ENOMEM with 'e'. */
static int more_to_do(struct target *t, int64_t now_ns, struct err *e)
{
	const struct sweep *s = target_sweep(t);

	if (t->diff && !t->diff->begun)
		diff_begin(t->diff, s, now_ns);
	if (t->diff)
		return !t->diff->done;
	if (!sweep_last(s))
		return 0;
	if (t->find_paths && !t->paths.begun &&
	    paths_begin(&t->paths, s, t->confidence, t->find_paths == FIND_PATHS_DST, e))
		return -e->code;
	if (t->find_paths && !t->paths.done)
		return 1;
	if (t->n_cycles && !t->cycles.begun &&
	    cycles_begin(&t->cycles, s, t->n_cycles, t->period_ns, now_ns, e))
		return -e->code;
	if (t->n_cycles && !t->cycles.done)
		return 1;
	if (t->find_mtu && !t->mtu.begun)
		mtu_begin(&t->mtu, &s->kind, t->local_mtu, MAX(s->rules.max, 64), s->reached,
			  s->max_rtt_ns);
	return t->find_mtu && !t->mtu.done;
}

int target_judge(struct target *t, int64_t now_ns, struct err *e)
{
	int rc;

	if (t->done || !t->begun)
		return 0;
	if (t->chosen < 0 && reached(&t->sweep[0]))
		t->chosen = 0;
	if (t->chosen < 0)
		judge_scouts(t, now_ns);
	if (t->chosen < 0 || !sweep_done(&t->sweep[t->chosen], now_ns))
		return 0;
	if (!t->swept_ns)
		t->swept_ns = now_ns;
	rc = more_to_do(t, now_ns, e);
	if (rc)
		return MIN(rc, 0);
	t->done = true;
	t->ended_ns = now_ns;
	return 0;
}

static bool sweeps_next(struct target *t, int64_t now_ns, struct due *ret_d, int64_t *ret_wake)
{
	int64_t wake = INT64_MAX, w;

	for (unsigned int i = 0; i < t->n_sweeps; i++) {
		if (t->chosen >= 0 && (int)i != t->chosen)
			continue;
		if (sweep_next(&t->sweep[i], now_ns, &ret_d->id, &w)) {
			ret_d->of = DUE_SWEEP;
			ret_d->sweep = i;
			ret_d->kind = &t->sweep[i].kind;
			return true;
		}
		wake = MIN(wake, w);
		if (t->chosen < 0 && i && reached(&t->sweep[i]))
			wake = MIN(wake, now_ns + 5 * NS_PER_MS);
	}
	*ret_wake = wake;
	return false;
}

bool target_next(struct target *t, int64_t now_ns, struct due *ret_d, int64_t *ret_wake)
{
	if (!t->swept_ns)
		return sweeps_next(t, now_ns, ret_d, ret_wake);
	if (t->find_paths && !t->paths.done) {
		ret_d->of = DUE_PATHS;
		ret_d->kind = &t->paths.kind;
		return paths_next(&t->paths, now_ns, &ret_d->id, ret_wake);
	}
	if (t->n_cycles && !t->cycles.done) {
		ret_d->of = DUE_CYCLES;
		ret_d->kind = &t->cycles.kind;
		return cycles_next(&t->cycles, now_ns, &ret_d->id, ret_wake);
	}
	if (t->diff) { /* has sockets of its own: diff_turn() */
		*ret_wake = INT64_MAX;
		return false;
	}
	ret_d->of = DUE_MTU;
	ret_d->kind = &t->mtu.kind;
	return mtu_next(&t->mtu, now_ns, &ret_d->id, ret_wake);
}

void target_sent(struct target *t, const struct due *d, int64_t now_ns, int rc)
{
	if (d->of == DUE_MTU)
		mtu_sent(&t->mtu, now_ns, rc == -EMSGSIZE);
	else if (d->of == DUE_CYCLES)
		cycles_sent(&t->cycles, d->id, now_ns);
	else if (d->of == DUE_PATHS)
		paths_sent(&t->paths, d->id, now_ns);
	else
		sweep_sent(&t->sweep[d->sweep], d->id, now_ns, rc != 0);
}

int target_answer(struct target *t, const struct answer *a, bool anyone, int64_t now_ns,
		  struct err *e)
{
	bool false_one = false;
	struct probe_id id;
	enum match m;

	if (t->mtu.begun && probe_match(&t->mtu.kind, a, &id) >= MATCH_NAT) {
		mtu_answer(&t->mtu, id, a);
		return 1;
	}
	if (t->cycles.begun && probe_match(&t->cycles.kind, a, &id) >= MATCH_NAT) {
		cycles_answer(&t->cycles, id, a, now_ns);
		return 1;
	}
	if (t->paths.begun && probe_match(&t->paths.kind, a, &id) >= MATCH_NAT) {
		paths_answer(&t->paths, id, a, now_ns);
		return 1;
	}
	for (unsigned int i = 0; i < t->n_sweeps; i++) {
		m = probe_match(&t->sweep[i].kind, a, &id);
		if (m >= MATCH_NAT)
			return sweep_answer(&t->sweep[i], id, m, a, now_ns, e) ? -e->code : 1;
		if (m == MATCH_FALSE && !anyone) {
			t->sweep[i].n_false++;
			false_one = true;
		}
	}
	t->n_false += false_one;
	return false_one;
}

const struct sweep *target_sweep(const struct target *t)
{
	const struct sweep *best = &t->sweep[0];

	if (t->chosen >= 0)
		return &t->sweep[t->chosen];
	for (unsigned int i = 1; i < t->n_sweeps; i++)
		if (!t->sweep[i].scout && sweep_last(&t->sweep[i]) > sweep_last(best))
			best = &t->sweep[i];
	return best;
}

uint8_t target_hop_of(const struct target *t, const struct addr *a)
{
	const struct sweep *s = target_sweep(t);

	for (unsigned int i = s->rules.first; i <= sweep_last(s); i++)
		if (s->hop[i].seen && addr_eq(&s->hop[i].seen->answer.from, a))
			return i;
	return 0;
}
