# SPDX-License-Identifier: GPL-2.0-or-later
"""Protocols that run networks: spanning tree, aggregation, discovery, groups, access control.
Verdicts: tshark prints LLDP's text with escapes, some flags one by one, and EAP identities once as
text and once as bytes; these are compared by other fields of the same element."""
import random

from lib import control_packets as c

LEAST = 3
PREFS = ["tcp.desegment_tcp_streams:FALSE"]


def option(layer, name, key, **also):
    return [o[key] for o in layer.get("options", []) if o.get("name") == name and key in o]


def group(layer, name, key):
    found = [g[key] for g in layer.get(name, []) if key in g]
    return [x for f in found for x in (f if isinstance(f, list) else [f])]


def opt(name, key):
    return lambda l: option(l, name, key)


def grp(name, key):
    return lambda l: group(l, name, key)


FIELDS = [
    ("igmp", "type", "igmp.type"), ("igmp", "csum", "igmp.checksum"),
    ("igmp", "records", "igmp.num_grp_recs"),
    ("igmp", "qrv", "igmp.qrv"), ("igmp", "qqic", "igmp.qqic"), ("igmp", "suppress", "igmp.s"),
    ("icmp6", "qrv", "icmpv6.mld.flag.qrv"), ("icmp6", "suppress", "icmpv6.mld.flag.s"),
    ("icmp6", "qqic", "icmpv6.mld.qqi"), ("icmp6", "records", "icmpv6.mldr.nb_mcast_records"),
    ("stp", "version", "stp.version"), ("stp", "type", "stp.type"), ("stp", "flags", "stp.flags"),
    ("stp", "root", "stp.root.hw"), ("stp", "root_ext", "stp.root.ext"),
    ("stp", "cost", "stp.root.cost"), ("stp", "bridge", "stp.bridge.hw"),
    ("stp", "bridge_ext", "stp.bridge.ext"), ("stp", "port", "stp.port"),
    ("pause", "opcode", "macc.opcode"), ("pause", "quanta", "macc.pause_time"),
    ("eapol", "type", "eapol.type"), ("eapol", "len", "eapol.len"),
    ("eapol", "version", "eapol.version"), ("eap", "code", "eap.code"), ("eap", "id", "eap.id"),
    ("eap", "type", "eap.type"), ("eap", "len", "eap.len"),
    ("eapolkey", "key_len", "eapol.keydes.key_len"),
    ("eapolkey", "data_len", "wlan_rsna_eapol.keydes.data_len"),
    ("ptp", "type", "ptp.v2.messagetype"), ("ptp", "len", "ptp.v2.messagelength"),
    ("ptp", "domain", "ptp.v2.domainnumber"), ("ptp", "flags", "ptp.v2.flags"),
    ("ptp", "clock", "ptp.v2.clockidentity"), ("ptp", "port", "ptp.v2.sourceportid"),
    ("ptp", "seq", "ptp.v2.sequenceid"), ("ptp", "interval", "ptp.v2.logmessageperiod"),
    ("ptp", "grandmaster", "ptp.v2.an.grandmasterclockidentity"),
    ("ptp", "prio1", "ptp.v2.an.priority1"), ("ptp", "prio2", "ptp.v2.an.priority2"),
    ("ptp", "variance", "ptp.v2.an.grandmasterclockvariance"),
    ("ptp", "steps", "ptp.v2.an.localstepsremoved"),
    ("ptp", "utc_offset", "ptp.v2.an.origincurrentutcoffset"),
    ("vrrp", "version", "vrrp.version"), ("vrrp", "vrid", "vrrp.virt_rtr_id"),
    ("vrrp", "prio", "vrrp.prio"), ("vrrp", "count", "vrrp.addr_count"),
    ("vrrp", "csum", "vrrp.checksum"), ("vrrp", "max_adver", "vrrp.short_adver_int"),
    ("vrrp", "interval", "vrrp.adver_int"), ("hsrp", "state", "hsrp.state"),
    ("hsrp", "prio", "hsrp.priority"), ("hsrp", "group", "hsrp.group"),
    ("hsrp", "addr", "hsrp.virt_ip"), ("hsrp2", "state", "hsrp2.state"),
    ("hsrp2", "group", "hsrp2.group"), ("hsrp2", "prio", "hsrp2.priority"),
    ("hsrp2", "router", "hsrp2.identifier"), ("hsrp2", "hello", "hsrp2.hellotime"),
    ("bfd", "version", "bfd.version"), ("bfd", "diag", "bfd.diag"), ("bfd", "state", "bfd.sta"),
    ("bfd", "mult", "bfd.detect_time_multiplier"), ("bfd", "mine", "bfd.my_discriminator"),
    ("bfd", "yours", "bfd.your_discriminator"), ("bfd", "auth_type", "bfd.auth.type"),
    ("bfd", "auth_key", "bfd.auth.key"), ("bfd", "auth_seq", "bfd.auth.seq_num"),
    ("bfd", "tx", "bfd.desired_min_tx_interval"), ("bfd", "rx", "bfd.required_min_rx_interval"),
]

