// SPDX-License-Identifier: GPL-2.0-or-later
/* livefilter - see livefilter.h. */
#include "livefilter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf/check.h"
#include "job.h"
#include "filterfile.h"

enum { TYPE_INSNS = 4 };

/* Rejects packets of another type; A is 0 behind it, as a filter expects. */
static unsigned int type_test(struct sock_filter *f, int packet_type)
{
	f[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_B | BPF_ABS,
					    (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE));
	f[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, packet_type, 1, 0);
	f[2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
	f[3] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, 0);
	return TYPE_INSNS;
}

int livefilter_load(const char *what, const char *path, unsigned int linktype, bool stripped,
		    int packet_type, uint64_t snaplen, struct sock_fprog *ret_prog, struct err *e)
{
	struct sock_fprog file = { 0 };
	struct sock_filter *f;
	unsigned int n = 0, i;
	int rc = 0;

	*ret_prog = (struct sock_fprog){ 0 };
	if (path)
		rc = filterfile_is_expr(path) ?
			     filterfile_compile(what, path, linktype, stripped, &file, e) :
			     filterfile_read(what, path, &file, e);
	if (rc || (!path && packet_type == PACKET_ANY && !snaplen))
		return rc;
	f = calloc(TYPE_INSNS + MAX(file.len, 1), sizeof(*f));
	if (!f) {
		free(file.filter);
		return err_set(e, ENOMEM, "out of memory");
	}
	if (packet_type != PACKET_ANY)
		n = type_test(f, packet_type);
	if (file.len)
		memcpy(f + n, file.filter, file.len * sizeof(*f));
	else
		f[n] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
	i = n;
	n += MAX(file.len, 1);
	/* What the kernel does not copy need not be kept. A filter that returns A is left alone:
	 * the ring's reader cuts anyway. */
	for (; snaplen && i < n; i++)
		if (f[i].code == (BPF_RET | BPF_K))
			f[i].k = MIN(f[i].k, (uint32_t)snaplen);
	free(file.filter);
	*ret_prog = (struct sock_fprog){ .len = n, .filter = f };
	rc = check_prog(ret_prog, e);
	if (rc)
		livefilter_free(ret_prog);
	return rc;
}

void livefilter_free(struct sock_fprog *prog)
{
	free(prog->filter);
	*prog = (struct sock_fprog){ 0 };
}
