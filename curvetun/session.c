// SPDX-License-Identifier: GPL-2.0-or-later
/* session - see session.h. */
#include "session.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "aead.h"
#include "base/bytes.h"

enum { FRAMES = 255 }; /* the lengths of frames are sealed as if they were a queue */

/* Each sending queue has a key of its own. What was agreed goes into it, so that ends which
 * disagree understand nothing of each other. */
static int queue_new(const uint8_t key[NOISE_KEY], uint32_t can, uint8_t queue, bool sealing,
		     struct aead **ret_a, struct err *e)
{
	uint8_t label[] = "curvetun 1 data\0\0\0\0", k[AEAD_KEY];
	int rc;

	if (queue == FRAMES)
		memcpy(label + 11, "len ", 4);
	put_le32(label + 15, can);
	label[19] = queue;
	crypto_generichash_blake2b(k, sizeof(k), label, sizeof(label), key, NOISE_KEY);
	rc = aead_new(can & MSG_CAN_AES ? AEAD_AES : AEAD_CHACHA, k, sealing, ret_a, e);
	sodium_memzero(k, sizeof(k));
	return rc;
}

int session_new(const struct session_keys *k, int64_t now_ns, struct session **ret_s, struct err *e)
{
	struct session *s = calloc(1, sizeof(*s) + k->n_rx * sizeof(s->rx[0]));
	unsigned int i;
	int rc;

	if (!s)
		return err_sys(e, ENOMEM, "session");
	s->local = k->local;
	s->remote = k->remote;
	s->can = k->can;
	s->initiator = k->initiator;
	s->confirmed = k->initiator;
	s->born_ns = now_ns;
	s->n_rx = k->n_rx;
	rc = queue_new(k->tx, k->can, s->tx_queue, true, &s->tx, e);
	if (k->frames && !rc)
		rc = queue_new(k->tx, k->can, FRAMES, true, &s->frame[1], e);
	if (k->frames && !rc)
		rc = queue_new(k->rx, k->can, FRAMES, false, &s->frame[0], e);
	for (i = 0; i < k->n_rx && !rc; i++)
		rc = queue_new(k->rx, k->can, i, false, &s->rx[i].aead, e);
	if (rc) {
		session_free(s);
		return rc;
	}
	*ret_s = s;
	return 0;
}

void session_free(struct session *s)
{
	unsigned int i;

	if (!s)
		return;
	aead_free(s->tx);
	aead_free(s->frame[0]);
	aead_free(s->frame[1]);
	for (i = 0; i < s->n_rx; i++)
		aead_free(s->rx[i].aead);
	free(s);
}

int session_seal(struct session *s, uint8_t flags, uint8_t *msg, size_t n, int64_t now_ns)
{
	uint64_t last = s->can & MSG_CAN_AES ? SESSION_LAST_AES : SESSION_LAST_CHACHA;

	if (s->tx_next >= last || session_over(s, now_ns))
		return -EKEYEXPIRED;
	msg[0] = MSG_DATA;
	msg[1] = flags;
	msg[2] = s->tx_queue;
	msg[3] = 0;
	put_le32(msg + 4, s->remote);
	put_le64(msg + 8, s->tx_next);
	return aead_seal(s->tx, s->tx_next++, msg, MSG_HEAD, msg + MSG_HEAD, n);
}

int session_open(struct session *s, uint8_t *msg, size_t n, int64_t now_ns)
{
	uint64_t number = get_le64(msg + 8);
	uint8_t queue = msg[2];
	int rc;

	if (session_over(s, now_ns))
		return -EKEYEXPIRED;
	if (queue >= s->n_rx)
		return -EBADMSG;
	if (!window_fresh(&s->rx[queue].window, number)) {
		s->n_repeated++;
		return -EEXIST;
	}
	rc = aead_open(s->rx[queue].aead, number, msg, MSG_HEAD, msg + MSG_HEAD, n - MSG_HEAD);
	if (rc) {
		s->n_failed++;
		return rc;
	}
	window_mark(&s->rx[queue].window, number);
	s->n_opened++;
	return 0;
}

bool session_due(const struct session *s, int64_t now_ns)
{
	uint64_t soon = s->can & MSG_CAN_AES ? SESSION_REKEY_AES : SESSION_REKEY_CHACHA;
	unsigned int i;

	for (i = 0; i < s->n_rx; i++)
		if (s->rx[i].window.next >= soon)
			return true;
	return s->tx_next >= soon || now_ns - s->born_ns >= SESSION_REKEY_NS;
}

bool session_over(const struct session *s, int64_t now_ns)
{
	return now_ns - s->born_ns >= SESSION_LIFE_NS || s->n_failed >= SESSION_LAST_FAILED;
}
