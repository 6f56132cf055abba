# SPDX-License-Identifier: GPL-2.0-or-later
"""Headers between a frame and what it carries, and link headers of captures; with lies."""
import struct

from lib.app_packets import A, B, INNER_UDP
from lib.control_packets import csum, u
from lib.net_packets import ETH6, HERE, THERE

FRAME, PACKET = INNER_UDP, INNER_UDP[14:]


def frame(kind, body):
    return FRAME[:12] + u("H", kind) + body


def over_ip(proto, body):
    head = u("BBHHHBBH", 0x45, 0, 20 + len(body), 7, 0x4000, 64, proto, 0) + A + B
    return FRAME[:14] + head[:10] + u("H", csum(head)) + head[12:] + body


def shims():
    sci = bytes.fromhex("02000000000a0001")
    segments = u("BBBBBBH", 143, 2, 4, 0, 0, 0, 0) + THERE
    return [frame(0x88e5, u("BBI", 0x23, 0, 7) + sci + u("H", 0x0800) + PACKET + bytes(16)),
            frame(0x88e5, u("BBI", 0x01, 0, 8) + u("H", 0x0800) + PACKET + bytes(16)),
            frame(0x88e5, u("BBI", 0x2c, 40, 9) + sci + bytes(40)),
            frame(0x88e5, u("BBI", 0x20, 0, 7) + sci[:3]),
            frame(0x894f, u("HBBI", 0x0fc2, 2, 1, 5 << 8 | 255) + PACKET),
            frame(0x894f, u("HBBI", 0x0fc6, 1, 3, 6 << 8 | 254) + bytes(range(16)) + FRAME),
            frame(0x894f, u("HBBI", 0x0fc1, 1, 3, 6 << 8 | 254) + FRAME),
            frame(0x894f, u("HBBI", 0x0fc2, 2, 9, 6 << 8 | 254) + FRAME),
            frame(0x8909, u("BBHHH", 1, 1, 1, 77, 0x0800) + PACKET),
            over_ip(47, u("HHHBBHH", 0, 0x8909, 0x0800, 1, 1, 1, 78) + PACKET),
            over_ip(97, u("H", 0x3000) + FRAME), over_ip(97, u("H", 0x4000) + FRAME),
            over_ip(143, FRAME),
            ETH6 + u("IHBB", 6 << 28, len(segments) + len(FRAME), 43, 64) + HERE + THERE + segments +
            FRAME]


def ppi():
    common = struct.pack("<HHQHHHHBBbb", 2, 20, 1234567, 0, 12, 2412, 0xa0, 0, 0, -42, -96)
    beacon = bytes.fromhex("80000000" "ffffffffffff" "020000000001" "020000000001" "1000") + \
        struct.pack("<QHH", 99, 100, 1) + b"\0\4test"
    head = lambda n, dlt: struct.pack("<BBHI", 0, 0, n, dlt)
    return [head(8, 1) + FRAME, head(4, 1) + FRAME, head(99, 1) + FRAME, head(8, 192) + head(8, 1),
            head(32, 105) + common + beacon]


def ipnet():
    return [u("BBHIIIII", 1, 2, 0, len(PACKET), 2, 0, 0xffffffff, 0) + PACKET,
            u("BBHIIIII", 1, 9, 0, len(PACKET), 2, 0, 0xffffffff, 0) + PACKET]


def chdlc():
    return [u("BBH", 0x8f, 0, 0x2000) + bytes(20), u("BBH", 0x0f, 0, 0x0800) + PACKET]


def stacks():
    return {"shims": (1, shims()), "ppi": (192, ppi()), "ipnet": (226, ipnet()), "chdlc": (104, chdlc())}