OTHERS = [
    ("lldp", opt("ttl", "seconds"), "lldp.time_to_live"),
    ("lldp", opt("chassis", "mac"), "lldp.chassis.id.mac"),
    ("lldp", opt("chassis", "addr"), "lldp.chassis.id.ip4"),
    ("lldp", opt("port", "mac"), "lldp.port.id.mac"),
    ("lldp", opt("name", "text"), "lldp.tlv.system.name"),
    ("lldp", opt("caps", "system"), "lldp.tlv.system_cap"),
    ("lldp", opt("caps", "enabled"), "lldp.tlv.enable_system_cap"),
    ("lldp", opt("mgmt", "addr"), "lldp.mgn.addr.ip4"),
    ("lldp", opt("mgmt", "if_number"), "lldp.mgn.interface.number"),
    ("lldp", opt("org", "pvid"), "lldp.ieee.802_1.port_vlan.id"),
    ("lldp", opt("org", "vlan"), "lldp.ieee.802_1.vlan.id"),
    ("lldp", opt("org", "vlan_name"), "lldp.ieee.802_1.vlan.name"),
    ("lldp", opt("org", "port_id"), "lldp.ieee.802_1.aggregated_port_id"),
    ("lldp", opt("org", "mau"), "lldp.ieee.802_3.pmd_mau_type"),
    ("lldp", opt("org", "max_frame"), "lldp.ieee.802_3.max_frame_size"),
    ("lldp", opt("org", "pmd"), "lldp.ieee.802_3.pmd_auto_neg_advertised_caps"),
    ("lldp", opt("org", "application"), "lldp.media.app_type"),
    ("lldp", opt("org", "policy_vlan"), "lldp.media.vlan_id"),
    ("lldp", opt("org", "dscp"), "lldp.media.dscp"),
    ("lldp", opt("org", "class"), "lldp.media.subtype.class"),
    ("igmp", lambda l: l.get("group") or group(l, "record", "group"), "igmp.maddr"),
    ("igmp", lambda l: l.get("source") or group(l, "record", "source"), "igmp.saddr"),
    # reports and leaves have a delay for tshark; RFC 2236 2.2 gives it to queries alone: theirs
    ("igmp", lambda l: l.get("resp", 0 if l["type"] in (0x16, 0x17) else None), "igmp.max_resp"),
    ("igmp", grp("record", "type"), "igmp.record_type"),
    ("icmp6", grp("record", "type"), "icmpv6.mldr.mar.record_type"),
    ("icmp6", grp("record", "group"), "icmpv6.mldr.mar.multicast_address"),
    ("icmp6", grp("record", "source"), "icmpv6.mldr.mar.source_address"),
    ("stp", lambda l: l["root_prio"] * 4096 if "root_prio" in l else None, "stp.root.prio"),
    ("stp", grp("mst", "revision"), "mstp.config_revision_level"),
    ("stp", grp("mst", "hops"), "mstp.cist_remaining_hops"),
    ("stp", grp("mst", "cost"), "mstp.cist_internal_root_path_cost"),
    ("stp", grp("msti", "hops"), "mstp.msti.remaining_hops"),
    ("stp", grp("msti", "cost"), "mstp.msti.root_cost"),
    ("stp", grp("msti", "root"), "mstp.msti.root.hw"),
    ("lacp", opt("actor", "system"), "lacp.actor.sysid"),
    ("lacp", opt("actor", "key"), "lacp.actor.key"),
    ("lacp", opt("actor", "port"), "lacp.actor.port"),
    ("lacp", opt("actor", "port_prio"), "lacp.actor.port_priority"),
    ("lacp", opt("actor", "state"), "lacp.actor.state"),
    ("lacp", opt("partner", "system"), "lacp.partner.sysid"),
    ("lacp", opt("partner", "system_prio"), "lacp.partner.sys_priority"),
    ("lacp", opt("partner", "state"), "lacp.partner.state"),
    ("lacp", opt("collector", "max_delay"), "lacp.collector.max_delay"),
    ("marker", lambda l: option(l, "information", "transaction") +
     option(l, "response", "transaction"), "marker.requesterTransId"),
    ("pause", lambda l: l.get("time", [None])[-1], "macc.cbfc.pause_time.c7"),
    ("eapolkey", lambda l: l["replay"], "eapol.keydes.replay_counter"),
    ("vrrp", lambda l: l.get("addr"), "vrrp.ip_addr"),
    ("vrrp", lambda l: l.get("addr6"), "vrrp.ipv6_addr"),
    ("ospf/ospf3", lambda l: l["type"], "ospf.msg"), ("ospf/ospf3", lambda l: l["router"], "ospf.srcrouter"),
    ("ospf/ospf3", lambda l: l["area"], "ospf.area_id"), ("ospf/ospf3", lambda l: l["csum"], "ospf.checksum"),
    ("ospf/ospf3", grp("hello", "mask"), "ospf.hello.network_mask"),
    ("ospf/ospf3", grp("hello", "dead"), "ospf.hello.router_dead_interval"),
    ("ospf/ospf3", grp("hello", "neighbour"), "ospf.hello.active_neighbor"),
    ("ospf/ospf3", grp("hello", "designated"), "ospf.hello.designated_router"),
    ("ospf/ospf3", grp("dd", "mtu"), "ospf.db.interface_mtu"),
    ("ospf/ospf3", grp("dd", "seq"), "ospf.db.dd_sequence"),
    ("ospf", lambda l: group(l, "lsa", "type") or group(l, "request", "type"), "ospf.lsa"), ("ospf/ospf3", grp("lsa", "age"), "ospf.lsa.age"),
    ("ospf/ospf3", grp("lsa", "seq"), "ospf.lsa.seqnum"), ("ospf/ospf3", grp("lsa", "csum"), "ospf.lsa.chksum"),
    ("ospf/ospf3", grp("lsa", "len"), "ospf.lsa.length"),
    ("bgp", grp("message", "type"), "bgp.type"), ("bgp", grp("message", "len"), "bgp.length"),
    ("bgp", grp("message", "as"), "bgp.open.myas"),
    ("bgp", grp("message", "hold"), "bgp.open.holdtime"),
    ("bgp", grp("message", "id"), "bgp.open.identifier"),
    ("bgp", grp("message", "error"), "bgp.notify.major_error"),
    ("bgp", lambda l: [a["type"] for m in l.get("message", []) for a in m.get("attribute", [])],
     "bgp.update.path_attribute.type_code"),
    ("bgp", lambda l: [x for m in l.get("message", []) for a in m.get("attribute", [])
                       for x in a.get("path", [])],
     "bgp.update.path_attribute.as_path_segment.as4"),
    ("bgp", lambda l: [a["origin"] for m in l.get("message", []) for a in m.get("attribute", [])
                       if "origin" in a], "bgp.update.path_attribute.origin"),
    ("bgp", lambda l: [a["code"] for m in l.get("message", []) for a in m.get("capability", [])],
     "bgp.cap.type"),
]

MAKERS = [c.lldp, c.igmp, c.mld, c.stp, c.slow, c.pause, c.eapol, c.ptp,
          c.vrrp, c.hsrp, c.ospf, c.ospf3, c.bgp, c.bfd]


def captures(seed):
    r = random.Random(seed)
    return [(1, [make(r) for make in MAKERS for _ in range(12)])]
