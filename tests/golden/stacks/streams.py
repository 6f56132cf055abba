# SPDX-License-Identifier: GPL-2.0-or-later
"""WireGuard, RTP, RTCP, L2TP; with lies."""
import random

from lib import tunnel_packets as t
from lib.app_packets import udp
from lib.control_packets import u


def several(make, n, *more):
    r = random.Random(13)
    return [make(r) for _ in range(n)] + list(more)


def wireguard():
    r = random.Random(5)
    lies = [b"\1\0\0\0" + bytes(140), b"\4\0\0\0" + bytes(20), b"\5\0\0\0" + bytes(40),
            b"\4\1\0\0" + bytes(40)]
    return several(t.wireguard, 6, *(udp(51820, x) for x in lies), t.wireguard(r))


def rtp():
    r = random.Random(5)
    lies = [b"\x8f" + bytes(20), b"\x90" + bytes(11) + b"\0\0\0\xff" + bytes(9), b"\x40" + bytes(30)]
    return several(t.rtp, 6, *(udp(5004, x) for x in lies), t.rtp(r))


def rtcp():
    r = random.Random(5)
    c = t.rtcp_packet
    lies = [c(3, 201, bytes(28)), c(0, 201, bytes(4)) + u("BBH", 0x80, 202, 9) + bytes(4),
            c(0, 201, bytes(4)) + bytes(8), c(1, 202, b"abcd\1\x09a\0"),
            c(1, 203, b"abcd\x09a\0\0")]
    return several(t.rtcp, 6, *(udp(5005, x) for x in lies), t.rtcp(r), t.rtcp(r))


def l2tp():
    r = random.Random(5)
    lies = [u("BBHHHHH", 0xc8, 2, 99, 1, 0, 0, 0), u("BBHHHHH", 0xc8, 2, 6, 1, 0, 0, 0),
            u("BBHHHHH", 0xc8, 2, 20, 1, 0, 0, 0) + u("HHH", 0x8005, 0, 0) + b"\0\1",
            u("BBHHH", 2, 2, 1, 2, 99) + bytes(9), u("BBHH", 0x80, 2, 1, 2) + bytes(9),
            u("BBHH", 0, 1, 1, 2) + bytes(9)]
    return several(t.l2tp_control, 3, *(t.l2tp_data(r) for _ in range(8)),
                   *(udp(1701, x, 1701) for x in lies), t.l2tp_control(r, b""), t.l2tp_control(r))


def l2tp3():
    r = random.Random(5)
    lies = [u("HHI", 3, 0, 7) + bytes(30), u("BBHIHH", 0xc8, 3, 13, 1, 0, 0) + b"\0"]
    return several(t.l2tp3_control, 2, t.l2tp3_ip(r), t.l2tp3_ip(r),
                   *(t.l2tp3_data(r) for _ in range(8)), *(udp(1701, x, 1701) for x in lies),
                   t.over_ip(u("I", 5) + bytes(20)), t.over_ip(bytes(24)), t.l2tp3_control(r))


def stacks():
    return {"wireguard": (1, wireguard()), "rtp": (1, rtp()), "rtcp": (1, rtcp()),
            "l2tp": (1, l2tp()), "l2tp3": (1, l2tp3())}
