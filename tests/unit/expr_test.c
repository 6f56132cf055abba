// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of cbpf/expr.h: the compiler of filter expressions by what its programs select; of its
 * lexer and parser (cbpf/expr_lex.h, cbpf/expr_words.h, cbpf/expr_parse.h), of the graph
 * (cbpf/expr_gen.h), and of names (sys/exprnames.h). */
#include "cbpf/expr.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "cbpf/check.h"
#include "cbpf/expr_gen.h"
#include "cbpf/expr_lex.h"
#include "cbpf/expr_parse.h"
#include "cbpf/expr_words.h"
#include "cbpf/insn.h"
#include "cbpf/vm.h"
#include "proto/linktype.h"
#include "sys/exprnames.h"
#include "unit.h"

/* Ethernet, IPv4 10.1.2.3 > 10.9.8.7, ttl 64, dscp 46, TCP 4000 > 80, SYN. */
static const uint8_t syn[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0,
	0x45, 0xb8, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 1, 2, 3, 10, 9, 8, 7,
	0x0f, 0xa0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff, 0, 0, 0, 0,
};

/* Two hosts that the tests know beside those of the system: "router", whose addresses are not in
 * 'syn', and "sender", which sent it. */
static int test_host(void *ctx UNUSED, const char *name, struct expr_host *ret,
		     unsigned int max UNUSED, struct err *e UNUSED)
{
	ret[0] = (struct expr_host){ .addr = { 10, 1, 2, strcmp(name, "router") ? 3 : 1 } };
	return 1;
}

static int test_ether(void *ctx UNUSED, const char *name UNUSED, uint8_t ret[6],
		      struct err *e UNUSED)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 2 };

	memcpy(ret, mac, sizeof(mac));
	return 0;
}

static int compile(const char *text, unsigned int linktype, enum expr_mode mode,
		   struct sock_fprog *ret, struct err *e)
{
	struct expr_names names = *exprnames_system();
	struct expr_env env = { .linktype = linktype, .mode = mode, .names = &names };

	if (strstr(text, "router") || strstr(text, "sender")) {
		names.host = test_host;
		names.ether = test_ether;
	}
	return expr_compile(text, &env, ret, e);
}

/* The answer of 'text' for the packet of 'linktype'; -1 if it does not compile. */
static int answer_on(unsigned int linktype, const char *text, enum expr_mode mode,
		     const uint8_t *data, unsigned int n, unsigned int len,
		     const struct vm_aux *aux)
{
	AUTO(insn_fprog_free) struct sock_fprog prog = { 0 };
	AUTO(vm_free_p) struct vm *vm = NULL;
	struct err e;

	if (compile(text, linktype, mode, &prog, &e) < 0)
		return -1;
	assert_int_equal(check_prog(&prog, &e), 0);
	assert_int_equal(vm_new(&prog, &vm, &e), 0);
	return vm_run(vm, data, n, len, aux) != 0;
}

static int answer(const char *text, enum expr_mode mode, const uint8_t *data, unsigned int n,
		  unsigned int len, const struct vm_aux *aux)
{
	return answer_on(LINKTYPE_ETHERNET, text, mode, data, n, len, aux);
}

static const char *const yes[] = {
	"", "ip", "tcp", "tcp port 80", "port 80 or 443", "src host 10.1.2.3",
	"dst net 10.9.0.0/16", "net 10", "host 1.2.3.4 or 10.1.2.3", "not udp",
	"host (1.2.3.4 or 10.9.8.7)", "tcp[tcpflags] & tcp-syn != 0", "ip[8] = 64",
	"ip[2:2] - ((ip[0]&0xf)<<2) = 20", "tcp[0:2] + tcp[2:2] = 4080", "len = 54", "less 54",
	"greater 54", "ether src 2:0:0:0:0:2", "ether host 020000000001", "portrange 70-90",
	"ip proto \\tcp", "proto 6", "link[12:2] = 0x800", "protochain 6", "byte 14 = 0x45",
	"ip4.ttl < 65", "tcp.dport in {80,443,8000-8010}", "dscp = 46", "dscp = ef", "tcp.syn",
	"ip4.src in {10.0.0.0/8}", "eth.dst = 2:0:0:0:0:1", "anyvlan(tcp port 80)",
	"inner(dst port 80)", "6 ^ 3 = 5", "ip and not vlan", "gateway router",
	"ip gateway router",
};

