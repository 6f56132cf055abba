// SPDX-License-Identifier: GPL-2.0-or-later
/* What ifpps makes of the kernel's words: texts of /proc, messages of rtnetlink, differences of
 * counters, rates over resets, wraps, renames and other devices under the same number. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/gen_stats.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "base/str.h"
#include "unit.h"

#include "../../ifpps/dropmon.h"
#include "../../ifpps/dropwords.h"
#include "../../ifpps/ethstats.h"
#include "../../ifpps/ifaces.h"
#include "../../ifpps/ksyms.h"
#include "../../ifpps/linkmsg.h"
#include "../../ifpps/netdevmsg.h"
#include "../../ifpps/notes.h"
#include "../../ifpps/pack.h"
#include "../../ifpps/procfs.h"
#include "../../ifpps/queues.h"

#define S 1000000000ll

static void stat_and_memory(void **state)
{
	static const char text[] = "cpu  1 2 3 4\ncpu0 10 20 30 40 50 60 70 80 0 0\n"
				   "cpu2 11 21 31 41 51\nintr 4711 1 2\nctxt 99\nbtime 5\n"
				   "procs_running 3\nprocs_blocked 1\nsoftirq 1 2\ncpuX 7\n";
	struct sample s = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(procfs_stat(text, &s, &e), 0);
	assert_int_equal(s.host.n_cpus, 3);
	assert_true(s.host.cpu[0].there && !s.host.cpu[1].there && s.host.cpu[2].there);
	assert_int_equal(s.host.cpu[0].time[CPU_STEAL], 80);
	assert_int_equal(s.host.cpu[2].time[CPU_IOWAIT], 51);
	assert_int_equal(s.host.cpu[2].time[CPU_STEAL], 0);
	assert_int_equal(s.host.interrupts, 4711);
	assert_int_equal(s.host.context_switches, 99);
	assert_int_equal(s.host.procs_running, 3);
	assert_int_equal(s.host.procs_blocked, 1);
	procfs_meminfo("MemTotal:  100 kB\nMemFree:\t40 kB\nSwapTotal: x\nSwapFree: 1", &s.host);
	assert_int_equal(s.host.mem_total, 100);
	assert_int_equal(s.host.mem_free, 40);
	assert_int_equal(s.host.swap_free, 1);
	assert_int_equal(procfs_stat("cpu99999999 1 2 3\n", &s, &e), -EFBIG);
	assert_int_equal(procfs_stat("cpu18446744073709551615 1\n", &s, &e), -EFBIG);
	sample_free(&s);
}

static void softirqs_softnet_and_interrupts(void **state)
{
	static const char softirqs[] = "          CPU0       CPU2\n   TIMER:  1 2\n  NET_TX: 5 6\n"
				       "  NET_RX:   7   8\n";
	/* The second line is CPU 2, which its last word but two says. */
	static const char softnet[] =
		"0000000a 00000001 00000002 0 0 0 0 0 0 00000003 00000004 00000005 00000000 0 0\n"
		"ffffffff 00000000 00000000 0 0 0 0 0 0 00000000 00000000 00000000 00000002 0 0\n";
	static const char interrupts[] = "            CPU0       CPU2\n 24:  1  2  IO-APIC 5-edge x\n"
					 " 25:  10 20 PCI-MSI eth0\n 26:  100  200  PCI-MSI eth0\n"
					 "NMI:   3 4 Non-maskable\n";
	static const unsigned int irqs[] = { 25, 26 };
	struct sample s = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(procfs_softirqs(softirqs, &s, &e), 0);
	assert_int_equal(s.host.n_cpus, 3);
	assert_int_equal(s.host.cpu[0].net_rx, 7);
	assert_int_equal(s.host.cpu[2].net_tx, 6);
	assert_int_equal(procfs_softnet(softnet, &s, &e), 0);
	assert_int_equal(s.host.cpu[0].processed, 10);
	assert_int_equal(s.host.cpu[0].squeezed, 2);
	assert_int_equal(s.host.cpu[0].rps, 3);
	assert_int_equal(s.host.cpu[0].flow_limit, 4);
	assert_int_equal(s.host.cpu[0].backlog, 5);
	assert_int_equal(s.host.cpu[1].processed, 0);
	assert_int_equal(s.host.cpu[2].processed, UINT32_MAX);
	assert_int_equal(procfs_interrupts(interrupts, irqs, 2, &s, &e), 0);
	assert_int_equal(s.host.cpu[0].irqs, 110);
	assert_int_equal(s.host.cpu[2].irqs, 220);
	sample_free(&s);
}

