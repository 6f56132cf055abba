// SPDX-License-Identifier: GPL-2.0-or-later
/* emit - see emit.h. */
#include "emit.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/netfilter/xt_bpf.h>
#include <stddef.h>

#include "base/log.h"
#include "cbpf/asmout.h"
#include "cbpf/fieldname.h"
#include "cbpf/progfmt.h"
#include "ebpfout.h"
#include "ui/jsonw.h"

static int emit_asm(const struct job *job, const struct sock_fprog *prog, struct str *out,
		    struct err *e)
{
	AUTO(fieldname_free_p) struct fieldname *names = fieldname_new(prog, job->linktype);

	if (!names)
		return err_sys(e, ENOMEM, "%s", job->name);
	asmout_add(out, prog, names);
	return 0;
}

static int emit_json(const struct job *job, const struct source *s, struct str *out, struct err *e)
{
	const struct sock_fprog *prog = &s->p.prog;
	AUTO(fieldname_free_p) struct fieldname *names = fieldname_new(prog, job->linktype);
	AUTO(str_free) struct str text = { 0 };
	struct jsonw j = jsonw_of(out);

	if (!names)
		return err_sys(e, ENOMEM, "%s", job->name);
	jsonw_object(&j, NULL);
	jsonw_array(&j, "instructions");
	for (unsigned int i = 0; i < prog->len; i++) {
		const struct sock_filter *f = &prog->filter[i];

		jsonw_object(&j, NULL);
		jsonw_u64(&j, "code", f->code);
		jsonw_u64(&j, "jt", f->jt);
		jsonw_u64(&j, "jf", f->jf);
		jsonw_u64(&j, "k", f->k);
		str_clear(&text);
		asmout_add_insn(&text, prog, i);
		jsonw_str(&j, "text", str_text(&text));
		str_clear(&text);
		fieldname_add(names, i, &text);
		if (text.len)
			jsonw_str(&j, "field", str_text(&text));
		jsonw_end(&j);
	}
	jsonw_line(&j);
	return 0;
}

/* Netfilter runs a filter from the network header on: one that begins with the Ethernet type would
 * compare half of an address with it. */
static int emit_rule(const struct job *job, const struct sock_fprog *prog, struct str *out,
		     struct err *e)
{
	const struct sock_filter *f = prog->filter;

	if (prog->len > 1 && f[0].code == (BPF_LD | BPF_H | BPF_ABS) &&
	    f[0].k == offsetof(struct ethhdr, h_proto) &&
	    f[1].code == (BPF_JMP | BPF_JEQ | BPF_K) && f[1].k >= ETH_P_802_3_MIN)
		log_warn("warning: this program looks at an Ethernet header, but netfilter runs it "
			 "from the network header on");
	return progfmt_add_rule(out, prog, job->format == FORMAT_NFT ? "iptables-nft" : "iptables",
				e);
}

int emit(const struct job *job, const struct source *s, struct str *out, struct err *e)
{
	const struct sock_fprog *prog = &s->p.prog;

	switch ((enum format)job->format) {
	case FORMAT_C:
		progfmt_add_c(out, prog);
		return 0;
	case FORMAT_XT:
		if (prog->len > XT_BPF_MAX_NUM_INSTR)
			log_warn("warning: netfilter takes at most %d instructions, not %u",
				 XT_BPF_MAX_NUM_INSTR, prog->len);
		progfmt_add_xt(out, prog);
		return 0;
	case FORMAT_TCPDUMP:
		progfmt_add_decimal(out, prog);
		return 0;
	case FORMAT_LISTING:
		progfmt_add_listing(out, prog);
		return 0;
	case FORMAT_ASM:
		return emit_asm(job, prog, out, e);
	case FORMAT_HEX:
		progfmt_add_hex(out, prog);
		return 0;
	case FORMAT_RAW:
		progfmt_add_raw(out, prog);
		return 0;
	case FORMAT_JSON:
		return emit_json(job, s, out, e);
	case FORMAT_RUST:
		progfmt_add_rust(out, prog);
		return 0;
	case FORMAT_GO:
		progfmt_add_go(out, prog);
		return 0;
	case FORMAT_IPTABLES:
	case FORMAT_NFT:
		return emit_rule(job, prog, out, e);
	case FORMAT_EBPF:
		return ebpfout_listing(job, s, out, e);
	case FORMAT_ELF:
		return ebpfout_object(job, s, out, e);
	}
	return 0;
}
