// SPDX-License-Identifier: GPL-2.0-or-later
/* hash - see hash.h. */
#include "base/hash.h"

#include <string.h>

uint64_t hash_bytes(const void *data, size_t n, uint64_t seed)
{
	const uint8_t *p = data;
	uint64_t h = hash_u64(seed ^ n), v;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&v, p, 8);
		h = hash_u64(h ^ v) + 0x9e3779b97f4a7c15ull;
	}
	if (n) {
		v = 0;
		memcpy(&v, p, n);
		h = hash_u64(h ^ v);
	}
	return h;
}
