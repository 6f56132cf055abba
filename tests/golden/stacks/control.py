# SPDX-License-Identifier: GPL-2.0-or-later
"""Protocols that run networks, with values of a fixed seed, and with lies."""
import random

from lib import control_packets as c


def several(make, n, *more):
    r = random.Random(7)
    return (1, [make(r) for _ in range(n)] + list(more))


def stacks():
    r = random.Random(3)
    return {
        "lldp": several(c.lldp, 2, c.eth("01:80:c2:00:00:0e", 0x88cc, c.tlv(1, b"\4abc") +
                                         c.tlv(8, b"\xff\1") + c.tlv(8, b"\x1f\1" + bytes(9))),
                        c.eth("01:80:c2:00:00:0e", 0x88cc, b"\x03\xff")),
        "igmp": several(c.igmp, 8, c.ipv4(2, c.with_csum(
            c.u("BBHHH", 0x22, 0, 0, 0, 9) + c.u("BBH", 1, 0, 9) + c.ip4(r), 2))),
        "mld": several(c.mld, 6, c.ipv6(58, c.u("BBHHH", 143, 0, 0, 0, 2) +
                                        c.u("BBH", 1, 0, 5) + c.ip6(r))),
        "stp": several(c.stp, 6),
        "slow": several(c.slow, 4, c.eth("01:80:c2:00:00:02", 0x8809, b"\1\1\1\x40"),
                        c.eth("01:80:c2:00:00:02", 0x8809, b"\3\0\x50\0")),
        "pause": several(c.pause, 4),
        "eapol": several(c.eapol, 8),
        "ptp": several(c.ptp, 12), "vrrp": several(c.vrrp, 5), "hsrp": several(c.hsrp, 4),
        "ospf": several(c.ospf, 8, c.ipv4(89, c.u("BBH", 2, 4, 50) + bytes(20) + c.u("I", 5) +
                                          bytes(22))),
        "ospf3": several(c.ospf3, 8),
        "bgp": several(c.bgp, 6, c.ipv4(6, c.u("HHIIBBHHH", 179, 40000, 1, 1, 0x50, 0x18, 9, 0, 0)
                                        + c.bgp_message(2, c.u("HB", 9, 33) + bytes(3)))),
        "bfd": several(c.bfd, 4),
    }
