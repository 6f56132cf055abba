// SPDX-License-Identifier: GPL-2.0-or-later
/* walk - see walk.h. Sources: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. */
#include "walk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

#include "base/bytes.h"

enum {
	PCAP_USEC = 0xa1b2c3d4,
	PCAP_NSEC = 0xa1b23c4d,
	SHB = 0x0a0d0d0a,
	IDB = 1,
	ISB = 5,
	EPB = 6,
	SHB_ORDER = 0x1a2b3c4d,
	ETHERNET = 1,
	OPT_END = 0,
	EPB_DROPCOUNT = 4,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	MAX_FRAME = 262144,
	MAX_BLOCK = 16 << 20,
};

static void walk_time(struct walk *w, uint64_t time)
{
	w->backward_times += time < w->last_time;
	w->last_time = time;
}

static int walk_pcap(struct walk *w, const uint8_t *data, size_t n_bytes, struct err *e)
{
	struct cur c = cur_of(data, n_bytes), head = cur_sub(&c, 24);

	w->format = "pcap";
	cur_skip(&head, 20);
	if (cur_le32(&head) != ETHERNET)
		return err_set(e, EINVAL, "link type is not Ethernet");
	for (;;) {
		w->whole_bytes = n_bytes - cur_left(&c);
		uint64_t time = (uint64_t)cur_le32(&c) << 32;
		time |= cur_le32(&c);
		uint32_t cap = cur_le32(&c), wire = cur_le32(&c);

		if (cap > MAX_FRAME || (!c.failed && cap > wire))
			return err_set(e, EINVAL, "offset %" PRIu64 ": lengths %u of %u",
				       w->whole_bytes, cap, wire);
		const uint8_t *frame = cur_take(&c, cap);

		if (!frame || c.failed)
			return 0;
		walk_time(w, time);
		w->frames++;
		tally_frame(&w->tally, frame, cap, wire, 0);
	}
}

/* Calls 'each' for the options in 'c', which must end at their end mark or with the block. */
static bool walk_options(struct cur *c, void (*each)(void *, uint16_t, struct cur), void *to)
{
	while (cur_left(c)) {
		uint16_t code = cur_le16(c), n = cur_le16(c);
		struct cur value = cur_sub(c, n);

		cur_skip(c, -n & 3);
		if (c->failed || (code == OPT_END && n))
			return false;
		if (code == OPT_END)
			return cur_left(c) == 0;
		each(to, code, value);
	}
	return true;
}

static void epb_option(void *to, uint16_t code, struct cur value)
{
	if (code == EPB_DROPCOUNT && cur_left(&value) == 8)
		*(uint64_t *)to = cur_le64(&value);
}

static bool walk_epb(struct walk *w, struct cur *c)
{
	uint32_t interface = cur_le32(c);
	uint64_t time = (uint64_t)cur_le32(c) << 32, dropped = 0;

	time |= cur_le32(c);

	uint32_t cap = cur_le32(c), wire = cur_le32(c);
	const uint8_t *frame = cap <= MAX_FRAME ? cur_take(c, cap) : NULL;

	cur_skip(c, -cap & 3);
	if (!frame || c->failed || cap > wire || interface >= w->n_interfaces ||
	    !walk_options(c, epb_option, &dropped))
		return false;
	walk_time(w, time);
	w->frames++;
	tally_frame(&w->tally, frame, cap, wire, dropped);
	return true;
}

static void isb_option(void *to, uint16_t code, struct cur value)
{
	struct walk *w = to;

	if (code == ISB_IFRECV && cur_left(&value) == 8)
		w->last_ifrecv = cur_le64(&value);
	else if (code == ISB_IFDROP && cur_left(&value) == 8)
		w->last_ifdrop = cur_le64(&value);
}

static void no_option(void *to, uint16_t code, struct cur value)
{
	(void)to;
	(void)code;
	(void)value;
}

/* The body of one block, between its two lengths. */
static bool walk_block(struct walk *w, uint32_t type, struct cur c)
{
	uint16_t link;

	switch (type) {
	case EPB:
		return walk_epb(w, &c);
	case SHB:
		w->n_interfaces = 0;
		if (cur_le32(&c) != SHB_ORDER || cur_le16(&c) != 1)
			return false;
		cur_skip(&c, 2 + 8);
		return !c.failed && walk_options(&c, no_option, NULL);
	case IDB:
		w->n_interfaces++;
		link = cur_le16(&c);
		cur_skip(&c, 2 + 4);
		return link == ETHERNET && !c.failed && walk_options(&c, no_option, NULL);
	case ISB:
		w->n_stats++;
		if (cur_le32(&c) >= w->n_interfaces)
			return false;
		cur_skip(&c, 8);
		return !c.failed && walk_options(&c, isb_option, w);
	default:
		w->n_other_blocks++;
		return true;
	}
}

static int walk_pcapng(struct walk *w, const uint8_t *data, size_t n_bytes, struct err *e)
{
	struct cur c = cur_of(data, n_bytes);

	w->format = "pcapng";
	for (;;) {
		w->whole_bytes = n_bytes - cur_left(&c);
		uint32_t type = cur_le32(&c), n = cur_le32(&c);

		if (c.failed)
			return 0;
		if (n < 12 || n % 4 || n > MAX_BLOCK)
			return err_set(e, EINVAL, "offset %" PRIu64 ": block of %u bytes",
				       w->whole_bytes, n);
		struct cur body = cur_sub(&c, n - 12);
		uint32_t again = cur_le32(&c);

		if (c.failed)
			return 0;
		if (again != n)
			return err_set(e, EINVAL, "offset %" PRIu64 ": lengths %u and %u differ",
				       w->whole_bytes, n, again);
		if (!walk_block(w, type, body))
			return err_set(e, EINVAL, "offset %" PRIu64 ": malformed block of type %u",
				       w->whole_bytes, type);
	}
}

int walk_file(struct walk *w, const uint8_t *data, size_t n_bytes, struct err *e)
{
	uint32_t magic = n_bytes >= 24 ? get_le32(data) : 0;

	if (magic == PCAP_USEC || magic == PCAP_NSEC)
		return walk_pcap(w, data, n_bytes, e);
	if (magic == SHB)
		return walk_pcapng(w, data, n_bytes, e);
	return err_set(e, EINVAL, "neither pcap nor pcapng");
}
