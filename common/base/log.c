// SPDX-License-Identifier: GPL-2.0-or-later
/* log - see log.h.
 * Its words of state are the exception to the rule that only main.c has any. */
#include "base/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

static const char *log_program = "?";
static enum log_level log_level = LOG_WARN;
static bool log_syslog;

void log_init(const char *program, enum log_level level)
{
	log_program = program;
	log_level = level;
}

void log_to_syslog(void)
{
	openlog(log_program, LOG_PID | LOG_NDELAY, LOG_DAEMON);
	log_syslog = true;
}

void log_at(enum log_level level, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n, m, n_name;

	if (level > log_level)
		return;
	n = snprintf(line, sizeof(line), "%.100s: ", log_program);
	n_name = n;
	va_start(ap, fmt);
	m = vsnprintf(line + n, sizeof(line) - n - 1, fmt, ap);
	va_end(ap);
	n = m < 0 ? n : MIN(n + m, (int)sizeof(line) - 2);
	if (log_syslog) {
		line[n] = '\0';
		/* From its header on LOG_INFO is syslog's, not ours. */
		syslog(level == LOG_WARN ? LOG_WARNING : LOG_INFO, "%s", line + n_name);
		return;
	}
	line[n++] = '\n';
	/* One write, so that lines of several threads do not mix. */
	if (write(STDERR_FILENO, line, n) < 0)
		return;
}
