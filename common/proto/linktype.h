// SPDX-License-Identifier: GPL-2.0-or-later
/* linktype - the registry of link types that capture files carry (tcpdump.org/linktypes.html). */
#ifndef PROTO_LINKTYPE_H
#define PROTO_LINKTYPE_H

#include <stdint.h>

enum linktype {
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_PPP = 9,
	LINKTYPE_RAW = 101,
	LINKTYPE_IEEE802_11 = 105,
	LINKTYPE_LOOP = 108,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_IEEE802_11_RADIOTAP = 127,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_NETLINK = 253,
	LINKTYPE_LINUX_SLL2 = 276,
};

#endif
