// SPDX-License-Identifier: GPL-2.0-or-later
/* veth - waits for a virtual cable to be ready: the kernel notes its carrier some time after "ip
 * link set up" has returned, later under load. */
#ifndef TESTS_UNIT_VETH_H
#define TESTS_UNIT_VETH_H

#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Waits until device 'name' is up and has its carrier. Returns 0, or -1 after 30 s. */
static inline int wait_running(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), rc = -1;
	struct ifreq r = { 0 };

	memcpy(r.ifr_name, name, strlen(name));
	for (int i = 0; i < 6000 && rc && !ioctl(fd, SIOCGIFFLAGS, &r); i++)
		if (r.ifr_flags & IFF_RUNNING)
			rc = 0;
		else
			poll(NULL, 0, 5);
	if (rc)
		fprintf(stderr, "%s has no carrier\n", name);
	close(fd);
	return rc;
}

#endif
