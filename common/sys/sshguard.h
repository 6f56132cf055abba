// SPDX-License-Identifier: GPL-2.0-or-later
/* sshguard - which device carries the ssh session that the user sits in: what takes packets away
 * from a device, or changes it, asks first. */
#ifndef SYS_SSHGUARD_H
#define SYS_SSHGUARD_H

#include <stdbool.h>

#include "base/attr.h"

/* True if device 'name' of the caller's network namespace has the address that the ssh session of
 * this process goes to, or is below the one that has it: a port of a bridge or bond, the device
 * under a VLAN. The session is that of SSH_CONNECTION, of this process or of those that started it,
 * since sudo(8) takes it away. False where there is none. */
bool sshguard_carries(const char *name) MUST_USE;

#endif
