// SPDX-License-Identifier: GPL-2.0-or-later
/* trial - see trial.h. */
#include "trial.h"

#include <string.h>

#include "base/log.h"
#include "core.h"
#include "ctl.h"
#include "tunnel.h"

enum { PADDED = 256, ALL = (1 << TRIAL_PIECES) - 1 };

/* Answers to one kind of message. */
static unsigned int part(const struct trial *tr, unsigned int i)
{
	return tr->got >> i * TRIAL_PIECES & ALL;
}

/* Sends TRIAL_PIECES words of 'n' bytes by one call. */
static void burst(struct tunnel *t, struct peer *p, struct ctl c, size_t n, int64_t now_ns)
{
	unsigned int i;

	burst_send(&t->out);
	for (i = 0; i < TRIAL_PIECES; i++, c.number++) {
		uint8_t *msg = burst_room(&t->out, p, n + MSG_OVERHEAD, 0);

		memset(msg + MSG_HEAD, 0, n);
		ctl_write(&c, msg + MSG_HEAD);
		if (core_seal(p, 0, msg, n, now_ns))
			break;
		burst_add(&t->out, n + MSG_OVERHEAD);
	}
	burst_send(&t->out);
}

void trial_burst(struct tunnel *t, struct peer *p, uint32_t number, uint64_t time, int64_t now_ns)
{
	struct ctl c = { .type = CTL_PONG, .size = CTL_BYTES, .number = number, .time = time };

	burst(t, p, c, CTL_BYTES, now_ns);
}

static void send_round(struct trial *tr, struct tunnel *t, struct peer *p, int64_t now_ns)
{
	struct ctl c = { .type = CTL_PROBE, .number = tr->base, .time = now_ns };
	unsigned int i;

	burst(t, p, c, PADDED, now_ns);
	c.type = CTL_BURST;
	c.number = tr->base + TRIAL_PIECES;
	(void)!tunnel_tell(t, p, &c, CTL_BYTES, now_ns);
	c.type = CTL_PROBE;
	for (i = 0; i < TRIAL_PIECES; i++) {
		c.number = tr->base + 2 * TRIAL_PIECES + i;
		(void)!tunnel_tell(t, p, &c, PADDED, now_ns);
	}
}

/* True when bursts are off in a direction in which they were not. */
static bool judge(const struct trial *tr, struct peer *p)
{
	bool out = part(tr, 0) != ALL, in = part(tr, 1) != ALL, news;

	if (part(tr, 2) != ALL)
		return false; /* a bad line says nothing about bursts */
	news = (out && !p->plain_out) || (in && !p->plain_in);
	p->plain_out |= out;
	p->plain_in |= in;
	if (news)
		log_warn("datagrams that leave %s together do not arrive: they go one by one",
			 out && in ? "either end" : out ? "here" : "the server");
	return news;
}

void trial_begin(struct trial *tr)
{
	*tr = (struct trial){ .until_ns = 1 };
}

bool trial_turn(struct trial *tr, struct tunnel *t, struct peer *p, uint32_t base, int64_t now_ns,
		int64_t wait_ns)
{
	bool whole = tr->got == (1u << TRIAL_NUMBERS) - 1;

	tr->until_ns = 0;
	if (whole || tr->round == TRIAL_ROUNDS)
		return !whole && judge(tr, p);
	tr->round++;
	tr->base = base;
	send_round(tr, t, p, now_ns);
	tr->until_ns = now_ns + wait_ns;
	return false;
}

void trial_answer(struct trial *tr, uint32_t number)
{
	if (tr->until_ns && number - tr->base < TRIAL_NUMBERS)
		tr->got |= 1u << (number - tr->base);
}
