// SPDX-License-Identifier: GPL-2.0-or-later
/* inplace_test - blocks as the kernel fills them, laid out and read back by the pcapng reader: each
 * frame the same, each length right, whatever the end of the block leaves. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pkt/capfile.h"
#include "pkt/inplace.h"
#include "pkt/pcapng_enc.h"

enum { BLOCK_BYTES = 128 * 1024, MAX_PKTS = 400 };

struct fake {
	struct block b;
	uint32_t end;     /* where the next packet's header goes */
	uint32_t last;    /* header of the packet before; 0: none */
	uint32_t lens[MAX_PKTS];
	bool tagged[MAX_PKTS];
};

static uint8_t byte_of(uint32_t packet, uint32_t at)
{
	return packet * 31 + at * 7;
}

static struct fake new_block(uint16_t linktype, bool cooked)
{
	struct fake f = { .end = BLOCK_DESC_BYTES };

	f.b = (struct block){
		.base = aligned_alloc(INPLACE_UNIT_BYTES, BLOCK_BYTES),
		.size_bytes = BLOCK_BYTES,
		.first = BLOCK_DESC_BYTES,
		.seq = 1,
		.snaplen = UINT32_MAX,
		.linktype = linktype,
		.cooked = cooked,
	};
	memset(f.b.base, 0xee, BLOCK_BYTES); /* stale memory must not reach the file */
	return f;
}

/* Adds a frame of 'len' bytes as tpacket_rcv() does: the network header at a multiple of 16 plus
 * the reserve, the next header aligned to 8. 'shift' moves the frame off its place. */
static void add(struct fake *f, uint32_t len, int tpid, int shift)
{
	bool cooked = f->b.cooked;
	uint32_t net = cooked ? 96 : 98, mac = (cooked ? net : net - 14) + shift, i;
	struct tpacket3_hdr *h = (struct tpacket3_hdr *)(f->b.base + f->end);
	struct sockaddr_ll *sll = (struct sockaddr_ll *)((uint8_t *)h + 48);

	if (f->last)
		((struct tpacket3_hdr *)(f->b.base + f->last))->tp_next_offset = f->end - f->last;
	*h = (struct tpacket3_hdr){
		.tp_sec = 1700000000, .tp_nsec = f->b.n_pkts, .tp_snaplen = len, .tp_len = len,
		.tp_mac = mac, .tp_net = net,
		.tp_status = tpid ? TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID : 0,
		.hv1 = { .tp_vlan_tci = 5, .tp_vlan_tpid = tpid },
	};
	*sll = (struct sockaddr_ll){
		.sll_protocol = __builtin_bswap16(0x0800), .sll_hatype = 1, .sll_halen = 6,
		.sll_pkttype = PKT_DIR_OUTGOING,
	};
	for (i = 0; i < len; i++)
		((uint8_t *)h)[mac + i] = byte_of(f->b.n_pkts, i);
	f->lens[f->b.n_pkts] = len;
	f->tagged[f->b.n_pkts++] = tpid != 0;
	f->last = f->end;
	f->end += ALIGN_UP(mac + len, 8u);
	f->b.used_bytes = f->end;
	assert_true(f->end < BLOCK_BYTES);
}

/* Lays the block out, writes it behind a head as dwrite does, and opens it. */
static struct capfile *lay(struct fake *f, uint32_t max_pkts, struct inplace *ret_l)
{
	struct pkt_iface iface = { .linktype = f->b.linktype, .name = "eth0", .tsresol = 9 };
	uint8_t *bounce = aligned_alloc(INPLACE_UNIT_BYTES, 2 * INPLACE_UNIT_BYTES), head[4096];
	struct pcapng_stats stats = PCAPNG_STATS_UNKNOWN;
	struct pcapng_section section = { .app = "test" };
	struct wcur w = wcur_of(head, sizeof(head));
	int fd = memfd_create("laid", 0);
	struct capfile *file = NULL;
	struct err e = { 0 };
	size_t bytes = 0;

	pcapng_enc_shb(&w, &section);
	pcapng_enc_idb(&w, &iface);
	stats.os_drop = 3;
	inplace_lay(&f->b, 0, max_pkts, &stats, bounce, ret_l);
	assert_true(write(fd, head, wcur_used(&w)) > 0);
	for (unsigned int i = 0; i < ret_l->n_iov; i++) {
		assert_int_equal(ret_l->iov[i].iov_len % INPLACE_UNIT_BYTES, 0);
		bytes += write(fd, ret_l->iov[i].iov_base, ret_l->iov[i].iov_len);
	}
	assert_int_equal(bytes, ret_l->bytes);
	lseek(fd, 0, SEEK_SET);
	if (capfile_fdopen(fd, "laid", &file, &e) < 0)
		fail_msg("%s", e.text);
	free(bounce);
	return file;
}

