// SPDX-License-Identifier: GPL-2.0-or-later
/* formats - see formats.h. */
#include "formats.h"

static const struct {
	enum file_format format;
	enum capfmt capfmt;
	const char *name, *note;
} formats[] = {
	{ FORMAT_PCAPNG, CAPFMT_PCAPNG, "pcapng", ", the default" },
	{ FORMAT_PCAP_USEC, CAPFMT_PCAP_US, "pcap", ", the default for .pcap" },
	{ FORMAT_PCAP_NSEC, CAPFMT_PCAP_NS, "nsec", "" },
	{ FORMAT_PCAP_KUZNETZOV, CAPFMT_PCAP_KUZNETZOV, "kuznetzov", "" },
	{ FORMAT_PCAP_NETSNIFF, CAPFMT_PCAP_NETSNIFF, "netsniff-ng", "" },
};

enum capfmt formats_capfmt(enum file_format format)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i].format == format)
			return formats[i].capfmt;
	return CAPFMT_PCAPNG;
}

void formats_describe(struct str *out)
{
	const struct capfmt_info *c;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		c = &capfmt_table[formats[i].capfmt];
		str_addf(out, "%s (-T %s%s):\n  magic: 0x%08x", c->name, formats[i].name,
			 formats[i].note, c->magic);
		if (c->format != CAPFMT_PCAPNG)
			str_addf(out, " (swapped: 0x%08x)", __builtin_bswap32(c->magic));
		str_add(out, "\n  features:\n");
		for (k = 0; k < ARRAY_SIZE(c->features) && c->features[k]; k++)
			str_addf(out, "    %s\n", c->features[k]);
	}
}
