// SPDX-License-Identifier: GPL-2.0-or-later
/* cbpf_oracle - the kernel judges: random filters are attached to one end of an AF_UNIX datagram
 * pair. What it takes or refuses must be what check says; what it delivers of random packets, cut
 * or not at all, must be what vm says, for the classic filter and for our eBPF translation, whose
 * counters must agree as well. AF_UNIX packets have no link header, device or queue: such fields
 * are not asked for. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cbpf/check.h"
#include "cbpf/disasm.h"
#include "cbpf/ebpf.h"
#include "cbpf/vm.h"
#include "cbpf_random.h"
#include "sys/fd.h"
#include "sys/filter.h"

#include "unit.h"

enum { MAX_INSNS = 40, MAX_PACKET = 80, PACKETS = 4 };

static void give_up(const struct sock_fprog *prog, uint64_t seed, const char *what)
{
	AUTO(str_free) struct str s = { 0 };

	disasm_prog(&s, prog);
	fail_msg("%s; seed 0x%llx:\n%s", what, (unsigned long long)seed, str_text(&s));
}

/* Sends the packet and returns how much of it comes out, 0 if nothing does. */
static uint32_t through_kernel(const int pair[2], const uint8_t *data, uint32_t n)
{
	uint8_t got[MAX_PACKET];
	ssize_t rc;

	assert_int_equal(send(pair[0], data, n, 0), n);
	rc = recv(pair[1], got, sizeof(got), MSG_DONTWAIT);
	if (rc < 0) {
		assert_int_equal(errno, EAGAIN);
		return 0;
	}
	assert_memory_equal(got, data, rc);
	return rc;
}

struct totals {
	unsigned int taken, refused, whole, cut, dropped;
};

static void count(struct totals *t, uint32_t kept, uint32_t n)
{
	t->whole += kept == n;
	t->cut += kept > 0 && kept < n;
	t->dropped += kept == 0;
}

/* Runs packets through the filter on 'pair' and through vm; returns how many were rejected. */
static unsigned int run_packets(const int pair[2], const struct sock_fprog *prog, uint64_t seed,
				struct totals *t)
{
	AUTO(vm_free_p) struct vm *vm = NULL;
	const struct vm_aux aux = { .net_off = VM_NO_NET_OFF };
	unsigned int n_rejected = 0;
	uint8_t data[MAX_PACKET];
	uint64_t state = ~seed;

	assert_int_equal(vm_new(prog, &vm, NULL), 0);
	for (int i = 0; i < PACKETS; i++) {
		uint32_t n = rnd_packet(&state, data, sizeof(data));
		uint32_t ours = vm_run(vm, data, n, n, &aux);
		uint32_t kept = through_kernel(pair, data, n);

		if (MIN(ours, n) != kept) {
			char what[100];

			snprintf(what, sizeof(what), "packet %d of %u bytes: kernel %u, vm %u", i,
				 n, kept, ours);
			give_up(prog, seed, what);
		}
		count(t, kept, n);
		n_rejected += kept == 0;
	}
	return n_rejected;
}

static void test_classic(void **unused UNUSED)
{
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };
	struct totals t = { 0 };
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	for (uint64_t i = 0; i < 6000; i++) {
		uint64_t seed = i << 32 | 1, state = seed;
		bool taken;

		prog.len = rnd_prog(&state, insns, i % 4 ? MAX_INSNS : 8);
		if (i % 2)
			rnd_spoil(&state, insns, prog.len);
		taken = !setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
		if (taken != !check_prog(&prog, NULL))
			give_up(&prog, seed,
				taken ? "only the kernel takes it" : "only check takes it");
		t.taken += taken;
		t.refused += !taken;
		if (taken && i % 2 == 0)
			run_packets(pair, &prog, seed, &t);
	}
	print_message("classic: %u taken, %u refused; %u packets whole, %u cut, %u dropped\n",
		      t.taken, t.refused, t.whole, t.cut, t.dropped);
	assert_true(t.taken > 1000 && t.refused > 1000);
	assert_true(t.whole > 100 && t.cut > 500 && t.dropped > 500);
	close(pair[0]);
	close(pair[1]);
}

static void test_ebpf(void **unused UNUSED)
{
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };
	unsigned int n_counted = 0, n_not = 0;
	struct totals t = { 0 };
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	for (uint64_t i = 0; i < 400; i++) {
		AUTO(filter_count_free_p) struct filter_count *fc = NULL;
		uint64_t seed = i << 32 | 2, state = seed, n_packets, n_bytes;
		unsigned int n_rejected;
		struct err e = { 0 };

		do
			prog.len = rnd_prog(&state, insns, MAX_INSNS);
		while (check_prog(&prog, NULL));
		if (filter_attach(pair[1], &prog, &fc, &e))
			give_up(&prog, seed, e.text);
		n_rejected = run_packets(pair, &prog, seed, &t);
		if (filter_count_why(fc)) {
			n_not++;
			/* Only what eBPF cannot say may go without counters. */
			if (geteuid() == 0 && !strstr(filter_count_why(fc), "cannot load 'nla"))
				give_up(&prog, seed, filter_count_why(fc));
			assert_int_equal(filter_count_read(fc, &n_packets, &n_bytes), -EOPNOTSUPP);
			continue;
		}
		n_counted++;
		assert_int_equal(filter_count_read(fc, &n_packets, &n_bytes), 0);
		assert_int_equal(n_packets, n_rejected);
		assert_true(n_bytes >= n_packets && n_bytes <= n_packets * MAX_PACKET);
		assert_int_equal(filter_count_accepted(fc, &n_packets, &n_bytes), 0);
		assert_int_equal(n_packets, PACKETS - n_rejected);
	}
	print_message("eBPF: %u counted, %u not; %u packets whole, %u cut, %u dropped\n", n_counted,
		      n_not, t.whole, t.cut, t.dropped);
	close(pair[0]);
	close(pair[1]);
	if (n_counted == 0) {
		print_message("the kernel takes no eBPF from us\n");
		skip();
	}
	assert_true(n_counted > n_not);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classic),
		cmocka_unit_test(test_ebpf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
