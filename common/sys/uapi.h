// SPDX-License-Identifier: GPL-2.0-or-later
/* uapi - constants of the kernel's user interface that are newer than the oldest headers we build
 * with (Debian 12: Linux 6.1). Each with the version that brought it. */
#ifndef SYS_UAPI_H
#define SYS_UAPI_H

#include <stdint.h>
#include <linux/if_tun.h>
#include <linux/landlock.h>
#include <linux/virtio_net.h>

/* Landlock. The structs grew: ours are the long forms, and the size passed tells the kernel. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ull << 14) /* ABI 3, Linux 6.2 */
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ull << 15) /* ABI 5, Linux 6.10 */
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP
#define LANDLOCK_ACCESS_NET_BIND_TCP	(1ull << 0) /* ABI 4, Linux 6.7 */
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ull << 1)
#endif
#ifndef LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ull << 0) /* ABI 6, Linux 6.12 */
#define LANDLOCK_SCOPE_SIGNAL		    (1ull << 1)
#endif
#ifndef LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON
#define LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON (1u << 1) /* ABI 7, Linux 6.15 */
#endif

#define LANDLOCK_RULE_NET_PORT_ 2 /* an enumerator of newer headers, ABI 4 */
struct uapi_landlock_net_port_attr {
	uint64_t allowed_access;
	uint64_t port;
};

/* Super-packets of UDP through a TUN device, Linux 6.2. */
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

/* struct landlock_ruleset_attr as of Linux 6.12. */
struct uapi_landlock_ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

#endif
