// SPDX-License-Identifier: GPL-2.0-or-later
/* packets - see packets.h. */
#include "packets.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/str.h"
#include "proto/linktype.h"

int packets_file(const char *path, struct err *e)
{
	int fd = streq(path, "-") ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? err_sys(e, errno, "open %s", path) : fd;
}

int packets_open(int fd, const char *name, struct packets *ret, struct err *e)
{
	int own = dup(fd);

	*ret = (struct packets){ 0 };
	if (own < 0)
		return err_sys(e, errno, "%s", name);
	if (lseek(own, 0, SEEK_SET) < 0 && errno != ESPIPE) {
		close(own);
		return err_sys(e, errno, "%s", name);
	}
	return capfile_fdopen(own, name, &ret->file, e);
}

/* What eth_type_trans() makes of an Ethernet header. */
static uint16_t protocol_of(const struct pkt *p)
{
	uint16_t type;

	if (p->protocol)
		return p->protocol;
	if (p->linktype != LINKTYPE_ETHERNET || p->cap_len < ETH_HLEN)
		return 0;
	type = get_be16(p->data + 12);
	return type >= ETH_P_802_3_MIN ? type : ETH_P_802_2;
}

static uint32_t net_off_of(const struct walk *w, const struct pkt *p)
{
	int off = linktype_net_off(p->linktype);

	if (off >= 0)
		return off;
	for (unsigned int i = 0; i < w->n_layers; i++)
		if (w->layers[i].proto->flags & PROTO_NET)
			return w->layers[i].off;
	return VM_NO_NET_OFF;
}

int packets_next(struct packets *ps, struct err *e)
{
	const struct pkt *p = &ps->p;
	int rc;

	rc = capfile_next(ps->file, &ps->p, e);
	if (rc <= 0)
		return rc;
	ps->n++;
	ps->random = ps->n;
	walk_packet(p->linktype, p->data, p->cap_len, p->len, &ps->walk);
	ps->aux = (struct vm_aux){
		.net_off = net_off_of(&ps->walk, p),
		.pkttype = p->dir == PKT_DIR_UNKNOWN ? 0 : p->dir,
		.ifindex = p->ifindex,
		.pay_offset = ps->walk.n_layers ? ps->walk.payload_off : 0,
		.protocol = protocol_of(p),
		.hatype = p->hatype,
		.queue = p->queue == UINT32_MAX ? 0 : p->queue + 1,
		.vlan_tci = p->vlan_tci,
		.vlan_tpid = p->vlan_tpid,
		.random = &ps->random,
	};
	return 1;
}

void packets_close(struct packets *ps)
{
	capfile_close(ps->file);
	ps->file = NULL;
}
