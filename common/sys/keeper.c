// SPDX-License-Identifier: GPL-2.0-or-later
/* keeper - see keeper.h.
 * In the state folder each setting has a record, "OLD\nSET\n": the value before any of us, and the
 * one that we left it at. Each helper holds a shared flock on the records it uses; joining and
 * leaving happen under an exclusive flock on one gate file, so that asking "am I alone?" (does an
 * exclusive lock on the record succeed?) cannot race. Locks go with their process, however it ends:
 * a record that nobody holds was left by a helper that was killed, and its OLD still counts as long
 * as the setting has the value SET. The record is written before the setting is changed. */
#include "sys/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"
#include "sys/fd.h"
#include "sys/priv.h"
#include "sys/settings.h"

#define PIPE_FD 3

struct record {
	char old[RESTORER_VALUE_BYTES], set[RESTORER_VALUE_BYTES];
};

struct keeper {
	int dir, gate;
	size_t n;
	const struct setting *s;
	int fd[RESTORER_MAX]; /* record of each setting; -1: not joined */
	struct keeper_report *report;
};

static bool record_read(int fd, struct record *r)
{
	char buf[sizeof(*r) + 1];
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);
	char *end, *end2;

	if (n <= 0)
		return false;
	buf[n] = '\0';
	end = strchr(buf, '\n');
	end2 = end ? strchr(end + 1, '\n') : NULL;
	if (!end2 || end - buf >= RESTORER_VALUE_BYTES || end2 - end > RESTORER_VALUE_BYTES)
		return false;
	*end = *end2 = '\0';
	memcpy(r->old, buf, end - buf + 1);
	memcpy(r->set, end + 1, end2 - end);
	return true;
}

static int record_write(int fd, const struct record *r, struct err *e)
{
	char buf[sizeof(*r) + 2];
	int n = snprintf(buf, sizeof(buf), "%s\n%s\n", r->old, r->set);

	/* Shorter first, so that no tail of a longer record is taken for the end of this one. */
	if (ftruncate(fd, 0) < 0)
		return err_sys(e, errno, "write the record of a setting");
	n = fd_pwrite_full(fd, buf, n, 0);
	return n ? err_sys(e, -n, "write the record of a setting") : 0;
}

static bool high_enough(const struct setting *s, const char *now)
{
	uint64_t have, want;

	return s->at_least && !num_parse(now, NUM_PLAIN, 0, UINT64_MAX, "", &have, NULL) &&
	       !num_parse(s->value, NUM_PLAIN, 0, UINT64_MAX, "", &want, NULL) && have >= want;
}

/* Changes the setting to what 's' wants and 'r' along with it. */
static int change(const struct setting *s, int fd, struct record *r, const char *now, struct err *e)
{
	bool enough = high_enough(s, now);
	int rc;

	snprintf(r->set, sizeof(r->set), "%s", enough ? now : s->value);
	rc = record_write(fd, r, e);
	if (rc || enough)
		return rc;
	rc = setting_set(s, s->value, e);
	if (rc)
		return rc;
	/* The kernel may spell the value its own way: leaving compares with that. */
	rc = setting_get(s, r->set, e);
	return rc ? rc : record_write(fd, r, e);
}

