# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocols of the foundation: link layers, ARP, IP, ICMP, UDP, TCP."""


def stacks():
    """The captures: name to (link type, list of packets or bytes)."""
    from scapy.all import (ARP, Dot1AD, Dot1Q, Dot3, Ether, ICMP, ICMPv6EchoRequest,
                           ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6NDOptDstLLAddr,
                           ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo, ICMPv6NDOptRDNSS,
                           ICMPv6NDOptSrcLLAddr, ICMPv6PacketTooBig, IP, IPOption_RR,
                           IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                           IPv6ExtHdrRouting, LLC, RouterAlert, SNAP, TCP, UDP, CookedLinux)
    a, b = "02:00:00:00:00:01", "02:00:00:00:00:02"
    eth = Ether(src=a, dst=b)
    ip = IP(src="10.0.0.1", dst="10.0.0.2", id=7)
    ip6 = IPv6(src="fd00::1", dst="fd00::2")
    opts = [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (11, 22)), ("NOP", None),
            ("WScale", 7)]
    # type 0x0800, interface 3, Ethernet, outgoing, six bytes of address
    sll2 = bytes.fromhex("0800000000000003000104060200000000010000")
    return {
        "arp": (1, [Ether(src=a, dst="ff:ff:ff:ff:ff:ff") /
                    ARP(hwsrc=a, psrc="10.0.0.1", pdst="10.0.0.2"),
                    eth / ARP(op=2, hwsrc=b, psrc="10.0.0.2", hwdst=a, pdst="10.0.0.1")]),
        "vlan": (1, [eth / Dot1Q(vlan=5, prio=3) / ip / UDP(sport=1, dport=53) / b"q",
                     eth / Dot1AD(vlan=6) / Dot1Q(vlan=7) / ip6 / UDP(sport=1, dport=9)]),
        "ip": (1, [eth / IP(src="10.0.0.1", dst="10.0.0.2", tos=0xb8, flags="DF",
                            options=[IPOption_RR(routers=["10.9.9.9"])]) / ICMP(id=1, seq=2),
                   eth / IP(src="10.0.0.1", dst="10.0.0.2", flags="MF") /
                   UDP(sport=5, dport=6, len=4000) / b"first",
                   eth / IP(src="10.0.0.1", dst="10.0.0.2", frag=185, proto=17) / b"later",
                   eth / IP(src="10.0.0.1", dst="10.0.0.2", chksum=0x1234, proto=132),
                   eth / IP(src="10.0.0.1", dst="10.0.0.2", ihl=4, proto=6) / b"x",
                   eth / IP(src="10.0.0.1", dst="10.0.0.2", len=900) / UDP(len=8)]),
        "ip6": (1, [eth / ip6 / IPv6ExtHdrHopByHop(options=[RouterAlert()]) /
                    IPv6ExtHdrDestOpt() / ICMPv6EchoRequest(id=1, seq=2, data=b"abc"),
                    eth / ip6 / IPv6ExtHdrRouting(addresses=["fd00::9"], segleft=1) /
                    TCP(sport=1, dport=2, flags="S"),
                    eth / ip6 / IPv6ExtHdrFragment(offset=2, m=1, id=9, nh=17) / b"12345678"]),
        "icmp": (1, [eth / ip / ICMP(type=3, code=4, nexthopmtu=1400) / ip /
                     UDP(sport=3, dport=4),
                     eth / ip / ICMP(type=13, id=1, seq=1, ts_ori=5), eth / ip / ICMP(type=5)]),
        "icmp6": (1, [eth / ip6 / ICMPv6ND_NS(tgt="fd00::2") / ICMPv6NDOptSrcLLAddr(lladdr=a),
                      eth / ip6 / ICMPv6ND_NA(tgt="fd00::2") / ICMPv6NDOptDstLLAddr(lladdr=b),
                      eth / ip6 / ICMPv6ND_RA() / ICMPv6NDOptPrefixInfo(prefix="fd00::") /
                      ICMPv6NDOptMTU(mtu=1400) / ICMPv6NDOptRDNSS(dns=["fd00::53"]),
                      eth / ip6 / ICMPv6PacketTooBig(mtu=1280) / ip6 / UDP(sport=1, dport=2)]),
        "tcp": (1, [eth / ip / TCP(sport=40000, dport=443, flags="S", options=opts),
                    eth / ip / TCP(sport=443, dport=40000, flags="PA", seq=9, ack=8) / b"data\x1b[",
                    eth / ip / TCP(flags="R", options=[("SAck", (1, 2, 3, 4))]),
                    eth / ip / TCP(dataofs=3)]),
        "llc": (1, [Dot3(src=a, dst=b) / LLC(dsap=0xaa, ssap=0xaa, ctrl=3) / SNAP(code=0x800) /
                    ip / UDP(sport=7, dport=7), eth / b"unknown"]),
        "sll": (113, [CookedLinux(pkttype=4, src=b"\2\0\0\0\0\1\0\0", proto=0x800) / ip /
                      UDP(sport=1, dport=2)]),
        "sll2": (276, [sll2 + bytes(ip / TCP(sport=1, dport=2))]),
        "null": (0, [b"\2\0\0\0" + bytes(ip / ICMP()), b"\0\0\0\x1e" + bytes(ip6 / UDP())]),
        "loop": (108, [b"\0\0\0\2" + bytes(ip / ICMP())]),
        "raw": (101, [bytes(ip / UDP(sport=1, dport=2)), bytes(ip6 / TCP(sport=1, dport=2))]),
    }
