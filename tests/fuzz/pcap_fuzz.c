// SPDX-License-Identifier: GPL-2.0-or-later
/* pcap_fuzz - classic pcap files, plain and compressed, through the reader. Must reach: each of the
 * four types in both byte orders, swapped lengths of old versions, the decoders' errors. */
#include "capfile_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	fuzz_both_ways(data, n);
	return 0;
}
