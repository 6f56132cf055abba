// SPDX-License-Identifier: GPL-2.0-or-later
/* priv - capabilities and users: saying which capability is missing, and giving up all that is not
 * needed any more. Call before threads start: capabilities belong to a thread. */
#ifndef SYS_PRIV_H
#define SYS_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/capability.h>
#include <sys/types.h>

#include "base/err.h"

/* True if the calling thread has capability 'cap' (CAP_NET_RAW, ...) in effect. */
bool priv_has(unsigned int cap);

/* Checks for all of 'caps' before an operation that 'what' describes ("capture on eth0").
 * Returns 0, or -EPERM with the sentence "WHAT needs CAP_NET_RAW: run as root, or once:
 * setcap cap_net_raw,...+eip PROGRAM". */
int priv_need(const unsigned int *caps, size_t n_caps, const char *what, struct err *e) MUST_USE;

/* For a system call that failed with 'code' while doing 'what': as priv_need() if 'code' is EPERM
 * or EACCES and 'cap' is missing, else as err_sys(). Returns -code. */
int priv_fail(struct err *e, int code, unsigned int cap, const char *what);

#define PRIV_MAX_GROUPS 256

/* A user and group to become. */
struct priv_user {
	uid_t uid;
	gid_t gid;
	gid_t groups[PRIV_MAX_GROUPS]; /* supplementary */
	size_t n_groups;
	char name[64]; /* as given */
};

/* Looks up 'user' and 'group', each a name or a number, or NULL. Without 'user' the uid stays;
 * without 'group' the user's own group is taken. Supplementary groups are the user's. Returns 0
 * with '*ret_u', or -errno with 'e' (-ENOENT: no such user; -EINVAL: neither given). */
int priv_lookup(const char *user, const char *group, struct priv_user *ret_u,
		struct err *e) MUST_USE;

/* Becomes 'u' (NULL: stays who it is), keeps of its capabilities only 'keep', sets no_new_privs,
 * and checks that the way back is closed. Returns 0 or -errno with 'e': then end the program. */
int priv_drop(const struct priv_user *u, const unsigned int *keep, size_t n_keep,
	      struct err *e) MUST_USE;

/* True if 'u' (NULL: the present user without capabilities) may create files in the folder at
 * 'dirfd': if not, rotation must keep CAP_DAC_OVERRIDE, which is acceptable where Landlock holds it
 * to that folder. Judges by owner, group and mode; unaware of ACLs, which then cost a capability.
 */
bool priv_may_create(const struct priv_user *u, int dirfd);

#endif
