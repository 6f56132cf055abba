// SPDX-License-Identifier: GPL-2.0-or-later
/* columns_test - what is asked for and refused, cells of every kind, quoting, alignment. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "base/attr.h"
#include "proto/columns.h"
#include "proto/linktype.h"

/* IPv4 10.0.0.1 > 10.0.0.2 in itself: 192.0.2.1 > 192.0.2.2, UDP 53 > 1234, checksum wrong. */
static const uint8_t tunnel[] = {
	0x45, 0, 0, 50, 0, 1, 0x40, 0, 64, 4, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	0x45, 0, 0, 30, 0, 1, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
	0, 53, 0x04, 0xd2, 0, 10, 0x11, 0x11, 'h', 'i',
};

/* TCP SYN with MSS 1460 and a window scale. */
static const uint8_t syn[] = {
	0x45, 0, 0, 48, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x70, 2, 0x20, 0, 0, 0, 0, 0,
	2, 4, 0x05, 0xb4, 1, 3, 3, 7,
};

/* DNS answer for a,"b\x07.c with two addresses. */
static const uint8_t dns[] = {
	0x45, 0, 0, 85, 0, 1, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	0, 53, 0x04, 0xd2, 0, 65, 0, 0,
	0, 7, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0,
	5, 'a', ',', '"', 'b', 7, 1, 'c', 0, 0, 1, 0, 1,
	0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 7,
	0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 8,
};

static struct columns cols;
static struct str out;

static const char *line(const char *names, bool csv, const uint8_t *data, uint32_t n)
{
	static struct walk w;
	const struct render_style plain = { 0 };
	const struct render_meta m = { .has_time = true, .ts_ns = 1500000000, .number = 3,
				       .iface = "e\033", .dir = 4, .vlan_tpid = 0x8100,
				       .vlan_tci = 0x2005 };
	struct err e = { 0 };

	cols.csv = csv;
	assert_int_equal(columns_parse(names, "--fields", &cols, &e), 0);
	walk_packet(LINKTYPE_RAW, data, n, n, &w);
	str_clear(&out);
	columns_line(&out, &cols, &w, &m, &plain);
	return out.p;
}

#define CSV(names, packet) line(names, true, packet, sizeof(packet))

static void cells(void **state UNUSED)
{
	assert_string_equal(CSV("ip4.src,udp.dport,tcp.dport", tunnel),
			    "10.0.0.1;192.0.2.1,1234,\n");
	assert_string_equal(CSV("udp.sport_text,udp.csum,udp.csum_state", tunnel),
			    "domain,0x1111,wrong\n");
	assert_string_equal(CSV("tcp.mss.value,tcp.wscale.shift,tcp.sack.edge", syn),
			    "1460,7,\n");
	assert_string_equal(CSV("tcp.flags,tcp.flags_text,tcp.syn,tcp.ack", syn),
			    "0x002,syn,1,0\n");
	assert_string_equal(CSV("dns.answer.addr,dns.question.addr,dns.answer.type_text", dns),
			    "192.0.2.7;192.0.2.8,,a;a\n");
}

static void of_the_packet(void **state UNUSED)
{
	assert_string_equal(CSV("number,time,date,iface,dir,vlan,len,caplen,layers,payload", tunnel),
			    "3,1.500000000,1970-01-01 00:00:01.500000000,e?,out,5,50,50,raw:ip:ip:udp,2\n");
	assert_string_equal(CSV("linktype", tunnel), "RAW\n");
}

static void quotes(void **state UNUSED)
{
	assert_string_equal(CSV("dns.question.name,len", dns), "\"a,\"\"b\\x07.c\",85\n");
}

static void a_table_is_aligned(void **state UNUSED)
{
	assert_string_equal(line("len,ip.src,tcp.dport", false, syn, sizeof(syn)),
			    "    48  10.0.0.1                80\n");
	str_clear(&out);
	columns_head(&out, &cols);
	assert_string_equal(out.p, "   len  ip.src           tcp.dport\n");
	assert_string_equal(line("tcp.dport,udp.dport,iface", false, syn, sizeof(syn)),
			    "       80          -  e?\n");
}

static void refused(void **state UNUSED)
{
	static const struct {
		const char *names, *sentence;
	} cases[] = {
		{ "tcp.dprt", "tcp has no field 'tcp.dprt', did you mean tcp.dport?" },
		{ "tpc.dport", "there is no field 'tpc.dport', did you mean tcp.dport?" },
		{ "lenn", "did you mean len?" },
		{ "ip.src,,ip.dst", "a name between the commas is empty" },
		{ "", "is empty" },
		{ "ip.src_text", "ip has no field 'ip.src_text'" },
		{ "ip.src.csum_state", "no field" },
		{ "eth.csum_state", "eth has no field" },
		{ "ip.\033[0m", "not ASCII" },
	};
	char longest[200];
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		e = (struct err){ 0 };
		assert_int_equal(columns_parse(cases[i].names, "--fields", &cols, &e), -EINVAL);
		if (!strstr(e.text, cases[i].sentence))
			fail_msg("%s: %s", cases[i].names, e.text);
	}
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(columns_parse(longest, "--fields", &cols, NULL), -EINVAL);
	for (size_t i = 0; i < sizeof(longest) - 1; i++)
		longest[i] = "len,"[i % 4];
	assert_int_equal(columns_parse(longest, "--fields", &cols, &e), 0);
	assert_int_equal(cols.n, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(of_the_packet),
		cmocka_unit_test(quotes),
		cmocka_unit_test(a_table_is_aligned),
		cmocka_unit_test(refused),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);

	str_free(&out);
	return r;
}
