# SPDX-License-Identifier: GPL-2.0-or-later
"""The first layers: Ethernet, tags, ARP, IP, ICMP, TCP, UDP, with random values."""
import random

LEAST = 12  # compared values a packet, at the least
PREFS = ["ip.check_checksum:TRUE", "tcp.check_checksum:TRUE", "udp.check_checksum:TRUE"]

# Ours (layer, key, factor) against tshark's field. Differences that stay are listed with a verdict.
FIELDS = [
    ("eth", "dst", "eth.dst"), ("eth", "src", "eth.src"), ("eth", "type", "eth.type"),
    ("vlan", "id", "vlan.id"), ("vlan", "pcp", "vlan.priority"), ("vlan", "dei", "vlan.dei"),
    ("arp", "op", "arp.opcode"), ("arp", "sha", "arp.src.hw_mac"),
    ("arp", "spa", "arp.src.proto_ipv4"), ("arp", "tha", "arp.dst.hw_mac"),
    ("arp", "tpa", "arp.dst.proto_ipv4"), ("arp", "htype", "arp.hw.type"),
    ("ip", "dscp", "ip.dsfield.dscp"),
    ("ip", "ecn", "ip.dsfield.ecn"), ("ip", "len", "ip.len"), ("ip", "id", "ip.id"),
    ("ip", "flags", "ip.flags"), ("ip", "frag", "ip.frag_offset"), ("ip", "ttl", "ip.ttl"),
    ("ip", "protocol", "ip.proto"), ("ip", "csum", "ip.checksum"), ("ip", "src", "ip.src"),
    ("ip", "dst", "ip.dst"),
    ("ip6", "tclass", "ipv6.tclass"), ("ip6", "flow", "ipv6.flow"), ("ip6", "len", "ipv6.plen"),
    ("ip6", "next", "ipv6.nxt"), ("ip6", "hoplimit", "ipv6.hlim"), ("ip6", "src", "ipv6.src"),
    ("ip6", "dst", "ipv6.dst"),
    ("ip6frag", "off", "ipv6.fraghdr.offset"), ("ip6frag", "id", "ipv6.fraghdr.ident"),
    ("ip6frag", "more", "ipv6.fraghdr.more"), ("ip6frag", "next", "ipv6.fraghdr.nxt"),
    ("ip6route", "left", "ipv6.routing.segleft"), ("ip6route", "type", "ipv6.routing.type"),
    ("udp", "sport", "udp.srcport"), ("udp", "dport", "udp.dstport"),
    ("udp", "len", "udp.length"), ("udp", "csum", "udp.checksum"),
    ("tcp", "sport", "tcp.srcport"), ("tcp", "dport", "tcp.dstport"),
    ("tcp", "seq", "tcp.seq_raw"), ("tcp", "ackseq", "tcp.ack_raw"),
    ("tcp", "window", "tcp.window_size_value"), ("tcp", "csum", "tcp.checksum"),
    ("tcp", "urgptr", "tcp.urgent_pointer"),
    ("icmp", "type", "icmp.type"), ("icmp", "code", "icmp.code"), ("icmp", "id", "icmp.ident"),
    ("icmp", "seq", "icmp.seq"), ("icmp6", "type", "icmpv6.type"),
    ("icmp6", "code", "icmpv6.code"), ("icmp6", "id", "icmpv6.echo.identifier"),
    ("icmp6", "target", "icmpv6.nd.ns.target_address"),
]

# Options and bits are compared apart: (layer, how to get ours, tshark's field)
OTHERS = [
    ("tcp", lambda l: l["flags"] | l["reserved"] << 9, "tcp.flags"),
    ("tcp", lambda l: l["doff"] * 4, "tcp.hdr_len"),
    ("tcp", lambda l: option(l, "mss", "value"), "tcp.options.mss_val"),
    ("tcp", lambda l: option(l, "wscale", "shift"), "tcp.options.wscale.shift"),
    ("tcp", lambda l: option(l, "ts", "val"), "tcp.options.timestamp.tsval"),
    ("tcp", lambda l: option(l, "ts", "ecr"), "tcp.options.timestamp.tsecr"),
    ("ip", lambda l: l["ihl"] * 4, "ip.hdr_len"),
    ("ip", lambda l: {"ok": 1, "wrong": 0}.get(l["csum_state"], 2), "ip.checksum.status"),
    ("tcp", lambda l: {"ok": 1, "wrong": 0}.get(l["csum_state"], 2), "tcp.checksum.status"),
    ("udp", lambda l: {"ok": 1, "wrong": 0, "none": 3}.get(l["csum_state"], 2),
     "udp.checksum.status"),
]


