# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP errors with extensions, DCCP, mobile IPv6. Verdicts: tshark leaves out names of
interfaces where nothing follows them (theirs); it does not read what stands behind ICMPv6 errors
(theirs: RFC 4884 has extensions there too)."""
import random

from lib import net_packets as n

LEAST = 3
PREFS = ["dccp.relative_sequence_numbers:FALSE"]

FIELDS = [
    ("icmpext", "version", "icmp.ext.version"), ("icmpext", "csum", "icmp.ext.checksum"),
    ("dccp", "sport", "dccp.srcport"), ("dccp", "dport", "dccp.dstport"),
    ("dccp", "doff", "dccp.data_offset"), ("dccp", "ccval", "dccp.ccval"),
    ("dccp", "cscov", "dccp.cscov"), ("dccp", "csum", "dccp.checksum"),
    ("dccp", "type", "dccp.type"), ("dccp", "x", "dccp.x"), ("dccp", "service", "dccp.service_code"),
    ("dccp", "reset", "dccp.reset_code"),
    ("mobility", "next", "mip6.proto"), ("mobility", "len", "mip6.hlen"),
    ("mobility", "type", "mip6.mhtype"), ("mobility", "csum", "mip6.csum"),
    ("mobility", "home", "mip6.be.haddr"),
]


def of_type(key, *types):
    return lambda l: l.get(key) if l["type"] in types else None


def number(key, *types):
    """Bytes of ours that are a number there."""
    return lambda l: int(l[key], 16) if l["type"] in types else None


def wide(key, x):
    """Numbers of 48 and of 24 bits, which have different names there."""
    return lambda l: l.get(key) if l["x"] == x else None


def objects(key, *classes):
    """The values of 'key' in the objects of these classes."""
    return lambda l: [o[key] for o in l.get("options", []) if key in o and o["kind"] in classes]


def stack(key):
    return lambda l: [e[key] for o in l.get("options", []) for e in o.get("entry", [])]


def flag(key, bit, *types):
    return lambda l: int(bool(l[key] & bit)) if l["type"] in types else None


def opt(name, key):
    return lambda l: [o[key] for o in l.get("options", []) if o.get("name") == name and key in o]


OTHERS = [
    ("icmpext", lambda l: [o["kind"] for o in l["options"]], "icmp.ext.class"),
    ("icmpext", stack("label"), "icmp.mpls.label"), ("icmpext", stack("tc"), "icmp.mpls.exp"),
    ("icmpext", stack("bottom"), "icmp.mpls.s"), ("icmpext", stack("ttl"), "icmp.mpls.ttl"),
    ("icmpext", objects("role", 2), "icmp.int_info.role"),
    ("icmpext", objects("ifindex", 2), "icmp.int_info.index"),
    ("icmpext", objects("addr", 2), "icmp.int_info.ipv4"),
    ("icmpext", objects("addr6", 2), "icmp.int_info.ipv6"),
    ("icmpext", objects("mtu", 2), "icmp.int_info.mtu"),
    ("icmp", of_type("seq", 42, 43), "icmp.ext.echo.seq"),
    ("icmp", of_type("local", 42), "icmp.ext.echo.req.local"),
    ("icmp", of_type("state", 43), "icmp.ext.echo.rsp.state"),
    ("icmp", flag("is", 4, 43), "icmp.ext.echo.rsp.active"),
    ("icmp6", of_type("seq", 160, 161), "icmpv6.ext.echo.seq"),
    ("icmp6", of_type("local", 160), "icmpv6.ext.echo.req.local"),
    ("icmp6", of_type("state", 161), "icmpv6.ext.echo.rsp.state"),
    ("dccp", wide("seq", 1), "dccp.seq_raw"), ("dccp", wide("seq", 0), "dccp.seq"),
    ("dccp", lambda l: l.get("ack"), "dccp.ack_raw"),
    ("dccp", lambda l: [o["kind"] for o in l.get("options", [])], "dccp.option_type"),
    ("dccp", opt("timestamp", "value"), "dccp.timestamp"),
    ("dccp", opt("data_checksum", "value"), "dccp.checksum_data"),
    ("mobility", of_type("seq", 5), "mip6.bu.seqnr"), ("mobility", of_type("seq", 6), "mip6.ba.seqnr"),
    ("mobility", of_type("status", 6), "mip6.ba.status"),
    ("mobility", of_type("status", 7), "mip6.be.status"),
    ("mobility", flag("flags", 0x8000, 5), "mip6.bu.a_flag"),
    ("mobility", flag("flags", 0x0200, 5), "mip6.bu.p_flag"),
    ("mobility", flag("flags", 0x80, 6), "mip6.ba.k_flag"),
    ("mobility", of_type("nonce", 3), "mip6.hot.nindex"),
    ("mobility", number("token", 3, 4), "mip6.hot.token"),
    ("mobility", number("cookie", 3), "mip6.hot.cookie"),
    ("mobility", number("cookie", 1), "mip6.hoti.cookie"),
]

MAKERS = [n.icmp_error, n.extended_echo, n.dccp, n.mobility]


def captures(seed):
    r = random.Random(seed)
    return [(1, [make(r) for make in MAKERS for _ in range(20)])]
