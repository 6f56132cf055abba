// SPDX-License-Identifier: GPL-2.0-or-later
/* atomic - the only place that spells memory orders: words shared with the kernel, and
 * counters and stop flags between our own threads. */
#ifndef BASE_ATOMIC_H
#define BASE_ATOMIC_H

/* Reads '*p' so that everything the other side wrote before its store is seen. */
#define atomic_get(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)

/* Writes '*p' after everything written before it. */
#define atomic_put(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

/* Counters that one thread writes and others read: no order, no tearing. */
#define counter_get(p)    __atomic_load_n((p), __ATOMIC_RELAXED)
#define counter_add(p, v) __atomic_store_n((p), counter_get(p) + (v), __ATOMIC_RELAXED)

/* Puts 'v' into '*p' if it holds '*old', else '*old' becomes what it holds. True if it was put. */
#define atomic_swap_if(p, old, v)                                                                  \
	__atomic_compare_exchange_n((p), (old), (v), 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)

/* Counters that several threads write. */
#define atomic_add(p, v) __atomic_fetch_add((p), (v), __ATOMIC_ACQ_REL)

#endif