/* Reads 'n' packets back and compares them with what was added. */
static void check(struct fake *f, struct capfile *file, uint32_t n)
{
	uint32_t head = f->b.cooked ? SLL_BYTES : 0, i, k, at, extra;
	struct err e = { 0 };
	struct pkt p;

	for (i = 0; i < n; i++) {
		if (capfile_next(file, &p, &e) != 1)
			fail_msg("packet %u: %s", i, e.text);
		extra = f->tagged[i] ? 4 : 0;
		assert_int_equal(p.len, f->lens[i] + head + extra);
		assert_int_equal(p.cap_len, MIN(p.len, f->b.snaplen));
		assert_int_equal(p.ts_ns, 1700000000ll * 1000000000 + i);
		assert_int_equal(p.flags, 2);
		assert_int_equal(p.drops, i ? 0 : f->b.drops);
		for (k = head; k < p.cap_len; k++) {
			at = k - head;
			if (extra && !f->b.cooked && at >= 12 && at < 16)
				continue;
			if (extra && !f->b.cooked && at >= 16)
				at -= 4;
			if (extra && f->b.cooked) {
				if (at < 4)
					continue;
				at -= 4;
			}
			assert_int_equal(p.data[k], byte_of(i, at));
		}
		if (extra && !f->b.cooked && p.cap_len >= 16) {
			assert_int_equal(get_be16(p.data + 12), 0x88a8);
			assert_int_equal(get_be16(p.data + 14), 5);
		}
	}
	assert_int_equal(capfile_next(file, &p, &e), 0);
	capfile_close(file);
	free(f->b.base);
}

static void test_plain(void **state)
{
	struct fake f = new_block(1, false);
	struct inplace l;
	uint32_t i;

	(void)state;
	for (i = 0; i < 200; i++)
		add(&f, 14 + i * 3, 0, 0);
	f.b.drops = 77;
	check(&f, lay(&f, UINT32_MAX, &l), 200);
	assert_int_equal(l.n_pkts, 200);
}

static void test_tags_come_back(void **state)
{
	struct fake f = new_block(1, false), cooked = new_block(113, true);
	struct inplace l;
	uint32_t i;

	(void)state;
	for (i = 0; i < 100; i++) {
		add(&f, 60 + i, i & 1 ? 0x88a8 : 0, 0);
		add(&cooked, 46 + i, i & 1 ? 0x88a8 : 0, 0);
	}
	check(&f, lay(&f, UINT32_MAX, &l), 100);
	check(&cooked, lay(&cooked, UINT32_MAX, &l), 100);
}

static void test_odd_frames_are_moved(void **state)
{
	struct fake f = new_block(1, false);
	struct inplace l;
	int i;

	(void)state;
	for (i = 0; i < 80; i++)
		add(&f, 60 + i, 0, i % 4);
	check(&f, lay(&f, UINT32_MAX, &l), 80);
}

static void test_snaplen_and_limit(void **state)
{
	struct fake f = new_block(1, false);
	struct inplace l;
	uint32_t i;

	(void)state;
	for (i = 0; i < 50; i++)
		add(&f, 1000, 0, 0);
	f.b.snaplen = 61;
	check(&f, lay(&f, 33, &l), 33);
	assert_int_equal(l.n_pkts, 33);
	assert_int_equal(l.data_bytes, 33 * 61);
}

static void test_huge_gap(void **state)
{
	struct fake f = new_block(1, false);
	struct inplace l;

	(void)state;
	add(&f, 70000, 0, 0);
	add(&f, 40000, 0, 0);
	f.b.snaplen = 96;
	check(&f, lay(&f, UINT32_MAX, &l), 2);
}

/* The last frame ends at every place before a unit's end and before the block's own. */
static void test_every_end(void **state)
{
	uint32_t room, near, end;
	struct inplace l;
	struct fake f;

	(void)state;
	for (near = 0; near < 2; near++)
		for (room = 1; room < 80; room++) {
			f = new_block(1, false);
			f.b.drops = room & 1;
			if (near)
				add(&f, BLOCK_BYTES / 2, 0, 0);
			end = near ? BLOCK_BYTES : 2 * INPLACE_UNIT_BYTES;
			add(&f, end - f.end - 84 - room - 8, 0, 0);
			check(&f, lay(&f, UINT32_MAX, &l), 1 + near);
			assert_int_equal(l.bytes % INPLACE_UNIT_BYTES, 0);
			assert_true(l.bytes <= BLOCK_BYTES + INPLACE_UNIT_BYTES);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_tags_come_back),
		cmocka_unit_test(test_odd_frames_are_moved),
		cmocka_unit_test(test_snaplen_and_limit),
		cmocka_unit_test(test_huge_gap),
		cmocka_unit_test(test_every_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
