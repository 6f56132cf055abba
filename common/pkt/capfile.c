// SPDX-License-Identifier: GPL-2.0-or-later
/* capfile - see capfile.h: opening, the table of interfaces, the lasting error. The formats are in
 * capfile_pcap and capfile_ng, the bytes come from capsrc. */
#include "pkt/capfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "pkt/capfile_priv.h"
#include "sys/fd.h"

enum { TEXTS_MAX = 4 << 20 }; /* names and options of interfaces, bytes */

int capfile_bad(struct capfile *f, int code, uint64_t off, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(&f->failed, code, "%s: at offset %llu%s: %s", f->src.name,
		       (unsigned long long)off, f->src.zip ? " of the decoded data" : "", text);
}

int capfile_cut(struct capfile *f, const char *what)
{
	return capfile_bad(f, ENODATA, capsrc_off(&f->src),
			   "cut short: the file ends %zu bytes into a %s",
			   (size_t)(f->src.end - f->src.p), what);
}

int capfile_lost(struct capfile *f)
{
	return capfile_bad(f, EIO, capsrc_off(&f->src),
			   "the file became shorter while it was read");
}

void *capfile_keep(struct capfile *f, const void *data, size_t n)
{
	char *p = NULL;

	f->texts_bytes += n + 1;
	if (f->texts_bytes <= TEXTS_MAX)
		p = arena_strndup(&f->texts, data, n);
	if (!p)
		capfile_bad(f, ENOMEM, capsrc_off(&f->src),
			    "more than %d MiB of interface options", TEXTS_MAX >> 20);
	return p;
}

struct capfile_iface *capfile_iface_add(struct capfile *f)
{
	struct capfile_iface *i;
	uint32_t room;

	if (f->info.n_ifaces == CAPFILE_IFACES_MAX) {
		capfile_bad(f, E2BIG, capsrc_off(&f->src), "more than %d interfaces",
			    CAPFILE_IFACES_MAX);
		return NULL;
	}
	if (f->info.n_ifaces == f->ifaces_room) {
		room = MAX(f->ifaces_room * 2, 8u);
		i = reallocarray(f->ifaces, room, sizeof(*i));
		if (!i) {
			err_sys(&f->failed, ENOMEM, "%s: interface table", f->src.name);
			return NULL;
		}
		f->ifaces = i;
		f->ifaces_room = room;
	}
	i = &f->ifaces[f->info.n_ifaces++];
	*i = (struct capfile_iface){ .pub.tsresol = 9 };
	return i;
}

static int read_head(struct capfile *f, struct err *e)
{
	enum capfmt format;
	bool swapped;
	int r;

	do
		r = capsrc_need(&f->src, 4, e);
	while (r == -EINTR);
	if (r < 0)
		return r;
	if (r == 0 && f->src.end == f->src.p && f->src.end_off == 0)
		return err_set(e, ENODATA, "%s: at offset 0: the file is empty", f->src.name);
	if (r == 0)
		return err_set(e, ENODATA, "%s: at offset %zu: too short for a capture file",
			       f->src.name, (size_t)(f->src.end - f->src.p));
	if (!capfmt_of_magic(get_le32(f->src.p), &format, &swapped))
		return err_set(e, EBADMSG,
			       "%s: at offset 0: not a capture file (magic number 0x%08x)",
			       f->src.name, get_le32(f->src.p));
	f->info.format = format;
	f->info.swapped = swapped;
	f->blank.iface = 0;
	f->blank.dir = PKT_DIR_UNKNOWN;
	f->blank.hatype = 0xffff;
	f->blank.queue = UINT32_MAX;
	r = format == CAPFMT_PCAPNG ? capfile_ng_open(f) : capfile_pcap_open(f);
	if (r < 0 && !f->failed.code)
		return err_sys(e, -r, "%s: read", f->src.name);
	if (r < 0)
		*e = f->failed;
	return r;
}

