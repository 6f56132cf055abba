// SPDX-License-Identifier: GPL-2.0-or-later
/* err - the sentence that tells the user what failed and what to do about it.
 * Filled in where the failure is known, printed once by main(). */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

struct err {
	int code;       /* errno value, positive; 0 while unset */
	char text[480]; /* one sentence without a newline */
};

/* Sets '*e' (may be NULL) to the sentence 'fmt' and error number 'code' (> 0). Returns -code. */
int err_set(struct err *e, int code, const char *fmt, ...) PRINTF(3, 4);

/* As err_set(), and appends ": " and the text of error number 'code'. */
int err_sys(struct err *e, int code, const char *fmt, ...) PRINTF(3, 4);

/* Puts "fmt: " before the sentence that is there. Returns -e->code, or -EIO for a NULL 'e'. */
int err_prefix(struct err *e, const char *fmt, ...) PRINTF(2, 3);

#endif
