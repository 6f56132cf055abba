// SPDX-License-Identifier: GPL-2.0-or-later
/* capfmt - see capfmt.h. */
#include "pkt/capfmt.h"

#include <stddef.h>

const struct capfmt_info capfmt_table[CAPFMT_N] = {
	[CAPFMT_PCAP_US] = {
		.format = CAPFMT_PCAP_US,
		.magic = 0xa1b2c3d4,
		.head_bytes = 16,
		.name = "tcpdump-capable pcap",
		.features = { "timeval in us", "packet length", "packet cap-length" },
	},
	[CAPFMT_PCAP_NS] = {
		.format = CAPFMT_PCAP_NS,
		.magic = 0xa1b23c4d,
		.head_bytes = 16,
		.ns = true,
		.name = "tcpdump-capable pcap with ns resolution",
		.features = { "timeval in ns", "packet length", "packet cap-length" },
	},
	[CAPFMT_PCAP_KUZNETZOV] = {
		.format = CAPFMT_PCAP_KUZNETZOV,
		.magic = 0xa1b2cd34,
		.head_bytes = 24,
		.name = "Alexey Kuznetzov's pcap",
		.features = { "timeval in us", "packet length", "packet cap-length",
			      "packet ifindex", "packet protocol", "packet type" },
	},
	[CAPFMT_PCAP_NETSNIFF] = {
		.format = CAPFMT_PCAP_NETSNIFF,
		.magic = 0xa1e2cb12,
		.head_bytes = 24,
		.ns = true,
		.name = "netsniff-ng pcap",
		.features = { "timeval in ns", "timestamp source", "packet length",
			      "packet cap-length", "packet ifindex", "packet protocol",
			      "hardware type", "packet type" },
	},
	[CAPFMT_PCAPNG] = {
		.format = CAPFMT_PCAPNG,
		.magic = 0x0a0d0d0a,
		.ns = true,
		.name = "pcapng",
		.features = { "timeval in ns", "packet length", "packet cap-length",
			      "interfaces", "direction, queue, drop count", "statistics",
			      "options and comments" },
	},
};

bool capfmt_of_magic(uint32_t magic, enum capfmt *ret_format, bool *ret_swapped)
{
	size_t i;

	for (i = 0; i < CAPFMT_N; i++) {
		if (magic != capfmt_table[i].magic &&
		    magic != __builtin_bswap32(capfmt_table[i].magic))
			continue;
		*ret_format = capfmt_table[i].format;
		*ret_swapped = magic != capfmt_table[i].magic;
		return true;
	}
	return false;
}
