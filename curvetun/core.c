// SPDX-License-Identifier: GPL-2.0-or-later
/* core - see core.h. The order of checks of a first message is the defence: the MAC costs
 * nothing, the cookie nothing, then two multiplications tell who asks, and only a known client with
 * a new stamp costs the rest. */
#include "core.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"

/* An index of ours on the wire; its lowest bits are the slot. */
struct slot {
	struct peer *peer; /* NULL: free */
	uint32_t index;
	struct session *session; /* NULL: a handshake under way */
};

struct core {
	struct core_conf conf;
	struct msg_keys keys;
	struct peer *peers;
	size_t n_peers;
	struct slot *slots;
	uint32_t *by_key; /* number of the peer plus one; 0 free */
	uint32_t mask;	  /* of both tables */
	uint64_t seed;
	uint8_t secret[2][32]; /* of cookies: present and former */
	int64_t secret_ns;
	uint8_t nonce[24]; /* of the last cookie: begins anywhere, and counts */
	int64_t debt_ns; /* moment at which handshakes have been paid for */
};

int core_new(const struct core_conf *conf, struct core **ret_c, struct err *e)
{
	struct core *c = sodium_malloc(ALIGN_UP(sizeof(*c), 64));
	uint32_t n = 16;

	if (!c)
		return err_sys(e, ENOMEM, "peers");
	memset(c, 0, sizeof(*c));
	c->conf = *conf;
	while (n < 8 * conf->n_peers)
		n *= 2;
	c->mask = n - 1;
	c->peers = calloc(conf->n_peers + 1, sizeof(c->peers[0]));
	c->slots = calloc(n, sizeof(c->slots[0]));
	c->by_key = calloc(n, sizeof(c->by_key[0]));
	if (!c->peers || !c->slots || !c->by_key || conf->n_peers > CORE_PEERS_MAX) {
		core_free(c);
		return err_sys(e, ENOMEM, "%zu peers", conf->n_peers);
	}
	msg_keys_of(conf->server ? conf->own->public : conf->server_key, &c->keys);
	randombytes_buf(&c->seed, sizeof(c->seed));
	randombytes_buf(c->secret, sizeof(c->secret));
	randombytes_buf(c->nonce, sizeof(c->nonce));
	*ret_c = c;
	return 0;
}

void core_free(struct core *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->n_peers; i++) {
		session_free(c->peers[i].cur);
		session_free(c->peers[i].prev);
		session_free(c->peers[i].next);
	}
	if (c->peers)
		sodium_memzero(c->peers, c->n_peers * sizeof(c->peers[0]));
	free(c->peers);
	free(c->slots);
	free(c->by_key);
	sodium_free(c);
}

/* Where 'key' stands, or would stand. */
static uint32_t *place_of(struct core *c, const uint8_t key[NOISE_KEY])
{
	uint32_t i = hash_bytes(key, NOISE_KEY, c->seed) & c->mask;

	while (c->by_key[i] && memcmp(c->peers[c->by_key[i] - 1].key, key, NOISE_KEY))
		i = (i + 1) & c->mask;
	return &c->by_key[i];
}

void core_set_psk(struct peer *p, const uint8_t *psk)
{
	p->has_psk = psk != NULL;
	if (psk)
		memcpy(p->psk, psk, NOISE_KEY);
	else
		sodium_memzero(p->psk, NOISE_KEY);
}

int core_add(struct core *c, const uint8_t key[NOISE_KEY], const uint8_t *psk,
	     struct peer **ret_p, struct err *e)
{
	uint32_t *place = place_of(c, key);
	struct peer *p = &c->peers[c->n_peers];

	if (*place) {
		p = &c->peers[*place - 1];
		if (!p->gone)
			return err_set(e, EEXIST, "two peers have the same key");
		p->gone = false;
		core_set_psk(p, psk);
		*ret_p = p;
		return 0;
	}
	if (c->n_peers == c->conf.n_peers)
		return err_set(e, ENOSPC, "more than %zu peers", c->n_peers);
	memcpy(p->key, key, NOISE_KEY);
	core_set_psk(p, psk);
	p->carrier = c->conf.carrier;
	*place = ++c->n_peers;
	*ret_p = p;
	return 0;
}

struct peer *core_find(struct core *c, const uint8_t key[NOISE_KEY])
{
	uint32_t who = *place_of(c, key);

