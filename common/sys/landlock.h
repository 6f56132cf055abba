// SPDX-License-Identifier: GPL-2.0-or-later
/* landlock - rules about files, TCP ports and signals that a process lays upon itself.
 * Used by sys/sandbox. Probes what the kernel offers and asks for all of it.
 * Source: Documentation/userspace-api/landlock.rst. */
#ifndef SYS_LANDLOCK_H
#define SYS_LANDLOCK_H

#include "base/err.h"
#include "sys/sandbox.h"

/* The kernel's Landlock ABI version, 1 or more; 0 where it is absent or switched off. */
int landlock_abi(void);

/* Restricts the calling thread to 'paths'; no TCP port but, unless it is 0,
 * connections to 'tcp_port'; no signal or abstract socket across the
 * border. Needs no_new_privs. Returns the ABI used, 0 if the kernel has none, or -errno with 'e'.
 */
int landlock_enter(const struct sandbox_path *paths, size_t n_paths, uint16_t tcp_port,
		   struct err *e) MUST_USE;

#endif
