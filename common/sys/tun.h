// SPDX-License-Identifier: GPL-2.0-or-later
/* tun - a TUN device: IP packets of the kernel's through a descriptor, each behind a virtio_net
 * header, so that whole TCP and UDP super-packets pass with their checksums left open.
 * The device is there as long as its descriptor. Source: Documentation/networking/tuntap.rst. */
#ifndef SYS_TUN_H
#define SYS_TUN_H

#include <stdbool.h>
#include <linux/virtio_net.h>

#include "base/err.h"

/* A packet of the kernel's with its header never takes more. */
enum { TUN_READ_BYTES = 65536 + sizeof(struct virtio_net_hdr) };

struct tun {
	int fd;
	int ifindex;
	char name[16];
	bool tso, uso; /* super-packets of TCP, of UDP (Linux 6.2) pass both ways */
};

/* Makes the device 'name', in which %d stands for the first free number; its descriptor does not
 * block. 'offload' false: no super-packets and whole checksums. Returns 0 with '*ret_t', to be
 * closed, or -errno with 'e'. */
int tun_open(const char *name, bool offload, struct tun *ret_t, struct err *e) MUST_USE;
void tun_close(struct tun *t);

#endif