	return who ? &c->peers[who - 1] : NULL;
}

size_t core_n_peers(const struct core *c)
{
	return c->n_peers;
}

struct peer *core_peer(struct core *c, size_t i)
{
	return &c->peers[i];
}

/* A new index for 's' of 'p'. There are far more slots than the four that a peer can hold. */
static uint32_t index_new(struct core *c, struct peer *p, struct session *s)
{
	struct slot *slot;
	uint32_t index;

	do {
		index = randombytes_random();
		slot = &c->slots[index & c->mask];
	} while (slot->peer);
	*slot = (struct slot){ p, index, s };
	return index;
}

static struct slot *slot_of(struct core *c, uint32_t index)
{
	struct slot *slot = &c->slots[index & c->mask];

	return slot->peer && slot->index == index ? slot : NULL;
}

static uint64_t lost_of(const struct session *s)
{
	uint64_t n = 0;
	unsigned int i;

	for (i = 0; s && i < s->n_rx; i++)
		n += s->rx[i].window.next;
	return s ? n - s->n_opened : 0;
}

uint64_t core_lost(const struct peer *p)
{
	return p->n_lost + lost_of(p->cur) + lost_of(p->prev);
}

static void end(struct core *c, struct session **s)
{
	if (*s) {
		c->slots[(*s)->local & c->mask].peer->n_lost += lost_of(*s);
		c->slots[(*s)->local & c->mask].peer = NULL;
	}
	session_free(TAKE(*s, NULL));
}

int core_first(struct core *c, struct peer *p, int64_t now_ns, int64_t real_ns,
	       uint8_t out[MSG_FIRST_BYTES])
{
	const char *prologue = msg_prologue(c->conf.carrier);
	uint8_t hello[MSG_HELLO], e[NOISE_KEY];
	int rc;

	p->stamp = MAX(real_ns > 0 ? (uint64_t)real_ns : 0, p->stamp + 1);
	msg_hello_write(&(struct msg_hello){ p->stamp, c->conf.can, c->conf.mtu, 1 }, hello);
	if (p->pending)
		c->slots[p->index & c->mask].peer = NULL;
	p->index = index_new(c, p, NULL);
	p->pending = true;
	memset(out, 0, MSG_FIRST_BYTES);
	out[0] = MSG_FIRST;
	out[1] = p->has_psk;
	put_le32(out + 4, p->index);
	noise_start(&p->noise, c->conf.own, p->key, p->has_psk, prologue, strlen(prologue));
	noise_set_psk(&p->noise, p->psk);
	randombytes_buf(e, sizeof(e));
	rc = noise_write_1(&p->noise, e, hello, sizeof(hello), out + 8);
	sodium_memzero(e, sizeof(e));
	msg_mac_put(&c->keys, out, MSG_FIRST_BYTES - 2 * MSG_MAC);
	memcpy(p->mac1, out + MSG_FIRST_BYTES - 2 * MSG_MAC, MSG_MAC);
	if (p->cookie_ns && now_ns - p->cookie_ns < CORE_COOKIE_NS)
		msg_mac2_put(p->cookie, out);
	return rc;
}

static enum core_result drop(struct core_event *ev, const char *reason)
{
	ev->reason = reason;
	return CORE_DROP;
}

/* Under load: true if the sender has proved by a cookie that it receives where it says. */
static bool has_cookie(struct core *c, const uint8_t *msg, const struct sockaddr_in6 *from,
		       int64_t now_ns, uint8_t ret_cookie[MSG_MAC])
{
	uint8_t former[MSG_MAC];

	if (now_ns - c->secret_ns >= CORE_COOKIE_NS) {
		memcpy(c->secret[1], c->secret[0], sizeof(c->secret[1]));
		randombytes_buf(c->secret[0], sizeof(c->secret[0]));
		c->secret_ns = now_ns;
	}
	msg_cookie_of(c->secret[0], from, ret_cookie);
	if (!msg_has_mac2(msg))
		return false;
	msg_cookie_of(c->secret[1], from, former);
	return msg_mac2_ok(ret_cookie, msg) || msg_mac2_ok(former, msg);
}

/* Makes a session of a finished handshake. NULL when out of memory. */
static struct session *session_of(struct core *c, struct peer *p, const struct noise *n,
				  struct session_keys *k, int64_t now_ns)
{
	struct session *s = NULL;

