// SPDX-License-Identifier: GPL-2.0-or-later
/* progress - one line on a terminal that says how far long work is; nothing when piped. */
#ifndef UI_PROGRESS_H
#define UI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	int fd;
	bool on;      /* 'fd' is a terminal */
	bool shown;   /* a line stands there */
	const char *what; /* kept, not copied */
	int64_t start_ns, next_ns;
};

/* Begins work called 'what' ("reading dump.pcap": text of strangers is made safe when shown) at
 * 'now_ns' (any monotonic clock), shown on 'fd'. The first line comes after half a second. */
struct progress progress_begin(int fd, const char *what, int64_t now_ns);

/* 'done' of 'all' (0: not known) bytes are done. Prints at most five lines a second. */
void progress_bytes(struct progress *p, int64_t now_ns, uint64_t done, uint64_t all);

/* The same for packets, 'all' 0 also where there is no end. */
void progress_packets(struct progress *p, int64_t now_ns, uint64_t done, uint64_t all);

/* Removes the line. */
void progress_end(struct progress *p);

#endif
