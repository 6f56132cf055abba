// SPDX-License-Identifier: GPL-2.0-or-later
/* The program of the live engine makes the bytes that prog_apply() makes: random operations at
 * random places of random packets, run once each by the kernel on a frame full of rubbish. */
#include "unit.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../../trafgen/comp.h"
#include "../../trafgen/livegen.h"
#include "../../trafgen/livemap.h"
#include "sys/bpf.h"
#include "sys/fd.h"

enum { MAX_BYTES = 3000, RUNS = 40 };

static uint64_t seed = 1;

static uint64_t any(uint64_t below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 20) % below;
}

static uint64_t any64(void)
{
	uint64_t v = any(1ull << 40) << 24 ^ any(1ull << 40);

	return v >> any(64);
}

/* Of both halves, with a sign. */
static u128 any_wide(void)
{
	u128 v = (u128)any64() << 64 | any64();

	return any(2) ? v : -v;
}

struct kernel {
	struct livemap map;
	struct livepool pool;
	struct job job;
	struct plan plan;
	int prog_fd, parts_fd, slots_fd;
	uint32_t frame_bytes;
};

static void make_slots(struct kernel *k)
{
	const struct plan *p = &k->plan;
	struct live_slot *slots;
	struct err e;

	k->slots_fd = -1;
	if (p->n_slots < 2)
		return;
	k->slots_fd = sysbpf_array_new("slots", p->n_slots * sizeof(*slots), 1, &e);
	assert_true(k->slots_fd >= 0);
	slots = mmap(NULL, p->n_slots * sizeof(*slots), PROT_READ | PROT_WRITE, MAP_SHARED,
		     k->slots_fd, 0);
	assert_true(slots != MAP_FAILED);
	for (uint32_t i = 0; i < p->n_slots; i++)
		slots[i] = (struct live_slot){ p->slots[i].packet, p->slots[i].nth, 0 };
	munmap(slots, p->n_slots * sizeof(*slots));
}

static void load(struct kernel *k, const struct prog *g, unsigned int w, unsigned int n_workers,
		 bool random)
{
	struct livegen l = { .g = g, .plan = &k->plan, .pool = &k->pool, .ifindex = 1,
			     .worker = w };
	struct err e;

	k->job = (struct job){ .random = random };
	assert_int_equal(livemap_open(&k->map, n_workers, &e), 0);
	assert_int_equal(plan_make(g, &k->job, n_workers, 1 << any(3), &k->plan, &e), 0);
	assert_int_equal(livepool_open(&k->pool, &k->plan, &e), 0);
	make_slots(k);
	k->frame_bytes = 0;
	for (size_t i = 0; i < g->n_packets; i++)
		k->frame_bytes = MAX(k->frame_bytes, g->packets[i].len);
	l.state_fd = k->map.fd;
	l.state_off = livemap_off(&k->map, w);
	l.n_cpus = k->map.n_cpus;
	l.slots_fd = k->slots_fd;
	l.frame_bytes = k->frame_bytes;
	k->prog_fd = livegen_load(&l, &k->parts_fd, &e);
	if (k->prog_fd < 0)
		fail_msg("%s", e.text);
}

static void unload(struct kernel *k)
{
	close_p(&k->prog_fd);
	close_p(&k->parts_fd);
	close_p(&k->slots_fd);
	livepool_close(&k->pool);
	plan_free(&k->plan);
	livemap_close(&k->map);
}

/* Skips a test where the kernel takes no eBPF from us. */
static void need_bpf(void)
{
	struct livemap m;
	struct err e;
	int rc = livemap_open(&m, 1, &e);

	livemap_close(&m);
	if (rc == -EPERM) {
		print_message("the kernel takes no eBPF from us\n");
		skip();
	}
}