	noise_split(n, k->initiator ? k->tx : k->rx, k->initiator ? k->rx : k->tx);
	if (session_new(k, now_ns, &s, NULL))
		s = NULL;
	else if (k->initiator)
		c->slots[k->local & c->mask].session = s;
	else
		s->local = index_new(c, p, s);
	sodium_memzero(k, sizeof(*k));
	return s;
}

static enum core_result answer(struct core *c, struct peer *p, struct noise *n,
			       const struct msg_hello *h, const uint8_t *msg, int64_t now_ns,
			       struct core_event *ev)
{
	struct session_keys k = { .remote = get_le32(msg + 4),
				  .can = h->can & c->conf.can,
				  .n_rx = h->n_queues,
				  .frames = c->conf.carrier == CARRIER_TCP };
	uint8_t hello[MSG_HELLO], e[NOISE_KEY];
	struct session *s;
	int rc;

	msg_hello_write(&(struct msg_hello){ 0, k.can, c->conf.mtu, 1 }, hello);
	randombytes_buf(e, sizeof(e));
	rc = noise_write_2(n, e, hello, sizeof(hello), ev->out + 12);
	sodium_memzero(e, sizeof(e));
	memset(ev->out, 0, 12);
	ev->out[0] = MSG_ANSWER;
	put_le32(ev->out + 8, k.remote);
	s = rc ? NULL : session_of(c, p, n, &k, now_ns);
	if (!s)
		return drop(ev, "out of memory");
	put_le32(ev->out + 4, s->local);
	msg_mac_put(&c->keys, ev->out, MSG_ANSWER_BYTES - MSG_MAC);
	end(c, &p->next);
	p->next = s;
	p->stamp = h->stamp;
	ev->peer = p;
	ev->n_out = MSG_ANSWER_BYTES;
	return CORE_ANSWER;
}

static enum core_result on_first(struct core *c, uint8_t *msg, const struct sockaddr_in6 *from,
				 int64_t now_ns, struct core_event *ev)
{
	const size_t n_noise = NOISE_ADD_1 + MSG_HELLO;
	uint8_t cookie[MSG_MAC], hello[MSG_HELLO];
	struct msg_hello h;
	struct noise n;
	struct peer *p;

	if (!c->conf.server || msg[1] > 1)
		return drop(ev, "not for us");
	if (c->debt_ns - now_ns > CORE_DEBT_NS && !has_cookie(c, msg, from, now_ns, cookie)) {
		sodium_increment(c->nonce, sizeof(c->nonce));
		msg_cookie_write(&c->keys, msg, c->nonce, cookie, ev->out);
		ev->n_out = MSG_COOKIE_BYTES;
		return CORE_ANSWER;
	}
	c->debt_ns = MAX(c->debt_ns, now_ns) + CORE_PACE_NS;
	noise_start(&n, c->conf.own, NULL, msg[1], msg_prologue(c->conf.carrier),
		    strlen(msg_prologue(c->conf.carrier)));
	if (noise_read_1_key(&n, msg + 8, n_noise))
		return drop(ev, "not authentic");
	p = core_find(c, n.rs);
	if (!p || p->gone || p->has_psk != (msg[1] == 1))
		return drop(ev, "not a client");
	if (noise_read_1_rest(&n, msg + 8, n_noise, hello) || !msg_hello_read(hello, &h))
		return drop(ev, "not authentic");
	if (h.stamp <= p->stamp)
		return drop(ev, "was there before");
	noise_set_psk(&n, p->psk);
	enum core_result r = answer(c, p, &n, &h, msg, now_ns, ev);

	noise_wipe(&n);
	return r;
}

