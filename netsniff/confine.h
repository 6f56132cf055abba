// SPDX-License-Identifier: GPL-2.0-or-later
/* confine - what every path of netsniff does once all is open and before the first byte from
 * outside is looked at: CPUs and priority as asked, other user, no capabilities, sandbox. */
#ifndef NETSNIFF_CONFINE_H
#define NETSNIFF_CONFINE_H

#include "job.h"
#include "outname.h"

/* Runs on the CPUs of -b. Returns 0 or -errno with 'e'. */
int confine_cpus(const struct job *job, struct err *e) MUST_USE;

/* Takes the priority of -H. Returns 0 or -errno with 'e'. */
int confine_priority(const struct job *job, struct err *e) MUST_USE;

/* Becomes the user of -u and -g, gives up all capabilities and enters the sandbox. What is open
 * stays usable; files can only still be made in the folder of 'names' (NULL: nowhere). 'flags':
 * enum sandbox_flag. Returns 0 or -errno with 'e': then end the program. */
int confine(const struct job *job, const struct outname *names, unsigned int flags,
	    struct err *e) MUST_USE;

#endif