static void old_softnet_has_no_cpu_numbers(void **state)
{
	struct sample s = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(procfs_softnet("1 2 3 0 0 0 0 0 0\n4 5 6 0 0 0 0 0 0\nnonsense\n", &s, &e), 0);
	assert_int_equal(s.host.n_cpus, 2);
	assert_int_equal(s.host.cpu[1].dropped, 5);
	sample_free(&s);
}

static void devices_of_a_recording(void **state)
{
	static const char text[] =
		"Inter-|   Receive                   |  Transmit\n"
		" face |bytes packets errs drop fifo frame compressed multicast|bytes packets\n"
		"    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
		"verylongname0123:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
		"  eth0:1000 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n"
		"  eth1:1000 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
	struct sample s = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(procfs_netdev(text, &s, &e), 0);
	assert_int_equal(s.n_links, 2);
	assert_string_equal(s.links[0].name, "lo");
	assert_int_equal(s.links[0].v[TX_DROPPED], 12);
	assert_string_equal(s.links[1].name, "eth1");
	assert_int_equal(s.links[1].v[RX_BYTES], 1000);
	assert_int_equal(s.links[1].v[TX_COMPRESSED], 16);
	sample_free(&s);
}

static void wireless(void **state)
{
	static const char text[] =
		"Inter-| sta-|   Quality        |   Discarded packets\n"
		" face | tus | link level noise |  nwid  crypt\n"
		"wlan10: 0000   70.  -30.  -256        0      0\n"
		" wlan1: 0000   54.  -56.  -256        0      0\n wlan2: x\n";
	int quality = 0, dbm = 0;

	(void)state;
	assert_true(procfs_wireless(text, "wlan1", &quality, &dbm));
	assert_true(quality == 54 && dbm == -56);
	assert_false(procfs_wireless(text, "wlan", &quality, &dbm));
	assert_false(procfs_wireless(text, "wlan2", &quality, &dbm));
}

static void add_counter(void *arg, const char *group, const char *name, uint64_t v)
{
	str_addf(arg, "%s.%s=%u ", group, name, (unsigned int)v);
}

static void protocol_counters(void **state)
{
	struct str out = { 0 };

	(void)state;
	procfs_snmp("Ip: Forwarding InHdrErrors\nIp: 1 7\nTcp: MaxConn InErrs\nTcp: -1 9\n"
		    "Udp: NoPorts\nUdpLite: 5\nIcmp: A B\nIcmp: 3\n",
		    add_counter, &out);
	assert_string_equal(str_text(&out), "Ip.Forwarding=1 Ip.InHdrErrors=7 Tcp.InErrs=9 "
					    "Icmp.A=3 ");
	str_clear(&out);
	procfs_snmp6("Ip6InHdrErrors   \t7\nnothing\nUdp6NoPorts 8\nIcmp6X\n", add_counter, &out);
	assert_string_equal(str_text(&out), "Ip6.InHdrErrors=7 Udp6.NoPorts=8 ");
	str_free(&out);
}

/* A message as the kernel writes it. */
static struct wcur message(uint8_t *buf, size_t n, int ifindex)
{
	struct wcur w = wcur_of(buf, n);

	wcur_u8(&w, 0);
	wcur_u8(&w, 0);
	wcur_le16(&w, 772);
	wcur_le32(&w, ifindex);
	wcur_le32(&w, 0x10043);
	wcur_le32(&w, 0);
	return w;
}

static void attr(struct wcur *w, uint16_t type, const void *data, uint16_t n)
{
	wcur_le16(w, n + 4);
	wcur_le16(w, type);
	wcur_bytes(w, data, n);
	wcur_zero(w, ALIGN_UP(n, 4) - n);
}