static const char *const no[] = {
	"udp", "tcp port 81", "src port 80", "ip6", "vlan", "host 10.1.2.4", "ether broadcast",
	"ip multicast", "tcp.dport in {1-79,81-65535}", "ip4.ttl = 63", "tcp.ack", "dscp = 0",
	"anyvlan(udp)", "inner(udp)", "ip[100000] = 0", "vxlan", "geneve", "mpls", "pppoes",
	"gateway sender", "arp gateway router",
};

static void test_selects(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		if (answer(yes[i], EXPR_FILE, syn, sizeof(syn), sizeof(syn), NULL) != 1)
			fail_msg("'%s' does not select the packet", yes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		if (answer(no[i], EXPR_FILE, syn, sizeof(syn), sizeof(syn), NULL) != 0)
			fail_msg("'%s' selects the packet", no[i]);
}

/* Each text fails, and the sentence has the words. */
static const struct {
	const char *text, *words;
} wrong[] = {
	{ "tcp or 80", "column 10" },
	{ "host", "column 5" },
	{ "port 65536", "65535" },
	{ "vlan 4096", "4095" },
	{ "net 10.0.0.1/8", "mask" },
	{ "ip[0:3] = 1", "1, 2 or 4" },
	{ "ip[0]", "comparison" },
	{ "1 / 0 = 1", "zero" },
	{ "inbound", "live packets" },
	{ "port 08", "octal" },
	{ "host tcp", "backslash" },
	{ "(ip", "expected ')'" },
	{ "tcp.mss.value = 5", "not expressible" },
	{ "wlan type mgt", "802.11" },
	{ "port nosuchservice", "nobody knows" },
};

static void test_errors(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct sock_fprog prog = { 0 };
		struct err e = { 0 };

		assert_true(compile(wrong[i].text, LINKTYPE_ETHERNET, EXPR_FILE, &prog, &e) < 0);
		if (!strstr(e.text, wrong[i].words))
			fail_msg("'%s': %s", wrong[i].text, e.text);
	}
}

/* A tagged packet as a file has it, and as a socket's filter sees it: the same answers. */
static void test_live_is_file(void **state UNUSED)
{
	static const uint8_t tag[] = { 0x81, 0, 0x20, 5 };
	static const char *const texts[] = {
		"vlan", "vlan 5", "vlan 6", "vlan 5 and tcp port 80", "tcp port 80", "ip",
		"not ip", "len = 58", "less 57", "vlan and ip[8] = 64", "link[12:2] = 0x8100",
		"link[10:4] = 0x00028100", "link[14] = 0x20", "anyvlan(tcp dst port 80)",
		"ether src 2:0:0:0:0:2", "vlan and vlan", "not vlan", "vlan and tcp[0:2] = 4000",
	};
	struct vm_aux aux = { .vlan_tci = 0x2005, .vlan_tpid = ETH_P_8021Q };
	uint8_t tagged[sizeof(syn) + 4];

	memcpy(tagged, syn, 12);
	memcpy(tagged + 12, tag, 4);
	memcpy(tagged + 16, syn + 12, sizeof(syn) - 12);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		int file = answer(texts[i], EXPR_FILE, tagged, sizeof(tagged), sizeof(tagged),
				  NULL);
		int live = answer(texts[i], EXPR_LIVE, syn, sizeof(syn), sizeof(syn), &aux);

		if (file < 0 || file != live)
			fail_msg("'%s': file %d, live %d", texts[i], file, live);
	}
}

/* Tags of switches say which way a frame went. */
static void test_switch_tags(void **state UNUSED)
{
	enum { DSA_TAG_BRCM = 281, DSA_TAG_DSA = 284 };
	static const struct {
		unsigned int linktype;
		uint8_t tag;
		int in, out;
	} rows[] = {
		{ DSA_TAG_BRCM, 0x00, 1, 0 }, { DSA_TAG_BRCM, 0x20, 0, 1 },
		{ DSA_TAG_BRCM, 0x1f, 1, 0 }, { DSA_TAG_BRCM, 0xe0, 0, 0 },
		{ DSA_TAG_DSA, 0x08, 1, 0 },  { DSA_TAG_DSA, 0x48, 0, 1 },
		{ DSA_TAG_DSA, 0xc8, 0, 0 },
	};
	uint8_t frame[64] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		frame[12] = rows[i].tag;
		assert_int_equal(answer_on(rows[i].linktype, "inbound", EXPR_FILE, frame, 64, 64,
					   NULL), rows[i].in);
		assert_int_equal(answer_on(rows[i].linktype, "outbound", EXPR_FILE, frame, 64, 64,
					   NULL), rows[i].out);
	}
}

