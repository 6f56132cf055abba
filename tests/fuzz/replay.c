// SPDX-License-Identifier: GPL-2.0-or-later
/* replay - gives the kept inputs of a fuzz target to it, one after another, without libFuzzer:
 * every file of the folders and every file named on the command line. Prints how many there were.
 * Names each file on standard error before it is used: after a crash, the last one is at fault. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

enum { MAX_INPUT_BYTES = 64 << 20 };

static void close_dir(DIR **d)
{
	if (*d)
		closedir(*d);
}

static void close_file(FILE **f)
{
	if (*f)
		fclose(*f);
}

static int replay_file(const char *path, size_t n_bytes)
{
	AUTO(close_file) FILE *f = fopen(path, "rb");
	AUTO(free_p) uint8_t *data = NULL;

	if (!f || n_bytes > MAX_INPUT_BYTES) {
		fprintf(stderr, "replay: cannot read %s\n", path);
		return -1;
	}
	/* Exactly as large as the input, so that a sanitizer sees the first byte too many. */
	data = malloc(n_bytes ? n_bytes : 1);
	if (!data || fread(data, 1, n_bytes, f) != n_bytes) {
		fprintf(stderr, "replay: cannot read %s\n", path);
		return -1;
	}
	fprintf(stderr, "%s\n", path);
	(void)LLVMFuzzerTestOneInput(data, n_bytes);
	return 0;
}

static int replay(const char *path, unsigned int *n_done);

static int replay_folder(const char *path, unsigned int *n_done)
{
	AUTO(close_dir) DIR *d = opendir(path);
	struct dirent *entry;
	char name[4096];

	if (!d) {
		fprintf(stderr, "replay: cannot open %s\n", path);
		return -1;
	}
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (replay(name, n_done))
			return -1;
	}
	return 0;
}

static int replay(const char *path, unsigned int *n_done)
{
	struct stat st;

	if (stat(path, &st)) {
		fprintf(stderr, "replay: no %s\n", path);
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return replay_folder(path, n_done);
	(*n_done)++;
	return replay_file(path, st.st_size);
}

int main(int argc, char **argv)
{
	unsigned int n_done = 0;

	for (int i = 1; i < argc; i++)
		if (replay(argv[i], &n_done))
			return 1;
	if (!n_done) {
		fprintf(stderr, "replay: nothing to replay\n");
		return 1;
	}
	printf("%u inputs replayed\n", n_done);
	return 0;
}
