// SPDX-License-Identifier: GPL-2.0-or-later
/* fields - which fields of the protocol table filter expressions know. */
#ifndef BPFC_FIELDS_H
#define BPFC_FIELDS_H

#include "base/err.h"
#include "base/str.h"
#include "job.h"

/* Adds the names of the fields that an expression on packets of job->linktype may compare, those of
 * a protocol on a line. Returns 0 or -ENOMEM with 'e'. */
int fields_add(const struct job *job, struct str *out, struct err *e) MUST_USE;

#endif
