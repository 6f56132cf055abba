// SPDX-License-Identifier: GPL-2.0-or-later
/* attr - compiler attributes and the few macros that every file may use.
 * Lowest file of the library: includes nothing of ours. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#include <stdlib.h>

#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define UNUSED       __attribute__((unused))
#define LIKELY(x)    __builtin_expect(!!(x), 1)
#define UNLIKELY(x)  __builtin_expect(!!(x), 0)

/* Runs 'fn' on the variable's address when it leaves its scope: AUTO(close_p) int fd = -1; */
#define AUTO(fn) __attribute__((cleanup(fn)))

/* Hands an owned value on: yields 'x' and leaves 'none' behind for the cleanup. */
#define TAKE(x, none)                                                                              \
	({                                                                                         \
		__typeof__(x) take_ = (x);                                                         \
		(x) = (none);                                                                      \
		take_;                                                                             \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define MIN(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) min_a_ = (a);                                                        \
		__typeof__(b) min_b_ = (b);                                                        \
		min_a_ < min_b_ ? min_a_ : min_b_;                                                 \
	})
#define MAX(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) max_a_ = (a);                                                        \
		__typeof__(b) max_b_ = (b);                                                        \
		max_a_ > max_b_ ? max_a_ : max_b_;                                                 \
	})

/* 'a' is a power of two. */
#define ALIGN_UP(x, a) (((x) + ((__typeof__(x))(a)-1)) & ~((__typeof__(x))(a)-1))

static inline void free_p(void *p)
{
	free(*(void **)p);
}

#endif
