// SPDX-License-Identifier: GPL-2.0-or-later
/* mallocs - preloaded into a program under test: counts its allocations and tells their number on
 * standard error at the end, "mallocs N". Used by test_alloc.py. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t each);
extern void *__libc_realloc(void *p, size_t n);

static unsigned long count;

void *malloc(size_t n)
{
	__atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	return __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
	__atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	return __libc_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
	__atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
	return __libc_realloc(p, n);
}

__attribute__((destructor)) static void tell(void)
{
	fprintf(stderr, "mallocs %lu\n", __atomic_load_n(&count, __ATOMIC_RELAXED));
}
