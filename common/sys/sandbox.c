// SPDX-License-Identifier: GPL-2.0-or-later
/* sandbox - see sandbox.h.
 * Why EPERM and not death: a capture that meets one unforeseen call of a library should lose that
 * call, not the packets in its ring. The kernel's log names the call (SECCOMP_FILTER_FLAG_LOG), so
 * that a forgotten one is found. clone3() answers ENOSYS, on which libc falls back to clone(),
 * whose flags a filter can see. */
#include "sys/sandbox.h"

#include <asm/termbits.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>

#include "sys/landlock.h"

#ifndef __has_feature /* clang's way of asking */
#define __has_feature(x) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
/* LeakSanitizer stops its own threads by ptrace() when the program ends, which a sandbox refuses:
 * it asks this function first. In the sandbox the prctl() fails. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 0;
}
#endif

#define S(name) SCMP_SYS(name)

/* Whatever is asked for, on descriptors that are open, in memory, about time and about oneself. */
static const int always[] = {
	S(read),
	S(readv),
	S(pread64),
	S(preadv),
	S(preadv2),
	S(write),
	S(writev),
	S(pwrite64),
	S(pwritev),
	S(pwritev2),
	S(lseek),
	S(fsync),
	S(fdatasync),
	S(sync_file_range),
	S(ftruncate),
	S(fallocate),
	S(fadvise64),
	S(close),
	S(dup),
	S(dup2),
	S(dup3),
	S(fstat),
	S(newfstatat),
	S(statx),
	S(fstatfs),
	S(getdents64),
	S(flock),
	S(copy_file_range),
	S(sendfile),
	S(splice),
	S(tee),
	S(vmsplice),
	S(poll),
	S(ppoll),
	S(select),
	S(pselect6),
	S(epoll_wait),
	S(epoll_pwait),
	S(epoll_pwait2),
	S(epoll_ctl),
	S(timerfd_settime),
	S(timerfd_gettime),
	S(eventfd2),
	S(pipe2),
	S(sendto),
	S(sendmsg),
	S(sendmmsg),
	S(recvfrom),
	S(recvmsg),
	S(recvmmsg),
	S(getsockopt),
	S(getsockname),
	S(shutdown),
	S(munmap),
	S(mremap),
	S(madvise),
	S(msync),
	S(brk),
	S(mlock),
	S(munlock),
	S(mincore),
	S(clock_gettime),
	S(clock_getres),
	S(clock_nanosleep),
	S(nanosleep),
	S(gettimeofday),
	S(time),
	S(times),
	S(getitimer),
	S(setitimer),
	S(futex),
	S(set_robust_list),
	S(get_robust_list),
	S(rseq),
	S(membarrier),
	S(rt_sigaction),
	S(rt_sigprocmask),
	S(rt_sigreturn),
	S(rt_sigpending),
	S(rt_sigtimedwait),
	S(rt_sigsuspend),
	S(sigaltstack),
	S(restart_syscall),
	S(pause),
	S(wait4),
	S(waitid),
	S(exit),
	S(exit_group),
	S(sched_yield),
	S(sched_getaffinity),
	S(sched_getscheduler),
	S(sched_getparam),
	S(getcpu),
	S(getpid),
	S(getppid),
	S(gettid),
	S(getuid),
	S(geteuid),
	S(getgid),
	S(getegid),
	S(getrandom),
	S(uname),
	S(sysinfo),
	S(getrusage),
	S(set_tid_address),
	S(getpriority),
};

static const int creating[] = {
	S(unlinkat),
	S(renameat),
	S(renameat2),
	S(fchmod),
};

static const int scheduling[] = {
	S(sched_setaffinity),
	S(sched_setscheduler),
	S(sched_setparam),
	S(setpriority),
};

/* Landlock goes on forbidding TCP, so what is left is UDP. */
static const int resolving[] = {
	S(connect),
	S(getpeername),
};

static int add_all(scmp_filter_ctx f, const int *calls, size_t n)
{
	int rc;

	for (size_t i = 0; i < n; i++) {
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0);
		if (rc)
			return rc;
	}
	return 0;
}

/* Allows 'call' where the bits 'mask' of argument 'arg' are 'value'. */
static int add_if(scmp_filter_ctx f, int call, unsigned int arg, uint64_t mask, uint64_t value)
{
	struct scmp_arg_cmp c = SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, mask, value);

	return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, call, 1, &c);
}

/* Memory, memory protection: nothing becomes code. prlimit64() only reads, tgkill() only hits
 * this process (abort, raise), prctl() only names threads and memory. */
