// SPDX-License-Identifier: GPL-2.0-or-later
/* diffhear - finds the trial that a packet is about, and keeps what it says (diff.h). Pure. */
#include "base/bytes.h"
#include "diff.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

static const struct payload *payload_of(const struct diff *d, const struct diff_trial *t)
{
	return t->test ? &d->test : &d->control;
}

/* The trials that use 'port': a control, and maybe a test. */
static unsigned int by_port(struct diff *d, uint16_t port, struct diff_trial *ret[2])
{
	unsigned int i = port - d->low_port - DIFF_PORTS, hops = DIFF_HOPS + 1;

	if (port < d->low_port + DIFF_PORTS)
		return 0;
	if (port == d->afterwards.port) {
		ret[0] = &d->afterwards;
		return 1;
	}
	if (i >= DIFF_ROUNDS * hops)
		return 0;
	ret[0] = &d->trial[i / hops][0][i % hops];
	ret[1] = &d->trial[i / hops][1][i % hops];
	return 2;
}

static bool begun(const struct diff_trial *t)
{
	return t->state >= DIFF_CONNECTING;
}

/* The one that 'port' was used for last; NULL: for none. */
static struct diff_trial *latest(struct diff *d, uint16_t port)
{
	struct diff_trial *two[2];
	unsigned int n = by_port(d, port, two);

	while (n--)
		if (begun(two[n]))
			return two[n];
	return NULL;
}

/* The one that a segment numbered 'seq' holds payload of, or that somebody acknowledges as far as
 * 'seq'; NULL: none. (The kernel acknowledges what it gets with the same hop limit: such a segment
 * is numbered as the byte behind the payload.) */
static struct diff_trial *by_seq(struct diff *d, uint16_t port, uint32_t seq, bool acknowledged)
{
	struct diff_trial *two[2];
	unsigned int n = by_port(d, port, two);

	while (n--)
		if (two[n]->joined && seq - two[n]->seq < payload_of(d, two[n])->n + acknowledged)
			return two[n];
	return NULL;
}

static struct diff_trial *by_csum(struct diff *d, uint16_t port, uint16_t csum)
{
	struct diff_trial *two[2];
	unsigned int n = by_port(d, port, two);

	while (n--)
		if (begun(two[n]) && two[n]->csum == csum)
			return two[n];
	/* a NAT has changed it */
	return latest(d, port);
}

static void keep(struct diff_trial *t, enum diff_seen what, const struct answer *a, int64_t now_ns,
		 uint64_t packet)
{
	struct diff_reply *r;

	t->seen |= what;
	t->heard_ns = now_ns;
	for (unsigned int i = 0; i < t->n_replies; i++)
		if (t->reply[i].what == what && addr_eq(&t->reply[i].from, &a->from) &&
		    t->reply[i].ttl == a->ttl)
			return;
	if (t->n_replies == DIFF_REPLIES)
		return;
	r = &t->reply[t->n_replies++];
	*r = (struct diff_reply){
		.what = what,
		.from = a->from,
		.ttl = a->ttl,
		.kind = a->kind,
		.type = a->type,
		.code = a->code,
		.rtt_ns = now_ns - (t->sent_ns ? t->sent_ns : t->began_ns),
		.packet = packet,
	};
}

static bool hear_error(struct diff *d, const struct answer *a, int64_t now_ns, uint64_t packet)
{
	const struct quote *q = &a->quote;
	uint16_t port = get_be16(q->l4);
	struct diff_trial *t;

	if (!addr_eq(&q->dst, &d->dst) || get_be16(q->l4 + 2) != d->dport ||
	    q->proto != (d->test.udp ? IPPROTO_UDP : IPPROTO_TCP))
		return false;
	t = d->test.udp ? by_csum(d, port, get_be16(q->l4 + 6))
			: by_seq(d, port, get_be32(q->l4 + 4), false);
	if (!t)
		return false;
	if (a->kind == ANSWER_TIME)
		keep(t, DIFF_TIME, a, now_ns, packet);
	else
		/* a host that has nobody at this port was reached all the same */
		keep(t, addr_eq(&a->from, &d->dst) ? DIFF_ACK : DIFF_ERROR, a, now_ns, packet);
	return true;
}

/* A segment of a connection that stands, by trial 't'. */
static void hear_segment(struct diff_trial *t, const struct answer *a, int64_t now_ns,
			 uint64_t packet)
{
	/* what is said without a byte of the payload having come is no answer to it */
	bool spoken_to = a->tcp_flags & TCP_ACK && a->tcp_ack != t->seq;

	if (a->tcp_flags & TCP_RST) {
		keep(t, t->joined ? DIFF_RST : DIFF_UNCONNECTED, a, now_ns, packet);
		return;
	}
	if (!spoken_to)
		return;
	keep(t, a->data_bytes ? DIFF_DATA : DIFF_ACK, a, now_ns, packet);
	if (a->tcp_flags & TCP_FIN)
		keep(t, DIFF_FIN, a, now_ns, packet);
}

static bool hear_tcp(struct diff *d, const struct answer *a, int64_t now_ns, uint64_t packet)
{
	struct diff_trial *t = NULL;

	if (a->tcp_flags & TCP_SYN) {
		t = latest(d, a->dport);
		if (t && t->state == DIFF_CONNECTING && !t->joined && a->tcp_flags & TCP_ACK) {
			t->joined = true;
			t->seq = a->tcp_ack;
			t->far_ttl = a->ttl;
		}
		return t != NULL;
	}
	if (a->tcp_flags & TCP_ACK)
		t = by_seq(d, a->dport, a->tcp_ack, true);
	/* who resets a connection that is not his may have its numbers wrong */
	if (!t && a->tcp_flags & TCP_RST)
		t = latest(d, a->dport);
	if (t)
		hear_segment(t, a, now_ns, packet);
	return t != NULL;
}

bool diff_answer(struct diff *d, const struct answer *a, int64_t now_ns, uint64_t packet)
{
	struct diff_trial *t;

	if (!d->begun)
		return false;
	if (a->quote.present)
		return hear_error(d, a, now_ns, packet);
	if (!addr_eq(&a->from, &d->dst) || a->sport != d->dport)
		return false;
	if (a->kind == ANSWER_TCP && !d->test.udp)
		return hear_tcp(d, a, now_ns, packet);
	if (a->kind != ANSWER_UDP || !d->test.udp)
		return false;
	t = latest(d, a->dport);
	if (t)
		keep(t, DIFF_DATA, a, now_ns, packet);
	return t != NULL;
}

struct addr diff_hop(const struct diff *d, unsigned int ttl)
{
	for (unsigned int r = 0; r < DIFF_ROUNDS; r++)
		for (unsigned int side = 0; side < 2; side++) {
			const struct diff_trial *t = &d->trial[r][side][ttl];

			for (unsigned int i = 0; i < t->n_replies; i++)
				if (t->reply[i].what == DIFF_TIME)
					return t->reply[i].from;
		}
	return (struct addr){ 0 };
}
