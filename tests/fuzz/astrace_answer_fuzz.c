// SPDX-License-Identifier: GPL-2.0-or-later
/* astrace_answer_fuzz - any bytes as a packet that may answer a probe: read, and matched against
 * probes of every method in both families. What is lent must lie in the packet; what a stranger
 * made must not name a probe that cannot be. */
#include <stdint.h>
#include <stdlib.h>

#include "../../astrace/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void inside(const uint8_t *p, uint32_t n, const uint8_t *data, size_t all)
{
	if (p && (p < data || p + n > data + all))
		abort();
}

static void match_all(const struct answer *a)
{
	for (int m = METHOD_UDP; m <= METHOD_TCP; m++) {
		struct probe_kind k = {
			.method = m, .sport = 0x4e20, .dport = 0x829a, .key = 7, .tcp_flags = 0x12
		};
		struct probe_id id = { .ttl = 1 };

		/* as if it were about this very trace */
		k.src.family = k.dst.family = a->from.family;
		k.dst = a->quote.present ? a->quote.dst : a->from;
		if (probe_match(&k, a, &id) >= MATCH_NAT && id.flow >= PROBE_FLOWS)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct answer a;

	if (n > 65536)
		return 0;
	if (!answer_parse(data, n, &a)) {
		if (a.kind != ANSWER_NONE)
			abort();
		return 0;
	}
	inside(a.quote.l4, a.quote.l4_bytes, data, n);
	inside(a.data, a.data_bytes, data, n);
	if (a.n_labels > ANSWER_LABELS || a.n_ifaces > ANSWER_IFACES)
		abort();
	for (unsigned int i = 0; i < a.n_ifaces; i++)
		if (a.ifaces[i].name[ANSWER_IFNAME - 1])
			abort();
	match_all(&a);
	return 0;
}
