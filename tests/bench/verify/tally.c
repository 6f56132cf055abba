// SPDX-License-Identifier: GPL-2.0-or-later
/* tally - see tally.h. The pattern of the payload is that of ../sender/frame.h. */
#include "tally.h"

#include <stdbool.h>
#include <string.h>

#include "../sender/frame.h"
#include "base/bytes.h"

enum { IPV4_BYTES = 20, HEADERS = IPV4_BYTES + 8, DISCARD = 9 };

/* Offset of the IPv4 header in a frame of the sender, 0 for anybody else's. */
static size_t ipv4_offset(const uint8_t *data, size_t n)
{
	static const uint8_t source[6] = { 2, 0, 0, 0, 0, 1 };
	size_t off = 14;

	if (n < FRAME_MIN_BYTES || memcmp(data + 6, source, sizeof(source)) != 0)
		return 0;
	if (get_be16(data + 12) == 0x8100)
		off += 4;
	return get_be16(data + off - 2) == 0x0800 && get_be16(data + off + 22) == DISCARD ? off : 0;
}

static bool headers_right(const uint8_t *ip, size_t wire_bytes)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i < IPV4_BYTES; i += 2)
		sum += get_be16(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff && get_be16(ip + 2) == wire_bytes &&
	       get_be16(ip + 24) == wire_bytes - IPV4_BYTES;
}

static bool payload_right(const uint8_t *p, size_t n, uint64_t seq)
{
	uint64_t word = seq * FRAME_MIX, differ = 0;
	size_t off = 8;

	for (; off + 8 <= n; off += 8)
		differ |= get_le64(p + off) ^ word++;
	return differ == 0 && memcmp(p + off, &word, n - off) == 0;
}

static void tally_seq(struct tally *t, uint64_t seq, uint64_t dropped)
{
	uint64_t *next = &t->next[(seq >> TALLY_SENDER_SHIFT) % TALLY_SENDERS];

	if (t->packets == 0)
		t->first_seq = seq;
	if (*next && seq < *next) {
		t->backward++;
		return;
	}
	if (*next && seq > *next) {
		struct gap gap = { *next - 1, seq - *next, dropped };

		if (t->n_gaps < MAX_GAPS)
			t->gaps[t->n_gaps] = gap;
		t->n_gaps++;
		t->lost += gap.lost;
		t->n_gaps_told += gap.told == gap.lost;
	}
	*next = seq + 1;
	t->last_seq = seq;
}

void tally_frame(struct tally *t, const uint8_t *data, size_t cap_bytes, size_t wire_bytes,
		 uint64_t dropped)
{
	size_t ip = ipv4_offset(data, cap_bytes);

	t->told += dropped;
	if (!ip) {
		t->foreign++;
		return;
	}

	const uint8_t *payload = data + ip + HEADERS;
	uint64_t seq = get_be64(payload);

	if (!headers_right(data + ip, wire_bytes - ip) ||
	    !payload_right(payload, cap_bytes - ip - HEADERS, seq))
		t->bad++;
	tally_seq(t, seq, dropped);
	t->packets++;
	t->bytes += cap_bytes;
}
