// SPDX-License-Identifier: GPL-2.0-or-later
/* core - the handshakes and sessions of one end with all its peers. Messages in, messages out: it
 * knows no socket and no device, takes the time from its caller, and is silent to whoever does not
 * know the server's public key. A client has one peer, the server; a server has its clients. */
#ifndef CURVETUN_CORE_H
#define CURVETUN_CORE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "msg.h"
#include "session.h"

#define CORE_COOKIE_NS (120 * 1000000000ll) /* a secret of cookies lasts */

/* Handshakes are answered without a cookie while they come slower than one in 4 ms; of those that
 * come faster, this long a debt is allowed. More of them would cost a flooded server too much. */
#define CORE_PACE_NS (4 * 1000000ll)
#define CORE_DEBT_NS (800 * 1000000ll)

enum { CORE_PEERS_MAX = 65536 };

struct peer {
	uint8_t key[NOISE_KEY], psk[NOISE_KEY];
	bool has_psk;
	struct sockaddr_in6 at;		     /* where its last authentic message came from */
	struct session *cur, *prev, *next;   /* 'next' sends when it has received */
	uint64_t stamp;			     /* highest of its first messages, or ours to it */
	bool gone;			     /* taken from the list: it is nobody */
	uint32_t record;		     /* of that on disk, plus one (stamps.h) */
	const char *name;		     /* of the client, lent; NULL none */
	int64_t heard_ns;		     /* its last authentic message */
	int64_t sent_ns;		     /* our last data message to it */
	uint64_t n_rx, n_tx, n_bad, n_again; /* data messages; not authentic; repeated */
	uint64_t n_lost;		     /* of sessions that are over */
	uint64_t rx_bytes, tx_bytes;	     /* of inner packets */
	uint16_t mtu;			     /* longest packet that passes over UDP; 0 not known */
	bool plain_out, plain_in;	     /* no bursts are to be sent: by us, by it (trial.h) */
	uint64_t n_no_room;		     /* packets that a full connection did not take */
	uint64_t n_spoofed;		     /* from inner addresses that are not its own */
	uint64_t n_congested;		     /* dropped for congestion (ecn.h) */

	/* The same peer over the other carrier, and its connection there (tcp.h). */
	enum msg_carrier carrier;
	struct peer *twin;
	struct conn *conn; /* that data goes to; NULL none */

	/* Inner addresses (owners.h). */
	bool has_nets; /* a file gives them: none is learned */
	unsigned int n_learned;

	/* A client's handshake under way. */
	struct noise noise;
	bool pending;
	uint32_t index;
	uint8_t mac1[MSG_MAC], cookie[MSG_MAC];
	int64_t cookie_ns; /* 0: none */
};

/* The peer over UDP, for which its addresses stand. */
static inline struct peer *peer_base(struct peer *p)
{
	return p->carrier == CARRIER_TCP && p->twin ? p->twin : p;
}

struct core_conf {
	const struct noise_pair *own; /* lent */
	bool server;
	uint8_t server_key[NOISE_KEY]; /* a client's; a server's own is known */
	enum msg_carrier carrier;
	uint32_t can;
	uint16_t mtu;
	size_t n_peers; /* that core_add() will be called for, at most CORE_PEERS_MAX */
};

struct core;

/* Returns 0 with '*ret_c' owned by the caller, or -errno with 'e'. */
int core_new(const struct core_conf *conf, struct core **ret_c, struct err *e) MUST_USE;
void core_free(struct core *c);

/* Adds a peer, or one that was removed again; 'psk' NULL for none. The pointer lives as long as
 * 'c'. Returns 0 with '*ret_p', or -EEXIST, -ENOSPC with 'e'. */
int core_add(struct core *c, const uint8_t key[NOISE_KEY], const uint8_t *psk,
	     struct peer **ret_p, struct err *e) MUST_USE;

/* Gives it another shared key, which counts from the next handshake on. */
void core_set_psk(struct peer *p, const uint8_t *psk);

/* The peer of that key, NULL if there is none; and all of them by number. */
struct peer *core_find(struct core *c, const uint8_t key[NOISE_KEY]);
size_t core_n_peers(const struct core *c);
struct peer *core_peer(struct core *c, size_t i);

/* Takes it out of the list: its sessions end. core_add() with its key brings it back. */
void core_remove(struct core *c, struct peer *p);

/* Begins a handshake of a client with 'p': its first message, to be sent to the server. 'real_ns'
 * is the time since 1970; the stamp is that, or one more than the last. The present session goes
 * on. Returns 0, or -EKEYREJECTED for a server's key that cannot be one. */
int core_first(struct core *c, struct peer *p, int64_t now_ns, int64_t real_ns,
	       uint8_t out[MSG_FIRST_BYTES]) MUST_USE;

/* What became of a message. */
enum core_result {
	CORE_DROP,   /* nothing is to be done */
	CORE_ANSWER, /* 'out' is to be sent back */
	CORE_KEYED,  /* a client has new keys: it sends a data message at once, be it empty */
	CORE_COOKIE, /* a client has a cookie: it begins again at once */
	CORE_DATA,   /* 'data' came from 'peer' */
};

struct core_event {
	struct peer *peer;
	uint8_t flags;	   /* of data */
	bool confirmed;	   /* this was the first data of a session: its stamp may be kept */
	uint8_t *data;	   /* into the message, which was opened in place */
	size_t n_data;	   /* 0: only to be heard of */
	const char *reason; /* of CORE_DROP */
	uint8_t out[MSG_ANSWER_BYTES];
	size_t n_out;
};

/* Takes the message of 'n' bytes from 'from'. */
enum core_result core_input(struct core *c, uint8_t *msg, size_t n,
			    const struct sockaddr_in6 *from, int64_t now_ns,
			    struct core_event *ret_ev) MUST_USE;

/* As session_seal() with the session that sends to 'p'. -ENOKEY: there is none. */
int core_seal(struct peer *p, uint8_t flags, uint8_t *msg, size_t n, int64_t now_ns) MUST_USE;

/* Ends what may neither send nor receive any more, so that its keys are gone. Returns the number of
 * sessions left. */
size_t core_sweep(struct core *c, int64_t now_ns);

/* Messages of the other end that its numbers tell of and that have not come. */
uint64_t core_lost(const struct peer *p);

/* True when a client should begin a handshake. */
bool core_due(const struct peer *p, int64_t now_ns);

#endif
