# SPDX-License-Identifier: GPL-2.0-or-later
"""Label stacks with each of what may follow them."""


def stacks():
    from scapy.all import IP, UDP, Ether, IPv6, Raw
    a, b = "02:00:00:00:00:01", "02:00:00:00:00:02"
    eth = Ether(src=a, dst=b, type=0x8847)

    def label(n, last, ttl=64):
        return (n << 12 | last << 8 | ttl).to_bytes(4, "big")
    udp = UDP(sport=1, dport=9) / b"x"
    ip = IP(src="10.0.0.1", dst="10.0.0.2", id=7)
    return {"mpls": (1, [
        eth / Raw(label(16, 0) + label(17, 1) + bytes(ip / udp)),
        eth / Raw(label(2, 1) + bytes(IPv6(src="fd00::1", dst="fd00::2") / udp)),
        eth / Raw(label(18, 1) + bytes(4) + bytes(Ether(src=b, dst=a) / ip / udp)),
        # a frame without a control word: its address begins with 02, 4a, 6a
        eth / Raw(label(19, 1) + bytes(Ether(src=b, dst=a) / ip / udp)),
        eth / Raw(label(19, 1) + bytes(Ether(src=b, dst="4a:00:00:00:00:01") / ip / udp)),
        eth / Raw(label(19, 1) + bytes(Ether(src=b, dst="6a:00:00:00:00:01") / ip / udp)),
        eth / Raw(label(18, 1) + b"\xf0\x01\x02"),
        eth / Raw(label(18, 0)),
    ])}