/* Packet 'i' of worker 'w', in the kernel and here. */
static void compare(struct kernel *k, unsigned int w, uint64_t i)
{
	static uint8_t in[MAX_BYTES], out[MAX_BYTES], want[MAX_BYTES];
	struct live_state *s = livemap_state(&k->map, w);
	uint32_t verdict = 0;
	uint64_t index[N_INDEX];
	uint32_t slot;
	const struct packet *p = plan_at(&k->plan, w, i, index, &slot);
	int n;

	memset(in, 0xa5, sizeof(in));
	memcpy(want, p->bytes, p->len);
	prog_apply(p, index, want);
	s->next = i;
	n = sysbpf_run_once(k->prog_fd, in, k->frame_bytes, out, sizeof(out), &verdict);
	assert_int_equal(verdict, XDP_REDIRECT);
	assert_int_equal(n, p->len);
	assert_int_equal(s->next, i + 1);
	for (int b = 0; b < n; b++)
		if (out[b] != want[b])
			fail_msg("packet %llu (index %llu): byte %d is %02x, not %02x",
				 (unsigned long long)i, (unsigned long long)index[INDEX_OWN], b,
				 out[b],
				 want[b]);
}

static void run_all(const struct prog *g, unsigned int n_workers, bool random)
{
	for (unsigned int w = 0; w < n_workers; w++) {
		struct kernel k;

		load(&k, g, w, n_workers, random);
		for (uint64_t i = 0; i < RUNS; i++)
			compare(&k, w, i);
		for (unsigned int i = 0; i < RUNS; i++)
			compare(&k, w, any64() >> 16);
		unload(&k);
	}
}

/* --- operations at random ------------------------------------------------------------------ */

static void make_span(struct span *s, uint32_t len)
{
	uint32_t off = any(len), n = 1 + any(MIN(len - off, 40u));

	*s = (struct span){ off, n, any(2) };
}

static void make_op(struct op *op, uint32_t len)
{
	static uint8_t orbit[300];
	static uint64_t list[100];
	static struct span spans[16][3];
	static unsigned int at;
	uint32_t bits = 1 + any(64);

	*op = (struct op){ .kind = any(OP_CRC32C + 1), .n_bits = bits, .key = any64(),
			   .index = any(N_INDEX) };
	op->off_bits = any(len * 8 - bits + 1);
	if (any(2)) {
		op->n_bits = 8 << any(4);
		op->off_bits = any(len - op->n_bits / 8 + 1) * 8;
	}
	op->first = any(2) ? any_wide() : any(2) ? any64() : 0;
	op->step = any(2) ? any_wide() : any(2) ? any64() : 1;
	op->shift = any(2) ? any(128) : 0;
	op->le = op->n_bits % 8 == 0 && op->off_bits % 8 == 0 && any(2);
	op->n = any(3) ? 1 + any64() : any(2) ? 1ull << any(64) : 0;
	for (unsigned int i = 0; i < sizeof(orbit); i++)
		orbit[i] = i * 7;
	for (unsigned int i = 0; i < ARRAY_SIZE(list); i++)
		list[i] = any64();
	switch (op->kind) {
	case OP_LIST:
	case OP_PICK:
		op->list = list;
		op->n = 1 + any(ARRAY_SIZE(list));
		op->shift = 0;
		break;
	case OP_BYTES:
		op->n = 1 + any(MIN(len, 100u));
		op->off_bits = any(len - op->n + 1) * 8;
		break;
	case OP_ORBIT:
		op->off_bits = any(len) * 8;
		op->orbit = orbit;
		op->lead = any(3) ? any(44) : 0;
		op->cycle = 1 + any(256);
		break;
	case OP_CSUM:
	case OP_CRC32C:
		op->off_bits = any(len - 4) * 8;
		op->base = any64() >> 20;
		op->no_zero = any(2);
		op->spans = spans[at % 16];
		op->n_spans = op->kind == OP_CSUM ? any(4) : 1;
		for (unsigned int i = 0; i < 3; i++)
			make_span(&spans[at % 16][i], len);
		at++;
		break;
	}
}

static struct stream outside = { .weight = 1, .burst = 1 };

static void test_random_operations(void **state)
{
	(void)state;
	need_bpf();
	for (unsigned int turn = 0; turn < 60; turn++) {
		struct packet packets[3] = { 0 };
		uint8_t bytes[3][MAX_BYTES];
		struct op ops[3][4];
		struct prog g = { .packets = packets, .n_packets = 1 + any(3), .seed = any64(),
				  .streams = &outside, .n_streams = 1 };

		for (size_t i = 0; i < g.n_packets; i++) {
			struct packet *p = &packets[i];

			p->len = any(4) ? 14 + any(100) : 14 + any(MAX_BYTES - 14);
			for (uint32_t b = 0; b < p->len; b++)
				bytes[i][b] = any(3) ? any(256) : 0;
			p->bytes = bytes[i];
			p->cpu_first = p->cpu_last = -1;
			p->weight = 1 + any(3);
			p->n_ops = any(5);
			p->ops = ops[i];
			for (uint32_t o = 0; o < p->n_ops; o++)
				make_op(&ops[i][o], p->len);
		}
		run_all(&g, 1 + any(2), any(3) == 0);
	}
}

