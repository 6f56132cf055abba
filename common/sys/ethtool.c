// SPDX-License-Identifier: GPL-2.0-or-later
/* ethtool - see ethtool.h. By ioctl: it serves every driver and kernel that ethtool netlink does,
 * and answers several questions with one socket and no dump. */
#include "sys/ethtool.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "sys/fd.h"
#include "sys/netdev.h"

#define MAX_FEATURES 256 /* bits; the kernel has some 64 */
#define MAX_STATS    16384 /* hundreds of queues with dozens each */

/* Returns 0 or -errno. */
static int ask(int fd, const char *dev, void *data)
{
	struct ifreq req = { 0 };

	memcpy(req.ifr_name, dev, strlen(dev));
	req.ifr_data = data;
	return ioctl(fd, SIOCETHTOOL, &req) < 0 ? -errno : 0;
}

/* The first call tells how many words of link modes the kernel has, the second fills them in. */
static uint64_t ask_speed(int fd, const char *dev)
{
	union {
		struct ethtool_link_settings s;
		/* Three masks; link_mode_masks_nwords is at most SCHAR_MAX. */
		uint8_t room[sizeof(struct ethtool_link_settings) + 3 * 127 * 4];
	} q = { .s.cmd = ETHTOOL_GLINKSETTINGS };

	if (ask(fd, dev, &q) || q.s.link_mode_masks_nwords >= 0)
		return 0;
	q.s.link_mode_masks_nwords = -q.s.link_mode_masks_nwords;
	q.s.cmd = ETHTOOL_GLINKSETTINGS;
	if (ask(fd, dev, &q) || q.s.speed == (uint32_t)SPEED_UNKNOWN)
		return 0;
	return q.s.speed * 1000000ull;
}

static const char *const wanted[] = {
	"rx-vlan-hw-parse",    "rx-gro",
	"rx-gro-hw",	       "rx-lro",
	"tx-tcp-segmentation", "tx-generic-segmentation",
	"rx-checksum",	       "tx-checksum-ip-generic",
	"tx-checksum-ipv4",
};

enum { RX_VLAN, GRO, GRO_HW, LRO, TSO, GSO, RX_CSUM, TX_CSUM_GENERIC, TX_CSUM_IPV4 };

/* Feature numbers differ from kernel to kernel: their names are looked up. */
static int ask_features(int fd, const char *dev, bool ret_on[ARRAY_SIZE(wanted)])
{
	union {
		struct ethtool_sset_info i;
		uint8_t room[sizeof(struct ethtool_sset_info) + 4];
	} count = { .i.cmd = ETHTOOL_GSSET_INFO };
	union {
		struct ethtool_gstrings s;
		uint8_t room[sizeof(struct ethtool_gstrings) + MAX_FEATURES * ETH_GSTRING_LEN];
	} names = { .s.cmd = ETHTOOL_GSTRINGS };
	union {
		struct ethtool_gfeatures f;
		uint8_t room[sizeof(struct ethtool_gfeatures) +
			     MAX_FEATURES / 32 * sizeof(struct ethtool_get_features_block)];
	} state = { .f.cmd = ETHTOOL_GFEATURES };
	uint32_t n;
	int rc;

	count.i.sset_mask = 1ull << ETH_SS_FEATURES;
	rc = ask(fd, dev, &count);
	n = count.i.sset_mask ? count.i.data[0] : 0;
	if (rc || n > MAX_FEATURES)
		return rc ? rc : -E2BIG;
	names.s.string_set = ETH_SS_FEATURES;
	names.s.len = n;
	state.f.size = (n + 31) / 32;
	rc = ask(fd, dev, &names);
	if (!rc)
		rc = ask(fd, dev, &state);
	for (size_t i = 0; !rc && i < n; i++)
		for (size_t w = 0; w < ARRAY_SIZE(wanted); w++)
			if (!strncmp((char *)names.s.data + i * ETH_GSTRING_LEN, wanted[w],
				     ETH_GSTRING_LEN))
				ret_on[w] = state.f.features[i / 32].active >> i % 32 & 1;
	return rc;
}

