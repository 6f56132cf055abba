// SPDX-License-Identifier: GPL-2.0-or-later
/* pcapng_fuzz - pcapng files through the reader. Must reach: sections of either byte order, all
 * kinds of packet block, options of packets and interfaces, every resolution. An input that does
 * not begin with a section header gets one, so that few are wasted. */
#include "capfile_fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint8_t shb[28] = { 0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c,
					 0x2b, 0x1a, 1,    0,    0,  0, 0, 0, 0,    0,
					 0,    0,    0,    0,    28, 0, 0, 0 };
	uint8_t *with;

	if (n >= 4 && memcmp(data, shb, 4) == 0) {
		fuzz_both_ways(data, n);
		return 0;
	}
	with = malloc(sizeof(shb) + n);
	if (!with)
		return 0;
	memcpy(with, shb, sizeof(shb));
	if (n)
		memcpy(with + sizeof(shb), data, n);
	fuzz_both_ways(with, sizeof(shb) + n);
	free(with);
	return 0;
}
