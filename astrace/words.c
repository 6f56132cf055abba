// SPDX-License-Identifier: GPL-2.0-or-later
/* words - see words.h. Sources: the IANA registries of ICMP and ICMPv6 parameters. */
#include "words.h"

static const char *const codes4[] = {
	"net unreachable",
	"host unreachable",
	"protocol unreachable",
	"port unreachable",
	"fragmentation needed",
	"source route failed",
	"net unknown",
	"host unknown",
	"source host isolated",
	"net prohibited",
	"host prohibited",
	"net unreachable for TOS",
	"host unreachable for TOS",
	"prohibited",
	"host precedence violation",
	"precedence cutoff",
};

static const char *const codes6[] = {
	"no route",
	"prohibited",
	"beyond scope of source",
	"address unreachable",
	"port unreachable",
	"source address refused",
	"route rejected",
	"error in source routing",
};

static const char *words_tcp(uint16_t flags)
{
	if ((flags & 0x12) == 0x12)
		return "SYN-ACK";
	return flags & 4 ? "RST" : "TCP";
}

const char *words_answer(const struct answer *a)
{
	bool four = a->from.family == AF_INET;

	switch (a->kind) {
	case ANSWER_TIME:
		return a->code ? "reassembly time exceeded" : "time exceeded";
	case ANSWER_UNREACHABLE:
		if (four)
			return a->code < ARRAY_SIZE(codes4) ? codes4[a->code] : "unreachable";
		return a->code < ARRAY_SIZE(codes6) ? codes6[a->code] : "unreachable";
	case ANSWER_BIG:
		return four ? "fragmentation needed" : "packet too big";
	case ANSWER_PARAMETER:
		return "parameter problem";
	case ANSWER_ECHO:
		return "echo reply";
	case ANSWER_TCP:
		return words_tcp(a->tcp_flags);
	case ANSWER_UDP:
		return "UDP";
	default:
		return "nothing";
	}
}

const char *words_role(uint8_t role)
{
	static const char *const roles[] = { "incoming", "sub-IP", "outgoing", "next hop" };

	return roles[role & 3];
}
