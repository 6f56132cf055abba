// SPDX-License-Identifier: GPL-2.0-or-later
/* wifi - see wifi.h. */
#include "sys/wifi.h"

#include <errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/netlink.h>
#include <linux/nl80211.h>

#include "sys/fd.h"
#include "sys/netdev.h"
#include "sys/nl.h"

enum { REPLY_BYTES = 8192, SUFFIX_BYTES = 3 };

/* One conversation with nl80211. */
struct wifi {
	const struct wifi_io *io;
	struct nl_sock *sock; /* NULL with an io */
	int family;
	uint8_t reply[REPLY_BYTES];
	int reply_bytes;
};

static int wifi_open(struct wifi *w, const struct wifi_io *io, struct err *e)
{
	int rc;

	*w = (struct wifi){ .io = io, .family = WIFI_TEST_FAMILY };
	if (io)
		return 0;
	rc = nl_open(NETLINK_GENERIC, &w->sock, e);
	if (rc)
		return rc;
	w->family = genl_ctrl_resolve(w->sock, NL80211_GENL_NAME);
	if (w->family >= 0)
		return 0;
	nl_sock_free_p(&w->sock);
	if (nl_errno(w->family) == ENOENT)
		return err_set(e, EOPNOTSUPP, "this kernel has no wireless devices (nl80211)");
	return nl_fail(e, w->family, "nl80211");
}

static void wifi_close(struct wifi *w)
{
	if (w->sock)
		nl_sock_free_p(&w->sock);
}

static int keep_reply(struct nl_msg *m, void *arg)
{
	struct wifi *w = arg;
	const struct nlmsghdr *h = nlmsg_hdr(m);

	if (h->nlmsg_len <= sizeof(w->reply)) {
		memcpy(w->reply, h, h->nlmsg_len);
		w->reply_bytes = h->nlmsg_len;
	}
	return NL_OK;
}

/* Sends 'm', which it frees, and waits for the answer. Returns 0 or -errno. */
static int exchange(struct wifi *w, struct nl_msg *m)
{
	int rc;

	if (!m)
		return -ENOMEM;
	if (w->io) {
		rc = w->io->exchange(w->io->arg, nlmsg_hdr(m), w->reply, sizeof(w->reply));
		w->reply_bytes = rc < 0 ? 0 : rc;
		nlmsg_free(m);
		return rc < 0 ? rc : 0;
	}
	w->reply_bytes = 0;
	nl_socket_modify_cb(w->sock, NL_CB_VALID, NL_CB_CUSTOM, keep_reply, w);
	rc = nl_send_auto(w->sock, m);
	nlmsg_free(m);
	if (rc >= 0)
		rc = nl_recvmsgs_default(w->sock); /* the interface's description, if any */
	if (rc >= 0 && w->reply_bytes)
		rc = nl_wait_for_ack(w->sock);
	return rc < 0 ? -nl_errno(rc) : 0;
}

/* Begins a message for the interface with number 'ifindex'. NULL when out of memory. */
static struct nl_msg *message(const struct wifi *w, uint8_t command, uint32_t ifindex)
{
	struct nl_msg *m = nlmsg_alloc();

	if (!m)
		return NULL;
	if (genlmsg_put(m, NL_AUTO_PORT, NL_AUTO_SEQ, w->family, 0, NLM_F_REQUEST | NLM_F_ACK,
			command, 0) &&
	    nla_put_u32(m, NL80211_ATTR_IFINDEX, ifindex) == 0)
		return m;
	nlmsg_free(m);
	return NULL;
}

static unsigned int index_of(const struct wifi *w, const char *dev)
{
	return w->io ? w->io->index(w->io->arg, dev) : if_nametoindex(dev);
}

/* The type (enum nl80211_iftype) of interface 'ifindex', or -errno. */
static int type_of(struct wifi *w, uint32_t ifindex)
{
	struct nlmsghdr *h = (struct nlmsghdr *)w->reply;
	struct nlattr *attrs[NL80211_ATTR_IFTYPE + 1];
	int rc = exchange(w, message(w, NL80211_CMD_GET_INTERFACE, ifindex));

	if (rc)
		return rc;
	if (!nlmsg_ok(h, w->reply_bytes) || !genlmsg_valid_hdr(h, 0) ||
	    genlmsg_parse(h, 0, attrs, NL80211_ATTR_IFTYPE, NULL) < 0 ||
	    !attrs[NL80211_ATTR_IFTYPE] || nla_len(attrs[NL80211_ATTR_IFTYPE]) < 4)
		return -EPROTO;
	return nla_get_u32(attrs[NL80211_ATTR_IFTYPE]);
}