static enum core_result on_answer(struct core *c, uint8_t *msg, const struct sockaddr_in6 *from,
				  int64_t now_ns, struct core_event *ev)
{
	struct slot *slot = slot_of(c, get_le32(msg + 8));
	struct peer *p = slot ? slot->peer : NULL;
	uint8_t hello[MSG_HELLO];
	struct msg_hello h;
	struct noise n;
	struct session *s;

	if (!p || slot->session || !p->pending)
		return drop(ev, "not asked for");
	n = p->noise; /* a forged answer must not spoil it */
	if (noise_read_2(&n, msg + 12, NOISE_ADD_2 + MSG_HELLO, hello) ||
	    !msg_hello_read(hello, &h) || (h.can & ~c->conf.can))
		return drop(ev, "not authentic");
	struct session_keys k = { .local = p->index, .remote = get_le32(msg + 4), .can = h.can,
				  .n_rx = h.n_queues, .initiator = true,
				  .frames = c->conf.carrier == CARRIER_TCP };
	s = session_of(c, p, &n, &k, now_ns);
	noise_wipe(&n);
	if (!s)
		return drop(ev, "out of memory");
	noise_wipe(&p->noise);
	p->pending = false;
	end(c, &p->prev);
	p->prev = TAKE(p->cur, NULL);
	p->cur = s;
	p->at = *from;
	p->heard_ns = now_ns;
	ev->peer = p;
	return CORE_KEYED;
}

static enum core_result on_cookie(struct core *c, uint8_t *msg, int64_t now_ns,
				  struct core_event *ev)
{
	struct slot *slot = slot_of(c, get_le32(msg + 4));
	struct peer *p = slot && !slot->session ? slot->peer : NULL;

	if (!p || !p->pending || !msg_cookie_read(&c->keys, msg, p->mac1, p->cookie))
		return drop(ev, "not asked for");
	p->cookie_ns = now_ns;
	ev->peer = p;
	return CORE_COOKIE;
}

static enum core_result on_data(struct core *c, uint8_t *msg, size_t n,
				const struct sockaddr_in6 *from, int64_t now_ns,
				struct core_event *ev)
{
	struct slot *slot = slot_of(c, get_le32(msg + 4));
	struct session *s = slot ? slot->session : NULL;
	struct peer *p = slot ? slot->peer : NULL;
	int rc;

	if (!s)
		return drop(ev, "no such session");
	rc = session_open(s, msg, n, now_ns);
	if (rc) {
		p->n_bad += rc == -EBADMSG;
		p->n_again += rc == -EEXIST;
		return drop(ev, "not authentic, repeated or too late");
	}
	if (s == p->next) {
		end(c, &p->prev);
		p->prev = TAKE(p->cur, NULL);
		p->cur = TAKE(p->next, NULL);
		s->confirmed = true;
		ev->confirmed = true;
	}
	p->at = *from;
	p->heard_ns = now_ns;
	p->n_rx++;
	ev->peer = p;
	ev->flags = msg[1];
	ev->data = msg + MSG_HEAD;
	ev->n_data = n - MSG_OVERHEAD;
	return CORE_DATA;
}

enum core_result core_input(struct core *c, uint8_t *msg, size_t n,
			    const struct sockaddr_in6 *from, int64_t now_ns,
			    struct core_event *ret_ev)
{
	memset(ret_ev, 0, offsetof(struct core_event, out));
	ret_ev->n_out = 0;
	switch (msg_check(&c->keys, msg, n)) {
	case MSG_DATA:
		return on_data(c, msg, n, from, now_ns, ret_ev);
	case MSG_FIRST:
		return on_first(c, msg, from, now_ns, ret_ev);
	case MSG_ANSWER:
		return on_answer(c, msg, from, now_ns, ret_ev);
	case MSG_COOKIE:
		return on_cookie(c, msg, now_ns, ret_ev);
	}
	return drop(ret_ev, "not a message");
}

int core_seal(struct peer *p, uint8_t flags, uint8_t *msg, size_t n, int64_t now_ns)
{
	int rc = p->cur ? session_seal(p->cur, flags, msg, n, now_ns) : -ENOKEY;

	p->n_tx += rc == 0;
	return rc;
}

void core_remove(struct core *c, struct peer *p)
{
	end(c, &p->cur);
	end(c, &p->prev);
	end(c, &p->next);
	p->gone = true;
	p->name = NULL;
}

size_t core_sweep(struct core *c, int64_t now_ns)
{
	size_t i, k, n = 0;

	for (i = 0; i < c->n_peers; i++) {
		struct peer *p = &c->peers[i];
		struct session **s[] = { &p->cur, &p->prev, &p->next };

		for (k = 0; k < ARRAY_SIZE(s); k++) {
			if (*s[k] && session_over(*s[k], now_ns))
				end(c, s[k]);
			n += *s[k] != NULL;
		}
	}
	return n;
}

bool core_due(const struct peer *p, int64_t now_ns)
{
	return !p->cur || session_due(p->cur, now_ns);
}
