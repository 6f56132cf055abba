// SPDX-License-Identifier: GPL-2.0-or-later
/* drops - the ledger of drops: every counter of packets that got lost or were refused, each with
 * what it means. From the device down to the socket: counters of the device, softnet, queueing
 * disciplines, protocols, and the kernel's reasons, which a BPF program counts only while the
 * ledger is open (sys/skbdrop.h); the drop monitor's places where it cannot (dropmon.h). */
#ifndef IFPPS_DROPS_H
#define IFPPS_DROPS_H

#include "dropwords.h"
#include "sampler.h"
#include "state.h"

enum drop_source {
	DROP_HARDWARE,
	DROP_DEVICE,
	DROP_SOFTNET,
	DROP_QDISC,
	DROP_PROTOCOL,
	DROP_REASON,
	DROP_PLACE,
};

struct drop_line {
	enum drop_source source;
	int ifindex; /* 0: of all devices of the namespace; softnet: of the machine */
	char name[64];
	uint64_t now, prev; /* as the kernel counts, or since the ledger was opened (reasons) */
	uint64_t base;	    /* when it was opened */
	bool loss;
	const char *text;
	bool fresh; /* in the last sample */
};

struct drops {
	struct drop_line *line;
	size_t n, max;
	struct skbdrop *skb; /* NULL: no reasons, and 'why' */
	struct dropmon *monitor; /* where there are no reasons: places; NULL: neither */
	struct ethstats *standard; /* statistics of the standards; NULL: the kernel has none */
	char why[400];
	uint32_t netns;
	int ifindex; /* of the device whose driver is asked; 0: no driver is */
	bool began; /* a first reading was taken: what is new since began at 0 */
	struct str text;
};

/* Opens it for the namespace of the caller. Reasons that cannot be had are no error. */
void drops_open(struct drops *d, const struct sampler *source);
void drops_close(struct drops *d);

/* Whose driver is asked for its own counters: device 'ifindex', whatever it is called. */
void drops_driver(struct drops *d, int ifindex);

/* Takes a reading, behind that of 'st'. Returns 0 or -errno with 'e'. */
int drops_update(struct drops *d, struct sampler *source, const struct state *st,
		 struct err *e) MUST_USE;

/* "hardware", "device", "softnet", "qdisc", "protocol", "reason", "place". */
const char *drops_source(enum drop_source s);

#endif
