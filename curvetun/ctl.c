// SPDX-License-Identifier: GPL-2.0-or-later
/* ctl - see ctl.h. */
#include "ctl.h"

#include <string.h>

#include "base/bytes.h"

void ctl_write(const struct ctl *c, uint8_t out[CTL_BYTES])
{
	out[0] = c->type;
	out[1] = c->flags;
	put_le16(out + 2, c->size);
	put_le32(out + 4, c->number);
	put_le64(out + 8, c->time);
}

bool ctl_read(const uint8_t *in, size_t n, struct ctl *ret_c)
{
	if (n < CTL_BYTES || in[0] < CTL_PING || in[0] > CTL_BURST)
		return false;
	*ret_c = (struct ctl){ .type = in[0], .flags = in[1], .size = get_le16(in + 2),
			       .number = get_le32(in + 4), .time = get_le64(in + 8) };
	return true;
}
