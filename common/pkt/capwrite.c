// SPDX-License-Identifier: GPL-2.0-or-later
/* capwrite - see capwrite.h: opening and closing, interfaces, VLAN tags, when to flush. The formats
 * are in capwrite_pcap and capwrite_ng, the ways to the file in capout. */
#include "pkt/capwrite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"
#include "pkt/capwrite_priv.h"
#include "proto/linktype.h"

enum {
	/* Shorter pieces are copied together: an iovec costs more than copying this much. */
	REF_MIN_AUTO = 2048,
	REF_MIN_SG = 256,
};

#define PIPE_DELAY_NS 80000000ll
#define FILE_DELAY_NS 1000000000ll

static const struct capout_backend *backend_of(const struct capwrite_opts *o, size_t *ret_ref_min)
{
	*ret_ref_min = 0;
	if (o->zip != CAPWRITE_STORED)
		return o->zip == CAPWRITE_ZSTD ? &capout_zstd : &capout_gzip;
	if (o->io == CAPWRITE_MMAP)
		return &capout_mmap;
	if (o->io == CAPWRITE_PLAIN || (o->io == CAPWRITE_AUTO && !o->stable))
		return &capout_plain;
	*ret_ref_min = o->io == CAPWRITE_SG ? REF_MIN_SG : REF_MIN_AUTO;
	return &capout_sg;
}

static void free_writer(struct capwrite *w)
{
	capout_close(&w->out);
	free(w->ifaces);
	free(w);
}

/* pcap says the link type in its file header: that waits for the first interface. */
static int begin(struct capwrite *w)
{
	if (w->opts.format == CAPFMT_PCAPNG) {
		w->put = capwrite_ng_put;
		return capwrite_ng_head(w);
	}
	w->put = capfmt_table[w->opts.format].head_bytes > 16 ? capwrite_pcap_extra_put :
								capwrite_pcap_put;
	return 0;
}

int capwrite_fdopen(int fd, const char *name, const struct capwrite_opts *o,
		    struct capwrite **ret_w, struct err *e)
{
	struct capwrite *w = calloc(1, sizeof(*w));
	const struct capout_backend *b;
	size_t ref_min;
	int r;

	if (!w) {
		if (!o->keep_open_fd)
			close(fd);
		return err_sys(e, ENOMEM, "write %s", name);
	}
	w->opts = *o;
	w->is_ns = capfmt_table[o->format].ns;
	w->due_ns = INT64_MAX;
	b = backend_of(o, &ref_min);
	r = capout_open(&w->out, fd, name, b, ref_min, o->zip_level);
	w->out.keep_fd = o->keep_open_fd;
	/* Bytes that are lent until capwrite_settle() cannot be left to a thread. */
	w->out.may_thread = o->threaded && w->out.regular && w->out.b->threads &&
			    (o->stable || !w->out.b->by_ref);
	if (r == 0)
		r = begin(w);
	if (r < 0) {
		if (e)
			*e = w->out.failed;
		free_writer(w);
		return r;
	}
	w->opts.section = (struct pcapng_section){ 0 };
	*ret_w = w;
	return 0;
}

int capwrite_open(const char *path, const struct capwrite_opts *o, struct capwrite **ret_w,
		  struct err *e)
{
	int flags = (o->io == CAPWRITE_MMAP ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC | O_CLOEXEC |
		    O_NOCTTY;
	bool is_stdout = streq(path, "-");
	int fd;

	fd = is_stdout ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, flags, 0644);
	if (fd < 0)
		return err_sys(e, errno, "open %s", is_stdout ? "standard output" : path);
	return capwrite_fdopen(fd, is_stdout ? "standard output" : path, o, ret_w, e);
}

static struct capwrite_iface *iface_add(struct capwrite *w)
{
	struct capwrite_iface *i;
	uint32_t room;

	if (w->n_ifaces == w->ifaces_room) {
		room = MAX(w->ifaces_room * 2, 8u);
		i = reallocarray(w->ifaces, room, sizeof(*i));
		if (!i)
			return NULL;
		w->ifaces = i;
		w->ifaces_room = room;
	}
	return &w->ifaces[w->n_ifaces++];
}

int capwrite_iface(struct capwrite *w, const struct pkt_iface *i, struct err *e)
{
	bool ng = w->opts.format == CAPFMT_PCAPNG;
	struct capwrite_iface *own;
	int r = 0;

	if (!ng && w->n_ifaces > 0 && i->linktype != w->ifaces[0].linktype)
		return err_set(e, EINVAL,
			       "write %s: pcap holds one link type only, and after %u comes %u: "
			       "write pcapng, or into a folder",
			       w->out.name, w->ifaces[0].linktype, i->linktype);
	own = iface_add(w);
	if (!own)
		return err_sys(e, ENOMEM, "write %s", w->out.name);
	*own = (struct capwrite_iface){
		.snaplen = ng ? i->snaplen : w->opts.snaplen,
		.linktype = i->linktype,
		.has_tag_room = i->linktype == LINKTYPE_ETHERNET ||
				i->linktype == LINKTYPE_LINUX_SLL,
		.tag_at = i->linktype == LINKTYPE_ETHERNET ? 12 : 14,
	};
	if (ng && __builtin_mul_overflow(i->tsoffset_s, (int64_t)1000000000, &own->offset_ns))
		own->offset_ns = i->tsoffset_s < 0 ? INT64_MIN : INT64_MAX;
	if (ng)
		r = capwrite_ng_iface(w, i);
	else if (w->n_ifaces == 1)
		r = capwrite_pcap_head(w, i->linktype);
	if (r == 0 && w->opts.flush_each)
		r = capout_push(&w->out, CAPOUT_FLUSH);
	if (r < 0 && e)
		*e = w->out.failed;
	return r;
}

