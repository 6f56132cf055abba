// SPDX-License-Identifier: GPL-2.0-or-later
/* hwtstamp - see hwtstamp.h. */
#include "sys/hwtstamp.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>

#include "sys/fd.h"
#include "sys/netdev.h"

/* The real way: an ifreq on a socket of its own. */
static int real_ioctl(const char *dev, unsigned long request, void *data)
{
	AUTO(close_p) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { 0 };

	if (fd < 0)
		return -errno;
	memcpy(req.ifr_name, dev, strlen(dev));
	req.ifr_data = data;
	return ioctl(fd, request, &req) < 0 ? -errno : 0;
}

static int call(const struct hwtstamp_io *io, const char *dev, unsigned long request, void *data)
{
	if (!netdev_name_ok(dev))
		return -ENODEV;
	return io ? io->ioctl(io->arg, dev, request, data) : real_ioctl(dev, request, data);
}

int hwtstamp_caps(const struct hwtstamp_io *io, const char *dev, struct hwtstamp_caps *ret_c,
		  struct err *e)
{
	struct ethtool_ts_info info = { .cmd = ETHTOOL_GET_TS_INFO };
	int rc = call(io, dev, SIOCETHTOOL, &info);

	if (rc)
		return err_sys(e, -rc, "%s: ask for its time stamping", dev);
	*ret_c = (struct hwtstamp_caps){ .so_flags = info.so_timestamping,
					 .tx_types = info.tx_types,
					 .rx_filters = info.rx_filters,
					 .phc_index = info.phc_index };
	return 0;
}

int hwtstamp_get(const struct hwtstamp_io *io, const char *dev, struct hwtstamp_setting *ret_s,
		 struct err *e)
{
	struct hwtstamp_config c = { 0 };
	int rc = call(io, dev, SIOCGHWTSTAMP, &c);

	if (rc)
		return err_sys(e, -rc, "%s: ask for the setting of its time stamping", dev);
	*ret_s = (struct hwtstamp_setting){ .tx_type = c.tx_type, .rx_filter = c.rx_filter };
	return 0;
}

/* A driver that cannot stamp just what was asked may stamp more; ALL covers everything. */
static bool covers(int set, int asked)
{
	if (set == asked || asked == HWTSTAMP_FILTER_NONE || set == HWTSTAMP_FILTER_ALL)
		return true;
	return set != HWTSTAMP_FILTER_NONE && asked != HWTSTAMP_FILTER_ALL;
}

int hwtstamp_set(const struct hwtstamp_io *io, const char *dev, struct hwtstamp_setting *s,
		 struct err *e)
{
	struct hwtstamp_config c = { .tx_type = s->tx_type, .rx_filter = s->rx_filter };
	int rc = call(io, dev, SIOCSHWTSTAMP, &c);

	if (rc == -EPERM)
		return err_set(e, EPERM, "%s: setting time stamping needs CAP_NET_ADMIN", dev);
	if (rc == -ERANGE)
		return err_set(e, ERANGE, "%s: the driver cannot stamp these packets in hardware",
			       dev);
	if (rc)
		return err_sys(e, -rc, "%s: set time stamping", dev);
	if (!covers(c.rx_filter, s->rx_filter))
		return err_set(
			e, ERANGE,
			"%s: the driver stamps fewer packets (filter %d) than asked for (%d)", dev,
			c.rx_filter, s->rx_filter);
	s->tx_type = c.tx_type;
	s->rx_filter = c.rx_filter;
	return 0;
}

int hwtstamp_want_all(const char *dev, const struct hwtstamp_caps *c,
		      const struct hwtstamp_setting *cur, struct hwtstamp_setting *ret_s,
		      struct err *e)
{
	if (!(c->so_flags & SOF_TIMESTAMPING_RX_HARDWARE))
		return err_set(e, EOPNOTSUPP, "%s cannot stamp received packets in hardware", dev);
	if (!(c->so_flags & SOF_TIMESTAMPING_RAW_HARDWARE))
		return err_set(e, EOPNOTSUPP, "%s does not report raw hardware time stamps", dev);
	if (!(c->rx_filters & 1u << HWTSTAMP_FILTER_ALL))
		return err_set(e, EOPNOTSUPP,
			       "%s stamps only some packets in hardware (filters %#x), not all",
			       dev, c->rx_filters);
	*ret_s = (struct hwtstamp_setting){ .tx_type = cur->tx_type,
					    .rx_filter = HWTSTAMP_FILTER_ALL };
	return 0;
}
