// SPDX-License-Identifier: GPL-2.0-or-later
/* record - see record.h. */
#include "record.h"

#include <netinet/in.h>

#include "base/bytes.h"
#include "pkt/capwrite.h"
#include "proto/csum.h"
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

/* The kernel leaves the checksum of what it sends to the device, which comes after us. */
static void complete_csum(uint8_t *p, uint32_t n)
{
	uint32_t head = p[0] >> 4 == 4 ? (p[0] & 15) * 4u : 40, l4 = n - head, at;
	uint8_t proto = p[0] >> 4 == 4 ? p[9] : p[6];
	uint64_t sum;

	at = proto == IPPROTO_TCP ? 16 : 6;
	if (n < head + at + 2 || (proto != IPPROTO_TCP && proto != IPPROTO_UDP))
		return;
	sum = p[0] >> 4 == 4 ? csum_pseudo4(p + 12, p + 16, proto, l4)
			     : csum_pseudo6(p + 8, p + 24, proto, l4);
	put_be16(p + head + at, 0);
	put_be16(p + head + at, csum_fold(csum_add(sum, p + head, l4)));
}

int record_put_own(struct capwrite *w, uint8_t *p, uint32_t n, int64_t at_ns, struct err *e)
{
	if (w && n >= 40)
		complete_csum(p, n);
	return record_put(w, p, n, at_ns, true, e);
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
