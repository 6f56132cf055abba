// SPDX-License-Identifier: GPL-2.0-or-later
/* mtu - see mtu.h. Sources: RFC 1191, RFC 8201; halving as in RFC 4821. */
#include "mtu.h"

#include "sys/clock.h"

enum { KEY_MARK = 0x6d747500 }; /* so that answers to a sweep are not taken for ours */

static uint16_t least(const struct mtu *m)
{
	struct probe_kind k = m->kind;
	int n;

	k.total_bytes = 0;
	n = probe_size(&k, NULL);
	return MAX(n, 68);
}

static void ask(struct mtu *m, uint16_t size)
{
	if (m->n_sizes == MTU_SIZES || size <= m->low || size >= m->high) {
		m->done = true;
		return;
	}
	m->size[m->n_sizes++] = size;
	m->tries = 0;
}

void mtu_begin(struct mtu *m, const struct probe_kind *k, uint16_t local, uint8_t ttl,
	       bool target_answers, int64_t rtt_ns)
{
	*m = (struct mtu){ .kind = *k, .begun = true, .target_answers = target_answers };
	m->kind.key ^= KEY_MARK;
	m->kind.df = true;
	m->ttl = ttl;
	m->local = MIN(local, (uint16_t)PROBE_MAX);
	m->low = least(m) - 1;
	m->high = m->local + 1;
	m->wait_ns = rtt_ns * 5 / 4 + 50 * NS_PER_MS;
	/* a Linux host says one port unreachable a second when the sweep has used up its six */
	if (k->method == METHOD_UDP)
		m->wait_ns = MAX(m->wait_ns, 1100 * NS_PER_MS);
	ask(m, m->local);
}

static void silence(struct mtu *m)
{
	if (!m->target_answers) {
		m->done = true;
		return;
	}
	m->silent = true;
	m->high = m->size[m->n_sizes - 1];
	ask(m, (m->low + m->high) / 2);
}

bool mtu_next(struct mtu *m, int64_t now_ns, struct probe_id *ret_id, int64_t *ret_wake)
{
	while (!m->done && m->tries == MTU_TRIES && now_ns >= m->sent_ns + m->wait_ns)
		silence(m);
	*ret_wake = INT64_MAX;
	if (m->done || !m->begun)
		return false;
	if (m->tries && now_ns < m->sent_ns + m->wait_ns) {
		*ret_wake = m->sent_ns + m->wait_ns;
		return false;
	}
	m->kind.total_bytes = m->size[m->n_sizes - 1];
	*ret_id = (struct probe_id){ .ttl = m->ttl, .seq = m->n_sizes - 1 };
	return true;
}

void mtu_sent(struct mtu *m, int64_t now_ns, bool too_big)
{
	m->sent_ns = now_ns;
	m->tries++;
	if (!too_big)
		return;
	m->high = m->size[m->n_sizes - 1];
	ask(m, (m->low + m->high) / 2);
}

static void too_big(struct mtu *m, uint16_t size, const struct answer *a)
{
	uint16_t mtu = a->mtu;

	m->high = MIN(m->high, size);
	if (mtu <= m->low || mtu >= size) {
		/* a router from before RFC 1191, or one that lies */
		ask(m, (m->low + m->high) / 2);
		return;
	}
	if (m->n_steps < MTU_STEPS)
		m->step[m->n_steps++] = (struct mtu_step){ a->from, mtu };
	m->high = MIN(m->high, mtu + 1);
	ask(m, mtu);
}

void mtu_answer(struct mtu *m, struct probe_id id, const struct answer *a)
{
	uint16_t size;

	if (m->done || id.seq >= m->n_sizes || !id.ttl)
		return;
	size = m->size[id.seq];
	if (a->kind == ANSWER_TIME)
		return;
	if (a->kind == ANSWER_BIG) {
		if (size < m->high)
			too_big(m, size, a);
		return;
	}
	if (size <= m->low)
		return;
	m->low = size;
	m->target_answers = true;
	ask(m, m->low + 1 == m->high ? m->low : (m->low + m->high) / 2);
}

uint16_t mtu_result(const struct mtu *m)
{
	if (m->low >= least(m))
		return m->low;
	return m->n_steps ? m->high - 1 : 0;
}
