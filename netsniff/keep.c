// SPDX-License-Identifier: GPL-2.0-or-later
/* keep - see keep.h. */
#include "keep.h"

#include "cbpf/insn.h"
#include "filterfile.h"

int keep_open(const struct job *job, struct keep *ret_k, struct err *e)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	struct keep k = {.packet_type = job->packet_type,
			 .since_ns = job->since_ns,
			 .until_ns = job->until_ns};
	int r;

	if (job->filter) {
		r = filterfile_read("-f", job->filter, &prog, e);
		if (r < 0)
			return r;
		r = job->dump_bpf ? filterfile_dump(job, &prog, e) : 0;
		if (!r)
			r = vm_new(&prog, &k.vm, e);
		if (r < 0)
			return r;
	}
	*ret_k = k;
	return 0;
}

void keep_free(struct keep *k)
{
	vm_free(k->vm);
	k->vm = NULL;
}

uint32_t keep_bytes(struct keep *k, const struct pkt *p)
{
	struct vm_aux aux;
	uint32_t n;

	if (p->ts_ns < k->since_ns || p->ts_ns >= k->until_ns)
		return 0;
	if (k->packet_type != PACKET_ANY && p->dir != k->packet_type) {
		k->n_unknown_type += p->dir == PKT_DIR_UNKNOWN;
		return 0;
	}
	if (!k->vm)
		return p->cap_len ? p->cap_len : 1;
	aux = (struct vm_aux){
		.net_off = VM_NO_NET_OFF,
		.pkttype = p->dir == PKT_DIR_UNKNOWN ? 0 : p->dir,
		.ifindex = p->ifindex,
		.protocol = p->protocol,
		.hatype = p->hatype,
		.queue = p->queue == UINT32_MAX ? 0 : p->queue + 1,
		.vlan_tci = p->vlan_tci,
		.vlan_tpid = p->vlan_tpid,
	};
	n = vm_run(k->vm, p->data, p->cap_len, p->len, &aux);
	return n;
}

bool keep_by_filter(const struct keep *k)
{
	return k->packet_type == PACKET_ANY && k->since_ns == INT64_MIN &&
	       k->until_ns == INT64_MAX;
}

bool keep_packet(void *arg, const struct pkt *p)
{
	return keep_bytes(arg, p) > 0;
}
