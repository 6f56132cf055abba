// SPDX-License-Identifier: GPL-2.0-or-later
/* csum - the Internet checksum (RFC 1071) and the pseudo headers of IPv4 and IPv6. */
#ifndef PROTO_CSUM_H
#define PROTO_CSUM_H

#include <stddef.h>
#include <stdint.h>

/* Adds the 'n' bytes of 'data' to the running sum 'sum' (0 at first). A piece of odd length may
 * only be the last. */
uint64_t csum_add(uint64_t sum, const void *data, size_t n);

/* The checksum of running sum 'sum': the number that the header holds, in host order. */
uint16_t csum_fold(uint64_t sum);

/* Running sum of the pseudo header: addresses in network order, 'n' bytes of upper layer. */
uint64_t csum_pseudo4(const uint8_t src[4], const uint8_t dst[4], uint8_t proto, uint32_t n);
uint64_t csum_pseudo6(const uint8_t src[16], const uint8_t dst[16], uint8_t proto, uint32_t n);

/* Checksum 'csum' after the 16-bit word 'old' it covers became 'new' (RFC 1624, equation 3). */
uint16_t csum_update(uint16_t csum, uint16_t old_word, uint16_t new_word);

/* CRC-32C of 'n' more bytes after those of 'crc' (0: none yet). Source: RFC 9260 appendix A. */
uint32_t csum_crc32c(uint32_t crc, const void *data, size_t n);

#endif