void wifi_monitor_name(const char *dev, char ret_name[IF_NAMESIZE])
{
	snprintf(ret_name, IF_NAMESIZE, "%.*smon", IF_NAMESIZE - 1 - SUFFIX_BYTES, dev);
}

int wifi_is_monitor(const struct wifi_io *io, const char *dev, struct err *e)
{
	unsigned int ifindex;
	struct wifi w;
	int rc;

	rc = wifi_open(&w, io, e);
	if (rc)
		return err_prefix(e, "%s", dev);
	ifindex = index_of(&w, dev);
	rc = ifindex ? type_of(&w, ifindex) : -ENODEV;
	wifi_close(&w);
	if (!ifindex)
		return err_set(e, ENODEV, "%s: there is no such interface", dev);
	if (rc == -ENODEV || rc == -EOPNOTSUPP)
		return err_set(e, EOPNOTSUPP, "%s is no wireless device", dev);
	if (rc < 0)
		return err_sys(e, -rc, "%s: ask for its wireless mode", dev);
	return rc == NL80211_IFTYPE_MONITOR;
}

int wifi_has_monitor(const struct wifi_io *io, const char *dev, struct err *e)
{
	char name[IF_NAMESIZE];
	int rc;

	wifi_monitor_name(dev, name);
	if (!(io ? io->index(io->arg, name) : if_nametoindex(name)))
		return 0;
	rc = wifi_is_monitor(io, name, e);
	if (rc)
		return rc;
	return err_set(e, EEXIST, "%s is there already and is no monitor interface", name);
}

static int set_up(const char *dev)
{
	AUTO(close_p) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { 0 };

	if (fd < 0)
		return -errno;
	memcpy(req.ifr_name, dev, strlen(dev));
	if (ioctl(fd, SIOCGIFFLAGS, &req) < 0)
		return -errno;
	req.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &req) < 0 ? -errno : 0;
}

static struct nl_msg *new_monitor(const struct wifi *w, uint32_t ifindex, const char *name)
{
	struct nl_msg *m = message(w, NL80211_CMD_NEW_INTERFACE, ifindex);

	if (m && nla_put_string(m, NL80211_ATTR_IFNAME, name) == 0 &&
	    nla_put_u32(m, NL80211_ATTR_IFTYPE, NL80211_IFTYPE_MONITOR) == 0)
		return m;
	nlmsg_free(m);
	return NULL;
}

static int del_interface(struct wifi *w, const char *name)
{
	unsigned int ifindex = index_of(w, name);

	return ifindex ? exchange(w, message(w, NL80211_CMD_DEL_INTERFACE, ifindex)) : 0;
}

int wifi_add_monitor(const struct wifi_io *io, const char *dev, struct err *e)
{
	char name[IF_NAMESIZE];
	unsigned int ifindex;
	struct wifi w;
	int rc;

	wifi_monitor_name(dev, name);
	rc = wifi_open(&w, io, e);
	if (rc)
		return err_prefix(e, "%s", dev);
	ifindex = netdev_name_ok(dev) ? index_of(&w, dev) : 0;
	rc = ifindex ? exchange(&w, new_monitor(&w, ifindex, name)) : -ENODEV;
	if (rc) {
		wifi_close(&w);
		return rc == -EPERM ?
			err_set(e, EPERM, "%s: a monitor interface needs CAP_NET_ADMIN", dev) :
			err_sys(e, -rc, "%s: make monitor interface %s", dev, name);
	}
	rc = io ? io->up(io->arg, name) : set_up(name);
	if (rc && del_interface(&w, name) < 0)
		rc = err_sys(e, -rc, "%s: set up, and it could not be taken away", name);
	else if (rc)
		rc = err_sys(e, -rc, "%s: set up", name);
	wifi_close(&w);
	return rc;
}

int wifi_del_monitor(const struct wifi_io *io, const char *dev, struct err *e)
{
	char name[IF_NAMESIZE];
	struct wifi w;
	int rc;

	wifi_monitor_name(dev, name);
	rc = wifi_open(&w, io, e);
	if (rc)
		return rc;
	rc = del_interface(&w, name);
	wifi_close(&w);
	/* with its device, or by somebody else */
	return !rc || rc == -ENODEV ? 0 : err_sys(e, -rc, "take monitor interface %s away", name);
}