static void messages_of_devices(void **state)
{
	static const uint8_t kind[] = { 9, 0, IFLA_INFO_KIND, 0, 'v', 'e', 't', 'h', 0, 0, 0, 0 };
	struct link l = { 0 };
	uint8_t buf[256];
	uint32_t mtu = 1400;
	struct wcur w = message(buf, sizeof(buf), 7);
	size_t n;

	(void)state;
	attr(&w, IFLA_IFNAME, "eth0", 5);
	attr(&w, IFLA_MTU, &mtu, 4);
	attr(&w, IFLA_OPERSTATE, "\6", 1);
	attr(&w, IFLA_LINKINFO | 0x8000, kind, sizeof(kind));
	n = wcur_used(&w);
	assert_true(linkmsg_link(cur_of(buf, n), &l));
	assert_int_equal(l.ifindex, 7);
	assert_string_equal(l.name, "eth0");
	assert_string_equal(l.kind, "veth");
	assert_int_equal(l.mtu, 1400);
	assert_int_equal(l.operstate, 6);
	/* Every cut of it is read without harm. */
	for (size_t i = 0; i < n; i++)
		(void)linkmsg_link(cur_of(buf, i), &l);
	assert_false(linkmsg_link(cur_of(buf, 20), &l));
	buf[0] = 7; /* AF_BRIDGE */
	assert_false(linkmsg_link(cur_of(buf, n), &l));
}

static void messages_of_counters(void **state)
{
	uint64_t v[N_COUNTERS], sent[N_COUNTERS];
	uint8_t buf[512];
	struct wcur w = wcur_of(buf, sizeof(buf));
	int ifindex;

	(void)state;
	for (int i = 0; i < N_COUNTERS; i++)
		sent[i] = i + 1000;
	wcur_le32(&w, 0);
	wcur_le32(&w, 3);
	wcur_le32(&w, 1);
	attr(&w, IFLA_STATS_LINK_64, sent, sizeof(sent));
	assert_true(linkmsg_stats(cur_of(buf, wcur_used(&w)), &ifindex, v));
	assert_int_equal(ifindex, 3);
	assert_memory_equal(v, sent, sizeof(v));
	assert_false(linkmsg_stats(cur_of(buf, wcur_used(&w) - 8), &ifindex, v));
	/* A kernel that does not know the last counter. */
	w = wcur_of(buf, sizeof(buf));
	wcur_zero(&w, 4);
	wcur_le32(&w, 3);
	wcur_zero(&w, 4);
	attr(&w, IFLA_STATS_LINK_64, sent, sizeof(sent) - 8);
	assert_true(linkmsg_stats(cur_of(buf, wcur_used(&w)), &ifindex, v));
	assert_int_equal(v[RX_NOHANDLER], 1000 + RX_NOHANDLER);
	assert_int_equal(v[RX_OTHERHOST], 0);
}

static void messages_of_queues(void **state)
{
	static const uint32_t queue[] = { 3, 4500, 77, 5, 6 }; /* qlen, backlog, drops, ... */
	uint8_t buf[128], stats[24] = { 24, 0, TCA_STATS_QUEUE, 0 };
	struct wcur w = wcur_of(buf, sizeof(buf));
	struct qdisc q;

	(void)state;
	memcpy(stats + 4, queue, sizeof(queue));
	wcur_le32(&w, 0);
	wcur_le32(&w, 4);
	wcur_le32(&w, 0x80010000);
	wcur_le32(&w, 0xffffffff);
	wcur_le32(&w, 2);
	attr(&w, TCA_KIND, "fq_codel", 9);
	attr(&w, TCA_STATS2, stats, sizeof(stats));
	assert_true(linkmsg_qdisc(cur_of(buf, wcur_used(&w)), &q));
	assert_int_equal(q.ifindex, 4);
	assert_int_equal(q.handle >> 16, 0x8001);
	assert_string_equal(q.kind, "fq_codel");
	assert_int_equal(q.backlog_bytes, 4500);
	assert_int_equal(q.drops, 77);
	assert_int_equal(q.requeues, 5);
	assert_int_equal(q.overlimits, 6);
	for (size_t n = 0; n < wcur_used(&w); n++)
		assert_false(linkmsg_qdisc(cur_of(buf, n), &q));
}

