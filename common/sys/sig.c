// SPDX-License-Identifier: GPL-2.0-or-later
/* sig - see sig.h. */
#include "sys/sig.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const int ending[] = { SIGINT, SIGTERM };
static const int others[] = { SIGHUP, SIGUSR1, SIGWINCH };

static bool is_ignored(int signo)
{
	struct sigaction sa;

	return sigaction(signo, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN;
}

static void change_ending(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		sigaddset(&set, ending[i]);
	pthread_sigmask(how, &set, NULL);
}

int sig_open(int *ret_fd, struct err *e)
{
	sigset_t set;
	int fd, rc;

	sigemptyset(&set);
	/* An ignored signal that is blocked would be kept for the signalfd: leave it unblocked. */
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		if (!is_ignored(ending[i]))
			sigaddset(&set, ending[i]);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		sigaddset(&set, others[i]);
	if (is_ignored(SIGHUP))
		sigdelset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	rc = pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (rc)
		return err_sys(e, rc, "block signals");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return err_sys(e, errno, "open a signalfd");
	*ret_fd = fd;
	return 0;
}

enum sig_event sig_next(int fd)
{
	struct signalfd_siginfo si;

	if (read(fd, &si, sizeof(si)) != sizeof(si))
		return SIG_EVENT_NONE;
	switch (si.ssi_signo) {
	case SIGHUP:
		return SIG_EVENT_ROTATE;
	case SIGUSR1:
		return SIG_EVENT_TRIGGER;
	case SIGWINCH:
		return SIG_EVENT_RESIZE;
	default:
		change_ending(SIG_UNBLOCK);
		return SIG_EVENT_STOP;
	}
}

bool sig_stop_pending(void)
{
	sigset_t set;

	return !sigpending(&set) && (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM));
}

void sig_release(void)
{
	change_ending(SIG_UNBLOCK);
}

void sig_hold(void)
{
	change_ending(SIG_BLOCK);
}

/* An instruction failed on a page of a mapping: it is tried again when this returns. */
static void cover(int signo, siginfo_t *info, void *context UNUSED)
{
	size_t page = sysconf(_SC_PAGESIZE);
	void *at = (void *)((uintptr_t)info->si_addr & ~(page - 1));
	int kept = errno;

	if (info->si_code != BUS_ADRERR ||
	    mmap(at, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		signal(signo, SIG_DFL);
	errno = kept;
}

void sig_cover_lost_pages(void)
{
	struct sigaction sa = { .sa_sigaction = cover, .sa_flags = SA_SIGINFO };

	sigaction(SIGBUS, &sa, NULL);
}