/* --- scripts ------------------------------------------------------------------------------- */

static void test_scripts(void **state)
{
	static const char *const scripts[] = {
		"{ udp(sport=drnd(), dport=dinc(1,100)), \"hello\" }",
		("{ eth(da=ff:ff:ff:ff:ff:ff, sa=drnd()), ip4(sa=drnd(), da=10.0.0.1), "
		 "tcp(sport=drnd(1024,65535), seq=drnd(), syn=1) }"),
		"{ ip6(), udp(dport=dinc(1,9,2)), drnd(1300) } { ip4(), icmp4(), fill(1,50) }",
		"{ fill(1,14), seqinc(1,30), dinc(1,13,2), ddec(9,77), drnd(5), csumip(14,33) }",
		"{ ip4(), sctp(), drnd(64) }",
		"{ fill(1,60) } { fill(2,600) } { fill(3,1514) } { fill(4,64) }",
		("{ eth(sa=dinc(02:00:00:00:00:fe, 02:00:00:00:01:01), da=drnd(02:00:00:00:00:00/24)), "
		 "ip6(sa=dinc(2001:db8::ffff:ffff:ffff:fffe, 2001:db8:0:1::5, 3), da=drnd(2001:db8::/32)), "
		 "udp(sport=list(7, 9, 53), dport=drnd(list(7, 9, 53))) }"),
		("{ ip4(sa=10.1.2.3, sa=mask(0.255.240.15, dinc(5, 70000, 7)), da=mask(255.0.0.255, drnd())), "
		 "ip6(da=mask(ffff:0:0:ff0::ff, dinc(0, 99999))), udp() }"),
		("var a = dinc(1, 100) var b per round = drnd() var c = drnd(10.0.0.0/24) "
		 "var d = list(1, 5, 02:00:00:00:00:00) "
		 "{ eth(sa=d), ip4(id=a, sa=c), tcp(seq=b, aseq=b + 1, sport=a - 1), c16(a), c64(c + 7) }"
		 "{ ip4(id=a, sa=c), udp(sport=b), c16(a), c32(d - 2) }"),
		"cpu(0): { udp(), drnd(9) } cpu(0-1): { dinc(1,9), fill(1,60) } { tcp() }",
		("stream a(weight=3) { { udp(dport=dinc()) } weight(2): { tcp(seq=drnd()) } }"
		 "stream b(burst=5) { { udp(sport=dinc()), \"b\" } } { arp(tip=drnd()) }"),
		("stream a(rate=3kpps) { { udp(dport=dinc()) } weight(2): { tcp(seq=drnd()) } }"
		 "stream b(rate=7kpps, burst=3) { { udp(sport=dinc()), \"b\" } }"),
		"stream a(count=7) { { udp(dport=dinc()) } } stream b(count=3) { { tcp(seq=dinc()) } }",
	};

	(void)state;
	need_bpf();
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		struct comp_opts o = { .file = "test", .seed = 7 };
		struct prog g = { 0 };
		struct err e;

		if (comp_script(scripts[i], strlen(scripts[i]), &o, &g, &e))
			fail_msg("%s", e.text);
		run_all(&g, 2, false);
		if (g.n_streams == 1)
			run_all(&g, 1, true);
		prog_free(&g);
	}
}