def option(layer, name, key):
    for o in layer.get("options", []):
        if o.get("name") == name:
            return o[key]
    return None


def packets(seed):
    from scapy.all import (ARP, Dot1Q, Ether, ICMP, ICMPv6EchoRequest, ICMPv6ND_NS, IP, IPv6,
                           IPv6ExtHdrFragment, IPv6ExtHdrRouting, Raw, TCP, UDP)
    r = random.Random(seed)

    def mac():
        return ":".join(f"{r.randrange(256) & 0xfe:02x}" for _ in range(6))

    def ip4():
        return f"{r.randrange(1, 224)}.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(256)}"

    def ip6():
        return "2001:" + ":".join(f"{r.randrange(65536):x}" for _ in range(7))

    def port():
        return r.randrange(40000, 65536)  # tshark would read known ports as what they carry

    def net4():
        bad = {"chksum": r.randrange(65536)} if r.random() < .2 else {}
        return IP(src=ip4(), dst=ip4(), tos=r.randrange(256), id=r.randrange(65536),
                  flags=r.choice(["", "DF"]), ttl=r.randrange(1, 256), **bad)

    def net6():
        return IPv6(src=ip6(), dst=ip6(), tc=r.randrange(256), fl=r.randrange(1 << 20),
                    hlim=r.randrange(1, 256))

    def tcp():
        opts = [("MSS", r.randrange(65536)), ("NOP", None), ("WScale", r.randrange(15)),
                ("Timestamp", (r.randrange(1 << 32), r.randrange(1 << 32)))]
        return TCP(sport=port(), dport=port(), seq=r.randrange(1 << 32),
                   ack=r.randrange(1 << 32), flags=r.randrange(512), reserved=r.randrange(8),
                   window=r.randrange(65536), urgptr=r.randrange(65536),
                   options=r.choice([[], opts[:1], opts]))

    def udp():
        bad = {"chksum": r.randrange(65536)} if r.random() < .3 else {}
        return UDP(sport=port(), dport=port(), **bad)

    out = []
    for _ in range(150):
        p = Ether(src=mac(), dst=mac())
        for _ in range(r.choice([0, 0, 1])):
            p = p / Dot1Q(prio=r.randrange(8), id=r.randrange(2), vlan=r.randrange(4096))
        kind = r.randrange(8)
        if kind == 0:
            p = p / ARP(op=r.randrange(1, 3), hwsrc=mac(), psrc=ip4(), hwdst=mac(), pdst=ip4())
        elif kind == 1:
            p = p / net6() / IPv6ExtHdrFragment(offset=r.randrange(1, 8192), m=r.randrange(2),
                                                id=r.randrange(1 << 32), nh=17) / Raw(bytes(16))
        elif kind == 2:
            p = p / net6() / ICMPv6EchoRequest(id=r.randrange(65536), seq=r.randrange(65536))
        elif kind == 3:
            p = p / net6() / ICMPv6ND_NS(tgt=ip6())
        elif kind == 4:
            p = p / net4() / ICMP(type=8, id=r.randrange(65536), seq=r.randrange(65536))
        elif kind == 5:
            p = p / net6() / IPv6ExtHdrRouting(type=0, addresses=[ip6(), ip6()],
                                               segleft=r.randrange(3)) / udp()
        else:
            p = p / r.choice([net4, net6])() / r.choice([tcp, udp])()
        out.append(p)
    return out


def captures(seed):
    return [(1, packets(seed))]
