// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_file - capture files as the source of a replay: picks packets, loops. What is read once is
 * kept while it is small, so that looping a short file costs no more a packet than a long one. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/str.h"
#include "pkt/capfile.h"
#include "replay.h"

enum {
	READ_BATCH = 256,
	KEEP_PACKETS = 65536,
	KEEP_BYTES = 8 << 20, /* of packets whose file does not keep them in memory itself */
};

/* The packets of one pass, for the next ones. */
struct kept {
	bool on; /* still complete */
	struct pkt *p;
	size_t n, room, n_bytes;
	struct arena bytes;
	struct capfile **file; /* open as long as packets refer to them */
	size_t n_files;
};

struct pass {
	struct replay *r;
	const struct replay_pick *pick;
	struct kept *kept; /* NULL: nothing to keep */
	uint64_t n;	   /* packets picked in all passes */
	bool ended;	   /* enough packets, or woken */
	bool woken;
};

static void kept_drop(struct kept *k)
{
	k->on = false;
	for (size_t i = 0; i < k->n_files; i++)
		capfile_close(k->file[i]);
	k->n_files = 0;
	free(k->file);
	free(k->p);
	arena_free(&k->bytes);
	*k = (struct kept){0};
}

/* Adds 'n' packets; gives all up when they are too many. */
static void kept_add(struct kept *k, const struct pkt *p, unsigned int n, bool stable)
{
	if (!k->on)
		return;
	if (k->n + n > k->room) {
		size_t room = MAX(k->room * 2, (size_t)READ_BATCH);
		struct pkt *bigger =
			room <= KEEP_PACKETS ? reallocarray(k->p, room, sizeof(*p)) : NULL;

		if (!bigger) {
			k->on = false;
			return;
		}
		k->p = bigger;
		k->room = room;
	}
	for (unsigned int i = 0; i < n; i++) {
		struct pkt *q = &k->p[k->n + i];

		*q = p[i];
		q->opts = NULL;
		q->opts_bytes = 0;
		if (stable)
			continue;
		k->n_bytes += p[i].cap_len;
		q->data = k->n_bytes <= KEEP_BYTES
				  ? (uint8_t *)arena_strndup(&k->bytes, (const char *)p[i].data,
							     p[i].cap_len)
				  : NULL;
		if (!q->data) {
			k->on = false;
			return;
		}
	}
	k->n += n;
}

/* Drops the packets of 'p' that are not picked and cuts the others; returns how many stay. */
static unsigned int pick(struct pass *s, struct pkt *p, unsigned int n, uint8_t fcs_bytes)
{
	const struct replay_pick *w = s->pick;
	unsigned int kept = 0;

	for (unsigned int i = 0; i < n && !s->ended; i++) {
		if (p[i].ts_ns < w->since_ns || p[i].ts_ns > w->until_ns ||
		    (w->keep && !w->keep(w->arg, &p[i])))
			continue;
		s->ended = ++s->n == w->n_packets;
		if (kept != i)
			p[kept] = p[i];
		/* The device makes the frame check sequence itself. */
		if (fcs_bytes && p[kept].len > fcs_bytes) {
			p[kept].len -= fcs_bytes;
			p[kept].cap_len = MIN(p[kept].cap_len, p[kept].len);
		}
		if (w->snaplen && p[kept].cap_len > w->snaplen)
			p[kept].cap_len = w->snaplen;
		kept++;
	}
	return kept;
}

/* Sends 'n' packets. Returns 0 or -errno with 'e'; a wake-up ends the pass. */
static int send_some(struct pass *s, const struct pkt *p, unsigned int n, struct err *e)
{
	int r = replay_put(s->r, p, n, e);

	if (r < 0)
		return r;
	if ((unsigned int)r < n)
		s->woken = s->ended = true;
	return 0;
}

/* Waits for more from a pipe. Returns false when woken. */
static bool wait_for_bytes(const struct capfile *f, int wake_fd)
{
	struct pollfd p[2] = {{.fd = wake_fd, .events = POLLIN},
			      {.fd = capfile_fd(f), .events = POLLIN}};

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	return !p[0].revents;
}

