// SPDX-License-Identifier: GPL-2.0-or-later
/* seccomp_oracle - the kernel judges: random programs are installed by seccomp(2) in a child, and
 * it must take those that check_find() takes under CHECK_SECCOMP and no others. The child tells by
 * shared memory, as after a program was taken every system call is its to decide. */
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cbpf/asmout.h"
#include "cbpf/check.h"
#include "cbpf_random.h"

#include "unit.h"

enum { PROGRAMS = 6000, MAX_INSNS = 20 };

struct shared {
	unsigned int next;	/* program that the next child begins with */
	int8_t taken[PROGRAMS]; /* 1, 0; -1: not tried */
	int error;
};

/* Loads of seccomp's data mostly, and sometimes anything. */
static unsigned int make(unsigned int i, struct sock_filter *insns)
{
	uint64_t state = i * 977 + 1;
	unsigned int n = rnd_prog(&state, insns, MAX_INSNS);

	for (unsigned int j = 0; j < n; j++) {
		struct sock_filter *f = &insns[j];
		const struct insn_op *op = insn_op(f->code);
		bool loads = op->form == INSN_ABS || op->form == INSN_IND || op->form == INSN_MSH;

		if (loads && rnd_below(&state, 10))
			*f = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							  rnd_below(&state, 17) * 4);
		else if (BPF_CLASS(f->code) == BPF_ALU && BPF_OP(f->code) == BPF_MOD &&
			 rnd_below(&state, 4))
			f->code = BPF_ALU | BPF_NEG;
	}
	if (i % 4 == 0)
		rnd_spoil(&state, insns, n);
	return n;
}

static void child(struct shared *s)
{
	const struct rlimit no_core = { 0 };
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };

	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGILL, SIG_DFL); /* the test library catches it */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	while (s->next < PROGRAMS) {
		unsigned int i = s->next++;

		prog.len = make(i, insns);
		if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == 0) {
			s->taken[i] = 1;
			__builtin_trap(); /* ends without a system call */
		}
		s->taken[i] = 0;
		if (errno != EINVAL) {
			s->error = errno;
			break;
		}
	}
	_exit(0);
}

static void test_random_programs(void **unused UNUSED)
{
	struct shared *s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct sock_filter insns[MAX_INSNS];
	struct sock_fprog prog = { .filter = insns };
	unsigned int n_taken = 0, at;

	assert_true(s != MAP_FAILED);
	memset(s->taken, -1, sizeof(s->taken));
	while (s->next < PROGRAMS && !s->error) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			child(s);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
	if (s->error == ENOSYS || s->error == EACCES) {
		print_message("the kernel has no seccomp filters for us\n");
		skip();
	}
	assert_int_equal(s->error, 0);
	for (unsigned int i = 0; i < PROGRAMS; i++) {
		struct err e = { 0 };
		bool ours;

		prog.len = make(i, insns);
		ours = check_find(&prog, CHECK_SECCOMP, &at, &e) == 0;
		if (ours != (s->taken[i] == 1)) {
			AUTO(str_free) struct str text = { 0 };

			asmout_add(&text, &prog, NULL);
			fail_msg(
				"program %u: the kernel says %d, we say %d, instruction %u: %s\n%s",
				i, s->taken[i], ours, at, e.text, str_text(&text));
		}
		n_taken += ours;
	}
	print_message("%u programs, %u taken\n", PROGRAMS, n_taken);
	assert_true(n_taken > PROGRAMS / 20 && n_taken < PROGRAMS * 19 / 20);
	munmap(s, sizeof(*s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
