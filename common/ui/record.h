// SPDX-License-Identifier: GPL-2.0-or-later
/* record - a file of samples with their moments, to be played again: --record and --play of
 * monitors. What a sample holds is the program's; the file keeps it compressed and checked.
 *
 * The file: "TKRECORD", version (le32, 1), length and name of the program (1 byte, text). Then frames:
 * "FRAM", bytes stored, bytes within, CRC-32 of what is stored (le32 each), monotonic and real
 * moment in ns (le64 each), the stored bytes (one zstd frame). A file that was cut short is good up
 * to its last whole frame. */
#ifndef UI_RECORD_H
#define UI_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

enum { RECORD_BYTES_MAX = 256 << 20, RECORD_FRAMES_MAX = 1 << 24 };

struct record_writer;

/* Begins file 'path' for 'program', over one that is there. Returns 0 with '*ret_w', or -errno with
 * 'e'. */
int record_create(const char *path, const char *program, struct record_writer **ret_w,
		  struct err *e) MUST_USE;

/* Adds 'n' bytes of that moment; they are in the file when it returns. Returns 0 or -errno with
 * 'e'. */
int record_add(struct record_writer *w, int64_t mono_ns, int64_t real_ns, const void *data,
	       size_t n, struct err *e) MUST_USE;

/* Ends it. Returns 0, or -errno with 'e' for what the file system tells only now. NULL: 0. */
int record_finish(struct record_writer *w, struct err *e) MUST_USE;

struct record;

struct record_frame {
	int64_t mono_ns, real_ns;
};

/* Opens a recording of 'program' and finds its frames. Returns 0 with '*ret_r', or -errno with 'e'
 * (-EINVAL: no such file, or of another program). */
int record_open(const char *path, const char *program, struct record **ret_r,
		struct err *e) MUST_USE;
void record_close(struct record *r);
void record_close_p(struct record **r);

/* How many frames there are; the moment of frame 'i', which is below that. */
size_t record_count(const struct record *r);
struct record_frame record_frame(const struct record *r, size_t i);

/* True if the file ends inside a frame, or goes on with something else. */
bool record_is_cut(const struct record *r);

/* The bytes of frame 'i' to an emptied 'out'. Returns 0, or -errno with 'e' (-EBADMSG: they are
 * damaged). */
int record_read(struct record *r, size_t i, struct str *out, struct err *e) MUST_USE;

#endif
