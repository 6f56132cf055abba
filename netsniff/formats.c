// SPDX-License-Identifier: GPL-2.0-or-later
/* formats - see formats.h. */
#include "formats.h"

struct format_text {
	const char *title, *magic, *features;
};

static const struct format_text formats[] = {
	{ "pcapng (default): -T pcapng",
	  "0x0a0d0d0a (section header; either byte order)",
	  "    time in nanoseconds\n"
	  "    packet length, captured length\n"
	  "    interface name, description, speed, filter, link type of each interface\n"
	  "    direction, receive queue, packets lost before this one\n"
	  "    interface statistics\n" },
	{ "tcpdump-capable pcap: -T pcap", "0xa1b2c3d4 (swapped: 0xd4c3b2a1)",
	  "    time in microseconds\n"
	  "    packet length, captured length\n" },
	{ "tcpdump-capable pcap with ns resolution: -T nsec", "0xa1b23c4d (swapped: 0x4d3cb2a1)",
	  "    time in nanoseconds\n"
	  "    packet length, captured length\n" },
	{ "Alexey Kuznetzov's pcap: -T kuznetzov", "0xa1b2cd34 (swapped: 0x34cdb2a1)",
	  "    time in microseconds\n"
	  "    packet length, captured length\n"
	  "    interface index, protocol, packet type\n" },
	{ "netsniff-ng pcap: -T netsniff-ng", "0xa1e2cb12 (swapped: 0x12cbe2a1)",
	  "    time in nanoseconds, source of the time stamp\n"
	  "    packet length, captured length\n"
	  "    interface index, protocol, hardware type, packet type\n" },
};

void formats_describe(struct str *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		str_addf(out, "%s\n  magic: %s\n  features:\n%s", formats[i].title, formats[i].magic,
			 formats[i].features);
}
