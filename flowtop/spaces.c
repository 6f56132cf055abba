// SPDX-License-Identifier: GPL-2.0-or-later
/* spaces - see spaces.h. Where an address was found last it is looked for first, so that a machine
 * of many containers asks one of them for most flows. */
#include "spaces.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/hash.h"

enum { HINTS = 1024 };

struct space {
	uint64_t ino; /* 0: the first one */
	struct sockdiag *diag;
};

struct spaces {
	struct space v[HELPER_SPACES_MAX + 1];
	size_t n;
	uint16_t hints[HINTS]; /* places in 'v' by the address; they may be out of date */
};

int spaces_open(struct spaces **ret_s, struct err *e)
{
	struct spaces *s = calloc(1, sizeof(*s));
	int fds[SOCKDIAG_FDS], r;

	if (!s)
		return err_set(e, ENOMEM, "out of memory");
	r = sockdiag_sockets(fds);
	r = r ? err_sys(e, -r, "open a socket of sock_diag")
	      : sockdiag_open(fds, &s->v[0].diag, e);
	if (r < 0) {
		free(s);
		return r;
	}
	s->n = 1;
	*ret_s = s;
	return 0;
}

void spaces_close(struct spaces *s)
{
	for (size_t i = 0; s && i < s->n; i++)
		sockdiag_close(s->v[i].diag);
	free(s);
}

void spaces_came(struct spaces *s, uint64_t ino, const int *fds)
{
	struct sockdiag *d;

	if (sockdiag_open(fds, &d, NULL) < 0)
		return;
	if (s->n == ARRAY_SIZE(s->v))
		sockdiag_close(d);
	else
		s->v[s->n++] = (struct space){ ino, d };
}

void spaces_went(struct spaces *s, uint64_t ino)
{
	for (size_t i = 1; i < s->n; i++)
		if (s->v[i].ino == ino) {
			sockdiag_close(s->v[i].diag);
			s->v[i] = s->v[--s->n];
			return;
		}
}

static bool is_loopback(uint8_t family, const uint8_t *addr)
{
	static const uint8_t one[16] = { [15] = 1 };

	return family == AF_INET ? addr[0] == 127 : !memcmp(addr, one, sizeof(one));
}

bool spaces_find(struct spaces *s, uint8_t family, uint8_t proto, const struct ct_end *local,
		 const struct ct_end *peer, struct sockdiag_socket *ret_s)
{
	uint16_t *hint = &s->hints[hash_bytes(local->addr, sizeof(local->addr), 0) % HINTS];
	size_t n = is_loopback(family, local->addr) ? 1 : s->n;
	size_t first = n > 1 && *hint < n ? *hint : 0;
	struct sockdiag_socket found;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		size_t at = i == 0 ? first : i <= first ? i - 1 : i;

		if (!sockdiag_find(s->v[at].diag, family, proto, local, peer, &found))
			continue;
		if (!any || found.exact) {
			*ret_s = found;
			*hint = at;
		}
		any = true;
		if (found.exact)
			break;
	}
	return any;
}
