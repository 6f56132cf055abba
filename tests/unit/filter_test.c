// SPDX-License-Identifier: GPL-2.0-or-later
/* filter - a filter on a socket: counted, not counted with the reason, replaced, refused; and what
 * cbpf/ebpf says it cannot express. Loads into the kernel, so the counting half needs privilege. */
#include "sys/filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cbpf/ebpf.h"
#include "cbpf/insn.h"
#include "sys/bpf.h"
#include "sys/fd.h"

#include "unit.h"

/* Takes packets whose first byte is 1, 3 bytes of each; a packet of 1 byte is out of range. */
static struct sock_filter first_is_1[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0),
	BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 8),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 3),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static const struct sock_fprog prog = { .len = ARRAY_SIZE(first_is_1), .filter = first_is_1 };

static void test_counts(void **unused UNUSED)
{
	AUTO(filter_count_free_p) struct filter_count *fc = NULL;
	uint64_t packets = 99, bytes = 99;
	struct err e = { 0 };
	int pair[2];
	char buf[9];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	if (filter_attach(pair[1], &prog, &fc, &e))
		fail_msg("%s", e.text);
	if (geteuid() != 0 && filter_count_why(fc)) {
		print_message("not counted: %s\n", filter_count_why(fc));
		skip();
	}
	assert_null(filter_count_why(fc));
	assert_int_equal(filter_count_read(fc, &packets, &bytes), 0);
	assert_int_equal(packets, 0);
	assert_int_equal(bytes, 0);
	assert_int_equal(send(pair[0], "\1abcd", 5, 0), 5);
	assert_int_equal(send(pair[0], "\2abcdef", 7, 0), 7);
	assert_int_equal(send(pair[0], "\1", 1, 0), 1);
	assert_int_equal(recv(pair[1], buf, sizeof(buf), MSG_DONTWAIT), 3);
	assert_int_equal(recv(pair[1], buf, sizeof(buf), MSG_DONTWAIT), -1);
	assert_int_equal(filter_count_read(fc, &packets, &bytes), 0);
	assert_int_equal(packets, 2);
	assert_int_equal(bytes, 8);
	assert_int_equal(filter_count_accepted(fc, &packets, &bytes), 0);
	assert_int_equal(packets, 1);
	assert_int_equal(bytes, 5);
	close(pair[0]);
	close(pair[1]);
}

/* hatype has no place in struct __sk_buff: the filter works all the same, and says why it is not
 * counted. */
static void test_falls_back(void **unused UNUSED)
{
	struct sock_filter insns[] = {
		BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_AD_OFF + SKF_AD_HATYPE),
		BPF_STMT(BPF_RET | BPF_K, 2),
	};
	const struct sock_fprog hatype = { .len = 3, .filter = insns };
	AUTO(filter_count_free_p) struct filter_count *first = NULL, *second = NULL;
	AUTO(ebpf_free) struct ebpf_prog gen = { 0 };
	uint64_t packets, bytes;
	struct err e = { 0 };
	int pair[2];
	char buf[9];

	/* Out of every way it does not matter. */
	assert_int_equal(ebpf_gen(&hatype, -1, 0, &gen, &e), 0);
	insns[0].k = 0;
	assert_int_equal(ebpf_gen(&hatype, -1, 0, &gen, &e), -EOPNOTSUPP);
	assert_non_null(strstr(e.text, "instruction 1: "));
	assert_non_null(strstr(e.text, "'hatype'"));

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	assert_int_equal(filter_attach(pair[1], &prog, &first, &e), 0);
	insns[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
	assert_int_equal(filter_attach(pair[1], &hatype, &second, &e), 0);
	if (geteuid() == 0)
		assert_non_null(strstr(filter_count_why(second), "'hatype'"));
	assert_int_equal(filter_count_read(second, &packets, &bytes), -EOPNOTSUPP);
	assert_int_equal(send(pair[0], "\7abcd", 5, 0), 5);
	assert_int_equal(recv(pair[1], buf, sizeof(buf), MSG_DONTWAIT), 2);
	close(pair[0]);
	close(pair[1]);
}

static void test_refuses(void **unused UNUSED)
{
	struct sock_filter bad[] = { BPF_STMT(BPF_LD | BPF_IMM, 0) };
	const struct sock_fprog invalid = { .len = 1, .filter = bad };
	struct filter_count *fc = NULL;
	struct err e = { 0 };
	int pipes[2];

	assert_int_equal(filter_attach(0, &invalid, &fc, &e), -EINVAL);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(filter_attach(pipes[0], &prog, &fc, &e), -ENOTSOCK);
	assert_non_null(strstr(e.text, "attach the filter"));
	assert_null(fc);
	filter_count_free(NULL);
	close(pipes[0]);
	close(pipes[1]);
}

static void test_verifier_words(void **unused UNUSED)
{
	static const struct bpf_insn no_exit[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_0, .src_reg = BPF_REG_5 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct err e = { 0 };
	int fd = sysbpf_prog_load("bad", BPF_PROG_TYPE_SOCKET_FILTER, no_exit, 2, &e);

	assert_true(fd < 0);
	if (fd == -EPERM) {
		print_message("no permission to load BPF programs\n");
		skip();
	}
	assert_non_null(strstr(e.text, "R5 !read_ok"));
}

/* A long filter with every way through it: within the verifier's patience or not counted, and right
 * in either case. (4096 of these would not fit net.core.optmem_max.) */
static void test_long(void **unused UNUSED)
{
	enum { LONG = 700 };
	static struct sock_filter insns[LONG];
	const struct sock_fprog longest = { .len = LONG, .filter = insns };
	AUTO(filter_count_free_p) struct filter_count *fc = NULL;
	AUTO(ebpf_free) struct ebpf_prog gen = { 0 };
	struct err e = { 0 };
	int pair[2];
	char buf[9];

	for (unsigned int i = 0; i < LONG; i++)
		insns[i] = i % 2 ? (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0)
				 : (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, i, 1, 0);
	insns[LONG - 2] = (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TXA, 0);
	insns[LONG - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	assert_int_equal(ebpf_gen(&longest, -1, 0, &gen, &e), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	if (filter_attach(pair[1], &longest, &fc, &e))
		fail_msg("%s", e.text);
	assert_int_equal(send(pair[0], "\1abcdefg", 8, 0), 8);
	assert_int_equal(recv(pair[1], buf, sizeof(buf), MSG_DONTWAIT), 4);
	close(pair[0]);
	close(pair[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),	cmocka_unit_test(test_falls_back),
		cmocka_unit_test(test_refuses), cmocka_unit_test(test_verifier_words),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