/* Messages as a driver with queue statistics gives them; this machine's need not have any. */
static void messages_of_netdev(void **state)
{
	uint8_t buf[256];
	struct wcur w = wcur_of(buf, sizeof(buf));
	uint32_t one = 1, nine = 9, three = 3, napi = 8193;
	uint64_t packets = 1ull << 40, bytes = 77;
	struct queue_msg queue;
	struct napi_msg n;
	struct qstats_msg stats;

	(void)state;
	attr(&w, 1, &three, 4);
	attr(&w, 3, &one, 4);
	attr(&w, 2, &nine, 4);
	attr(&w, 4, &napi, 4);
	assert_true(netdevmsg_queue(cur_of(buf, wcur_used(&w)), &queue));
	assert_true(queue.id == 3 && queue.tx && queue.ifindex == 9 && queue.napi == 8193);
	assert_true(queue.has_napi);
	assert_true(netdevmsg_queue(cur_of(buf, 24), &queue) && !queue.has_napi);
	assert_false(netdevmsg_queue(cur_of(buf, 16), &queue));
	w = wcur_of(buf, sizeof(buf));
	attr(&w, 3, &three, 4);
	attr(&w, 2, &napi, 4);
	attr(&w, 1, &nine, 4);
	assert_true(netdevmsg_napi(cur_of(buf, wcur_used(&w)), &n));
	assert_true(n.has_irq && n.irq == 3 && n.id == 8193);
	w = wcur_of(buf, sizeof(buf));
	attr(&w, 1, &nine, 4);
	attr(&w, 2, &one, 4);
	attr(&w, 3, &three, 4);
	attr(&w, 10, &packets, 8);
	attr(&w, 11, &bytes, 8);
	attr(&w, 19, &three, 4);
	assert_true(netdevmsg_qstats(cur_of(buf, wcur_used(&w)), &stats));
	assert_true(stats.packets == 1ull << 40 && stats.bytes == 77 && stats.drops == 3);
	assert_true(stats.tx && stats.id == 3);
	assert_false(netdevmsg_qstats(cur_of(buf, 8), &stats));
}

/* Page pools as the specification has them; statistics come nested behind their pool. */
static void messages_of_page_pools(void **state)
{
	uint8_t buf[256], info[32];
	struct wcur w = wcur_of(buf, sizeof(buf)), in = wcur_of(info, sizeof(info));
	uint32_t nine = 9, napi = 8193, small = 5;
	uint64_t id = 7, pages = 1ull << 33, bytes = pages << 12;
	struct pool_stats_msg stats;
	struct pool_msg pool;
	size_t n;

	(void)state;
	attr(&w, 1, &id, 8);
	attr(&w, 2, &nine, 4);
	attr(&w, 3, &napi, 4);
	attr(&w, 4, &pages, 8);
	attr(&w, 5, &bytes, 8);
	assert_true(netdevmsg_pool(cur_of(buf, wcur_used(&w)), &pool));
	assert_true(pool.id == 7 && pool.ifindex == 9 && pool.has_napi && pool.napi == 8193);
	assert_true(pool.inflight == pages && pool.inflight_bytes == bytes && !pool.detached);
	attr(&w, 6, &small, 4);
	assert_true(netdevmsg_pool(cur_of(buf, wcur_used(&w)), &pool) && pool.detached);
	assert_false(netdevmsg_pool(cur_of(buf, 12), &pool));
	attr(&in, 1, &small, 4);
	attr(&in, 2, &nine, 4);
	w = wcur_of(buf, sizeof(buf));
	attr(&w, 1 | 0x8000, info, wcur_used(&in));
	for (uint16_t type = 8; type <= 18; type++) {
		uint64_t v = 1ull << (type - 8);

		attr(&w, type, &v, 8);
	}
	n = wcur_used(&w);
	assert_true(netdevmsg_pool_stats(cur_of(buf, n), &stats));
	assert_int_equal(stats.id, 5);
	assert_int_equal(stats.fast, 1 + 16);	       /* and refill */
	assert_int_equal(stats.slow, 2 + 4);	       /* and those of a higher order */
	assert_int_equal(stats.failed, 8);
	assert_int_equal(stats.recycled, 64 + 256);    /* into the cache, into the ring */
	assert_int_equal(stats.released, 512 + 1024);  /* the ring was full; still referred to */
	for (size_t i = 0; i < n; i++)
		(void)netdevmsg_pool_stats(cur_of(buf, i), &stats);
	assert_false(netdevmsg_pool_stats(cur_of(buf + 20, n - 20), &stats));
}

static void add_stat(void *arg, const char *name, uint64_t v)
{
	str_addf(arg, "%s=%llu ", name, (unsigned long long)v);
	/* What is told has words. */
	assert_non_null(dropword_driver(name));
}

static void stat_attr(struct wcur *w, uint16_t id, uint64_t v)
{
	uint8_t stat[16];
	struct wcur in = wcur_of(stat, sizeof(stat));

	attr(&in, id, &v, 8);
	attr(w, ETHTOOL_A_STATS_GRP_STAT | 0x8000, stat, wcur_used(&in));
}

