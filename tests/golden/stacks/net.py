# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP errors with extensions, DCCP, mobile IPv6; with lies."""
import random

from lib import net_packets as n
from lib.control_packets import u


def several(make, count, *more):
    r = random.Random(17)
    return [make(r) for _ in range(count)] + list(more)


def icmpext():
    r = random.Random(5)
    lies = [u("HH", 0x2000, 0x1234) + n.labels(r), u("HH", 0x2000, 0) + n.labels(r), b"\x10\0\0\0abcd",
            n.extensions(u("HBB", 99, 1, 1) + b"abcd"), n.extensions(n.obj(2, 0x06, u("HH", 3, 0) + bytes(8))),
            n.extensions(n.obj(2, 0x02, b"\x09ab")), n.extensions(n.obj(1, 1, b"abcdef")),
            n.extensions(n.obj(9, 9, b"abcd")), n.extensions(n.obj(3, 3, u("HBB", 1, 9, 0) + b"abcd"))]
    # routers that do not state the length: only a right checksum is believed
    old = [n.icmp_error(r, n.extensions(n.labels(r)), 0), n.icmp_error(r, b"\x20\0\1\1" + bytes(8), 0)]
    return several(n.icmp_error, 3, *(n.icmp6_error(r) for _ in range(3)),
                   *(n.extended_echo(r) for _ in range(6)), *old,
                   *(n.icmp_error(r, x) for x in lies), n.icmp_error(r, b"", 99),
                   n.icmp_error(r, n.extensions(n.labels(r))))


def dccp():
    r = random.Random(5)
    head = lambda doff, kind: u("HHBBHBBHI", 1, 2, doff, 0, 0, kind << 1 | 1, 0, 0, 7)
    lies = [head(3, 2), head(4, 3), head(9, 2), head(5, 2) + b"\x20\x01ab", head(4, 12) + b"abc",
            head(5, 2)[:5] + b"\x0f" + head(5, 2)[6:] + bytes(4)]
    return [n.dccp(r, k) for k in range(10)] + [n.dccp(r, k) for k in (2, 3, 4, 4)] + \
        [n.ipv4(33, x, 6) for x in lies] + [n.dccp(r, 3), n.dccp(r, 1)]


def mobility():
    r = random.Random(5)
    lies = [u("BBBBH", 59, 0, 5, 0, 0) + bytes(2), u("BBBBH", 59, 9, 0, 0, 0) + bytes(2),
            u("BBBBH", 59, 1, 5, 0, 0) + bytes(6) + b"\3\x10ab", u("BBBBH", 59, 1, 99, 0, 0) + bytes(10)]
    return several(n.mobility, 14, *(n.ipv6(135, x, 4) for x in lies), n.mobility(r), n.mobility(r))


def stacks():
    return {"icmpext": (1, icmpext()), "dccp": (1, dccp()), "mobility": (1, mobility())}
