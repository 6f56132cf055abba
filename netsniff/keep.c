// SPDX-License-Identifier: GPL-2.0-or-later
/* keep - see keep.h. */
#include "keep.h"

#include <errno.h>

#include "cbpf/insn.h"
#include "filterfile.h"
#include "proto/linktype.h"

static const uint16_t links[KEEP_LINKS] = {
	LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2, LINKTYPE_RAW, LINKTYPE_IPV4,
	LINKTYPE_IPV6, LINKTYPE_NULL, LINKTYPE_LOOP, LINKTYPE_PPP, LINKTYPE_PPP_HDLC,
	LINKTYPE_IEEE802_11, LINKTYPE_IEEE802_11_RADIOTAP, LINKTYPE_IEEE802_11_PRISM,
	LINKTYPE_NETLINK, 51 /* PPPoE */, 192 /* PPI */,
};

/* The expression for every link type that may come: names can only be looked up now. */
static int compile_all(const struct job *job, struct keep *k, struct err *e)
{
	bool any = false;
	struct err why;
	int r = 0;

	k->expr = job->filter;
	for (unsigned int i = 0; i < KEEP_LINKS; i++) {
		AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };

		r = filterfile_compile("-f", job->filter, links[i], false, &prog, any ? &why : e);
		if (r == -ENOMEM)
			return r;
		if (r < 0)
			continue;
		r = job->dump_bpf && !any ? filterfile_dump(job, &prog, e) : 0;
		k->needs_more |= !insn_bytes_alone(&prog);
		if (!r)
			r = vm_new(&prog, &k->vms[i], e);
		if (r < 0)
			return r;
		any = true;
	}
	return any ? 0 : r;
}

/* The program for 'linktype', NULL if there is none. */
static struct vm *vm_for(const struct keep *k, uint16_t linktype)
{
	for (unsigned int i = 0; i < KEEP_LINKS; i++)
		if (links[i] == linktype)
			return k->vms[i];
	return NULL;
}

int keep_end(const struct keep *k, struct err *e)
{
	const char *name;

	if (!k->n_wrong_link)
		return 0;
	name = linktype_name(k->wrong_link);
	return err_set(e, EINVAL, "-f '%s' means nothing on %llu packets of link type %s (%u): they "
		       "were left out", k->expr, (unsigned long long)k->n_wrong_link,
		       name ? name : "unknown", k->wrong_link);
}

int keep_open(const struct job *job, struct keep *ret_k, struct err *e)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	struct keep k = {.packet_type = job->packet_type,
			 .since_ns = job->since_ns,
			 .until_ns = job->until_ns};
	int r;

	if (job->filter && filterfile_is_expr(job->filter)) {
		r = compile_all(job, &k, e);
		if (r < 0) {
			keep_free(&k);
			return r;
		}
	} else if (job->filter) {
		r = filterfile_read("-f", job->filter, &prog, e);
		if (r < 0)
			return r;
		r = job->dump_bpf ? filterfile_dump(job, &prog, e) : 0;
		k.needs_more = !insn_bytes_alone(&prog);
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
	for (unsigned int i = 0; i < KEEP_LINKS; i++)
		vm_free(TAKE(k->vms[i], NULL));
}

uint32_t keep_bytes(struct keep *k, const struct pkt *p)
{
	struct vm *vm = k->vm;
	struct vm_aux aux;
	int net_off;

	if (p->ts_ns < k->since_ns || p->ts_ns >= k->until_ns)
		return 0;
	if (k->packet_type != PACKET_ANY && p->dir != k->packet_type) {
		k->n_unknown_type += p->dir == PKT_DIR_UNKNOWN;
		return 0;
	}
	if (k->expr) {
		vm = vm_for(k, p->linktype);
		if (!vm) {
			if (!k->n_wrong_link++)
				k->wrong_link = p->linktype;
			return 0;
		}
	}
	if (!vm)
		return p->cap_len ? p->cap_len : 1;
	net_off = linktype_net_off(p->linktype);
	aux = (struct vm_aux){
		.net_off = net_off < 0 ? VM_NO_NET_OFF : (uint32_t)net_off,
		.pkttype = p->dir == PKT_DIR_UNKNOWN ? 0 : p->dir,
		.ifindex = p->ifindex,
		.protocol = p->protocol,
		.hatype = p->hatype,
		.queue = p->queue == UINT32_MAX ? 0 : p->queue + 1,
		.vlan_tci = p->vlan_tci,
		.vlan_tpid = p->vlan_tpid,
	};
	return vm_run(vm, p->data, p->cap_len, p->len, &aux);
}

bool keep_by_filter(const struct keep *k, uint16_t linktype, struct vm **ret_vm)
{
	*ret_vm = k->expr ? vm_for(k, linktype) : k->vm;
	return !k->needs_more && (*ret_vm || !k->expr) && k->packet_type == PACKET_ANY &&
	       k->since_ns == INT64_MIN && k->until_ns == INT64_MAX;
}

bool keep_packet(void *arg, const struct pkt *p)
{
	return keep_bytes(arg, p) > 0;
}