/* An answer of ethtool netlink as a driver with MAC and RMON counters gives it. */
static void messages_of_ethtool(void **state)
{
	static const uint32_t mac = ETHTOOL_STATS_ETH_MAC, rmon = ETHTOOL_STATS_RMON;
	uint8_t buf[512], group[256], header[16] = { 0 };
	struct wcur w = wcur_of(buf, sizeof(buf)), g = wcur_of(group, sizeof(group));
	struct str out = { 0 };
	size_t n;

	(void)state;
	attr(&w, ETHTOOL_A_STATS_HEADER | 0x8000, header, 8);
	attr(&g, ETHTOOL_A_STATS_GRP_ID, &mac, 4);
	attr(&g, ETHTOOL_A_STATS_GRP_SS_ID, &mac, 4);
	stat_attr(&g, ETHTOOL_A_STATS_ETH_MAC_2_TX_PKT, 1000000);
	stat_attr(&g, ETHTOOL_A_STATS_ETH_MAC_6_FCS_ERR, 1ull << 40);
	stat_attr(&g, ETHTOOL_A_STATS_ETH_MAC_25_TOO_LONG_ERR, 3);
	attr(&w, ETHTOOL_A_STATS_GRP | 0x8000, group, wcur_used(&g));
	g = wcur_of(group, sizeof(group));
	attr(&g, ETHTOOL_A_STATS_GRP_ID, &rmon, 4);
	stat_attr(&g, ETHTOOL_A_STATS_RMON_JABBER, 4);
	attr(&w, ETHTOOL_A_STATS_GRP | 0x8000, group, wcur_used(&g));
	n = wcur_used(&w);
	ethstats_message(cur_of(buf, n), add_stat, &out);
	assert_string_equal(str_text(&out), "mac.FrameCheckSequenceErrors=1099511627776 "
			    "mac.FrameTooLongErrors=3 rmon.Jabbers=4 ");
	for (size_t i = 0; i < n; i++)
		ethstats_message(cur_of(buf, i), add_stat, &out);
	str_free(&out);
}

static void add_place(void *arg, uint64_t pc, uint32_t n)
{
	str_addf(arg, "%llx=%u ", (unsigned long long)pc, n);
}

/* The summary alert of the drop monitor: the points stand behind their number in one attribute. */
static void messages_of_the_drop_monitor(void **state)
{
	uint8_t points[64], buf[80];
	struct wcur p = wcur_of(points, sizeof(points)), w = wcur_of(buf, sizeof(buf));
	struct str out = { 0 };

	(void)state;
	wcur_le32(&p, 2);
	wcur_le32(&p, 0x81001234);
	wcur_le32(&p, 0xffffffff);
	wcur_le32(&p, 7);
	wcur_le32(&p, 0xc0000010);
	wcur_le32(&p, 0xffffffff);
	wcur_le32(&p, 1);
	attr(&w, 0, points, wcur_used(&p));
	dropmon_message(cur_of(buf, wcur_used(&w)), add_place, &out);
	assert_string_equal(str_text(&out), "ffffffff81001234=7 ffffffffc0000010=1 ");
	str_clear(&out);
	buf[4] = 200; /* more points than there are */
	dropmon_message(cur_of(buf, wcur_used(&w)), add_place, &out);
	assert_string_equal(str_text(&out), "ffffffff81001234=7 ffffffffc0000010=1 ");
	for (size_t i = 0; i < wcur_used(&w); i++)
		dropmon_message(cur_of(buf, i), add_place, &out);
	str_free(&out);
}

static void functions_of_the_kernel(void **state)
{
	static const char text[] = "ffffffff81001200 T tcp_v4_rcv\nffffffff81000000 t first\n"
				   "ffffffff81001300 d a_table\nffffffff81001400 W weak\n"
				   "0000000000000000 T hidden\nffffffffc0000000 t in_module\t[veth]\n"
				   "nonsense\n\nffffffff8100";
	struct ksyms s;
	struct err e;

	(void)state;
	assert_int_equal(ksyms_parse(text, &s, &e), 0);
	assert_int_equal(s.n, 4);
	assert_null(ksyms_name(&s, 0xffffffff80ffffff));
	assert_string_equal(ksyms_name(&s, 0xffffffff81000000), "first");
	assert_string_equal(ksyms_name(&s, 0xffffffff81001234), "tcp_v4_rcv");
	assert_string_equal(ksyms_name(&s, 0xffffffffc0000010), "in_module");
	ksyms_free(&s);
	/* All of it is hidden from those who may not see it. */
	assert_int_equal(ksyms_parse("0000000000000000 T a\n", &s, &e), 0);
	assert_null(ksyms_name(&s, UINT64_MAX));
	ksyms_free(&s);
}

