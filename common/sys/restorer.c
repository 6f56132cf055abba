// SPDX-License-Identifier: GPL-2.0-or-later
/* restorer - see restorer.h. This is the program's side; the helper is sys/keeper. */
#include "sys/restorer.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/keeper.h"

#define STATE_DIR "/run/netsniff-settings"

struct restorer {
	pid_t pid;
	int pipe;
	size_t report_bytes;
	struct keeper_report *report;
};

static void restorer_free(struct restorer *r)
{
	close_p(&r->pipe);
	munmap(r->report, r->report_bytes);
	free(r);
}

/* Waits for the helper's word. False if it died before. */
static bool word(struct restorer *r)
{
	char byte;

	return fd_read_full(r->pipe, &byte, 1) == 1;
}

static int start(struct restorer *r, const char *state_dir, const struct setting *s, size_t n,
		 struct err *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, errno, "start the helper that keeps old settings");
	r->pid = fork();
	if (r->pid == 0) {
		keeper_main(pair[1], state_dir, s, n, r->report);
		_exit(0);
	}
	close(pair[1]);
	r->pipe = pair[0];
	if (r->pid < 0)
		return err_sys(e, errno, "start the helper that keeps old settings");
	if (word(r))
		return 0;
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (r->report->fatal && e)
		*e = r->report->err;
	return r->report->fatal ? r->report->fatal
				: err_set(e, ECHILD, "the helper that keeps old settings died");
}

int restorer_start(const char *state_dir, struct setting *s, size_t n, struct restorer **ret_r,
		   struct err *e)
{
	struct restorer *r;
	int rc;

	if (!n || n > RESTORER_MAX)
		return err_set(e, EINVAL, "a run changes 1 to %d settings", RESTORER_MAX);
	r = calloc(1, sizeof(*r));
	if (!r)
		return err_sys(e, ENOMEM, "keep old settings");
	r->pipe = -1;
	r->report_bytes = sizeof(*r->report) + n * sizeof(r->report->s[0]);
	r->report = mmap(NULL, r->report_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	if (r->report == MAP_FAILED) {
		free(r);
		return err_sys(e, ENOMEM, "keep old settings");
	}
	rc = start(r, state_dir ? state_dir : STATE_DIR, s, n, e);
	if (rc) {
		restorer_free(r);
		return rc;
	}
	for (size_t i = 0; i < n; i++) {
		s[i].error = r->report->s[i].error;
		memcpy(s[i].old, r->report->s[i].old, sizeof(s[i].old));
	}
	if (r->report->err.code && e)
		*e = r->report->err;
	*ret_r = r;
	return 0;
}

int restorer_stop(struct restorer *r, struct err *e)
{
	int rc = 0;

	if (!r)
		return 0;
	shutdown(r->pipe, SHUT_WR);
	if (!word(r))
		rc = err_set(e, ECHILD,
			     "the helper that keeps old settings has died: "
			     "they are put back by the next run that uses them");
	else if (r->report->err.code)
		rc = err_set(e, r->report->err.code, "%s", r->report->err.text);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
	restorer_free(r);
	return rc;
}
