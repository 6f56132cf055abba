// SPDX-License-Identifier: GPL-2.0-or-later
/* session - the keys of one handshake: seals and opens data messages, numbers them, refuses
 * repeats, and says when it is at its end. Times are the caller's monotonic ns, so tests run by
 * a clock of their own. */
#ifndef CURVETUN_SESSION_H
#define CURVETUN_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "msg.h"
#include "window.h"

#define SESSION_LIFE_NS	 (120 * 1000000000ll) /* keys are not used longer */
#define SESSION_REKEY_NS (100 * 1000000000ll) /* new ones are asked for */

/* Messages of one key after which new keys are asked for, and at which it is refused. */
#define SESSION_REKEY_AES    (1ull << 23)
#define SESSION_LAST_AES     (1ull << 24)
#define SESSION_REKEY_CHACHA (1ull << 59)
#define SESSION_LAST_CHACHA  (1ull << 60)
#define SESSION_LAST_FAILED  (1ull << 36) /* messages that were not authentic */

struct aead;

struct session_rx {
	struct aead *aead;
	struct window window;
};

struct session {
	uint32_t local, remote; /* index that each end gave the session */
	uint32_t can;		/* MSG_CAN_*, agreed */
	bool initiator;
	bool confirmed;	 /* the other end has shown that it has the keys */
	int64_t born_ns;
	uint8_t tx_queue; /* that we send as */
	struct aead *tx;
	struct aead *frame[2]; /* of the TCP carrier: to open lengths by, to seal them by */
	uint64_t tx_next;  /* number of the next message */
	uint64_t n_failed; /* messages that were not authentic */
	uint64_t n_repeated, n_opened;
	unsigned int n_rx;
	struct session_rx rx[];
};

/* What a handshake leaves behind. */
struct session_keys {
	uint8_t tx[NOISE_KEY], rx[NOISE_KEY];
	uint32_t local, remote, can;
	unsigned int n_rx; /* sending queues of the other end */
	bool initiator;
	bool frames; /* the carrier is TCP */
};

/* Returns 0 with '*ret_s' owned by the caller, or -errno with 'e'. */
int session_new(const struct session_keys *k, int64_t now_ns, struct session **ret_s,
		struct err *e) MUST_USE;
void session_free(struct session *s);

/* Makes a data message of the 'n' bytes at 'msg' + MSG_HEAD, in place: MSG_HEAD bytes before and
 * 16 behind are filled in. A number is used up whatever follows. Returns 0, or -EKEYEXPIRED when
 * the session may send no more. */
int session_seal(struct session *s, uint8_t flags, uint8_t *msg, size_t n, int64_t now_ns) MUST_USE;

/* Opens the data message of 'n' bytes in place: its payload is the 'n' - MSG_OVERHEAD bytes at
 * 'msg' + MSG_HEAD. Returns 0; or -EBADMSG when it is not authentic, -EEXIST when it was there
 * before or is too old to tell, -EKEYEXPIRED. */
int session_open(struct session *s, uint8_t *msg, size_t n, int64_t now_ns) MUST_USE;

/* True when a new handshake is due. */
bool session_due(const struct session *s, int64_t now_ns);

/* True when it may neither send nor receive any more. */
bool session_over(const struct session *s, int64_t now_ns);

#endif
