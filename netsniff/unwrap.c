// SPDX-License-Identifier: GPL-2.0-or-later
/* unwrap - see unwrap.h. */
#include "unwrap.h"

int unwrap_open(const struct job *job, bool first, struct unwrap *ret_u, struct err *e)
{
	struct job quiet = *job;
	int r;

	quiet.dump_bpf &= first;
	*ret_u = (struct unwrap){ .snaplen = job->snaplen };
	r = decap_new(&ret_u->decap, e);
	return r ? r : keep_open(&quiet, &ret_u->keep, e);
}

void unwrap_close(struct unwrap *u)
{
	decap_free(u->decap);
	keep_free(&u->keep);
}

bool unwrap_packet(struct unwrap *u, struct lane *l, struct pkt *p)
{
	uint32_t n;

	decap_clear(u->decap);
	l->decapsulated += decap_packet(u->decap, p);
	u->drops += p->drops;
	n = keep_bytes(&u->keep, p);
	if (!n)
		return false;
	p->drops = u->drops;
	u->drops = 0;
	p->cap_len = MIN(p->cap_len, n);
	if (u->snaplen && p->cap_len > u->snaplen)
		p->cap_len = u->snaplen;
	return true;
}
