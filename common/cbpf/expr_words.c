// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_words - see expr_words.h. The table is in strcmp() order: words are found by bisection. */
#include "cbpf/expr_words.h"

#include <string.h>

#include "base/attr.h"

static const struct word_def words[] = {
	{ "aarp", W_PROTO_NAME, Q_AARP },
	{ "action", W_ACTION, 0 },
	{ "addr1", W_ADDR, DIR_ADDR1 },
	{ "addr2", W_ADDR, DIR_ADDR2 },
	{ "addr3", W_ADDR, DIR_ADDR3 },
	{ "addr4", W_ADDR, DIR_ADDR4 },
	{ "address1", W_ADDR, DIR_ADDR1 },
	{ "address2", W_ADDR, DIR_ADDR2 },
	{ "address3", W_ADDR, DIR_ADDR3 },
	{ "address4", W_ADDR, DIR_ADDR4 },
	{ "ah", W_PROTO_NAME, Q_AH },
	{ "and", W_AND, 0 },
	{ "anyvlan", W_ANYVLAN, 0 },
	{ "arp", W_PROTO_NAME, Q_ARP },
	{ "atalk", W_PROTO_NAME, Q_ATALK },
	{ "bcc", W_BCC, 0 },
	{ "broadcast", W_BROADCAST, 0 },
	{ "byte", W_BYTE, 0 },
	{ "carp", W_PROTO_NAME, Q_CARP },
	{ "clnp", W_PROTO_NAME, Q_CLNP },
	{ "connectmsg", W_CONNECTMSG, 0 },
	{ "csnp", W_PROTO_NAME, Q_CSNP },
	{ "decnet", W_PROTO_NAME, Q_DECNET },
	{ "dir", W_WLAN_DIR, 0 },
	{ "direction", W_WLAN_DIR, 0 },
	{ "dpc", W_DPC, 0 },
	{ "dst", W_DST, 0 },
	{ "es-is", W_PROTO_NAME, Q_ESIS },
	{ "esis", W_PROTO_NAME, Q_ESIS },
	{ "esp", W_PROTO_NAME, Q_ESP },
	{ "ether", W_PROTO_NAME, Q_LINK },
	{ "fddi", W_PROTO_NAME, Q_LINK },
	{ "fisu", W_FISU, 0 },
	{ "gateway", W_TYPE, TYPE_GATEWAY },
	{ "geneve", W_GENEVE, 0 },
	{ "greater", W_GREATER, 0 },
	{ "hdpc", W_HDPC, 0 },
	{ "hfisu", W_HFISU, 0 },
	{ "hlssu", W_HLSSU, 0 },
	{ "hmsu", W_HMSU, 0 },
	{ "hopc", W_HOPC, 0 },
	{ "host", W_TYPE, TYPE_HOST },
	{ "hsio", W_HSIO, 0 },
	{ "hsls", W_HSLS, 0 },
	{ "icmp", W_PROTO_NAME, Q_ICMP },
	{ "icmp-echo", W_NUMBER, 8 },
	{ "icmp-echoreply", W_NUMBER, 0 },
	{ "icmp-ireq", W_NUMBER, 15 },
	{ "icmp-ireqreply", W_NUMBER, 16 },
	{ "icmp-maskreply", W_NUMBER, 18 },
	{ "icmp-maskreq", W_NUMBER, 17 },
	{ "icmp-paramprob", W_NUMBER, 12 },
	{ "icmp-redirect", W_NUMBER, 5 },
	{ "icmp-routeradvert", W_NUMBER, 9 },
	{ "icmp-routersolicit", W_NUMBER, 10 },
	{ "icmp-sourcequench", W_NUMBER, 4 },
	{ "icmp-timxceed", W_NUMBER, 11 },
	{ "icmp-tstamp", W_NUMBER, 13 },
	{ "icmp-tstampreply", W_NUMBER, 14 },
	{ "icmp-unreach", W_NUMBER, 3 },
	{ "icmp6", W_PROTO_NAME, Q_ICMP6 },
	{ "icmp6-certpathadvert", W_NUMBER, 149 },
	{ "icmp6-certpathsolicit", W_NUMBER, 148 },
	{ "icmp6-destinationunreach", W_NUMBER, 1 },
	{ "icmp6-echo", W_NUMBER, 128 },
	{ "icmp6-echoreply", W_NUMBER, 129 },
	{ "icmp6-homeagentdiscoveryreply", W_NUMBER, 145 },
	{ "icmp6-homeagentdiscoveryrequest", W_NUMBER, 144 },
	{ "icmp6-ineighbordiscoveryadvert", W_NUMBER, 142 },
	{ "icmp6-ineighbordiscoverysolicit", W_NUMBER, 141 },
	{ "icmp6-mobileprefixadvert", W_NUMBER, 147 },
	{ "icmp6-mobileprefixsolicit", W_NUMBER, 146 },
	{ "icmp6-multicastlistenerdone", W_NUMBER, 132 },
	{ "icmp6-multicastlistenerquery", W_NUMBER, 130 },
	{ "icmp6-multicastlistenerreportv1", W_NUMBER, 131 },
	{ "icmp6-multicastlistenerreportv2", W_NUMBER, 143 },
	{ "icmp6-multicastrouteradvert", W_NUMBER, 151 },
	{ "icmp6-multicastroutersolicit", W_NUMBER, 152 },
	{ "icmp6-multicastrouterterm", W_NUMBER, 153 },
	{ "icmp6-neighboradvert", W_NUMBER, 136 },
	{ "icmp6-neighborsolicit", W_NUMBER, 135 },
	{ "icmp6-nodeinformationquery", W_NUMBER, 139 },
	{ "icmp6-nodeinformationresponse", W_NUMBER, 140 },
	{ "icmp6-packettoobig", W_NUMBER, 2 },
	{ "icmp6-parameterproblem", W_NUMBER, 4 },
	{ "icmp6-redirect", W_NUMBER, 137 },
	{ "icmp6-routeradvert", W_NUMBER, 134 },
	{ "icmp6-routerrenum", W_NUMBER, 138 },
	{ "icmp6-routersolicit", W_NUMBER, 133 },
	{ "icmp6-timeexceeded", W_NUMBER, 3 },
	{ "icmp6code", W_NUMBER, 1 },
	{ "icmp6type", W_NUMBER, 0 },
	{ "icmpcode", W_NUMBER, 1 },
	{ "icmptype", W_NUMBER, 0 },
	{ "ifindex", W_IFINDEX, 0 },
	{ "ifname", W_IFNAME, 0 },
	{ "igmp", W_PROTO_NAME, Q_IGMP },
	{ "igrp", W_PROTO_NAME, Q_IGRP },
	{ "iih", W_PROTO_NAME, Q_IIH },
	{ "ilmic", W_ILMIC, 0 },
	{ "in", W_IN, 0 },
	{ "inbound", W_INBOUND, 0 },
	{ "inner", W_INNER, 0 },
	{ "ip", W_PROTO_NAME, Q_IP },
	{ "ip6", W_PROTO_NAME, Q_IP6 },
	{ "ipx", W_PROTO_NAME, Q_IPX },
	{ "is-is", W_PROTO_NAME, Q_ISIS },
	{ "isis", W_PROTO_NAME, Q_ISIS },
	{ "iso", W_PROTO_NAME, Q_ISO },
	{ "l1", W_PROTO_NAME, Q_L1 },
	{ "l2", W_PROTO_NAME, Q_L2 },
	{ "lane", W_LANE, 0 },
	{ "lat", W_PROTO_NAME, Q_LAT },
	{ "len", W_LEN, 0 },
	{ "length", W_LEN, 0 },
	{ "less", W_LESS, 0 },
	{ "link", W_PROTO_NAME, Q_LINK },
	{ "llc", W_LLC, 0 },
	{ "lsp", W_PROTO_NAME, Q_LSP },
	{ "lssu", W_LSSU, 0 },
	{ "lsu", W_LSSU, 0 },
	{ "mask", W_MASK, 0 },
	{ "metac", W_METAC, 0 },
	{ "metaconnect", W_METACONNECT, 0 },
	{ "mopdl", W_PROTO_NAME, Q_MOPDL },
	{ "moprc", W_PROTO_NAME, Q_MOPRC },
	{ "mpls", W_MPLS, 0 },
	{ "msu", W_MSU, 0 },
	{ "multicast", W_MULTICAST, 0 },
	{ "net", W_TYPE, TYPE_NET },
	{ "netbeui", W_PROTO_NAME, Q_NETBEUI },
	{ "not", W_NOT, 0 },
	{ "oam", W_OAM, 0 },
	{ "oamf4", W_OAMF4, 0 },
	{ "oamf4e", W_OAMF4EC, 0 },
	{ "oamf4ec", W_OAMF4EC, 0 },
	{ "oamf4s", W_OAMF4SC, 0 },
	{ "oamf4sc", W_OAMF4SC, 0 },
	{ "on", W_IFNAME, 0 },
	{ "opc", W_OPC, 0 },
	{ "or", W_OR, 0 },
	{ "outbound", W_OUTBOUND, 0 },
	{ "pim", W_PROTO_NAME, Q_PIM },
	{ "port", W_TYPE, TYPE_PORT },
	{ "portrange", W_TYPE, TYPE_PORTRANGE },
	{ "ppp", W_PROTO_NAME, Q_LINK },
	{ "pppoed", W_PPPOED, 0 },
	{ "pppoes", W_PPPOES, 0 },
	{ "proto", W_TYPE, TYPE_PROTO },
	{ "protochain", W_TYPE, TYPE_PROTOCHAIN },
	{ "psnp", W_PROTO_NAME, Q_PSNP },
	{ "ra", W_ADDR, DIR_RA },
	{ "radio", W_PROTO_NAME, Q_RADIO },
	{ "rarp", W_PROTO_NAME, Q_RARP },
	{ "reason", W_REASON, 0 },
	{ "rnr", W_RNR, 0 },
	{ "rset", W_RSET, 0 },
	{ "rulenum", W_RNR, 0 },
	{ "ruleset", W_RSET, 0 },
	{ "sc", W_SC, 0 },
	{ "sca", W_PROTO_NAME, Q_SCA },
	{ "sctp", W_PROTO_NAME, Q_SCTP },
	{ "sio", W_SIO, 0 },
	{ "slip", W_PROTO_NAME, Q_LINK },
	{ "sls", W_SLS, 0 },
	{ "snp", W_PROTO_NAME, Q_SNP },
	{ "src", W_SRC, 0 },
	{ "srnr", W_SRNR, 0 },
	{ "stp", W_PROTO_NAME, Q_STP },
	{ "subrulenum", W_SRNR, 0 },
	{ "subtype", W_WLAN_SUBTYPE, 0 },
	{ "ta", W_ADDR, DIR_TA },
	{ "tcp", W_PROTO_NAME, Q_TCP },
	{ "tcp-ack", W_NUMBER, 16 },
	{ "tcp-cwr", W_NUMBER, 128 },
	{ "tcp-ece", W_NUMBER, 64 },
	{ "tcp-fin", W_NUMBER, 1 },
	{ "tcp-push", W_NUMBER, 8 },
	{ "tcp-rst", W_NUMBER, 4 },
	{ "tcp-syn", W_NUMBER, 2 },
	{ "tcp-urg", W_NUMBER, 32 },
	{ "tcpflags", W_NUMBER, 13 },
	{ "tr", W_PROTO_NAME, Q_LINK },
	{ "type", W_WLAN_TYPE, 0 },
	{ "udp", W_PROTO_NAME, Q_UDP },
	{ "vci", W_VCI, 0 },
	{ "vlan", W_VLAN, 0 },
	{ "vpi", W_VPI, 0 },
	{ "vrrp", W_PROTO_NAME, Q_VRRP },
	{ "vxlan", W_VXLAN, 0 },
	{ "wlan", W_PROTO_NAME, Q_LINK },
};

const struct word_def *expr_word(const char *text, size_t n)
{
	size_t lo = 0, hi = ARRAY_SIZE(words);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = strncmp(text, words[mid].text, n);

		if (c == 0 && words[mid].text[n] == '\0')
			return &words[mid];
		if (c <= 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* Of several spellings the one the manual begins with. */
static const char *name_of(unsigned int word, unsigned int value)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (words[i].word == word && words[i].value == value)
			return words[i].text;
	return "";
}

const char *expr_qproto_name(unsigned int q)
{
	return q == Q_LINK ? "link" : name_of(W_PROTO_NAME, q);
}

const char *expr_qdir_name(unsigned int dir)
{
	switch (dir) {
	case DIR_SRC:
		return "src";
	case DIR_DST:
		return "dst";
	case DIR_OR:
		return "src or dst";
	case DIR_AND:
		return "src and dst";
	default:
		return name_of(W_ADDR, dir);
	}
}

const char *expr_qtype_name(unsigned int type)
{
	return type == TYPE_NONE ? "host" : name_of(W_TYPE, type);
}

const char *expr_word_name(unsigned int word)
{
	return name_of(word, 0);
}
