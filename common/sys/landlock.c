// SPDX-License-Identifier: GPL-2.0-or-later
/* landlock - see landlock.h. By raw system calls: Debian 12's libc has no wrappers. */
#include "sys/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "sys/fd.h"
#include "sys/uapi.h"

/* Each ABI version's file rights; later ones include those before. */
static uint64_t fs_rights(int abi)
{
	uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; /* ABI 1 */

	if (abi >= 2)
		all |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		all |= LANDLOCK_ACCESS_FS_TRUNCATE;
	if (abi >= 5)
		all |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
	return all;
}

#define READ_FILE  LANDLOCK_ACCESS_FS_READ_FILE
#define READ_DIR   (READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE_FILE (READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)
#define WRITE_DIR \
	(READ_DIR | WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)

int landlock_abi(void)
{
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return v > 0 ? (int)v : 0;
}

/* Allows what 'p' says. */
static int allow(int ruleset, const struct sandbox_path *p, uint64_t handled, struct err *e)
{
	AUTO(close_p) int own = -1;
	struct landlock_path_beneath_attr rule = { .parent_fd = p->fd };
	struct stat st;

	if (p->path) {
		rule.parent_fd = own = open(p->path, O_PATH | O_CLOEXEC);
		if (own < 0)
			return err_sys(e, errno, "sandbox: open %s", p->path);
	}
	if (fstat(rule.parent_fd, &st) < 0)
		return err_sys(e, errno, "sandbox: look at %s", p->path ? p->path : "a folder");
	if (S_ISDIR(st.st_mode))
		rule.allowed_access = p->write ? WRITE_DIR : READ_DIR;
	else
		rule.allowed_access = p->write ? WRITE_FILE : READ_FILE;
	rule.allowed_access &= handled;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		return err_sys(e, errno, "sandbox: allow %s", p->path ? p->path : "a folder");
	return 0;
}

static int allow_port(int ruleset, uint16_t port, struct err *e)
{
	struct uapi_landlock_net_port_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_NET_CONNECT_TCP, .port = port,
	};

	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_NET_PORT_, &rule, 0) < 0)
		return err_sys(e, errno, "sandbox: allow TCP port %u", port);
	return 0;
}

int landlock_enter(const struct sandbox_path *paths, size_t n_paths, uint16_t tcp_port,
		   struct err *e)
{
	AUTO(close_p) int ruleset = -1;
	int abi = landlock_abi(), rc;
	struct uapi_landlock_ruleset_attr attr = { .handled_access_fs = fs_rights(abi) };
	size_t size = sizeof(attr.handled_access_fs);

	if (!abi)
		return 0;
	/* The kernel refuses members that it does not know, unless they are zero. */
	if (abi >= 4) {
		attr.handled_access_net =
			LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
		size = sizeof(uint64_t) * 2;
	}
	if (abi >= 6) {
		attr.scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
		size = sizeof(attr);
	}
	ruleset = syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (ruleset < 0)
		return err_sys(e, errno, "sandbox: Landlock ABI %d", abi);
	for (size_t i = 0; i < n_paths; i++) {
		rc = allow(ruleset, &paths[i], attr.handled_access_fs, e);
		if (rc)
			return rc;
	}
	if (tcp_port && abi >= 4) {
		rc = allow_port(ruleset, tcp_port, e);
		if (rc)
			return rc;
	}
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return err_sys(e, errno, "sandbox: enter Landlock");
	return abi;
}
