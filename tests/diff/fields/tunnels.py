# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels, PPPoE, IPsec, SCTP, UDP-Lite and netlink. Verdicts: tshark gives the options of GENEVE
and the flags of netlink under several names, of which the plain numbers are compared; it adds what
connections tell it (relative sequence numbers of SCTP), which raw ones replace here."""
import random

from lib import overlay_packets as o

LEAST = 3
PREFS = ["sctp.checksum:crc32c", "udplite.ignore_checksum_coverage:FALSE"]

FIELDS = [
    ("gre", "protocol", "gre.proto"), ("gre", "ver", "gre.flags.version"),
    ("gre", "csum", "gre.checksum"), ("gre", "seq", "gre.sequence_number"),
    ("gre", "ack", "gre.ack_number"),
    ("erspan2/erspan3", "ver", "erspan.version"), ("erspan2/erspan3", "vlan", "erspan.vlan"),
    ("erspan2/erspan3", "cos", "erspan.cos"), ("erspan2/erspan3", "session", "erspan.spanid"),
    ("erspan2/erspan3", "truncated", "erspan.truncated"), ("erspan2", "encap", "erspan.encap"),
    ("erspan2", "index", "erspan.index"), ("erspan3", "bso", "erspan.bso"),
    ("erspan3", "time", "erspan.timestamp"), ("erspan3", "sgt", "erspan.sgt"),
    ("erspan3", "hwid", "erspan.hw"), ("erspan3", "granularity", "erspan.gra"),
    ("erspan3", "egress", "erspan.direction"),
    ("vxlan", "group", "vxlan.gbp"), ("vxlan", "vni", "vxlan.vni"),
    ("geneve", "ver", "geneve.version"), ("geneve", "control", "geneve.flags.oam"),
    ("geneve", "critical", "geneve.flags.critical"), ("geneve", "type", "geneve.proto_type"),
    ("geneve", "vni", "geneve.vni"),
    ("gtpu", "ver", "gtp.flags.version"), ("gtpu", "type", "gtp.message"),
    ("gtpu", "len", "gtp.length"), ("gtpu", "teid", "gtp.teid"), ("gtpu", "seq", "gtp.seq_number"),
    ("gtpu", "npdu", "gtp.npdu_number"),
    ("pppoe/pppoed", "ver", "pppoe.version"), ("pppoe/pppoed", "type", "pppoe.type"),
    ("pppoe/pppoed", "code", "pppoe.code"), ("pppoe/pppoed", "session", "pppoe.session_id"),
    ("pppoe/pppoed", "len", "pppoe.payload_length"), ("ppphdlc", "addr", "ppp.address"),
    ("ppphdlc", "ctrl", "ppp.control"), ("ppp", "protocol", "ppp.protocol"),
    ("ah", "next", "ah.next_header"), ("ah", "spi", "ah.spi"), ("ah", "seq", "ah.sequence"),
    ("esp", "spi", "esp.spi"), ("esp", "seq", "esp.sequence"),
    ("sctp", "sport", "sctp.srcport"), ("sctp", "dport", "sctp.dstport"),
    ("sctp", "tag", "sctp.verification_tag"), ("sctp", "csum", "sctp.checksum"),
    ("nlmon", "hatype", "netlink.hatype"), ("nlmon", "family", "netlink.family"),
    ("rtnl/nfnl", "len", "netlink.hdr_len"), ("rtnl/nfnl", "flags", "netlink.hdr_flags"),
    ("rtnl/nfnl", "seq", "netlink.hdr_seq"), ("rtnl/nfnl", "port", "netlink.hdr_pid"),
    ("rtnl", "type", "netlink-route.nltype"),
]


def option(name, key):
    return lambda l: [x[key] for x in l.get("options", []) if x.get("name") == name]


def kinds(mask=0xffffffff, shift=0):
    return lambda l: [x["kind"] >> shift & mask for x in l.get("options", [])]


def of(key, *types):
    """The value of 'key' in the first message, if it is of these types."""
    return lambda l: l["message"][0].get(key) if l["type"] in types else None


def in_tuples(key):
    return lambda l: [t[0][key] for m in l["message"] for t in (m["orig"], m["reply"])]


LINK, ADDR, ROUTE, NEIGH = (16, 17), (20, 21), (24, 25), (28, 29)

OTHERS = [
    ("gre", lambda l: l["has_ack"] if l["ver"] == 1 else None, "gre.flags.ack"),
    ("gre", lambda l: l.get("key") if l["ver"] == 0 else None, "gre.key"),
    ("geneve", kinds(0xffff, 8), "geneve.option.class"),
    ("geneve", kinds(0xff), "geneve.option.type"),
    ("sctp", kinds(), "sctp.chunk_type"), ("sctp", option("data", "tsn"), "sctp.data_tsn_raw"),
    ("sctp", option("data", "stream"), "sctp.data_sid"),
    ("sctp", option("init", "window"), "sctp.init_credit"),
    ("sctp", option("init", "tsn"), "sctp.init_initial_tsn"),
    ("sctp", option("init-ack", "in"), "sctp.initack_nr_in_streams"),
    ("sctp", option("init-ack", "tag"), "sctp.initack_initiate_tag"),
    ("sctp", option("sack", "window"), "sctp.sack_a_rwnd"),
    ("rtnl", of("index", *LINK), "netlink-route.ifi_index"),
    ("rtnl", of("link_flags", *LINK), "netlink-route.ifi_flags"),
    ("rtnl", of("link_type", *LINK), "netlink-route.ifi_type"),
    ("rtnl", of("mtu", *LINK), "netlink-route.ifla_mtu"),
    ("rtnl", of("name", *LINK), "netlink-route.ifla_ifname"),
    ("rtnl", of("operstate", *LINK), "netlink-route.ifla_operstate"),
    ("rtnl", of("lladdr", *LINK), "netlink-route.ifla_hwaddr"),
    ("rtnl", of("prefix", *ADDR), "netlink-route.ifa_prefixlen"),
    ("rtnl", of("index", *ADDR), "netlink-route.ifa_index"),
    ("rtnl", of("scope", *ADDR), "netlink-route.ifa_scope"),
    ("rtnl", of("label", *ADDR), "netlink-route.ifa_label"),
    ("rtnl", of("local", *ADDR), "netlink-route.ifa_address.ipv4"),
    ("rtnl", of("dst_len", *ROUTE), "netlink-route.rt_dst_len"),
    ("rtnl", of("table", *ROUTE), "netlink-route.rt_table"),
    ("rtnl", of("protocol_by", *ROUTE), "netlink-route.rt_protocol"),
    ("rtnl", of("route_kind", *ROUTE), "netlink-route.rt_type"),
    ("rtnl", of("oif", *ROUTE), "netlink-route.rta_oif"),
    ("rtnl", of("index", *NEIGH), "netlink-route.nd_index"),
    ("rtnl", of("state", *NEIGH), "netlink-route.nd_state"),
    ("nfnl", in_tuples("ip_protocol"), "netlink-netfilter.nfct_tuple.proto.num"),
    ("nfnl", in_tuples("sport"), "netlink-netfilter.nfct_tuple.proto.src_port"),
    ("nfnl", in_tuples("dport"), "netlink-netfilter.nfct_tuple.proto.dst_port"),
    ("nfnl", lambda l: l["message"][0]["timeout"], "netlink-netfilter.ct_attr.timeout"),
    ("nfnl", lambda l: l["message"][0]["status"], "netlink-netfilter.ct_attr.status"),
]

MAKERS = [o.gre, o.pptp, o.erspan2, o.erspan3, o.vxlan, o.geneve, o.gtpu, o.pppoe, o.pppoed, o.ah,
          o.esp, o.sctp, o.udplite]
NETLINK = [o.link, o.addr, o.route, o.neighbour, o.flow]


def captures(seed):
    r = random.Random(seed)
    return [(1, [make(r) for make in MAKERS for _ in range(8)]),
            (253, [make(r) for make in NETLINK for _ in range(8)])]
