// SPDX-License-Identifier: GPL-2.0-or-later
/* tun - see tun.h. */
#include "sys/tun.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/if_tun.h>

#include "sys/fd.h"
#include "sys/netdev.h"
#include "sys/priv.h"
#include "sys/uapi.h"

static void set_offloads(struct tun *t, bool offload)
{
	const unsigned int csum = TUN_F_CSUM, tso = TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN,
			   uso = TUN_F_USO4 | TUN_F_USO6;

	if (!offload) {
		(void)ioctl(t->fd, TUNSETOFFLOAD, 0);
		return;
	}
	t->uso = !ioctl(t->fd, TUNSETOFFLOAD, csum | tso | uso);
	t->tso = t->uso || !ioctl(t->fd, TUNSETOFFLOAD, csum | tso);
}

int tun_open(const char *name, bool offload, struct tun *ret_t, struct err *e)
{
	AUTO(close_p) int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int size = sizeof(struct virtio_net_hdr);
	struct ifreq r = { 0 };
	struct tun t = { 0 };

	if (!netdev_name_ok(name))
		return err_set(e, EINVAL, "'%.64s' cannot name a network device", name);
	if (fd < 0)
		return priv_fail(e, errno, CAP_NET_ADMIN, "opening /dev/net/tun");
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	r.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
	if (ioctl(fd, TUNSETIFF, &r) < 0) {
		if (errno == EBUSY)
			return err_set(e, EBUSY, "the device %s is there already", name);
		return priv_fail(e, errno, CAP_NET_ADMIN, "making a TUN device");
	}
	if (ioctl(fd, TUNSETVNETHDRSZ, &size) < 0)
		return err_sys(e, errno, "TUN device %s", r.ifr_name);
	snprintf(t.name, sizeof(t.name), "%s", r.ifr_name);
	t.ifindex = if_nametoindex(t.name);
	t.fd = fd;
	set_offloads(&t, offload);
	(void)TAKE(fd, -1);
	*ret_t = t;
	return 0;
}

void tun_close(struct tun *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}