static void words_of_queues(void **state)
{
	static const uint64_t one[] = { 1, 99, 0 }, none[] = { 0, 0, 0 }, even[] = { 50, 50, 0 };
	struct str s = { 0 };

	(void)state;
	queues_words(one, 3, 4, &s);
	assert_string_equal(str_text(&s), "CPU 1 does the work of all: 99 % of the interrupts of 4 "
					  "queues, while 3 CPUs could share it");
	str_clear(&s);
	queues_words(even, 3, 4, &s);
	assert_string_equal(str_text(&s), "2 of 3 CPUs take interrupts, CPU 0 most: 50 %");
	str_clear(&s);
	/* A single queue has nothing to share. */
	queues_words(one, 3, 1, &s);
	assert_string_equal(str_text(&s), "2 of 3 CPUs take interrupts, CPU 1 most: 99 %");
	str_clear(&s);
	queues_words(none, 3, 4, &s);
	assert_string_equal(str_text(&s), "no interrupt in the last interval");
	str_free(&s);
}

static void words_of_drops(void **state)
{
	(void)state;
	assert_false(dropword_reason("NO_SOCKET")->loss);
	assert_true(dropword_reason("never heard of")->loss);
	assert_null(dropword_protocol("Ip.InReceives"));
	assert_true(dropword_protocol("Udp6.RcvbufErrors")->loss);
	assert_null(dropword_device("rx_packets"));
	assert_null(dropword_driver("rx_queue_0_packets"));
	assert_true(dropword_driver("rx_queue_0_drops")->loss);
	assert_true(dropword_driver("rx_crc_errors_phy")->loss);
	assert_string_equal(dropword_driver("rx_no_buffer_count")->text,
			    "no buffer was ready: ring too small, CPU too slow");
	assert_false(dropword_driver("rx_queue_0_xdp_drops")->loss);
	assert_false(dropword_driver("tx_pause_dropped")->loss);
	for (int c = RX_ERRORS; c <= TX_DROPPED; c++)
		assert_non_null(dropword_device(counters[c].name));
}

static void differences(void **state)
{
	uint64_t a[N_COUNTERS] = { 0 }, b[N_COUNTERS] = { 0 }, d[N_COUNTERS];

	(void)state;
	a[RX_BYTES] = 0xfffffff0;
	b[RX_BYTES] = 0x10;
	assert_true(counter_deltas(a, b, d));
	assert_int_equal(d[RX_BYTES], 0x20);
	a[RX_PACKETS] = 5;
	b[RX_PACKETS] = 4;
	assert_false(counter_deltas(a, b, d)); /* a reset, however the bytes look */
	b[RX_PACKETS] = 6;
	a[RX_BYTES] = 0x1fffffff0;
	assert_false(counter_deltas(a, b, d)); /* it had more than 32 bits: no wrap */
	a[RX_BYTES] = 0;
	b[RX_BYTES] = UINT64_MAX;
	assert_true(counter_deltas(a, b, d));
	assert_true(d[RX_BYTES] == UINT64_MAX);
}

struct one {
	struct ifaces t;
	struct sample s;
	struct link link;
};

static void tick(struct one *o, int64_t mono_ns, uint64_t bytes, bool fresh)
{
	struct err e;

	o->s.links = &o->link;
	o->s.n_links = 1;
	o->s.mono_ns = mono_ns;
	o->link.v[RX_BYTES] = bytes;
	o->link.fresh = fresh;
	assert_int_equal(ifaces_update(&o->t, &o->s, &e), 0);
}

