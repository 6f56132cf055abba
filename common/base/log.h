// SPDX-License-Identifier: GPL-2.0-or-later
/* log - one-line diagnostics on standard error, above a level that main() sets.
 * Errors do not come here: they travel as struct err to main(). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"

enum log_level { LOG_QUIET, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Sets the name printed first ('program', kept, not copied) and the most talkative level shown. */
void log_init(const char *program, enum log_level level);

/* From now on lines go to syslog(3), for a program in the background. */
void log_to_syslog(void);

/* Prints "program: text" if 'level' is shown. */
void log_at(enum log_level level, const char *fmt, ...) PRINTF(2, 3);

#define log_warn(...)  log_at(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_at(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)

#endif
