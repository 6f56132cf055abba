// SPDX-License-Identifier: GPL-2.0-or-later
/* setup - everything a capture opens before it starts, and then gives up: namespace, devices,
 * rings, filters, output, machine settings; then privilege. */
#ifndef NETSNIFF_SETUP_H
#define NETSNIFF_SETUP_H

#include <linux/filter.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cbpf/vm.h"
#include "job.h"
#include "lane.h"
#include "out.h"
#include "outname.h"
#include "replay.h"
#include "sink.h"
#include "source.h"
#include "sys/netmon.h"
#include "sys/netns.h"
#include "sys/restorer.h"
#include "unwrap.h"

/* What a flight recorder's rings have beyond --flight, for packets that arrive meanwhile. */
enum { FLIGHT_EXTRA_BYTES = 32 << 20 };

/* Settings that were changed together, and what puts them back. */
struct tuned {
	struct restorer *restorer;
	struct setting *settings;
	size_t n;
};

struct setup {
	const struct job *job;
	struct netdev_ctl *ctl;
	pthread_mutex_t ctl_lock;
	struct netmon *netmon;
	struct netns_watch *netns_watch; /* NULL: our own namespace */
	int sig_fd;
	bool all_devices; /* "any" */
	struct lane *lanes; /* those of the first thread first */
	uint32_t n_lanes;
	uint32_t n_spares;  /* behind them: rings for interfaces that come later */
	uint32_t retire_ms;
	int reader_cpu; /* of the main thread; -1: any */
	int writer_cpu; /* as out_open() */
	struct sock_fprog filter; /* with the checks of -t and --snaplen in front */
	struct sock_fprog trigger_prog;
	struct vm *trigger; /* NULL: none */
	uint32_t n_threads; /* each has one ring of every device, and an output of its own */
	/* One a thread, held while it moves blocks or begins and ends files: the account and what
	 * becomes of devices are the main thread's. */
	struct fairlock *locks;
	struct unwrap *unwraps; /* one a thread, NULL without --decap */
	struct job outer;       /* with --decap: the job for rings and filters of the kernel */
	const struct job *rx;   /* that, or the job itself */
	struct out **outs;  /* NULL: packets are only printed or counted */
	struct outname **names; /* as outs; NULL for standard output */
	struct replay *replay;   /* where the packets of a redirection go; NULL: none */
	int out_ifindex;         /* of its device */
	struct sink *print;      /* NULL: silent */
	struct source as_source; /* what the printer asks for interfaces */
	struct opt_list in; /* -i; with -R monitor interfaces in place of wireless devices */
	char monitors[OPT_LIST_MAX][IF_NAMESIZE];
	struct tuned tuned_host, tuned_devices;
};

/* Opens all that 'job' needs. Returns 0 with '*ret_s' owned by the caller, or -errno with 'e'. */
int setup_open(const struct job *job, struct setup **ret_s, struct err *e) MUST_USE;

/* Gives up privilege, enters the sandbox, begins the output and starts reception. */
int setup_start(struct setup *s, struct err *e) MUST_USE;

void setup_close(struct setup *s);

/* Captures 'dev' too, which has come up, on a spare ring; nothing may be under way in the output.
 * Returns 0, or -errno with 'e' saying why not. */
int setup_adopt(struct setup *s, const struct netdev *dev, struct err *e) MUST_USE;

/* True if filter 'vm' accepts packet 'p' of a live capture. */
bool setup_match(const struct vm *vm, const struct pkt *p);

#endif