/* A pipe must not hold up a signal: it does not block while it is read. Returns its flags as they
 * were, -1 for everything else. */
static int unblock_pipe(const struct capfile *f)
{
	int fd = capfile_fd(f);
	struct stat st;
	int flags;

	if (fd < 0 || fstat(fd, &st) < 0 || S_ISREG(st.st_mode))
		return -1;
	flags = fcntl(fd, F_GETFL);
	if (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -1;
	return flags;
}

static int one_file(struct pass *s, const char *path, struct err *e)
{
	AUTO(capfile_close_p) struct capfile *f = NULL;
	struct pkt p[READ_BATCH];
	struct kept *k = s->kept;
	int r = capfile_open(path, &f, e);
	bool stable;
	int flags;

	if (r < 0)
		return r;
	stable = capfile_get_info(f)->stable;
	flags = unblock_pipe(f);
	while (!s->ended) {
		unsigned int n;

		r = capfile_next_batch(f, p, READ_BATCH, e);
		if (r == -EINTR)
			continue;
		if (r == -EAGAIN) {
			s->woken = s->ended = !wait_for_bytes(f, s->pick->wake_fd);
			r = 0;
			continue;
		}
		if (r <= 0)
			break;
		n = pick(s, p, r, capfile_get_info(f)->fcs_bytes);
		if (k)
			kept_add(k, p, n, stable);
		r = n ? send_some(s, p, n, e) : 0;
		if (r < 0)
			break;
	}
	if (flags >= 0)
		(void)!fcntl(capfile_fd(f), F_SETFL, flags);
	if (k && k->on && stable)
		k->file[k->n_files++] = TAKE(f, NULL);
	return s->ended && r > 0 ? 0 : r;
}

static int again(struct pass *s, const struct kept *k, struct err *e)
{
	int r = 0;

	for (size_t at = 0; at < k->n && !s->ended && r == 0; at += READ_BATCH) {
		size_t n = MIN(k->n - at, (size_t)READ_BATCH);

		if (s->pick->n_packets)
			n = MIN(n, s->pick->n_packets - s->n);
		s->n += n;
		s->ended = s->n == s->pick->n_packets;
		r = send_some(s, k->p + at, n, e);
	}
	return r;
}

static bool has_stdin(const char *const *paths, size_t n_paths)
{
	for (size_t i = 0; i < n_paths; i++)
		if (streq(paths[i], "-"))
			return true;
	return false;
}

/* All files once. As send_some(). */
static int one_pass(struct pass *s, const char *const *paths, size_t n_paths, struct err *e)
{
	int r = 0;

	if (s->kept && s->kept->n)
		return again(s, s->kept, e);
	for (size_t i = 0; i < n_paths && !s->ended && r == 0; i++)
		r = one_file(s, paths[i], e);
	return r;
}

int replay_files(struct replay *r, const char *const *paths, size_t n_paths,
		 const struct replay_pick *pick_what, struct err *e)
{
	AUTO(kept_drop) struct kept k = {0};
	struct pass s = {.r = r, .pick = pick_what};
	uint64_t passes = 0, before;
	int code;

	if (pick_what->n_loops != 1) {
		k.file = calloc(n_paths, sizeof(struct capfile *));
		if (!k.file)
			return err_set(e, ENOMEM, "--loop: out of memory");
		k.on = true;
		s.kept = &k;
	}
	for (;;) {
		before = s.n;
		code = one_pass(&s, paths, n_paths, e);
		if (code < 0 || s.woken)
			return code;
		replay_rewind(r);
		if (s.kept && !k.on) {
			kept_drop(&k);
			s.kept = NULL;
		}
		if (++passes == pick_what->n_loops || s.ended || s.n == before)
			return 0;
		if (!s.kept && has_stdin(paths, n_paths))
			return err_set(
				e, ESPIPE,
				"--loop: standard input is too long to be kept for another pass");
	}
}
