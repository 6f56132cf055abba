// SPDX-License-Identifier: GPL-2.0-or-later
/* ebpfout - see ebpfout.h. */
#include "ebpfout.h"

#include <capstone/capstone.h>
#include <errno.h>

#include "cbpf/ebpf.h"
#include "cbpf/ebpftext.h"
#include "cbpf/elfobj.h"
#include "sys/bpf.h"
#include "sys/fd.h"
#include "ui/jsonw.h"

enum { JIT_MAX_BYTES = 1 << 20 };

static const struct {
	const char *section;
	enum bpf_prog_type type;
} targets[] = {
	[EBPF_SOCKET] = { "socket", BPF_PROG_TYPE_SOCKET_FILTER },
	[EBPF_TC] = { "tc", BPF_PROG_TYPE_SCHED_CLS },
	[EBPF_XDP] = { "xdp", BPF_PROG_TYPE_XDP },
};

static int generate(const struct job *job, const struct source *s, struct ebpf_prog *ret,
		    struct err *e)
{
	int rc = ebpf_gen_for(&s->p.prog, job->target, ret, e);

	return rc ? err_prefix(e, "%s", job->name) : 0;
}

int ebpfout_listing(const struct job *job, const struct source *s, struct str *out, struct err *e)
{
	AUTO(ebpf_free) struct ebpf_prog p = { 0 };
	int rc = generate(job, s, &p, e);

	if (rc == 0)
		ebpftext_add(out, p.insns, p.n, &s->p.prog);
	return rc;
}

int ebpfout_object(const struct job *job, const struct source *s, struct str *out, struct err *e)
{
	AUTO(ebpf_free) struct ebpf_prog p = { 0 };
	int rc = generate(job, s, &p, e);

	if (rc == 0)
		elfobj_add(out, targets[job->target].section, "filter", p.insns, p.n, &s->p.prog);
	return rc;
}

/* Opens the disassembler for the machine that this is. */
static int open_capstone(csh *ret, struct err *e)
{
	cs_arch arch;
	cs_mode mode;

#if defined(__x86_64__)
	arch = CS_ARCH_X86;
	mode = CS_MODE_64;
#elif defined(__aarch64__)
	arch = CS_ARCH_ARM64;
	mode = CS_MODE_ARM;
#else
	return err_set(e, EOPNOTSUPP, "--jit: machine code is shown on x86-64 and arm64 only");
#endif
	if (cs_open(arch, mode, ret) != CS_ERR_OK)
		return err_set(e, ENOMEM, "--jit: the disassembler cannot be opened");
	return 0;
}

static void add_line(const cs_insn *i, struct str *out)
{
	size_t begin = out->len;

	str_addf(out, "%4llx:  ", (unsigned long long)i->address);
	for (unsigned int b = 0; b < i->size; b++)
		str_addf(out, "%02x", i->bytes[b]);
	if (out->len - begin < 30)
		str_pad(out, ' ', 30 - (out->len - begin));
	str_addf(out, " %s%s%s\n", i->mnemonic, *i->op_str ? " " : "", i->op_str);
}

static void add_json(const cs_insn *insns, size_t n, struct str *out)
{
	struct jsonw j = jsonw_of(out);
	AUTO(str_free) struct str text = { 0 };

	jsonw_object(&j, NULL);
	jsonw_array(&j, "machine_code");
	for (size_t i = 0; i < n; i++) {
		str_clear(&text);
		for (unsigned int b = 0; b < insns[i].size; b++)
			str_addf(&text, "%02x", insns[i].bytes[b]);
		jsonw_object(&j, NULL);
		jsonw_u64(&j, "address", insns[i].address);
		jsonw_str(&j, "bytes", str_text(&text));
		str_clear(&text);
		str_addf(&text, "%s %s", insns[i].mnemonic, insns[i].op_str);
		jsonw_str(&j, "text", str_text(&text));
		jsonw_end(&j);
	}
	jsonw_line(&j);
}

static int disassemble(const struct job *job, const uint8_t *code, size_t n_bytes, struct str *out,
		       struct err *e)
{
	cs_insn *insns;
	csh handle;
	size_t n;
	int rc = open_capstone(&handle, e);

	if (rc)
		return rc;
	/* Bytes that are no instruction are shown as data and stepped over. */
	cs_option(handle, CS_OPT_SKIPDATA, CS_OPT_ON);
	n = cs_disasm(handle, code, n_bytes, 0, 0, &insns);
	if (n == 0) {
		cs_close(&handle);
		return err_set(e, EINVAL,
			       "--jit: the kernel's machine code cannot be disassembled");
	}
	if (job->json)
		add_json(insns, n, out);
	for (size_t i = 0; i < n && !job->json; i++)
		add_line(&insns[i], out);
	cs_free(insns, n);
	cs_close(&handle);
	return 0;
}

int ebpfout_jit(const struct job *job, const struct source *s, struct str *out, struct err *e)
{
	AUTO(ebpf_free) struct ebpf_prog p = { 0 };
	AUTO(close_p) int fd = -1;
	AUTO(free_p) uint8_t *code = NULL;
	uint32_t n_bytes = 0;
	int rc;

	rc = generate(job, s, &p, e);
	if (rc)
		return rc;
	fd = sysbpf_prog_load("bpfc_jit", targets[job->target].type, p.insns, p.n, e);
	if (fd == -EPERM)
		return err_set(e, EPERM,
			       "--jit: loading programs needs the capability cap_bpf (or root)");
	if (fd < 0)
		return err_prefix(e, "--jit");
	rc = sysbpf_prog_jited(fd, JIT_MAX_BYTES, &code, &n_bytes, e);
	if (rc)
		return err_prefix(e, "--jit");
	return disassemble(job, code, n_bytes, out, e);
}
