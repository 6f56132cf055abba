// SPDX-License-Identifier: GPL-2.0-or-later
/* vm_slow - see vm_slow.h. */
#include "cbpf/vm_slow.h"

#include "base/bytes.h"
#include "cbpf/insn.h"

bool vm_load_neg(const uint8_t *data, uint32_t cap_len, uint32_t off, unsigned int size,
		 const struct vm_aux *aux, uint32_t *ret_v)
{
	uint64_t at;

	if (off >= INSN_NET_OFF) {
		if (!aux || aux->net_off == VM_NO_NET_OFF)
			return false;
		at = (uint64_t)aux->net_off + (off - INSN_NET_OFF);
	} else if (off >= INSN_LL_OFF) {
		at = off - INSN_LL_OFF;
	} else {
		return false;
	}
	if (at + size > cap_len)
		return false;
	*ret_v = size == 4 ? get_be32(data + at) : size == 2 ? get_be16(data + at) : data[at];
	return true;
}

/* Offset in 'data' of the first netlink attribute of type 'type' in the 'n' bytes from 'at' on, or
 * 0. Attributes are in host order (RFC 3549 has netlink local to a machine), their type in 14 bits.
 */
static uint32_t find_nlattr(const uint8_t *data, uint32_t at, uint32_t n, uint32_t type)
{
	while (n >= 4) {
		uint32_t len = get_le16(data + at);

		if (len < 4 || len > n)
			return 0;
		if ((get_le16(data + at + 2) & 0x3fffu) == type)
			return at;
		len = MIN((len + 3) & ~3u, n);
		at += len;
		n -= len;
	}
	return 0;
}

static uint32_t load_nlattr(const uint8_t *data, uint32_t cap_len, uint32_t a, uint32_t x)
{
	if (cap_len < 4 || a > cap_len - 4)
		return 0;
	return find_nlattr(data, a, cap_len - a, x);
}

static uint32_t load_nlattr_nest(const uint8_t *data, uint32_t cap_len, uint32_t a, uint32_t x)
{
	uint32_t len;

	if (cap_len < 4 || a > cap_len - 4)
		return 0;
	len = get_le16(data + a);
	if (len < 4 || len > cap_len - a)
		return 0;
	return find_nlattr(data, a + 4, len - 4, x);
}

/* splitmix64 (Steele, Lea, Flood 2014), of which the upper half is returned. */
static uint32_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) >> 32;
}

uint32_t vm_load_ad(uint32_t ad, uint32_t a, uint32_t x, const uint8_t *data, uint32_t cap_len,
		    const struct vm_aux *aux)
{
	static const struct vm_aux none;

	if (!aux)
		aux = &none;
	switch (ad) {
	case SKF_AD_PROTOCOL:
		return aux->protocol;
	case SKF_AD_PKTTYPE:
		return aux->pkttype;
	case SKF_AD_IFINDEX:
		return aux->ifindex;
	case SKF_AD_NLATTR:
		return load_nlattr(data, cap_len, a, x);
	case SKF_AD_NLATTR_NEST:
		return load_nlattr_nest(data, cap_len, a, x);
	case SKF_AD_MARK:
		return aux->mark;
	case SKF_AD_QUEUE:
		return aux->queue;
	case SKF_AD_HATYPE:
		return aux->hatype;
	case SKF_AD_RXHASH:
		return aux->rxhash;
	case SKF_AD_CPU:
		return aux->cpu;
	case SKF_AD_ALU_XOR_X:
		return a ^ x;
	case SKF_AD_VLAN_TAG:
		return aux->vlan_tci;
	case SKF_AD_VLAN_TAG_PRESENT:
		return aux->vlan_tpid != 0;
	case SKF_AD_PAY_OFFSET:
		return aux->pay_offset;
	case SKF_AD_RANDOM:
		return aux->random ? next_random(aux->random) : 0;
	case SKF_AD_VLAN_TPID:
		return aux->vlan_tpid;
	}
	return 0;
}