static int add_narrowed(scmp_filter_ctx f, unsigned int flags)
{
	static const unsigned int ioctls[] = { TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO };
	static const unsigned int terminal[] = { TCSETS, TCSETSW, TCSETSF };
	static const unsigned int fcntls[] = { F_GETFL,		F_SETFL,      F_GETFD,	   F_SETFD,
					       F_DUPFD_CLOEXEC, F_GETPIPE_SZ, F_SETPIPE_SZ };
	uint64_t word = UINT32_MAX; /* these arguments are 32 bits wide in the kernel */
	int rc = 0;

	rc |= add_if(f, S(mmap), 2, PROT_EXEC, 0);
	rc |= add_if(f, S(mprotect), 2, PROT_EXEC, 0);
	rc |= add_if(f, S(prlimit64), 2, UINT64_MAX, 0);
	rc |= add_if(f, S(tgkill), 0, word, getpid());
	rc |= add_if(f, S(prctl), 0, word, PR_SET_NAME);
	rc |= add_if(f, S(prctl), 0, word, PR_GET_NAME);
	rc |= add_if(f, S(prctl), 0, word, 0x53564d41); /* PR_SET_VMA */
	for (size_t i = 0; i < ARRAY_SIZE(ioctls); i++)
		rc |= add_if(f, S(ioctl), 1, word, ioctls[i]);
	for (size_t i = 0; flags & SANDBOX_TERMINAL && i < ARRAY_SIZE(terminal); i++)
		rc |= add_if(f, S(ioctl), 1, word, terminal[i]);
	for (size_t i = 0; i < ARRAY_SIZE(fcntls); i++)
		rc |= add_if(f, S(fcntl), 1, word, fcntls[i]);
	return rc;
}

/* No socket can be made, so what is bound is one that was open; TCP is Landlock's. */
static int add_adopting(scmp_filter_ctx f)
{
	struct scmp_arg_cmp member[] = { SCMP_CMP(1, SCMP_CMP_MASKED_EQ, UINT32_MAX, SOL_PACKET),
					 SCMP_CMP(2, SCMP_CMP_MASKED_EQ, UINT32_MAX,
						  PACKET_ADD_MEMBERSHIP) };

	return seccomp_rule_add(f, SCMP_ACT_ALLOW, S(bind), 0) |
	       seccomp_rule_add_array(f, SCMP_ACT_ALLOW, S(setsockopt), 2, member);
}

/* Allows to set options 'v4' of IPv4 and 'v6' of IPv6. */
static int add_options(scmp_filter_ctx f, int v4, int v6)
{
	struct scmp_arg_cmp four[] = { SCMP_CMP(1, SCMP_CMP_MASKED_EQ, UINT32_MAX, IPPROTO_IP),
				       SCMP_CMP(2, SCMP_CMP_MASKED_EQ, UINT32_MAX, v4) };
	struct scmp_arg_cmp six[] = { SCMP_CMP(1, SCMP_CMP_MASKED_EQ, UINT32_MAX, IPPROTO_IPV6),
				      SCMP_CMP(2, SCMP_CMP_MASKED_EQ, UINT32_MAX, v6) };

	return seccomp_rule_add_array(f, SCMP_ACT_ALLOW, S(setsockopt), 2, four) |
	       seccomp_rule_add_array(f, SCMP_ACT_ALLOW, S(setsockopt), 2, six);
}

