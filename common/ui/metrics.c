// SPDX-License-Identifier: GPL-2.0-or-later
/* metrics - see metrics.h. */
#include "ui/metrics.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/utf8.h"

static const char *const kinds[] = { [METRICS_COUNTER] = "counter", [METRICS_GAUGE] = "gauge",
				     [METRICS_INFO] = "info" };
static const char *const suffixes[] = { [METRICS_COUNTER] = "_total", [METRICS_GAUGE] = "",
					[METRICS_INFO] = "_info" };

/* Backslash, newline and, in labels, the quote are escaped. */
static void add_escaped(struct str *out, const char *text)
{
	size_t left = strlen(text);
	unsigned int n;
	uint32_t c;

	for (; left; text += n, left -= n) {
		n = utf8_next(text, left, &c);
		if (!n) {
			str_add(out, "\xef\xbf\xbd");
			n = 1;
		} else if (c == '\n') {
			str_add(out, "\\n");
		} else {
			if (c == '"' || c == '\\')
				str_addc(out, '\\');
			str_add_n(out, text, n);
		}
	}
}

void metrics_family(struct str *out, const char *name, enum metrics_kind kind, const char *help)
{
	str_addf(out, "# TYPE %s %s\n# HELP %s ", name, kinds[kind], name);
	add_escaped(out, help);
	str_addc(out, '\n');
}

static void add_head(struct str *out, const char *name, enum metrics_kind kind, va_list labels)
{
	const char *label, *between = "{";

	str_addf(out, "%s%s", name, suffixes[kind]);
	while ((label = va_arg(labels, const char *))) {
		str_addf(out, "%s%s=\"", between, label);
		add_escaped(out, va_arg(labels, const char *));
		str_addc(out, '"');
		between = ",";
	}
	str_add(out, *between == ',' ? "} " : " ");
}

void metrics_u64(struct str *out, const char *name, enum metrics_kind kind, uint64_t v, ...)
{
	va_list labels;

	va_start(labels, v);
	add_head(out, name, kind, labels);
	va_end(labels);
	str_add_u64(out, v);
	str_addc(out, '\n');
}

void metrics_fixed(struct str *out, const char *name, enum metrics_kind kind, uint64_t v,
		   unsigned int decimals, ...)
{
	uint64_t unit = 1;
	va_list labels;

	va_start(labels, decimals);
	add_head(out, name, kind, labels);
	va_end(labels);
	for (unsigned int i = 0; i < decimals; i++)
		unit *= 10;
	str_add_u64(out, v / unit);
	if (decimals)
		str_addf(out, ".%0*llu", (int)decimals, (unsigned long long)(v % unit));
	str_addc(out, '\n');
}

void metrics_end(struct str *out)
{
	str_add(out, "# EOF\n");
}
