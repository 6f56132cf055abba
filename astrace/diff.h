// SPDX-License-Identifier: GPL-2.0-or-later
/* diff - what filters on the way do to a payload (--diff): a control and a test payload go out with
 * each hop limit, and who answers what is compared. Used by target, engine and the outputs.
 *
 * TCP payloads go in real handshakes: the system's own sockets connect with the usual hop limit,
 * and only the payload leaves with a small one (IP_TTL acts on what is sent later). So there is a
 * connection behind every probe, the system's retransmissions repeat it, and nothing has to keep
 * the kernel from resetting what it does not know. Answers come by the packet socket of wire.
 *
 * The control of a hop limit and its test have one port, so that load balancers send both the same
 * way; different hop limits have different ones, and go at the same time. All controls come first,
 * as a filter may go on blocking after a test. What is missing is asked again, by both, up to
 * DIFF_ROUNDS times a second apart. */
#ifndef ASTRACE_DIFF_H
#define ASTRACE_DIFF_H

#include "answer.h"
#include "base/err.h"
#include "payload.h"
#include "sweep.h"

enum {
	DIFF_HOPS = 32, /* hop limits asked with, at most; slot 0 is the usual one */
	DIFF_ROUNDS = 3,
	DIFF_REPLIES = 8,  /* kept of a trial */
	DIFF_PORTS = 1024, /* the first of our ports, counted from the lowest */
};

/* What came back, as bits. */
enum diff_seen {
	DIFF_TIME = 1 << 0,  /* its time was exceeded on the way */
	DIFF_ERROR = 1 << 1, /* another ICMP error */
	DIFF_ACK = 1 << 2,   /* payload acknowledged */
	DIFF_DATA = 1 << 3,  /* data, or a UDP answer */
	DIFF_RST = 1 << 4,
	DIFF_FIN = 1 << 5,
	DIFF_UNCONNECTED = 1 << 6, /* no handshake */
};

/* From the host at the far end, or from somebody who pretends to be it. */
enum { DIFF_FAR = DIFF_ACK | DIFF_DATA | DIFF_RST | DIFF_FIN };

struct diff_reply {
	enum diff_seen what;
	struct addr from;
	uint8_t ttl;		  /* what was left of the answer's hop limit */
	uint8_t kind, type, code; /* as those of struct answer */
	int64_t rtt_ns;
	uint64_t packet; /* number in the file of --pcap, from 1 on; 0: none */
};

enum diff_state { DIFF_UNUSED, DIFF_WAITING, DIFF_CONNECTING, DIFF_SENT, DIFF_OVER };

/* One payload with one hop limit. */
struct diff_trial {
	enum diff_state state;
	int fd;
	uint8_t slot;
	bool test;
	bool joined; /* handshake seen */
	uint16_t port;
	uint32_t seq;	 /* TCP: number of the payload's first byte */
	uint16_t csum;	 /* UDP: of the datagram */
	uint8_t far_ttl; /* TCP: of the SYN-ACK: how far the far end is */
	int64_t began_ns, sent_ns, heard_ns;
	unsigned int seen; /* bits */
	unsigned int n_replies;
	struct diff_reply reply[DIFF_REPLIES];
};

enum diff_verdict {
	DIFF_SAME,	 /* the two get the same answers */
	DIFF_DROPPED,	 /* the test goes no farther, without a word */
	DIFF_RESET,	 /* somebody resets its connection */
	DIFF_ANSWERED,	 /* somebody answers it */
	DIFF_REJECTED,	 /* a router says that it may not pass */
	DIFF_NO_CONTROL, /* the control does not get through: there is nothing to compare */
};

enum diff_place { DIFF_NOWHERE, DIFF_IN_PATH, DIFF_ON_PATH, DIFF_PATH_UNKNOWN };

/* What is made of it. */
struct diff_finding {
	enum diff_verdict verdict;
	enum diff_place place;
	uint8_t after; /* last hop limit that the test passed as the control did; 0: none */
	uint8_t at;    /* first one with which it did not */
	uint8_t far;   /* first one that gets the control to the far end; 0: not known */
};

struct diff {
	struct payload control, test;
	char control_text[32];
	uint16_t dport, low_port;
	struct addr src, dst;
	bool begun, done;
	bool blocked;	     /* a control after the tests did not get through as it did before */
	uint8_t first, last; /* hop limits */
	unsigned int round, stage;
	int64_t round_ns, rtt_ns;
	unsigned int n_open, n_begun;
	struct diff_trial trial[DIFF_ROUNDS][2][DIFF_HOPS + 1];
	struct diff_trial afterwards;
};

/* Makes the payloads of 'test' and 'control' (NULL: one like it) for UDP or TCP port 'dport', and
 * the sockets, bound to ports from 'low_port' + DIFF_PORTS on; before the sandbox. Returns 0 with
 * '*ret_d', owned by the caller, or -errno with 'e'. */
struct diff_needs {
	const char *test, *control;
	bool udp;
	uint16_t dport, low_port;
	const char *dev;
	struct addr src, dst;
	uint8_t first, max;
};
int diff_open(const struct diff_needs *n, struct diff **ret_d, struct err *e) MUST_USE;
void diff_close(struct diff *d);

/* Begins, knowing of the path what 's' found. */
void diff_begin(struct diff *d, const struct sweep *s, int64_t now_ns);

/* Does what is due: connects, sends, closes. '*ret_wake' is when to ask again. Returns 0, or -errno
 * with 'e'. */
int diff_turn(struct diff *d, int64_t now_ns, int64_t *ret_wake, struct err *e) MUST_USE;

/* Takes 'a', which is packet 'packet' of the record. True if it was about one of our trials. */
bool diff_answer(struct diff *d, const struct answer *a, int64_t now_ns, uint64_t packet);

/* The bits of all rounds of a slot. */
unsigned int diff_bits(const struct diff *d, bool test, unsigned int slot);

/* The address that said of hop limit 'ttl' that it was exceeded; family 0: nobody. */
struct addr diff_hop(const struct diff *d, unsigned int ttl);

/* Draws the conclusion from bits of enum diff_seen by slot: 0 the usual hop limit, 'first' to
 * 'last' those tried. Pure. */
struct diff_finding diff_judge(const unsigned int control[DIFF_HOPS + 1],
			       const unsigned int test[DIFF_HOPS + 1], unsigned int first,
			       unsigned int last);
struct diff_finding diff_found(const struct diff *d);

/* "dropped", "in path", "RST". */
const char *diff_verdict_words(enum diff_verdict v);
const char *diff_place_words(enum diff_place p);
const char *diff_seen_words(enum diff_seen s);

#endif
