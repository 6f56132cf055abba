// SPDX-License-Identifier: GPL-2.0-or-later
/* status - asks the running tunnels of a folder for their state (control.h) and prints it. */
#ifndef CURVETUN_STATUS_H
#define CURVETUN_STATUS_H

#include <stdbool.h>

#include "base/str.h"
#include "folder.h"

/* Adds the state of each as a line of JSON or as text. -ENOENT with 'e': none runs. */
int status_add(const struct folder *f, bool json, struct str *out, struct err *e) MUST_USE;

#endif
