// SPDX-License-Identifier: GPL-2.0-or-later
/* record - see record.h. */
#include "record.h"

#include "pkt/capwrite.h"
#include "sys/clock.h"

enum { LINK_RAW = 101 }; /* LINKTYPE_RAW: an IPv4 or IPv6 header comes first */

int record_open(const char *path, struct capwrite **ret_w, struct err *e)
{
	const struct capwrite_opts opts = { .format = CAPFMT_PCAPNG,
					    .section = { .app = "astrace " VERSION } };
	const struct pkt_iface iface = { .linktype = LINK_RAW, .tsresol = 9, .name = "astrace" };
	int rc = capwrite_open(path, &opts, ret_w, e);

	if (rc)
		return rc;
	rc = capwrite_iface(*ret_w, &iface, e);
	if (rc)
		(void)!capwrite_close(*ret_w, NULL, NULL);
	return rc;
}

int record_put(struct capwrite *w, const uint8_t *p, uint32_t n, int64_t at_ns, bool sent,
	       struct err *e)
{
	const struct pkt pkt = {
		.data = p,
		.cap_len = n,
		.len = n,
		.ts_ns = clock_real_ns() - (clock_mono_ns() - at_ns),
		.linktype = LINK_RAW,
		.dir = sent ? PKT_DIR_OUTGOING : PKT_DIR_HOST,
		.hatype = UINT16_MAX,
		.queue = UINT32_MAX,
	};

	return w ? capwrite_put(w, &pkt, 0, e) : 0;
}

int record_close(struct capwrite *w, struct err *e)
{
	return capwrite_close(w, NULL, e);
}
