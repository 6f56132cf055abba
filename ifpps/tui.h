// SPDX-License-Identifier: GPL-2.0-or-later
/* tui - the screen of ifpps: which view is shown, what keys do. The views draw (view.h). */
#ifndef IFPPS_TUI_H
#define IFPPS_TUI_H

#include "sampler.h"

/* Runs until 'q', a signal or the count of samples. Returns 0, or -errno with 'e'. */
int tui(const struct job *job, struct sampler *sampler, struct err *e) MUST_USE;

#endif
