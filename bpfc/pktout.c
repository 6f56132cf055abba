// SPDX-License-Identifier: GPL-2.0-or-later
/* pktout - see pktout.h. */
#include "pktout.h"

#include "pkt/capwrite.h"
#include "proto/render.h"

enum { SHOWN_BYTES = 512 };

/* Calls 'each' for every field of the kernel that the packet needs, by the names that the assembler
 * has for them. */
static void for_fields(const struct sympkt_packet *p, void *ctx,
		       void (*each)(void *ctx, const char *name, uint32_t value))
{
	const struct vm_aux *a = &p->aux;
	const struct {
		const char *name;
		uint32_t value;
	} all[] = {
		{ "type", a->pkttype },
		{ "ifidx", a->ifindex },
		{ "mark", a->mark },
		{ "rxhash", a->rxhash },
		{ "cpu", a->cpu },
		{ "poff", a->pay_offset },
		{ "proto", a->protocol },
		{ "hatype", a->hatype },
		{ "queue", a->queue },
		{ "vlan_tci", a->vlan_tci },
		{ "vlan_tpid", a->vlan_tpid },
	};

	if (a->net_off != VM_NO_NET_OFF)
		each(ctx, "network_header", a->net_off);
	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i].value)
			each(ctx, all[i].name, all[i].value);
}

static void text_field(void *ctx, const char *name, uint32_t value)
{
	str_addf(ctx, " %s=%u", name, value);
}

static void json_field(void *ctx, const char *name, uint32_t value)
{
	jsonw_u64(ctx, name, value);
}

void pktout_add(const struct sympkt_packet *p, struct str *out)
{
	if (!p->plain) {
		str_addf(out, "  length %u, captured %u", p->len, p->cap_len);
		for_fields(p, out, text_field);
		str_addc(out, '\n');
	}
	render_dump(out, p->data, MIN(p->cap_len, (uint32_t)SHOWN_BYTES), 0, "  ");
	if (p->cap_len > SHOWN_BYTES)
		str_addf(out, "  and %u bytes more, see --write\n", p->cap_len - SHOWN_BYTES);
}

void pktout_json(const struct sympkt_packet *p, struct jsonw *j)
{
	AUTO(str_free) struct str hex = { 0 };

	for (uint32_t i = 0; i < p->cap_len; i++)
		str_add_hex(&hex, p->data[i], 2);
	jsonw_u64(j, "length", p->len);
	jsonw_u64(j, "captured", p->cap_len);
	jsonw_object(j, "kernel_fields");
	for_fields(p, j, json_field);
	jsonw_end(j);
	jsonw_str(j, "data", str_text(&hex));
}

int pktout_open(const struct job *job, struct pktout *ret, struct err *e)
{
	const struct capwrite_opts opts = { .format = CAPFMT_PCAP_US };
	const struct pkt_iface iface = { .linktype = job->linktype };
	int rc;

	*ret = (struct pktout){ 0 };
	if (!job->write)
		return 0;
	rc = capwrite_open(job->write, &opts, &ret->w, e);
	return rc ? rc : capwrite_iface(ret->w, &iface, e);
}

int pktout_put(struct pktout *f, const struct job *job, const struct sympkt_packet *p,
	       struct err *e)
{
	struct pkt pkt = {
		.data = p->data,
		.cap_len = p->cap_len,
		.len = p->len,
		.ts_ns = f->n * 1000000000,
		.linktype = job->linktype,
		.dir = PKT_DIR_UNKNOWN,
		.queue = UINT32_MAX,
	};

	if (!f->w)
		return 0;
	f->n++;
	return capwrite_put(f->w, &pkt, 0, e);
}

int pktout_close(struct pktout *f, struct err *e)
{
	return capwrite_close(TAKE(f->w, NULL), NULL, e);
}