/* Bytes count from the 802.11 header; filters of PPI are of frames of 802.11, whatever they ask. */
static void test_radio(void **state UNUSED)
{
	uint8_t frame[64] = { 0, 0, 12, 0, LINKTYPE_IEEE802_11 };

	frame[12] = 0x80;
	for (int wlan = 1; wlan >= 0; wlan--) {
		frame[4] = wlan ? LINKTYPE_IEEE802_11 : LINKTYPE_ETHERNET;
		assert_int_equal(answer_on(LINKTYPE_PPI, "len > 5", EXPR_FILE, frame, 64, 64, NULL),
				 wlan);
		assert_int_equal(answer_on(LINKTYPE_PPI, "byte 0 = 0x80", EXPR_FILE, frame, 64, 64,
					   NULL), wlan);
	}
	assert_int_equal(answer_on(LINKTYPE_IEEE802_11_RADIOTAP, "byte 0 & 0x80", EXPR_FILE, frame,
				   64, 64, NULL), 1);
}

/* Where MTP2 begins: at once, behind a header of its own, behind that of ERF. */
static void test_signalling(void **state UNUSED)
{
	static const struct {
		unsigned int linktype, at;
	} rows[] = { { LINKTYPE_MTP2, 0 }, { LINKTYPE_MTP2_PHDR, 4 }, { LINKTYPE_ERF, 20 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t frame[64] = { 0 };

		frame[rows[i].at + 2] = 9;
		frame[rows[i].at + 3] = 5;
		assert_int_equal(answer_on(rows[i].linktype, "msu and sio 5", EXPR_FILE, frame, 64,
					   64, NULL), 1);
		assert_int_equal(answer_on(rows[i].linktype, "fisu or lssu or sio 6", EXPR_FILE,
					   frame, 64, 64, NULL), 0);
	}
}

/* A chain of as many headers as are followed ends at UDP, one more does not. */
static void test_chain(void **state UNUSED)
{
	uint8_t frame[14 + 40 + 8 * (EXPR_PROTOCHAIN_DEPTH + 1) + 8] = { 0 };

	frame[12] = ETH_P_IPV6 >> 8;
	frame[13] = ETH_P_IPV6 & 0xff;
	for (int n = 0; n <= EXPR_PROTOCHAIN_DEPTH + 1; n++) {
		frame[14 + 6] = n ? IPPROTO_DSTOPTS : IPPROTO_UDP;
		for (int i = 0; i < n; i++)
			frame[14 + 40 + 8 * i] = i + 1 < n ? IPPROTO_DSTOPTS : IPPROTO_UDP;
		for (int any = 0; any < 2; any++)
			assert_int_equal(answer(any ? "protochain 17" : "ip6 protochain 17",
						EXPR_FILE, frame, sizeof(frame), sizeof(frame),
						NULL), n <= EXPR_PROTOCHAIN_DEPTH);
	}
}

static void test_far_jumps(void **state UNUSED)
{
	char text[8192] = "port 1";

	for (int i = 2; i < 120; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " or %d", i);
	assert_int_equal(answer(text, EXPR_FILE, syn, sizeof(syn), sizeof(syn), NULL), 1);
}

static void test_lexer(void **state UNUSED)
{
	uint8_t mac[6], ip6[16];
	uint32_t v;

	assert_true(lex_mac("aa00.0400.1d04", 14, mac) && mac[5] == 4);
	assert_true(lex_mac("AA-0-4-0-1D-4", 13, mac) && mac[4] == 0x1d);
	assert_false(lex_mac("aa:0:4:0:1d", 11, mac));
	assert_true(lex_ip6("fe80::1.2.3.4", 13, ip6) && ip6[0] == 0xfe && ip6[15] == 4);
	assert_true(lex_ip6("::", 2, ip6));
	assert_false(lex_ip6("1::2::3", 7, ip6));
	assert_int_equal(lex_number("0x1f", 4, &v), 0);
	assert_int_equal(v, 31);
	assert_int_equal(lex_number("4294967296", 10, &v), -ERANGE);
	assert_int_equal(expr_word("portrange", 9)->word, W_TYPE);
	assert_null(expr_word("portrang", 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_selects),	     cmocka_unit_test(test_errors),
		cmocka_unit_test(test_live_is_file), cmocka_unit_test(test_far_jumps),
		cmocka_unit_test(test_lexer),	     cmocka_unit_test(test_switch_tags),
		cmocka_unit_test(test_chain),	     cmocka_unit_test(test_radio),
		cmocka_unit_test(test_signalling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
