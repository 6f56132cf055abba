// SPDX-License-Identifier: GPL-2.0-or-later
/* geo_fuzz - any bytes as a database of places and networks: the first byte names the kind (MaxMind
 * DB, legacy GeoIP, prefix table), the rest is the file. It is refused, or answers for addresses
 * all over without reading past its end; a text it gives ends, and a prefix fits its address. */
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/attr.h"
#include "sys/fd.h"
#include "sys/geo_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* libmaxminddb keeps what it has read of a file that it refuses in the end. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void ends(const char *text, size_t cap)
{
	if (!memchr(text, '\0', cap))
		abort();
}

static void ask(const struct geo_kind *kind, void *file)
{
	uint64_t x = 1;

	for (unsigned int i = 0; i < 64; i++) {
		struct geo_place p = { 0 };
		int family = i % 2 ? AF_INET6 : AF_INET;
		uint64_t addr[2];

		x = x * 6364136223846793005ull + 1442695040888963407ull;
		addr[0] = i < 2 ? 0 : x;
		addr[1] = i < 4 ? UINT64_MAX : x >> 7;
		kind->find(file, family, addr, &p);
		ends(p.as_name, sizeof(p.as_name));
		ends(p.country, sizeof(p.country));
		ends(p.city, sizeof(p.city));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct geo_kind *const kinds[] = { &geo_mmdb, &geo_legacy, &geo_prefix };
	const struct geo_kind *kind;
	char path[40];
	void *file;
	int fd;

	if (!n)
		return 0;
	kind = kinds[data[0] % ARRAY_SIZE(kinds)];
	fd = memfd_create("geo", MFD_CLOEXEC);
	if (fd < 0 || fd_write_full(fd, data + 1, n - 1))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!kind->open(path, &file, NULL)) {
		ask(kind, file);
		kind->close(file);
	}
	close(fd);
	return 0;
}
