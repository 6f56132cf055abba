// SPDX-License-Identifier: GPL-2.0-or-later
/* cook - see cook.h. */
#include "cook.h"

#include <errno.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "pkt/block.h"
#include "pkt/capfile.h"
#include "proto/linktype.h"

enum {
	SLL2_BYTES = 20,
	FIRST_ETHERTYPE = 0x600, /* below it, a length (IEEE 802.3) */
	ADDR_BYTES = 8,
};

struct cook {
	struct source source; /* what sinks see */
	struct source *of;
	struct pkt_iface iface; /* the one asked for last */
	uint8_t *bytes;
	size_t n, room;
};

static struct source *behind(struct source *s)
{
	return ((struct cook *)s)->of;
}

static const struct pkt_iface *cook_iface(struct source *s, uint32_t i)
{
	struct cook *c = (struct cook *)s;
	const struct pkt_iface *iface = behind(s)->ops->iface(behind(s), i);

	if (!iface)
		return NULL;
	c->iface = *iface;
	c->iface.linktype = LINKTYPE_LINUX_SLL;
	return &c->iface;
}

static struct capfile *cook_capfile(struct source *s)
{
	return behind(s)->ops->capfile(behind(s));
}

static const struct source_ops cook_ops = { .iface = cook_iface, .capfile = cook_capfile };

int cook_new(struct cook **ret_c, struct err *e)
{
	struct cook *c = calloc(1, sizeof(*c));

	if (c) {
		c->room = CAPFILE_RECORD_MAX + SLL_BYTES;
		c->bytes = malloc(c->room);
	}
	if (!c || !c->bytes) {
		free(c);
		return err_sys(e, ENOMEM, "-w");
	}
	c->source.ops = &cook_ops;
	*ret_c = c;
	return 0;
}

void cook_free(struct cook *c)
{
	if (!c)
		return;
	free(c->bytes);
	free(c);
}

struct source *cook_source(struct cook *c, struct source *s)
{
	c->of = s;
	c->source.name = s->name;
	c->source.fd = s->fd;
	return &c->source;
}

bool cook_has_room(const struct cook *c, uint32_t cap_len)
{
	return c->room - c->n >= (size_t)cap_len + SLL_BYTES;
}

static uint8_t dir_of_ethernet(const struct pkt *p, const uint8_t *to)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };

	if (p->dir != PKT_DIR_UNKNOWN)
		return p->dir;
	if (!memcmp(to, all, sizeof(all)))
		return PKT_DIR_BROADCAST;
	return to[0] & 1 ? PKT_DIR_MULTICAST : PKT_DIR_HOST;
}

static void put_head(uint8_t *h, unsigned int dir, unsigned int hatype, unsigned int addr_bytes,
		     const uint8_t *addr, unsigned int protocol)
{
	memset(h, 0, SLL_BYTES);
	put_be16(h, dir);
	put_be16(h + 2, hatype);
	put_be16(h + 4, addr_bytes);
	memcpy(h + 6, addr, MIN(addr_bytes, (unsigned int)ADDR_BYTES));
	put_be16(h + 14, protocol);
}

/* Makes the header at 'h' for packet 'p'. Returns the bytes of the one it replaces, or -1. */
static int make_head(uint8_t *h, const struct pkt *p)
{
	uint8_t old[SLL2_BYTES] = { 0 }; /* a packet cut within its header has zeros for the rest */
	unsigned int protocol;

	memcpy(old, p->data, MIN(p->cap_len, (uint32_t)SLL2_BYTES));
	switch (p->linktype) {
	case LINKTYPE_ETHERNET:
		protocol = get_be16(old + 12);
		if (protocol < FIRST_ETHERTYPE)
			protocol = get_be16(old + 14) == 0xffff ? ETH_P_802_3 : ETH_P_802_2;
		put_head(h, dir_of_ethernet(p, old), ARPHRD_ETHER, 6, old + 6, protocol);
		return ETH_HLEN;
	case LINKTYPE_LINUX_SLL2:
		put_head(h, old[10], get_be16(old + 8), old[11], old + 12, get_be16(old));
		return SLL2_BYTES;
	case LINKTYPE_RAW:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		protocol = old[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP;
		put_head(h, p->dir == PKT_DIR_UNKNOWN ? PKT_DIR_HOST : p->dir, ARPHRD_NONE, 0, old,
			 protocol);
		return 0;
	default:
		return -1;
	}
}

int cook_packet(struct cook *c, struct pkt *p, struct err *e)
{
	const char *name = linktype_name(p->linktype);
	uint8_t *h = c->bytes + c->n;
	uint32_t n, gone;
	int head;

	if (p->linktype == LINKTYPE_LINUX_SLL)
		return 0;
	head = make_head(h, p);
	if (head < 0)
		return err_set(e, EINVAL,
			       "-w: %s: link type %s (%u) cannot be replaced by a cooked header",
			       c->source.name, name ? name : "unknown", p->linktype);
	gone = MIN((uint32_t)head, p->cap_len);
	n = p->cap_len - gone;
	memcpy(h + SLL_BYTES, p->data + gone, n);
	p->data = h;
	p->cap_len = n + SLL_BYTES;
	p->len = MAX(p->len, (uint32_t)head) - head + SLL_BYTES;
	p->linktype = LINKTYPE_LINUX_SLL;
	p->rec = NULL;
	p->rec_bytes = 0;
	c->n += ALIGN_UP(p->cap_len, 16u);
	c->n = MIN(c->n, c->room);
	return 0;
}

void cook_clear(struct cook *c)
{
	c->n = 0;
}