static void rates_of_real_intervals(void **state)
{
	struct one o = { .link = { .ifindex = 5, .birth = 1, .name = "eth0" } };
	const struct iface *i;
	uint64_t v;

	(void)state;
	tick(&o, 10 * S, 1000000, true);
	i = ifaces_find(&o.t, "eth0");
	assert_false(iface_rate(i, RX_BYTES, &v)); /* what was before is not of this interval */
	tick(&o, 12 * S, 1003000, true);
	i = &o.t.v[0];
	assert_true(iface_rate(i, RX_BYTES, &v) && v == 1500);
	assert_true(iface_bps(i, RX_BYTES, &v) && v == 12000);
	assert_int_equal(i->sum[RX_BYTES], 3000);
	/* Renamed: the same device. */
	memcpy(o.link.name, "lan0", 5);
	tick(&o, 13 * S, 1004000, true);
	assert_null(ifaces_find(&o.t, "eth0"));
	i = ifaces_find(&o.t, "lan0");
	assert_true(iface_rate(i, RX_BYTES, &v) && v == 1000);
	assert_int_equal(i->peak_rx_bps, 12000);
	/* Not read this time: nothing is said, and the next interval is the longer one. */
	tick(&o, 14 * S, 1004000, false);
	assert_false(iface_rate(&o.t.v[0], RX_BYTES, &v));
	tick(&o, 15 * S, 1008000, true);
	assert_true(iface_rate(&o.t.v[0], RX_BYTES, &v) && v == 2000);
	/* A clock that stands or goes back gives no rate. */
	tick(&o, 15 * S, 1009000, true);
	assert_false(iface_rate(&o.t.v[0], RX_BYTES, &v));
	ifaces_free(&o.t);
}

static void resets_and_other_devices(void **state)
{
	struct one o = { .link = { .ifindex = 5, .birth = 1, .name = "eth0" } };
	uint64_t v;

	(void)state;
	tick(&o, 1 * S, 5000, true);
	tick(&o, 2 * S, 6000, true);
	tick(&o, 3 * S, 100, true);
	assert_false(iface_rate(&o.t.v[0], RX_BYTES, &v));
	assert_int_equal(o.t.v[0].resets, 1);
	assert_int_equal(o.t.v[0].sum[RX_BYTES], 1000);
	tick(&o, 4 * S, 300, true);
	assert_true(iface_rate(&o.t.v[0], RX_BYTES, &v) && v == 200);
	/* Another device under the same name and number, whose counter stands higher. */
	o.link.birth = 2;
	tick(&o, 5 * S, 9000000, true);
	assert_false(iface_rate(&o.t.v[0], RX_BYTES, &v));
	assert_int_equal(o.t.v[0].sum[RX_BYTES], 0);
	assert_int_equal(o.t.v[0].peak_rx_bps, 0);
	ifaces_free(&o.t);
}

static void means_and_history(void **state)
{
	struct one o = { .link = { .ifindex = 5, .birth = 1, .name = "eth0" } };
	uint64_t v, h[HISTORY], bytes = 0;
	size_t n;

	(void)state;
	tick(&o, 0 * S + 1, 0, true);
	assert_false(iface_mean(&o.t.v[0], MARK_RX_BYTES, 10 * S, &v));
	for (int k = 1; k <= 300; k++)
		tick(&o, k * S + 1, bytes += k > 295 ? 2000 : 1000, true);
	assert_true(iface_mean(&o.t.v[0], MARK_RX_BYTES, S, &v) && v == 2000);
	assert_true(iface_mean(&o.t.v[0], MARK_RX_BYTES, 10 * S, &v) && v == 1500);
	assert_true(iface_mean(&o.t.v[0], MARK_RX_BYTES, 60 * S, &v) && v == 1083);
	n = iface_history(&o.t.v[0], MARK_RX_BYTES, h, 7);
	assert_int_equal(n, 7);
	assert_int_equal(h[0], 1000);
	assert_int_equal(h[2], 2000);
	assert_int_equal(iface_history(&o.t.v[0], MARK_RX_BYTES, h, HISTORY), HISTORY);
	/* Counters begin anew: no mean over that moment, and a gap in the history. */
	tick(&o, 301 * S + 1, 5, true);
	assert_false(iface_mean(&o.t.v[0], MARK_RX_BYTES, 60 * S, &v));
	tick(&o, 302 * S + 1, 505, true);
	assert_true(iface_mean(&o.t.v[0], MARK_RX_BYTES, 60 * S, &v) && v == 500);
	assert_int_equal(iface_history(&o.t.v[0], MARK_RX_BYTES, h, 3), 3);
	assert_true(h[0] == 2000 && h[1] == IFACE_NO_RATE && h[2] == 500);
	ifaces_free(&o.t);
}

static int read_packed(const void *data, size_t n, struct sample *back, struct err *e)
{
	struct cur c = cur_of(data, n);

	return pack_read(&c, back, e);
}

