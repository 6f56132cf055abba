// SPDX-License-Identifier: GPL-2.0-or-later
/* linktype - the registry of link types that capture files carry (tcpdump.org/linktypes.html),
 * their names as tools know them (DLT_ and LINKTYPE_ names), and what a Linux interface of an
 * ARPHRD_ type delivers. */
#ifndef PROTO_LINKTYPE_H
#define PROTO_LINKTYPE_H

#include <stddef.h>
#include <stdint.h>

enum linktype {
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_IEEE802_5 = 6,
	LINKTYPE_ARCNET_BSD = 7,
	LINKTYPE_SLIP = 8,
	LINKTYPE_PPP = 9,
	LINKTYPE_FDDI = 10,
	LINKTYPE_PPP_HDLC = 50,
	LINKTYPE_PPP_ETHER = 51,
	LINKTYPE_SYMANTEC_FIREWALL = 99,
	LINKTYPE_ATM_RFC1483 = 100,
	LINKTYPE_RAW = 101,
	LINKTYPE_SLIP_BSDOS = 102,
	LINKTYPE_PPP_BSDOS = 103,
	LINKTYPE_C_HDLC = 104,
	LINKTYPE_IEEE802_11 = 105,
	LINKTYPE_ATM_CLIP = 106,
	LINKTYPE_FRELAY = 107,
	LINKTYPE_LOOP = 108,
	LINKTYPE_ENC = 109,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_PFLOG = 117,
	LINKTYPE_IEEE802_11_PRISM = 119,
	LINKTYPE_IP_OVER_FC = 122,
	LINKTYPE_SUNATM = 123,
	LINKTYPE_IEEE802_11_RADIOTAP = 127,
	LINKTYPE_ARCNET_LINUX = 129,
	LINKTYPE_APPLE_IP_OVER_IEEE1394 = 138,
	LINKTYPE_MTP2_PHDR = 139,
	LINKTYPE_MTP2 = 140,
	LINKTYPE_DOCSIS = 143,
	LINKTYPE_LINUX_IRDA = 144,
	LINKTYPE_IEEE802_11_AVS = 163,
	LINKTYPE_PPP_PPPD = 166,
	LINKTYPE_JUNIPER_PPPOE = 167,
	LINKTYPE_JUNIPER_ETHER = 178,
	LINKTYPE_JUNIPER_PPP = 179,
	LINKTYPE_JUNIPER_FRELAY = 180,
	LINKTYPE_JUNIPER_CHDLC = 181,
	LINKTYPE_MFR = 182,
	LINKTYPE_IEEE802_15_4_LINUX = 191,
	LINKTYPE_PPI = 192,
	LINKTYPE_IEEE802_15_4 = 195,
	LINKTYPE_ERF = 197,
	LINKTYPE_PPP_WITH_DIR = 204,
	LINKTYPE_C_HDLC_WITH_DIR = 205,
	LINKTYPE_FRELAY_WITH_DIR = 206,
	LINKTYPE_MPLS = 219,
	LINKTYPE_IPNET = 226,
	LINKTYPE_CAN_SOCKETCAN = 227,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_IEEE802_15_4_NOFCS = 230,
	LINKTYPE_NFLOG = 239,
	LINKTYPE_NETANALYZER = 240,
	LINKTYPE_NETANALYZER_TRANSPARENT = 241,
	LINKTYPE_IPOIB = 242,
	LINKTYPE_SCTP = 248,
	LINKTYPE_NETLINK = 253,
	LINKTYPE_PKTAP = 258,
	LINKTYPE_EPON = 259,
	LINKTYPE_VSOCK = 271,
	LINKTYPE_LINUX_SLL2 = 276,
	LINKTYPE_DSA_TAG_BRCM = 281,
	LINKTYPE_DSA_TAG_BRCM_PREPEND = 282,
	LINKTYPE_IEEE802_15_4_TAP = 283,
	LINKTYPE_DSA_TAG_DSA = 284,
	LINKTYPE_DSA_TAG_EDSA = 285,
};

struct linktype_info {
	uint16_t linktype;    /* in files */
	uint16_t dlt;         /* DLT_ number on Linux; differs for a few */
	const char *name;     /* DLT name without DLT_: "EN10MB" */
	const char *lt_name;  /* LINKTYPE name without LINKTYPE_ where it differs, else NULL */
	const char *descr;
};

/* The whole registry in order of number; '*ret_n' entries. */
const struct linktype_info *linktype_all(size_t *ret_n);

/* The entry of link type number 'linktype', or NULL. */
const struct linktype_info *linktype_info(unsigned int linktype);

/* Name of 'linktype' as tools print it ("EN10MB"), or NULL. */
const char *linktype_name(unsigned int linktype);

/* The link type called 'name': DLT or LINKTYPE name, with or without that prefix, any case, or its
 * number in decimal. -1 if there is none. */
int linktype_by_name(const char *name);

/* Link type number for a DLT number found in files of programs that wrote DLTs (RAW is 12). */
unsigned int linktype_of_dlt(unsigned int dlt);

/* Link type of what a packet socket on an interface of type 'arphrd' (linux/if_arp.h) delivers
 * with its link header, LINKTYPE_LINUX_SLL2 where that is not one that files know: then the
 * header has to be replaced by a cooked one. */
unsigned int linktype_of_arphrd(unsigned int arphrd);

/* Where the network header begins in packets of 'linktype', in bytes; -1 where only the packet
 * tells. Ethernet: behind the first type, as the kernel has it, tags or not. */
int linktype_net_off(unsigned int linktype);

/* The ARPHRD_ type of interfaces that take frames of 'linktype', or -1. */
int linktype_to_arphrd(unsigned int linktype);

#endif
