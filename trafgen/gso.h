// SPDX-License-Identifier: GPL-2.0-or-later
/* gso - joins packets that follow each other to one super-packet, which the device or the kernel
 * cuts into the very same packets again: UDP or TCP over IPv4 or IPv6, the same headers but for
 * what segmentation counts (the IPv4 identification, the TCP sequence number) and checksums, which
 * are right. Pure; the engine is in gsosend.c. */
#ifndef TRAFGEN_GSO_H
#define TRAFGEN_GSO_H

#include <stdint.h>
#include <sys/uio.h>

/* A super-packet begins with a struct virtio_net_hdr of so many bytes. */
#define GSO_HDR_BYTES 10
#define GSO_MAX_BYTES (GSO_HDR_BYTES + 14 + 65535)

/* Joins as many of the 'n' packets as can be, from the first on, in 'out' of GSO_MAX_BYTES. Returns
 * how many, at least 1 (one goes as it is behind an empty header); '*ret_bytes' of 'out' are
 * used. */
unsigned int gso_join(const struct iovec *packets, unsigned int n, uint8_t *out,
		      uint32_t *ret_bytes);

#endif