void capwrite_cut_tagged(const struct pkt *p, const struct capwrite_iface *i,
			 struct capwrite_cut *ret_c)
{
	uint32_t limit = i->snaplen ? i->snaplen : UINT32_MAX;

	/* A tag that would be cut anyway is left out: no packet is longer than the snap length. */
	if (!i->has_tag_room || p->cap_len < i->tag_at || limit < i->tag_at + 4u)
		return;
	put_be16(ret_c->tag, p->vlan_tpid);
	put_be16(ret_c->tag + 2, p->vlan_tci);
	ret_c->tag_bytes = 4;
	ret_c->before = i->tag_at;
	ret_c->cap_len = MIN(p->cap_len + 4, limit);
	ret_c->after = ret_c->cap_len - 4 - i->tag_at;
	ret_c->len = p->len + 4;
}

int capwrite_put(struct capwrite *w, const struct pkt *p, uint32_t iface, struct err *e)
{
	int r;

	if (UNLIKELY(iface >= w->n_ifaces || iface < w->section_first))
		return err_set(e, EINVAL, "write %s: packet of interface %u, of %u to %u",
			       w->out.name, iface, w->section_first, w->n_ifaces);
	r = w->put(w, p, &w->ifaces[iface], iface - w->section_first);
	if (UNLIKELY(r < 0)) {
		w->out.packets++; /* put, but not written */
		w->out.bytes += p->cap_len;
	} else if (UNLIKELY(w->opts.flush_each)) {
		r = capout_push(&w->out, CAPOUT_FLUSH);
	}
	if (UNLIKELY(r < 0) && e)
		*e = w->out.failed;
	return r;
}

bool capwrite_has_spans(const struct capwrite *w)
{
	return w->opts.stable && !w->opts.snaplen && !w->opts.swapped && !w->opts.flush_each &&
	       (w->opts.format == CAPFMT_PCAP_US || w->opts.format == CAPFMT_PCAP_NS);
}

int capwrite_spans(struct capwrite *w, const struct pkt_span *s, unsigned int n, struct err *e)
{
	int r = 0;

	for (unsigned int i = 0; i < n; i++) {
		uint32_t cap_bytes = s[i].n_bytes - 16 * s[i].n_packets;

		if (r == 0)
			r = capout_span(&w->out, &s[i], cap_bytes);
		if (LIKELY(r == 0))
			continue;
		w->out.packets += s[i].n_packets; /* put, but not written */
		w->out.bytes += cap_bytes;
	}
	if (UNLIKELY(r < 0) && e)
		*e = w->out.failed;
	return r;
}

static int push(struct capwrite *w, enum capout_push how, struct err *e)
{
	int r = capout_push(&w->out, how);

	if (r < 0 && e)
		*e = w->out.failed;
	return r;
}

int capwrite_settle(struct capwrite *w, struct err *e)
{
	if (!w->out.b->by_ref || w->opts.stable)
		return 0;
	return push(w, CAPOUT_MORE, e);
}

int capwrite_flush(struct capwrite *w, struct err *e)
{
	w->due_ns = INT64_MAX;
	return push(w, CAPOUT_FLUSH, e);
}

int64_t capwrite_due_ns(const struct capwrite *w)
{
	if (w->due_ns != INT64_MAX)
		return w->due_ns;
	return w->out.pending ? 0 : INT64_MAX;
}

int capwrite_tick(struct capwrite *w, int64_t now_ns, struct err *e)
{
	if (w->due_ns == INT64_MAX) {
		if (w->out.pending)
			w->due_ns = now_ns + (w->out.is_pipe ? PIPE_DELAY_NS : FILE_DELAY_NS);
		return 0;
	}
	return now_ns < w->due_ns ? 0 : capwrite_flush(w, e);
}

void capwrite_get_counts(const struct capwrite *w, struct capwrite_counts *ret_c)
{
	const struct capout *o = &w->out;

	*ret_c = (struct capwrite_counts){ .packets = o->packets, .bytes = o->bytes };
	ret_c->file_bytes = o->file_bytes + o->queued + (o->b->encodes ? 0 : o->pending);
	if (o->failed.code) {
		ret_c->not_written_packets = o->packets - o->good_packets;
		ret_c->not_written_bytes = o->bytes - o->good_bytes;
		ret_c->file_bytes = o->file_bytes;
	}
}

int capwrite_close(struct capwrite *w, struct capwrite_counts *ret_c, struct err *e)
{
	int r = 0;

	if (!w)
		return 0;
	/* A pcap file without packets still says its link type. */
	if (w->opts.format != CAPFMT_PCAPNG && w->n_ifaces == 0 && !w->out.failed.code)
		r = capwrite_pcap_head(w, LINKTYPE_ETHERNET);
	if (r == 0)
		r = push(w, CAPOUT_END, e);
	if (ret_c)
		capwrite_get_counts(w, ret_c);
	free_writer(w);
	return r;
}
