// SPDX-License-Identifier: GPL-2.0-or-later
/* expr_words - the words of the filter language: one table for lexer, parser and manual.
 * Private to the expr files. Source: pcap-filter(7). */
#ifndef CBPF_EXPR_WORDS_H
#define CBPF_EXPR_WORDS_H

#include <stddef.h>
#include <stdint.h>

enum qproto {
	Q_ANY, /* no protocol given */
	Q_LINK,
	Q_IP,
	Q_ARP,
	Q_RARP,
	Q_SCTP,
	Q_TCP,
	Q_UDP,
	Q_ICMP,
	Q_IGMP,
	Q_IGRP,
	Q_ATALK,
	Q_DECNET,
	Q_LAT,
	Q_SCA,
	Q_MOPRC,
	Q_MOPDL,
	Q_IP6,
	Q_ICMP6,
	Q_AH,
	Q_ESP,
	Q_PIM,
	Q_VRRP,
	Q_CARP,
	Q_AARP,
	Q_ISO,
	Q_ESIS,
	Q_ISIS,
	Q_CLNP,
	Q_STP,
	Q_IPX,
	Q_NETBEUI,
	Q_L1,
	Q_L2,
	Q_IIH,
	Q_LSP,
	Q_SNP,
	Q_CSNP,
	Q_PSNP,
	Q_RADIO,
};

enum qdir {
	DIR_ANY, /* not said */
	DIR_SRC,
	DIR_DST,
	DIR_OR,
	DIR_AND,
	DIR_ADDR1,
	DIR_ADDR2,
	DIR_ADDR3,
	DIR_ADDR4,
	DIR_RA,
	DIR_TA,
};

enum qtype {
	TYPE_NONE, /* host, unsaid */
	TYPE_HOST,
	TYPE_NET,
	TYPE_PORT,
	TYPE_PORTRANGE,
	TYPE_GATEWAY,
	TYPE_PROTO,
	TYPE_PROTOCHAIN,
};

/* Words that stand for themselves; what has an enum of its own comes with its value. */
enum word {
	W_NONE,
	W_PROTO_NAME, /* value: enum qproto */
	W_SRC,
	W_DST,
	W_ADDR, /* value: enum qdir */
	W_TYPE, /* host, net, port, ...; value: enum qtype */
	W_MASK,
	W_AND,
	W_OR,
	W_NOT,
	W_NUMBER, /* a named constant; value */
	W_LEN,
	W_LESS,
	W_GREATER,
	W_BYTE,
	W_BROADCAST,
	W_MULTICAST,
	W_WLAN_TYPE,
	W_WLAN_SUBTYPE,
	W_WLAN_DIR,
	W_INBOUND,
	W_OUTBOUND,
	W_IFINDEX,
	W_VLAN,
	W_MPLS,
	W_PPPOED,
	W_PPPOES,
	W_GENEVE,
	W_VXLAN,
	W_LLC,
	W_LANE,
	W_METAC,
	W_BCC,
	W_OAMF4SC,
	W_OAMF4EC,
	W_SC,
	W_ILMIC,
	W_OAM,
	W_OAMF4,
	W_CONNECTMSG,
	W_METACONNECT,
	W_VPI,
	W_VCI,
	W_IFNAME,
	W_RSET,
	W_RNR,
	W_SRNR,
	W_REASON,
	W_ACTION,
	W_FISU,
	W_LSSU,
	W_MSU,
	W_HFISU,
	W_HLSSU,
	W_HMSU,
	W_SIO,
	W_OPC,
	W_DPC,
	W_SLS,
	W_HSIO,
	W_HOPC,
	W_HDPC,
	W_HSLS,
	W_ANYVLAN,
	W_INNER,
	W_IN,
};

struct word_def {
	const char *text;
	uint16_t word; /* enum word */
	uint16_t value;
};

/* The word that is the 'n' characters at 'text', or NULL. */
const struct word_def *expr_word(const char *text, size_t n);

/* The name of protocol qualifier 'q' as it is written, for error sentences. */
const char *expr_qproto_name(unsigned int q);

/* The same for directions and types. */
const char *expr_qdir_name(unsigned int dir);
const char *expr_qtype_name(unsigned int type);

/* The first word that stands for 'word', for error sentences. */
const char *expr_word_name(unsigned int word);

#endif
