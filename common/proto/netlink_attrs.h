// SPDX-License-Identifier: GPL-2.0-or-later
/* netlink_attrs - what stands behind a netlink message's header, for netlink.c alone: the header
 * of its family, then attributes, which may hold attributes. */
#ifndef PROTO_NETLINK_ATTRS_H
#define PROTO_NETLINK_ATTRS_H

#include "proto/found.h"

#define NL_HDR_BYTES 16

/* Each gives the values of one message of 'type' whose bytes behind the header are in 'c'. */
void nl_route(struct finder *fi, unsigned int type, struct cur *c);
void nl_generic(struct finder *fi, unsigned int type, struct cur *c);
void nl_netfilter(struct finder *fi, unsigned int type, struct cur *c);
void nl_diag(struct finder *fi, unsigned int type, struct cur *c);

/* Result of a request, with the kernel's own words where it gave any ('flags' say so). */
void nl_error(struct finder *fi, unsigned int flags, struct cur *c);

#endif
