// SPDX-License-Identifier: GPL-2.0-or-later
/* replay_file - capture files as the source of a replay: picks packets, loops. What is read once is
 * kept while it is small, so that looping a short file costs no more a packet than a long one. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "pkt/capfile.h"
#include "replay.h"
#include "source.h"

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
	struct source **file; /* open as long as packets refer to them */
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
		k->file[i]->ops->close(k->file[i]);
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
	uint32_t n_bytes;

	for (unsigned int i = 0; i < n && !s->ended; i++) {
		n_bytes = w->keep ? keep_bytes(w->keep, &p[i]) : UINT32_MAX;
		if (!n_bytes)
			continue;
		s->ended = ++s->n == w->n_packets;
		if (kept != i)
			p[kept] = p[i];
		/* The device makes the frame check sequence itself. */
		if (fcs_bytes && p[kept].len > fcs_bytes) {
			p[kept].len -= fcs_bytes;
			p[kept].cap_len = MIN(p[kept].cap_len, p[kept].len);
		}
		p[kept].cap_len = MIN(p[kept].cap_len, n_bytes);
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

/* A signal is heard also where nothing is sent and so nothing is waited for. */
static bool woken(struct pass *s)
{
	struct pollfd p = {.fd = s->pick->wake_fd, .events = POLLIN};

	if (p.fd >= 0 && poll(&p, 1, 0) > 0)
		s->woken = s->ended = true;
	return s->woken;
}

/* Waits for more from a pipe. Returns false when woken. */
static bool wait_for_bytes(const struct source *f, int wake_fd)
{
	struct pollfd p[2] = {{.fd = wake_fd, .events = POLLIN},
			      {.fd = f->fd, .events = POLLIN}};

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		;
	return !p[0].revents;
}

/* Prints 'n' packets of 'f', if asked to. */
static int print_some(struct pass *s, struct source *f, const struct pkt *p, unsigned int n,
		      struct err *e)
{
	struct sink *k = s->pick->print;
	int r = 0;

	for (unsigned int i = 0; k && i < n && r == 0; i++)
		r = k->ops->put(k, f, &p[i], e);
	return k && n && r == 0 ? k->ops->settle(k, true, e) : r;
}

static int one_file(struct pass *s, const struct infile *in, struct err *e)
{
	AUTO(source_close_p) struct source *f = NULL;
	const struct capfile_info *info;
	struct pkt p[READ_BATCH];
	struct kept *k = s->kept;
	int r = source_file_open(in, &f, e);

	if (r < 0)
		return r;
	info = capfile_get_info(f->ops->capfile(f));
	while (!s->ended && !woken(s)) {
		unsigned int n;

		r = f->ops->next(f, p, READ_BATCH, e);
		if (r == -EINTR)
			continue;
		if (r == -EAGAIN) {
			s->woken = s->ended = !wait_for_bytes(f, s->pick->wake_fd);
			r = 0;
			continue;
		}
		if (r <= 0)
			break;
		n = pick(s, p, r, info->fcs_bytes);
		if (k)
			kept_add(k, p, n, info->stable);
		r = print_some(s, f, p, n, e);
		if (r == 0 && n)
			r = send_some(s, p, n, e);
		if (r < 0)
			break;
	}
	if (k && k->on && info->stable)
		k->file[k->n_files++] = TAKE(f, NULL);
	return s->ended && r > 0 ? 0 : r;
}

static int again(struct pass *s, const struct kept *k, struct err *e)
{
	int r = 0;

	for (size_t at = 0; at < k->n && !s->ended && !woken(s) && r == 0; at += READ_BATCH) {
		size_t n = MIN(k->n - at, (size_t)READ_BATCH);

		if (s->pick->n_packets)
			n = MIN(n, s->pick->n_packets - s->n);
		s->n += n;
		s->ended = s->n == s->pick->n_packets;
		r = send_some(s, k->p + at, n, e);
	}
	return r;
}

/* All files once. As send_some(). */
static int one_pass(struct pass *s, const struct infiles *in, struct err *e)
{
	int r = 0;

	if (s->kept && s->kept->n)
		return again(s, s->kept, e);
	for (size_t i = 0; i < in->n && !s->ended && r == 0; i++)
		r = one_file(s, &in->v[i], e);
	return r;
}

int replay_files(struct replay *r, const struct infiles *in, const struct replay_pick *pick_what,
		 struct err *e)
{
	AUTO(kept_drop) struct kept k = {0};
	struct pass s = {.r = r, .pick = pick_what};
	uint64_t passes = 0, sent;
	int code;

	if (pick_what->n_loops != 1) {
		k.file = calloc(in->n, sizeof(*k.file));
		if (!k.file)
			return err_set(e, ENOMEM, "--loop: out of memory");
		k.on = true;
		s.kept = &k;
	}
	for (;;) {
		sent = replay_sent(r);
		code = one_pass(&s, in, e);
		if (code < 0 || s.woken)
			return code;
		replay_rewind(r);
		if (s.kept && !k.on) {
			kept_drop(&k);
			s.kept = NULL;
		}
		if (++passes == pick_what->n_loops || s.ended || replay_sent(r) == sent)
			return 0;
		if (!s.kept && !infiles_can_rewind(in))
			return err_set(e, ESPIPE, "--loop: what comes through a pipe is too long "
				       "to be kept for another pass");
	}
}
