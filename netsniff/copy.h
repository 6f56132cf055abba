// SPDX-License-Identifier: GPL-2.0-or-later
/* copy - packets of files to the screen and to a file: the loop, and its account. */
#ifndef NETSNIFF_COPY_H
#define NETSNIFF_COPY_H

#include "base/str.h"
#include "job.h"
#include "keep.h"
#include "ui/jsonw.h"

/* read = rejected + kept; kept packets went to every sink, but for those not written. */
struct copy_account {
	uint64_t read_packets, read_bytes;
	uint64_t rejected_packets, rejected_bytes;
	uint64_t kept_packets, kept_bytes;
	uint64_t not_written_packets; /* to capture files, of those kept */
	uint64_t decapsulated; /* of those read, with_decap */
	bool with_decap;
	uint64_t duration_ns; /* 0: something could not be opened */
};

/* Carries out a 'job' whose source is files and whose sink is none, a file or standard output.
 * 'wake_fd': a signalfd whose STOP ends the run. '*ret_a' is set on failure too. */
int copy_run(const struct job *job, int wake_fd, struct keep *keep, struct copy_account *ret_a,
	     struct err *e) MUST_USE;

/* Adds the account as lines of text, and as members of the object open in 'j'. */
void copy_report_text(const struct copy_account *a, struct str *out);
void copy_report_json(const struct copy_account *a, struct jsonw *j);

#endif
