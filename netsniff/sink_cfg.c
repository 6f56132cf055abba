// SPDX-License-Identifier: GPL-2.0-or-later
/* sink_cfg - the sink that is a trafgen(8) script, through pkt/cfgfile. */
#include "sink.h"

#include <errno.h>

#include "base/log.h"
#include "pkt/cfgfile.h"

struct cfg_sink {
	struct sink sink;
	struct cfgfile *out;
};

static int cfg_put(struct sink *k, struct source *src, const struct pkt *p, struct err *e)
{
	(void)src;
	return cfgfile_put(((struct cfg_sink *)k)->out, p, e);
}

static int cfg_settle(struct sink *k, bool idle, struct err *e)
{
	return idle ? cfgfile_flush(((struct cfg_sink *)k)->out, e) : 0;
}

static int cfg_close(struct sink *k, struct err *e)
{
	struct cfg_sink *c = (struct cfg_sink *)k;
	uint64_t n_empty = cfgfile_n_empty(c->out);
	int r = cfgfile_close(c->out, e);

	if (n_empty)
		log_warn("%llu packets without bytes cannot be said in a script",
			 (unsigned long long)n_empty);
	free(c);
	return r;
}

static const struct sink_ops cfg_ops = {
	.put = cfg_put,
	.settle = cfg_settle,
	.close = cfg_close,
};

int sink_cfg_open(const struct job *job, struct sink **ret_k, struct err *e)
{
	struct cfg_sink *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return err_sys(e, ENOMEM, "-o %s", job->out);
	c->sink.ops = &cfg_ops;
	r = cfgfile_open(job->out, &c->out, e);
	if (r < 0) {
		free(c);
		return r;
	}
	*ret_k = &c->sink;
	return 0;
}
