// SPDX-License-Identifier: GPL-2.0-or-later
/* sample - one reading of everything that is shown, raw as the kernel gives it: what sources (live,
 * a recorded /proc, a record) fill and what rates are made of. Plain values. */
#ifndef IFPPS_SAMPLE_H
#define IFPPS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "counter.h"

enum {
	SAMPLE_LINKS_MAX = 1 << 17,
	SAMPLE_CPUS_MAX = 8192,
};

/* What is asked of the kernel: what nobody shows is not read. */
enum need {
	NEED_LINKS = 1 << 0,
	NEED_STAT = 1 << 1,	/* CPU times, context switches, processes */
	NEED_MEMORY = 1 << 2,
	NEED_SOFTIRQS = 1 << 3,
	NEED_SOFTNET = 1 << 4,
	NEED_INTERRUPTS = 1 << 5, /* of the device that is watched, by CPU */
	NEED_PROCESSES = 1 << 6,  /* how many there are: one look into /proc */
	NEED_ALL = (1 << 7) - 1,
};

/* A device. 'birth' tells devices apart that have the same number one after the other. */
struct link {
	int ifindex;
	uint32_t birth;
	char name[16];
	char kind[16]; /* "veth", "bridge"; "" for hardware */
	uint32_t flags; /* IFF_* */
	uint32_t mtu;
	uint16_t hatype;
	uint8_t operstate; /* IF_OPER_* */
	bool far_peer;	   /* its other end is in another namespace */
	bool fresh;	   /* 'v' was read in this sample */
	uint64_t speed_bps; /* 0 not known */
	uint64_t v[N_COUNTERS];
};

enum cpu_time { CPU_USER, CPU_NICE, CPU_SYSTEM, CPU_IDLE, CPU_IOWAIT, CPU_IRQ, CPU_SOFTIRQ,
		CPU_STEAL, N_CPU_TIMES };

struct cpu {
	bool there; /* online: it has a line in /proc/stat */
	uint64_t time[N_CPU_TIMES]; /* ticks of USER_HZ */
	uint64_t net_rx, net_tx;    /* softirqs */
	uint64_t processed, dropped, squeezed, rps, flow_limit; /* softnet_stat */
	uint64_t backlog;	    /* packets in it at this moment */
	uint64_t irqs;		    /* of the device that is watched */
};

struct host {
	uint64_t context_switches, interrupts;
	uint64_t procs_running, procs_blocked, procs;
	uint64_t mem_total, mem_free, mem_active, mem_inactive; /* KiB */
	uint64_t swap_total, swap_free, swap_cached;
	struct cpu *cpu; /* by number */
	size_t n_cpus, max_cpus;
};

struct sample {
	int64_t mono_ns, real_ns; /* when the counters of devices were read */
	uint64_t cost_ns;	  /* CPU time that it took */
	unsigned int have;	  /* enum need */
	struct link *links;	  /* ascending by ifindex */
	size_t n_links, max_links;
	struct host host;
};

/* Room for 'n' links or CPUs, those that are new zeroed. Return 0, or -errno with 'e'. */
int sample_room_links(struct sample *s, size_t n, struct err *e) MUST_USE;
int sample_room_cpus(struct sample *s, size_t n, struct err *e) MUST_USE;

/* Sorts the links by number; of two with the same, the first stays. */
void sample_sort(struct sample *s);

void sample_free(struct sample *s);

#endif
