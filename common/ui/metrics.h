// SPDX-License-Identifier: GPL-2.0-or-later
/* metrics - writes OpenMetrics text (OpenMetrics 1.0, which Prometheus reads too) into a buffer:
 * families, samples with quoted labels, the end. Used by monitors, to standard output, a file or
 * by ui/serve. */
#ifndef UI_METRICS_H
#define UI_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

/* The type that HTTP names it by. */
#define METRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

enum metrics_kind { METRICS_COUNTER, METRICS_GAUGE, METRICS_INFO };

/* Begins family 'name' (letters, digits, '_') of 'kind' with a sentence 'help'. Samples of one
 * family follow each other, and a family begins once. */
void metrics_family(struct str *out, const char *name, enum metrics_kind kind, const char *help);

/* A sample of the family that was begun: label names and values in pairs, a NULL behind them. The
 * suffixes that kinds want ("_total", "_info") are added. Values of labels may hold anything: bytes
 * that are no UTF-8 become U+FFFD. */
void metrics_u64(struct str *out, const char *name, enum metrics_kind kind, uint64_t v, ...)
	__attribute__((sentinel));

/* 'v' / 10^'decimals'. */
void metrics_fixed(struct str *out, const char *name, enum metrics_kind kind, uint64_t v,
		   unsigned int decimals, ...) __attribute__((sentinel));

/* The last line. */
void metrics_end(struct str *out);

#endif