int ethtool_get(const char *dev, struct ethtool_info *ret_i, struct err *e)
{
	struct ethtool_drvinfo drv = { .cmd = ETHTOOL_GDRVINFO };
	AUTO(close_p) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool on[ARRAY_SIZE(wanted)] = { false };
	struct ethtool_info i = { 0 };
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "open a socket to ask about %s", dev);
	if (!netdev_name_ok(dev))
		return err_set(e, ENODEV, "there is no network device \"%.64s\"", dev);
	rc = ask_features(fd, dev, on);
	if (rc == -ENODEV)
		return err_set(e, ENODEV, "there is no network device \"%s\"", dev);
	if (!ask(fd, dev, &drv)) {
		memcpy(i.driver, drv.driver, sizeof(i.driver) - 1);
		memcpy(i.bus, drv.bus_info, sizeof(i.bus) - 1);
	}
	i.speed_bps = ask_speed(fd, dev);
	i.rx_vlan = on[RX_VLAN];
	i.gro = on[GRO];
	i.gro_hw = on[GRO_HW];
	i.lro = on[LRO];
	i.tso = on[TSO];
	i.gso = on[GSO];
	i.rx_csum = on[RX_CSUM];
	i.tx_csum = on[TX_CSUM_GENERIC] || on[TX_CSUM_IPV4];
	*ret_i = i;
	return 0;
}

/* How many strings of set 'set' the driver has. */
static uint32_t count_strings(int fd, const char *dev, unsigned int set)
{
	union {
		struct ethtool_sset_info i;
		uint8_t room[sizeof(struct ethtool_sset_info) + 4];
	} q = { .i.cmd = ETHTOOL_GSSET_INFO };

	q.i.sset_mask = 1ull << set;
	return ask(fd, dev, &q) || !q.i.sset_mask ? 0 : q.i.data[0];
}

int ethtool_stats(const char *dev, ethtool_stat_fn fn, void *arg, struct err *e)
{
	AUTO(close_p) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	AUTO(free_p) struct ethtool_gstrings *names = NULL;
	AUTO(free_p) struct ethtool_stats *values = NULL;
	char name[ETH_GSTRING_LEN + 1] = "";
	uint32_t n;
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "open a socket to ask about %s", dev);
	if (!netdev_name_ok(dev))
		return err_set(e, ENODEV, "there is no network device \"%.64s\"", dev);
	n = MIN(count_strings(fd, dev, ETH_SS_STATS), (uint32_t)MAX_STATS);
	/* A driver that has more queues than a moment ago writes more: room for twice as many. */
	names = calloc(1, sizeof(*names) + 2 * (n + 64ul) * ETH_GSTRING_LEN);
	values = calloc(1, sizeof(*values) + 2 * (n + 64ul) * sizeof(uint64_t));
	if (!names || !values)
		return err_sys(e, ENOMEM, "statistics of %s", dev);
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_STATS;
	names->len = n;
	values->cmd = ETHTOOL_GSTATS;
	values->n_stats = n;
	rc = n ? ask(fd, dev, names) : 0;
	if (!rc && n)
		rc = ask(fd, dev, values);
	if (rc == -ENODEV)
		return err_set(e, ENODEV, "there is no network device \"%s\"", dev);
	n = MIN(n, names->len);
	n = MIN(n, values->n_stats);
	for (uint32_t i = 0; !rc && i < n; i++) {
		memcpy(name, names->data + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
		fn(arg, name, values->data[i]);
	}
	return 0;
}

bool ethtool_merges(const struct ethtool_info *i)
{
	return i->gro || i->gro_hw || i->lro || i->tso || i->gso;
}

uint32_t ethtool_rx_queues(const char *dev)
{
	struct ethtool_channels ch = { .cmd = ETHTOOL_GCHANNELS };
	AUTO(close_p) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ask(fd, dev, &ch))
		return 0;
	return ch.rx_count + ch.combined_count;
}
