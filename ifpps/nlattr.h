// SPDX-License-Identifier: GPL-2.0-or-later
/* nlattr - netlink attributes through struct cur. */
#ifndef IFPPS_NLATTR_H
#define IFPPS_NLATTR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* The next attribute: its type, and its payload in '*ret'. False at the end, or if it lies. */
static inline bool nlattr_next(struct cur *c, uint16_t *ret_type, struct cur *ret)
{
	uint16_t len = cur_le16(c), type = cur_le16(c);

	if (c->failed || len < 4)
		return false;
	*ret = cur_sub(c, len - 4);
	if (ret->failed)
		return false;
	cur_skip(c, MIN(cur_left(c), (size_t)(ALIGN_UP(len, 4) - len)));
	*ret_type = type & 0x3fff; /* without NLA_F_NESTED and NLA_F_NET_BYTEORDER */
	return true;
}

#endif
