# SPDX-License-Identifier: GPL-2.0-or-later
"""Netlink messages as nlmon delivers them, several in a packet, and some that lie."""
import struct


def le(fmt, *values):
    return struct.pack("<" + fmt, *values)


def attr(kind, body):
    return (le("HH", 4 + len(body), kind) + body).ljust((7 + len(body)) // 4 * 4, b"\0")


def message(kind, flags, body, port=77):
    return le("IHHII", 16 + len(body), kind, flags, 5, port) + body


def packet(family, *messages):
    return struct.pack("!HH10xH", 4, 824, family) + b"".join(messages)


def stacks():
    link = le("BxHIII", 0, 1, 2, 0x11043, 0) + attr(3, b"eth0\0") + attr(4, le("I", 1500)) + \
        attr(16, b"\6") + attr(1, bytes.fromhex("020000000001")) + attr(18, attr(1, b"veth\0"))
    addr = le("BBBBI", 2, 24, 0, 0, 2) + attr(2, b"\x0a\0\0\1") + attr(3, b"eth0\0")
    route = le("8BI", 2, 24, 0, 0, 254, 3, 0, 1, 0) + attr(1, b"\x0a\1\0\0") + \
        attr(5, b"\x0a\0\0\2") + attr(4, le("I", 2))
    neigh = le("BxHIHBB", 10, 0, 2, 2, 0, 1) + attr(1, b"\xfe\x80" + bytes(13) + b"\1") + \
        attr(2, bytes.fromhex("020000000002"))
    qdisc = le("BxHIIII", 0, 0, 2, 0x10000, 0xffffffff, 0) + attr(1, b"fq_codel\0")
    tup = attr(1, attr(1, b"\x0a\0\0\1") + attr(2, b"\x0a\0\0\2")) + \
        attr(2, attr(1, b"\6") + attr(2, b"\x9c\x40") + attr(3, b"\0\x50"))
    flow = b"\2\0\0\0" + attr(1 | 0x8000, tup) + attr(2 | 0x8000, tup) + attr(3, b"\0\0\1\x8e") + \
        attr(7, b"\0\0\0\x78") + attr(9, attr(1, bytes(7) + b"\3") + attr(2, bytes(7) + b"\x99"))
    control = b"\1\2\0\0" + attr(1, le("H", 28)) + attr(2, b"nl80211\0")
    refused = le("i", -22) + message(16, 5, b"")[:16] + attr(1, b"no such thing\0") + \
        attr(2, le("I", 20))
    return {"netlink": (253, [
        packet(0, message(16, 2, link), message(3, 2, le("i", 0))),
        packet(0, message(20, 0x605, addr)), packet(0, message(24, 0x605, route)),
        packet(0, message(28, 0, neigh), message(36, 0, qdisc)),
        packet(16, message(16, 0, control)), packet(12, message(0x100, 0, flow)),
        packet(4, message(20, 0x301, b"\2\6\0\0" + le("I", 0xfff) + bytes(48))),
        packet(0, message(2, 0x300, refused)), packet(0, message(2, 0x100, le("i", 0))),
        packet(0, message(16, 0, link + attr(4, le("I", 9)) + le("HH", 90, 4))),
        packet(0, message(16, 0, bytes(5)), le("IHHII", 7, 16, 0, 0, 0)),
        struct.pack("!HH10xHI", 4, 824, 0, 32) + bytes(28), packet(9, message(1100, 0, b"text")),
    ])}
