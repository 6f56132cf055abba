// SPDX-License-Identifier: GPL-2.0-or-later
/* stamps - see stamps.h. A record is the peer's key (32 bytes), its stamp (8) and a checksum (8):
 * one that was written by half counts for nothing. */
#include "stamps.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/bytes.h"
#include "sys/fd.h"

enum { RECORD = NOISE_KEY + 8 + 8, SUM_AT = NOISE_KEY + 8 };

static void seal(uint8_t r[RECORD])
{
	uint8_t sum[crypto_generichash_BYTES];

	crypto_generichash(sum, sizeof(sum), r, SUM_AT, NULL, 0);
	memcpy(r + SUM_AT, sum, RECORD - SUM_AT);
}

static void write_record(const struct peer *p, uint8_t r[RECORD])
{
	memcpy(r, p->key, NOISE_KEY);
	put_le64(r + NOISE_KEY, p->twin ? MAX(p->stamp, p->twin->stamp) : p->stamp);
	seal(r);
}

/* What the file holds goes to the peers that there are; others' records stay. */
static int load(int fd, struct core *c, uint32_t *ret_n)
{
	uint8_t r[RECORD], copy[RECORD];
	struct peer *p;
	ssize_t n;

	for (*ret_n = 0; (n = fd_read_full(fd, r, RECORD)) == RECORD; ++*ret_n) {
		memcpy(copy, r, RECORD);
		seal(copy);
		p = memcmp(copy, r, RECORD) ? NULL : core_find(c, r);
		if (!p)
			continue;
		p->stamp = MAX(p->stamp, get_le64(r + NOISE_KEY));
		p->record = *ret_n + 1;
		if (p->twin)
			p->twin->stamp = p->stamp;
	}
	return n < 0 ? (int)n : 0;
}

int stamps_open(const struct folder *f, struct core *c, int *ret_fd, struct err *e)
{
	AUTO(close_p) int fd = openat(f->fd, "stamps", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
				      0600);
	uint32_t n;
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "open %s/stamps", f->path);
	/* Clients of several servers share the file: each makes room for its own record. */
	if (flock(fd, LOCK_EX) < 0)
		return err_sys(e, errno, "lock %s/stamps", f->path);
	rc = load(fd, c, &n);
	for (size_t i = 0; i < core_n_peers(c) && !rc; i++) {
		struct peer *p = core_peer(c, i);

		if (p->record)
			continue;
		p->record = ++n;
		rc = stamps_put(fd, p, false);
	}
	flock(fd, LOCK_UN);
	if (rc)
		return err_sys(e, -rc, "%s/stamps", f->path);
	*ret_fd = TAKE(fd, -1);
	return 0;
}

int stamps_put(int fd, struct peer *p, bool sync)
{
	uint8_t r[RECORD];
	int rc;

	if (fd < 0)
		return 0;
	p = peer_base(p);
	write_record(p, r);
	rc = fd_pwrite_full(fd, r, RECORD, (int64_t)(p->record - 1) * RECORD);
	if (!rc && sync && fdatasync(fd) < 0)
		rc = -errno;
	return rc;
}