/* What only some programs need. */
static int add_asked(scmp_filter_ctx f, const struct sandbox_needs *n)
{
	static const unsigned int sending[] = {SIOCOUTQ, SIOCGIFNAME, SIOCGIFFLAGS};
	bool create = false;
	int rc = 0;

	for (size_t i = 0; i < n->n_paths; i++)
		create |= n->paths[i].write;
	if (create) {
		rc |= add_all(f, creating, ARRAY_SIZE(creating));
		rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, S(openat), 0);
	} else if (n->n_paths) {
		rc |= add_if(f, S(openat), 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
	}
	if (n->flags & SANDBOX_THREADS)
		rc |= add_if(f, S(clone), 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);
	if (n->flags & SANDBOX_BPF_READ)
		rc |= add_if(f, S(bpf), 0, UINT32_MAX, BPF_MAP_LOOKUP_ELEM);
	if (n->flags & SANDBOX_BPF_RUN)
		rc |= add_if(f, S(bpf), 0, UINT32_MAX, BPF_PROG_TEST_RUN);
	if (n->flags & SANDBOX_PMTU)
		rc |= add_options(f, IP_MTU_DISCOVER, IPV6_MTU_DISCOVER);
	if (n->flags & SANDBOX_TTL)
		rc |= add_options(f, IP_TTL, IPV6_UNICAST_HOPS);
	if (n->flags & SANDBOX_TCP)
		rc |= add_if(f, S(setsockopt), 1, UINT32_MAX, IPPROTO_TCP);
	if (n->flags & (SANDBOX_RESOLVE | SANDBOX_TCP)) {
		rc |= add_all(f, resolving, ARRAY_SIZE(resolving));
		rc |= add_if(f, S(socket), 0, UINT32_MAX, AF_INET);
		rc |= add_if(f, S(socket), 0, UINT32_MAX, AF_INET6);
	}
	if (n->flags & SANDBOX_ACCEPT)
		rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, S(accept4), 0);
	if (n->flags & SANDBOX_FILTER)
		rc |= add_if(f, S(setsockopt), 2, UINT32_MAX, SO_ATTACH_FILTER);
	for (size_t i = 0; n->flags & SANDBOX_SEND && i < ARRAY_SIZE(sending); i++)
		rc |= add_if(f, S(ioctl), 1, UINT32_MAX, sending[i]);
	if (n->flags & SANDBOX_ADOPT)
		rc |= add_adopting(f);
	if (n->flags & SANDBOX_URING)
		rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, S(io_uring_enter), 0);
	if (n->flags & SANDBOX_SCHED)
		rc |= add_all(f, scheduling, ARRAY_SIZE(scheduling));
	return rc;
}

/* Returns 1 when the filter is on, 0 if the kernel has no seccomp, or -errno with 'e'. */
static int enter_seccomp(const struct sandbox_needs *n, struct err *e)
{
	scmp_filter_ctx f;
	int rc;

	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0 && errno == EINVAL)
		return 0;
	f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!f)
		return err_sys(e, ENOMEM, "sandbox: seccomp");
	rc = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	rc |= seccomp_attr_set(f, SCMP_FLTATR_CTL_NNP, 1);
	/* Neither is there before Linux 4.14 and libseccomp 2.5: the filter holds without them. */
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_LOG, 1);
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	rc |= add_all(f, always, ARRAY_SIZE(always));
	rc |= add_narrowed(f, n->flags);
	rc |= add_asked(f, n);
	rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), S(clone3), 0);
	if (rc)
		rc = err_set(e, EINVAL, "sandbox: libseccomp refused a rule");
	else
		rc = seccomp_load(f);
	seccomp_release(f);
	if (rc == -EINVAL && e && !e->code)
		return 0; /* CONFIG_SECCOMP without CONFIG_SECCOMP_FILTER */
	if (rc && e && !e->code)
		return err_sys(e, -rc, "sandbox: load the seccomp filter");
	return rc ? rc : 1;
}

/* Landlock and capabilities are a thread's own, so there must be one thread only. */
static int check_alone(struct err *e)
{
	DIR *d = opendir("/proc/self/task");
	struct dirent *ent;
	int n = 0;

	if (!d)
		return err_sys(e, errno, "sandbox: open /proc/self/task");
	while ((ent = readdir(d)))
		n += ent->d_name[0] != '.';
	closedir(d);
	return n == 1 ? 0 : err_set(e, EBUSY, "the sandbox must be entered before threads start");
}

int sandbox_enter(const struct sandbox_needs *n, struct sandbox_report *ret_r, struct err *e)
{
	struct sandbox_report r = { 0 };
	struct err own = { 0 };
	int rc;

	if (!e)
		e = &own;
	e->code = 0;
	rc = check_alone(e);
	if (rc)
		return rc;
	tzset(); /* reads a file, once */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, errno, "set no_new_privs");
	rc = landlock_enter(n->paths, n->n_paths, n->tcp_port, e);
	if (rc < 0)
		return rc;
	r.landlock_abi = rc;
	rc = enter_seccomp(n, e);
	if (rc < 0)
		return rc;
	r.seccomp = rc;
	snprintf(r.text, sizeof(r.text), "sandbox: %s, %s%.0d%s",
		 r.seccomp ? "seccomp" : "no seccomp in this kernel",
		 r.landlock_abi ? "Landlock " : "no Landlock in this kernel", r.landlock_abi,
		 r.landlock_abi >= 6   ? " (files, TCP, signals)"
		 : r.landlock_abi >= 4 ? " (files, TCP)"
		 : r.landlock_abi      ? " (files)"
				       : "");
	*ret_r = r;
	return 0;
}
