// SPDX-License-Identifier: GPL-2.0-or-later
/* cfgfile - see cfgfile.h. Writes through capout, so that a full disk leaves whole packets. */
#include "pkt/cfgfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/str.h"
#include "pkt/capout.h"
#include "proto/linktype.h"

enum {
	BYTES_A_LINE = 10,
	TEXT_A_BYTE = 6, /* "0x00, " */
	FRAME_TEXT = 16, /* braces and newlines */
	TAG_AT = 12,
	TAG_BYTES = 4,
};

struct cfgfile {
	struct capout out;
	uint64_t n_empty;
};

int cfgfile_fdopen(int fd, const char *name, enum capwrite_zip zip, struct cfgfile **ret_c,
		   struct err *e)
{
	static const struct capout_backend *const backends[] = {
		[CAPWRITE_STORED] = &capout_plain, [CAPWRITE_ZSTD] = &capout_zstd,
		[CAPWRITE_GZIP] = &capout_gzip,
	};
	struct cfgfile *c = calloc(1, sizeof(*c));
	int r;

	if (!c) {
		close(fd);
		return err_sys(e, ENOMEM, "write %s", name);
	}
	r = capout_open(&c->out, fd, name, backends[zip], 0, 0);
	if (r < 0) {
		if (e)
			*e = c->out.failed;
		capout_close(&c->out);
		free(c);
		return r;
	}
	*ret_c = c;
	return 0;
}

/* Appends the text of 'n' bytes, of which 'at' are in the packet already. Returns its end. */
static uint8_t *print_bytes(uint8_t *t, const uint8_t *data, size_t n, size_t at)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++, at++) {
		if (at % BYTES_A_LINE == 0) {
			memcpy(t, "\n ", 2);
			t += 2;
		}
		memcpy(t, " 0x", 3);
		t += 3;
		*t++ = hex[data[i] >> 4];
		*t++ = hex[data[i] & 15];
		*t++ = ',';
	}
	return t;
}

int cfgfile_put(struct cfgfile *c, const struct pkt *p, struct err *e)
{
	bool tagged = p->vlan_tpid && p->linktype == LINKTYPE_ETHERNET && p->cap_len >= TAG_AT;
	size_t n = (size_t)p->cap_len + TAG_BYTES, before = tagged ? TAG_AT : p->cap_len;
	size_t room = n * TEXT_A_BYTE + n / BYTES_A_LINE * 2 + FRAME_TEXT;
	struct capout *o = &c->out;
	uint8_t tag[TAG_BYTES], *t;
	int r = capout_start(o, room);

	if (r < 0) {
		o->packets++;
		if (e)
			*e = o->failed;
		return r;
	}
	if (p->cap_len == 0) {
		c->n_empty++;
		return 0;
	}
	t = o->p;
	*t++ = '{';
	t = print_bytes(t, p->data, before, 0);
	if (tagged) {
		put_be16(tag, p->vlan_tpid);
		put_be16(tag + 2, p->vlan_tci);
		t = print_bytes(t, tag, TAG_BYTES, before);
		t = print_bytes(t, p->data + before, p->cap_len - before, before + TAG_BYTES);
	}
	memcpy(t, "\n}\n\n", 4);
	t += 4;
	n = t - o->p;
	o->p = t;
	capout_done(o, n, p->cap_len);
	return 0;
}

int cfgfile_flush(struct cfgfile *c, struct err *e)
{
	int r = capout_push(&c->out, CAPOUT_FLUSH);

	if (r < 0 && e)
		*e = c->out.failed;
	return r;
}

uint64_t cfgfile_n_empty(const struct cfgfile *c)
{
	return c->n_empty;
}

uint64_t cfgfile_n_put(const struct cfgfile *c)
{
	return c->out.packets;
}

uint64_t cfgfile_bytes(const struct cfgfile *c)
{
	return c->out.file_bytes + (c->out.b->encodes ? 0 : c->out.pending);
}

int cfgfile_close(struct cfgfile *c, uint64_t *ret_n, uint64_t *ret_bytes, struct err *e)
{
	int r;

	if (!c)
		return 0;
	r = capout_push(&c->out, CAPOUT_END);
	if (r < 0 && e)
		*e = c->out.failed;
	if (ret_n)
		*ret_n = c->out.good_packets;
	if (ret_bytes)
		*ret_bytes = c->out.file_bytes;
	capout_close(&c->out);
	free(c);
	return r;
}