/* Joins those who hold setting 'i'. Under the gate. */
static int join(struct keeper *k, size_t i, struct err *e)
{
	const struct setting *s = &k->s[i];
	struct record before = { 0 }, r;
	char id[128], now[RESTORER_VALUE_BYTES];
	AUTO(close_p) int fd = -1;
	bool had, alone;
	int rc;

	rc = setting_get(s, now, e);
	if (!rc)
		rc = setting_id(s, id, sizeof(id), e);
	if (rc)
		return rc;
	fd = openat(k->dir, id, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(e, errno, "keep the old value of %s", s->key);
	alone = flock(fd, LOCK_EX | LOCK_NB) == 0;
	had = record_read(fd, &before);
	r = before;
	/* Somebody else has changed it since: that value is what people want back. */
	if (!had || !streq(now, before.set))
		memcpy(r.old, now, sizeof(r.old));
	rc = change(s, fd, &r, now, e);
	if (rc) {
		if (alone && !had)
			unlinkat(k->dir, id, 0);
		else if (had)
			(void)!record_write(fd, &before, NULL);
		return rc;
	}
	if (flock(fd, LOCK_SH) < 0)
		return err_sys(e, errno, "keep the old value of %s", s->key);
	memcpy(k->report->s[i].old, r.old, sizeof(r.old));
	k->fd[i] = TAKE(fd, -1);
	return 0;
}

/* Leaves setting 'i', putting the old value back if nobody else holds it. Under the gate. */
static int leave(struct keeper *k, size_t i, struct err *e)
{
	const struct setting *s = &k->s[i];
	AUTO(close_p) int fd = TAKE(k->fd[i], -1);
	char id[128], now[RESTORER_VALUE_BYTES];
	struct record r;
	int rc;

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return 0;
	if (!record_read(fd, &r))
		return err_set(e, EIO, "the record of %s is unreadable", s->key);
	rc = setting_id(s, id, sizeof(id), e);
	if (!rc)
		rc = setting_get(s, now, e);
	if (!rc && streq(now, r.set) && !streq(now, r.old))
		rc = setting_set(s, r.old, e);
	if (rc)
		return err_prefix(e, "%s stays %s, was %s", s->key, r.set, r.old);
	unlinkat(k->dir, id, 0);
	return 0;
}

/* Opens the state folder, which nobody else may have made. */
static int open_state(struct keeper *k, const char *path, struct err *e)
{
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_sys(e, errno, "keep old settings: make folder %s", path);
	k->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (k->dir < 0 || fstat(k->dir, &st) < 0)
		return err_sys(e, errno, "keep old settings: open folder %s", path);
	if (st.st_uid != geteuid() || st.st_mode & 022)
		return err_set(e, EPERM, "keep old settings: others can write to %s", path);
	k->gate = openat(k->dir, "gate", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (k->gate < 0)
		return err_sys(e, errno, "keep old settings: open %s/gate", path);
	return 0;
}

/* Runs 'step' on all settings under the gate; the first error goes to the report. */
static void each(struct keeper *k, int (*step)(struct keeper *, size_t, struct err *))
{
	struct err e;

	k->report->err.code = 0;
	while (flock(k->gate, LOCK_EX) < 0 && errno == EINTR)
		;
	for (size_t i = 0; i < k->n; i++) {
		e.code = 0;
		k->report->s[i].error = -step(k, i, &e);
		if (k->report->s[i].error && !k->report->err.code)
			k->report->err = e;
	}
	flock(k->gate, LOCK_UN);
}

/* Away from the terminal, its signals, and everything that is open. */
static int detach(int pipe)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	prctl(PR_SET_NAME, "restorer");
	if (dup2(pipe, PIPE_FD) < 0 || null < 0)
		return -errno;
	for (int fd = 0; fd < PIPE_FD; fd++)
		dup2(null, fd);
	return syscall(SYS_close_range, PIPE_FD + 1, ~0u, 0) < 0 || chdir("/") < 0 ? -errno : 0;
}

void keeper_main(int pipe, const char *state_dir, const struct setting *s, size_t n,
		 struct keeper_report *report)
{
	static const unsigned int keep[] = { CAP_NET_ADMIN };
	struct keeper k = { .n = n, .s = s, .report = report, .dir = -1, .gate = -1 };
	int rc = detach(pipe);
	char byte = 0;

	memset(k.fd, -1, sizeof(k.fd));
	if (rc)
		err_sys(&report->err, -rc, "keep old settings");
	if (!rc)
		rc = open_state(&k, state_dir, &report->err);
	if (!rc)
		rc = priv_drop(NULL, keep, ARRAY_SIZE(keep), &report->err);
	report->fatal = rc;
	if (rc)
		return;
	each(&k, join);
	(void)!send(PIPE_FD, &byte, 1, MSG_NOSIGNAL);
	while (read(PIPE_FD, &byte, 1) > 0)
		;
	each(&k, leave);
	(void)!send(PIPE_FD, &byte, 1, MSG_NOSIGNAL);
}
