// SPDX-License-Identifier: GPL-2.0-or-later
/* outname - names of output files, and the files themselves: folders that are filled, names with
 * strftime(3) in them, rings of files, and the disk budget. Owns the folder's descriptor, so that
 * files can be made after a change of user and in a sandbox. Deletes files of this run only. */
#ifndef NETSNIFF_OUTNAME_H
#define NETSNIFF_OUTNAME_H

#include <stdint.h>

#include "base/err.h"
#include "job.h"

struct outname;

/* Opens the folder that 'job' writes to; 'thread' (-1: none) becomes part of each name. Returns 0
 * with '*ret_o', or -errno with 'e'. */
int outname_open(const struct job *job, int thread, struct outname **ret_o, struct err *e) MUST_USE;

/* Names for files of 'kind' beside those of 'o', with which they share the budget. 'o' has to live
 * longer. Returns 0 with '*ret_k' owned by the caller, or -errno with 'e'. */
int outname_kind(struct outname *o, const char *kind, struct outname **ret_k,
		 struct err *e) MUST_USE;

void outname_close(struct outname *o);
void outname_close_p(struct outname **o);

int outname_dirfd(const struct outname *o);
const char *outname_dir(const struct outname *o);

/* Makes the next file, empty, for 'now_ns' (since the epoch). A file of another run in a folder is
 * never overwritten unless -O asks for it. Returns its descriptor, owned by the caller, with
 * '*ret_name' (valid until the next call) its path; or -errno with 'e'. */
int outname_next(struct outname *o, int64_t now_ns, const char **ret_name, struct err *e) MUST_USE;

/* Removes the newest file, which is closed, if nothing could be written to it; one that was named
 * outright stays. Returns true if it is gone. */
bool outname_discard(struct outname *o);

/* Tells that the newest file is finished with 'bytes'. */
void outname_done(struct outname *o, uint64_t bytes);

/* Keeps the budget: deletes the oldest finished files of this run until what is left, with
 * 'growing' bytes of the file being written, is within --max-disk and --min-free. */
void outname_trim(struct outname *o, uint64_t growing);

#endif
