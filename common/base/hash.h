// SPDX-License-Identifier: GPL-2.0-or-later
/* hash - fast hashes for tables; not for keeping secrets or resisting an attacker who can see them.
 * A table filled by strangers passes a random 'seed'. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Mixes 64 bits well (the finaliser of SplitMix64, Steele, Lea and Flood 2014). */
static inline uint64_t hash_u64(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ull;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

/* Hash of 'n' bytes under 'seed'. */
uint64_t hash_bytes(const void *data, size_t n, uint64_t seed);

#endif