static void packed_and_back(void **state)
{
	struct link links[] = { { .ifindex = 3, .birth = 9, .name = "eth0", .kind = "veth", .flags = 0x11043,
				  .mtu = 1500, .hatype = 1, .operstate = 6, .fresh = true,
				  .speed_bps = 10000000000 },
				{ .ifindex = 7, .birth = 10, .name = "lo", .far_peer = true } };
	struct sample s = { .links = links, .n_links = 2, .have = NEED_ALL }, back = { 0 };
	struct cpu cpus[2] = { { .there = true, .net_rx = 5, .irqs = UINT64_MAX },
			       { .backlog = 1 } };
	struct str out = { 0 };
	struct err e;

	(void)state;
	links[0].v[RX_BYTES] = UINT64_MAX;
	links[0].v[RX_OTHERHOST] = 300;
	s.host = (struct host){ .context_switches = 12345, .swap_cached = 1, .cpu = cpus,
				.n_cpus = 2 };
	pack_sample(&s, &out);
	assert_int_equal(read_packed(out.p, out.len, &back, &e), 0);
	assert_int_equal(back.n_links, 2);
	assert_memory_equal(&back.links[0], &links[0], sizeof(links[0]));
	assert_memory_equal(&back.links[1], &links[1], sizeof(links[1]));
	assert_int_equal(back.host.n_cpus, 2);
	assert_memory_equal(back.host.cpu, cpus, sizeof(cpus));
	assert_int_equal(back.host.context_switches, 12345);
	assert_int_equal(back.host.swap_cached, 1);
	assert_int_equal(back.have, NEED_ALL);
	for (size_t n = 0; n < out.len; n++)
		assert_int_equal(read_packed(out.p, n, &back, &e), -EBADMSG);
	out.p[0] = 2;
	assert_int_equal(read_packed(out.p, out.len, &back, &e), -EBADMSG);
	sample_free(&back);
	str_free(&out);
}

static void notes_and_back(void **state)
{
	struct notes t = { 0 }, back = { 0 };
	struct str out = { 0 };
	struct err e;
	struct cur c;

	(void)state;
	str_add(notes_new(&t, "/proc/net/snmp"), "old");
	str_add(notes_new(&t, "/proc/net/snmp"), "Ip: 1\n");
	assert_non_null(notes_new(&t, "empty"));
	notes_pack(&t, &out);
	c = cur_of(out.p, out.len);
	assert_int_equal(notes_read(&c, &back, &e), 0);
	assert_int_equal(back.n, 2);
	assert_true(notes_find(&back, "/proc/net/snmp", &c) && cur_left(&c) == 6);
	assert_memory_equal(c.p, "Ip: 1\n", 6);
	assert_true(notes_find(&back, "empty", &c) && !cur_left(&c));
	assert_false(notes_find(&back, "other", &c));
	for (size_t n = 1; n < out.len; n++) {
		c = cur_of(out.p, n);
		assert_int_equal(notes_read(&c, &back, &e), -EBADMSG);
	}
	/* A sample that is from before there were notes ends here. */
	c = cur_of(out.p, 0);
	assert_int_equal(notes_read(&c, &back, &e), 0);
	assert_int_equal(back.n, 0);
	for (int i = 0; i < NOTES_MAX; i++) {
		char name[12];

		snprintf(name, sizeof(name), "%d", i);
		assert_non_null(notes_new(&back, name));
	}
	assert_null(notes_new(&back, "one more"));
	notes_free(&t);
	notes_free(&back);
	str_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stat_and_memory),
		cmocka_unit_test(softirqs_softnet_and_interrupts),
		cmocka_unit_test(old_softnet_has_no_cpu_numbers),
		cmocka_unit_test(devices_of_a_recording),
		cmocka_unit_test(wireless),
		cmocka_unit_test(protocol_counters),
		cmocka_unit_test(messages_of_devices),
		cmocka_unit_test(messages_of_counters),
		cmocka_unit_test(messages_of_queues),
		cmocka_unit_test(messages_of_netdev),
		cmocka_unit_test(messages_of_page_pools),
		cmocka_unit_test(messages_of_ethtool),
		cmocka_unit_test(messages_of_the_drop_monitor),
		cmocka_unit_test(functions_of_the_kernel),
		cmocka_unit_test(words_of_queues),
		cmocka_unit_test(words_of_drops),
		cmocka_unit_test(differences),
		cmocka_unit_test(rates_of_real_intervals),
		cmocka_unit_test(resets_and_other_devices),
		cmocka_unit_test(means_and_history),
		cmocka_unit_test(packed_and_back),
		cmocka_unit_test(notes_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
