// SPDX-License-Identifier: GPL-2.0-or-later
/* links - the devices of a network namespace and their 64-bit counters, live by rtnetlink.
 * What devices there are comes once, then by notice; a sample asks for the counters alone, of all
 * devices in one dump. A number that is given to another device, or whose notices were lost, is
 * told by a new 'birth', so that counters of two devices are never subtracted. */
#ifndef IFPPS_LINKS_H
#define IFPPS_LINKS_H

#include "linkmsg.h"
#include "sample.h"

struct links;

/* Opens for the caller's namespace. Returns 0 with '*ret_l', or -errno with 'e'. */
int links_open(struct links **ret_l, struct err *e) MUST_USE;
void links_close(struct links *l);
void links_close_p(struct links **l);

/* Fills the links of 's' and the moment. Only devices for which 'wanted' is true (NULL: all) have
 * their counters read. Returns 0 or -errno with 'e'. */
typedef bool (*links_wanted_fn)(void *arg, const struct link *l);
int links_read(struct links *l, links_wanted_fn wanted, void *arg, struct sample *s,
	       struct err *e) MUST_USE;

/* Calls 'fn' for each queueing discipline. */
typedef int (*links_qdisc_fn)(void *arg, const struct qdisc *q, struct err *e);
int links_qdiscs(struct links *l, links_qdisc_fn fn, void *arg, struct err *e) MUST_USE;

#endif
