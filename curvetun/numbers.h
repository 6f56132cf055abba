// SPDX-License-Identifier: GPL-2.0-or-later
/* numbers - the state of running tunnels (report.c) as OpenMetrics. */
#ifndef CURVETUN_NUMBERS_H
#define CURVETUN_NUMBERS_H

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* Adds the page of 'lines', the state of a tunnel each, as status_lines() gives them. -EPROTO with
 * 'e': a line is no state. */
int numbers_page(const struct str *lines, struct str *out, struct err *e) MUST_USE;

#endif