/* Many constant packets are copied out of the pool, whatever their lengths. */
static void test_many_packets(void **state)
{
	enum { N = 2000 };
	struct packet *packets = calloc(N, sizeof(*packets));
	struct prog g = { .packets = packets, .n_packets = N, .seed = 1, .streams = &outside,
			  .n_streams = 1 };
	struct op op;

	(void)state;
	need_bpf();
	for (unsigned int i = 0; i < N; i++) {
		struct packet *p = &packets[i];

		p->len = 14 + any(300);
		p->bytes = malloc(p->len);
		memset(p->bytes, i, p->len);
		p->cpu_first = p->cpu_last = -1;
		p->weight = 1;
	}
	op = (struct op){ .kind = OP_COUNT, .n_bits = 16, .off_bits = 8, .step = 3 };
	packets[1000].ops = packets[3].ops = &op;
	packets[1000].n_ops = packets[3].n_ops = 1;
	run_all(&g, 1, true);
	run_all(&g, 2, false);
	for (unsigned int i = 0; i < N; i++)
		free(packets[i].bytes);
	free(packets);
}

/* More than one program holds: the first part calls the others. */
static void test_many_changing_packets(void **state)
{
	enum { N = 1200, OPS = 4 };
	struct packet *packets = calloc(N, sizeof(*packets));
	struct prog g = { .packets = packets, .n_packets = N, .seed = 1, .streams = &outside,
			  .n_streams = 1 };
	struct op ops[OPS];
	uint8_t bytes[90];

	(void)state;
	need_bpf();
	memset(bytes, 0x5a, sizeof(bytes));
	for (unsigned int i = 0; i < OPS; i++) {
		do
			make_op(&ops[i], sizeof(bytes));
		while (ops[i].kind == OP_CRC32C);
		ops[i].index = i % N_INDEX;
	}
	for (unsigned int i = 0; i < N; i++)
		packets[i] = (struct packet){ .bytes = bytes, .len = sizeof(bytes),
					      .cpu_first = -1, .cpu_last = -1, .weight = 1 + i % 2,
					      .ops = &ops[i % OPS], .n_ops = i % 9 ? 1 : 0 };
	run_all(&g, 2, false);
	run_all(&g, 1, true);
	free(packets);
}

static void test_a_long_crc(void **state)
{
	struct span span = { 14, MAX_BYTES - 14, false };
	struct op op = { .kind = OP_CRC32C, .off_bits = 22 * 8, .spans = &span, .n_spans = 1 };
	uint8_t bytes[MAX_BYTES];
	struct packet p = { .bytes = bytes, .len = MAX_BYTES, .cpu_first = -1, .cpu_last = -1,
			    .weight = 1, .ops = &op, .n_ops = 1 };
	struct prog g = { .packets = &p, .n_packets = 1, .streams = &outside, .n_streams = 1,
			  .max_bytes = MAX_BYTES };

	(void)state;
	need_bpf();
	for (unsigned int i = 0; i < MAX_BYTES; i++)
		bytes[i] = any(256);
	run_all(&g, 1, false);
}

static void test_what_cannot_be_is_said(void **state)
{
	enum { N = 2000 };
	struct packet *packets = calloc(N, sizeof(*packets));
	struct prog g = { .packets = packets, .n_packets = N, .streams = &outside, .n_streams = 1 };
	struct code c = { .insns = calloc(CODE_MAX, sizeof(struct bpf_insn)) };
	struct op op = { .kind = OP_COUNT, .n_bits = 16, .step = 1 };
	struct livepool pool = { 0 };
	struct job job = { 0 };
	struct plan plan;
	struct livegen l = { .g = &g, .plan = &plan, .pool = &pool };
	uint8_t bytes[60] = { 0 };
	struct err e;

	(void)state;
	need_bpf();
	for (unsigned int i = 0; i < N; i++)
		packets[i] = (struct packet){ .bytes = bytes, .len = 60, .ops = &op, .n_ops = 1,
					      .cpu_first = -1, .cpu_last = -1, .weight = 1 };
	assert_int_equal(plan_make(&g, &job, 1, 1, &plan, &e), 0);
	assert_int_equal(livepool_open(&pool, &plan, &e), 0);
	assert_int_equal(livegen_make(&l, &c, &e), -E2BIG);
	assert_non_null(strstr(e.text, "too many changing packets"));
	livepool_close(&pool);
	plan_free(&plan);
	free(c.insns);
	free(packets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_operations),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_many_packets),
		cmocka_unit_test(test_many_changing_packets),
		cmocka_unit_test(test_a_long_crc),
		cmocka_unit_test(test_what_cannot_be_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
