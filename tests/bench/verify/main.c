// SPDX-License-Identifier: GPL-2.0-or-later
/* verify - reads captures of the sender's frames and prints one JSON object a file: what is there,
 * what is missing, and whether the file says so itself. Exit status 1 when a file breaks its
 * format; missing packets are for the caller to judge. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "walk.h"

static void close_p(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static void print_gaps(const struct tally *t)
{
	printf(", \"gap_list\": [");
	for (uint64_t i = 0; i < t->n_gaps && i < MAX_GAPS; i++)
		printf("%s[%" PRIu64 ", %" PRIu64 ", %" PRIu64 "]", i ? ", " : "", t->gaps[i].after,
		       t->gaps[i].lost, t->gaps[i].told);
	printf("]");
}

static void print_walk(const struct walk *w, uint64_t n_bytes)
{
	const struct tally *t = &w->tally;
	const struct {
		const char *name;
		uint64_t value;
	} values[] = {
		{ "file_bytes", n_bytes },
		{ "rest_bytes", n_bytes - w->whole_bytes },
		{ "frames", w->frames },
		{ "packets", t->packets },
		{ "bytes", t->bytes },
		{ "foreign", t->foreign },
		{ "bad", t->bad },
		{ "backward", t->backward },
		{ "backward_times", w->backward_times },
		{ "first_seq", t->first_seq },
		{ "last_seq", t->last_seq },
		{ "gaps", t->n_gaps },
		{ "lost", t->lost },
		{ "told", t->told },
		{ "gaps_told", t->n_gaps_told },
		{ "interfaces", w->n_interfaces },
		{ "stats_blocks", w->n_stats },
		{ "other_blocks", w->n_other_blocks },
		{ "ifrecv", w->last_ifrecv },
		{ "ifdrop", w->last_ifdrop },
	};

	printf("{\"format\": \"%s\"", w->format);
	for (unsigned int i = 0; i < ARRAY_SIZE(values); i++)
		printf(", \"%s\": %" PRIu64, values[i].name, values[i].value);
	print_gaps(t);
	printf("}\n");
}

static int verify(const char *path, struct err *e)
{
	AUTO(close_p) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct walk w = { 0 };
	struct stat st;
	void *data;
	int rc;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, errno, "open");
	if (st.st_size == 0)
		return err_set(e, EINVAL, "empty file");
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return err_sys(e, errno, "map");
	madvise(data, st.st_size, MADV_SEQUENTIAL);
	rc = walk_file(&w, data, st.st_size, e);
	munmap(data, st.st_size);
	if (rc == 0)
		print_walk(&w, st.st_size);
	return rc;
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	int status = 0;

	if (argc < 2) {
		fputs("Usage: verify FILE...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		if (verify(argv[i], &e) < 0) {
			fprintf(stderr, "verify: %s: %s\n", argv[i], e.text);
			status = 1;
		}
	}
	return status;
}