static int open_as(int fd, const char *name, bool may_map, struct capfile **ret_f, struct err *e)
{
	AUTO(capfile_close_p) struct capfile *f = calloc(1, sizeof(*f));
	struct err ignored;
	int r;

	if (!e)
		e = &ignored;
	if (!f) {
		close(fd);
		return err_sys(e, ENOMEM, "open %s", name);
	}
	r = capsrc_open(&f->src, fd, name, may_map, e);
	if (r == 0)
		r = read_head(f, e);
	if (r < 0)
		return r;
	f->info.stable = f->src.map;
	f->info.coded = f->src.zip ? f->src.zip->name : NULL;
	*ret_f = TAKE(f, NULL);
	return 0;
}

int capfile_fdopen(int fd, const char *name, struct capfile **ret_f, struct err *e)
{
	return open_as(fd, name, true, ret_f, e);
}

int capfile_fdopen_unmapped(int fd, const char *name, struct capfile **ret_f, struct err *e)
{
	return open_as(fd, name, false, ret_f, e);
}

bool capfile_is(const char *path)
{
	AUTO(close_p) int own = -1;
	uint8_t magic[4];
	enum capfmt format;
	bool swapped;
	int fd = STDIN_FILENO;
	off_t at;

	if (!streq(path, "-"))
		fd = own = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	at = lseek(fd, 0, SEEK_CUR);
	if (at < 0 || pread(fd, magic, sizeof(magic), at) != sizeof(magic))
		return false;
	return capsrc_zip_of(magic) || capfmt_of_magic(get_le32(magic), &format, &swapped);
}

int capfile_open(const char *path, struct capfile **ret_f, struct err *e)
{
	bool is_stdin = streq(path, "-");
	int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) :
			    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return err_sys(e, errno, "open %s", is_stdin ? "standard input" : path);
	return capfile_fdopen(fd, is_stdin ? "standard input" : path, ret_f, e);
}

void capfile_close(struct capfile *f)
{
	if (!f)
		return;
	capsrc_close(&f->src);
	arena_free(&f->texts);
	free(f->ifaces);
	free(f->map);
	free(f);
}

void capfile_close_p(struct capfile **f)
{
	capfile_close(*f);
}

int capfile_next_batch(struct capfile *f, struct pkt *ret_p, unsigned int max, struct err *e)
{
	const uint8_t *before = f->src.p;
	int r;

	if (max == 0)
		return 0;
	r = f->failed.code ? -f->failed.code : f->batch(f, ret_p, max, &f->failed);
	if (UNLIKELY(capsrc_is_cut(&f->src)) && f->failed.code != EIO) {
		f->src.p = before;
		r = capfile_lost(f);
	}
	if (UNLIKELY(r < 0) && f->failed.code && e)
		*e = f->failed;
	return r;
}

int capfile_next(struct capfile *f, struct pkt *ret_p, struct err *e)
{
	return capfile_next_batch(f, ret_p, 1, e);
}

const struct capfile_info *capfile_get_info(const struct capfile *f)
{
	return &f->info;
}

const struct pkt_iface *capfile_iface(const struct capfile *f, uint32_t i)
{
	return i < f->info.n_ifaces ? &f->ifaces[i].pub : NULL;
}

const uint32_t *capfile_section_ifaces(const struct capfile *f, uint32_t *ret_n)
{
	*ret_n = f->n_map;
	return f->map;
}

void capfile_on_block(struct capfile *f, void (*fn)(void *arg, const struct capfile_block *b),
		      void *arg)
{
	f->on_block = fn;
	f->on_block_arg = arg;
}

void capfile_progress(const struct capfile *f, uint64_t *ret_done, uint64_t *ret_all)
{
	*ret_done = f->src.map ? capsrc_off(&f->src) : f->src.raw_off;
	*ret_all = f->src.raw_all;
}

int capfile_fd(const struct capfile *f)
{
	return f->src.fd;
}
