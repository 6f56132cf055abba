// SPDX-License-Identifier: GPL-2.0-or-later
/* words - what numbers of answers are called. Pure; used by the outputs. */
#ifndef ASTRACE_WORDS_H
#define ASTRACE_WORDS_H

#include "answer.h"
#include "base/str.h"

/* "time exceeded", "port unreachable", "SYN-ACK": what kind of answer 'a' is. */
const char *words_answer(const struct answer *a);

/* "incoming", "outgoing": the role of an interface (RFC 5837). */
const char *words_role(uint8_t role);

#endif
