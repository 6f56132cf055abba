// SPDX-License-Identifier: GPL-2.0-or-later
/* filter - see filter.h. The counters are a BPF array mapped into our memory, one slot a CPU, so
 * that reading them needs no system call and no privilege. */
#include "sys/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/atomic.h"
#include "cbpf/check.h"
#include "cbpf/ebpf.h"
#include "sys/bpf.h"
#include "sys/fd.h"

struct filter_count {
	struct ebpf_count *cpus; /* NULL: nothing is counted */
	size_t map_bytes;
	unsigned int n_cpus;
	struct err why;
};

static int attach_classic(int sock, const struct sock_fprog *prog, struct err *e)
{
	if (setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, prog, sizeof(*prog)) == 0)
		return 0;
	if (errno == ENOMEM)
		return err_set(
			e, ENOMEM,
			"attach the filter: the kernel's form of its %u instructions needs more "
			"than net.core.optmem_max",
			prog->len);
	return err_sys(e, errno, "attach the filter");
}

static int attach_counting(int sock, const struct sock_fprog *prog, struct filter_count *fc,
			   struct err *e)
{
	AUTO(close_p) int map_fd = -1;
	AUTO(close_p) int prog_fd = -1;
	AUTO(ebpf_free) struct ebpf_prog gen = { 0 };
	long page = sysconf(_SC_PAGESIZE);
	size_t map_bytes;
	void *p;
	int rc;

	fc->n_cpus = sysbpf_possible_cpus();
	map_bytes = fc->n_cpus * sizeof(struct ebpf_count);
	map_fd = sysbpf_array_new("filter_count", map_bytes, 1, e);
	if (map_fd < 0)
		return map_fd;
	rc = ebpf_gen(prog, map_fd, fc->n_cpus, &gen, e);
	if (rc)
		return rc;
	prog_fd = sysbpf_prog_load("filter", BPF_PROG_TYPE_SOCKET_FILTER, gen.insns, gen.n, e);
	if (prog_fd < 0)
		return prog_fd;
	map_bytes = ALIGN_UP(map_bytes, page);
	p = mmap(NULL, map_bytes, PROT_READ, MAP_SHARED, map_fd, 0);
	if (p == MAP_FAILED)
		return err_sys(e, errno, "map the filter's counters");
	if (setsockopt(sock, SOL_SOCKET, SO_ATTACH_BPF, &prog_fd, sizeof(prog_fd))) {
		rc = err_sys(e, errno, "attach the filter as eBPF");
		munmap(p, map_bytes);
		return rc;
	}
	fc->cpus = p;
	fc->map_bytes = map_bytes;
	return 0;
}

int filter_attach(int sock, const struct sock_fprog *prog, struct filter_count **ret, struct err *e)
{
	AUTO(filter_count_free_p) struct filter_count *fc = NULL;
	int rc;

	rc = check_prog(prog, e);
	if (rc)
		return rc;
	fc = calloc(1, sizeof(*fc));
	if (!fc)
		return err_sys(e, ENOMEM, "filter");
	if (attach_counting(sock, prog, fc, &fc->why)) {
		rc = attach_classic(sock, prog, e);
		if (rc)
			return rc;
	}
	*ret = TAKE(fc, NULL);
	return 0;
}

int filter_count_read(const struct filter_count *fc, uint64_t *ret_rejected_packets,
		      uint64_t *ret_rejected_bytes)
{
	uint64_t packets = 0, bytes = 0;

	if (!fc->cpus)
		return -EOPNOTSUPP;
	/* Accepted first: what is accepted between the two reads was seen before it. */
	for (unsigned int i = 0; i < fc->n_cpus; i++) {
		const struct ebpf_count *c = &fc->cpus[i];
		uint64_t accepted_packets = atomic_get(&c->accepted_packets);
		uint64_t accepted_bytes = atomic_get(&c->accepted_bytes);

		packets += atomic_get(&c->seen_packets) - accepted_packets;
		bytes += atomic_get(&c->seen_bytes) - accepted_bytes;
	}
	*ret_rejected_packets = packets;
	*ret_rejected_bytes = bytes;
	return 0;
}

int filter_count_accepted(const struct filter_count *fc, uint64_t *ret_packets, uint64_t *ret_bytes)
{
	uint64_t packets = 0, bytes = 0;

	if (!fc->cpus)
		return -EOPNOTSUPP;
	for (unsigned int i = 0; i < fc->n_cpus; i++) {
		packets += atomic_get(&fc->cpus[i].accepted_packets);
		bytes += atomic_get(&fc->cpus[i].accepted_bytes);
	}
	*ret_packets = packets;
	*ret_bytes = bytes;
	return 0;
}

const char *filter_count_why(const struct filter_count *fc)
{
	return fc->cpus ? NULL : fc->why.text;
}

void filter_count_free(struct filter_count *fc)
{
	if (!fc)
		return;
	if (fc->cpus)
		munmap(fc->cpus, fc->map_bytes);
	free(fc);
}

void filter_count_free_p(struct filter_count **fc)
{
	filter_count_free(*fc);
}
