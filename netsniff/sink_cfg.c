// SPDX-License-Identifier: GPL-2.0-or-later
/* sink_cfg - the sink that is a trafgen(8) script, through pkt/cfgfile. */
#include "sink.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/log.h"
#include "closed.h"
#include "pkt/cfgfile.h"
#include "proto/linktype.h"

struct cfg_sink {
	struct sink sink;
	const struct job *job;
	const char *name;
	struct cfgfile *out;
	uint64_t n_foreign; /* packets without the link header that a script sends */
};

static int cfg_put(struct sink *k, struct source *src, const struct pkt *p, struct err *e)
{
	struct cfg_sink *c = (struct cfg_sink *)k;

	(void)src;
	c->n_foreign += p->linktype != LINKTYPE_ETHERNET &&
			p->linktype != LINKTYPE_IEEE802_11_RADIOTAP;
	return cfgfile_put(c->out, p, e);
}

static int cfg_settle(struct sink *k, bool idle, struct err *e)
{
	return idle ? cfgfile_flush(((struct cfg_sink *)k)->out, e) : 0;
}

static int cfg_close(struct sink *k, struct err *e)
{
	struct cfg_sink *c = (struct cfg_sink *)k;
	uint64_t n_empty = cfgfile_n_empty(c->out), n = 0, bytes = 0;
	int r = cfgfile_close(c->out, &n, &bytes, e);

	if (n_empty)
		log_warn("%s: left out, since a script cannot say it: packets without bytes: %" PRIu64,
			 c->name, n_empty);
	if (c->n_foreign)
		log_warn("%s: no Ethernet frames, and sent as they are: packets: %" PRIu64, c->name,
			 c->n_foreign);
	if (c->job->sink != SINK_STDOUT)
		closed_print(c->job, c->name, n, bytes);
	free(c);
	return r;
}

static uint64_t cfg_bytes(const struct sink *k)
{
	return cfgfile_bytes(((const struct cfg_sink *)k)->out);
}

static uint64_t cfg_packets(const struct sink *k)
{
	return cfgfile_n_put(((const struct cfg_sink *)k)->out);
}

static const struct sink_ops cfg_ops = {
	.file_bytes = cfg_bytes,
	.n_packets = cfg_packets,
	.put = cfg_put,
	.settle = cfg_settle,
	.close = cfg_close,
};

int sink_cfg_open(const struct job *job, int fd, const char *name, struct sink **ret_k,
		  struct err *e)
{
	static const enum capwrite_zip zip[] = {
		[COMPRESS_NONE] = CAPWRITE_STORED, [COMPRESS_GZIP] = CAPWRITE_GZIP,
		[COMPRESS_ZSTD] = CAPWRITE_ZSTD,
	};
	struct cfg_sink *c = calloc(1, sizeof(*c));
	int r;

	if (!c) {
		close(fd);
		return err_sys(e, ENOMEM, "%s", name);
	}
	*c = (struct cfg_sink){ .sink.ops = &cfg_ops, .job = job, .name = name };
	r = sink_file_empty(job, fd, name, e);
	if (r < 0)
		close(fd);
	else
		r = cfgfile_fdopen(fd, name, zip[job->compression], &c->out, e);
	if (r < 0) {
		free(c);
		return r;
	}
	*ret_k = &c->sink;
	return 0;
}
