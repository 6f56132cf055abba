# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets of WireGuard, RTP, RTCP and L2TP, by hand and with random values: for the golden captures
and for the comparison with tshark."""
import struct

from lib.app_packets import A, B, INNER_UDP, a_port, udp
from lib.control_packets import csum, ip4, mac, u


def wireguard(r):
    kind = r.randrange(1, 5)
    body = {1: lambda: r.randbytes(144), 2: lambda: r.randbytes(88), 3: lambda: r.randbytes(60),
            4: lambda: r.randbytes(4) + struct.pack("<Q", r.randrange(1 << 40)) +
            r.randbytes(16 * r.randrange(1, 5))}[kind]()
    return udp(51820, struct.pack("<I", kind) + body, a_port(r))


def rtp(r):
    n = r.randrange
    sources, extended = n(16) if r.random() < .3 else 0, r.random() < .3
    head = u("BBHII", 0x80 | extended << 4 | sources, n(2) << 7 | r.choice([0, 8, 18, 34, 96]),
             n(65536), n(1 << 32), n(1 << 32)) + r.randbytes(4 * sources)
    if extended:
        words = n(4)
        head += u("HH", 0x1234, words) + r.randbytes(4 * words)
    return udp(5004, head + r.randbytes(n(1, 60)), a_port(r))


def rtcp_packet(count, kind, body):
    return u("BBH", 0x80 | count, kind, len(body) // 4) + body


def rtcp_report(r):
    n = r.randrange
    return u("IBbHIIII", n(1 << 32), n(256), n(100), n(65536), n(1 << 32), n(1 << 20), n(1 << 32),
             n(1 << 24))


def rtcp_text(r, source, *items):
    body = source + b"".join(u("BB", k, len(t)) + t for k, t in items) + b"\0"
    return body + bytes(-len(body) % 4)


def rtcp(r):
    """A sender's or receiver's report, a description, and sometimes more."""
    n, source = r.randrange, r.randbytes(4)
    reports = [rtcp_report(r) for _ in range(n(4))]
    sender = u("IIIII", n(1 << 32), n(1 << 32), n(1 << 32), n(1 << 20), n(1 << 30))
    first = r.choice([200, 201])
    packets = [rtcp_packet(len(reports), first,
                           source + (sender if first == 200 else b"") + b"".join(reports)),
               rtcp_packet(1, 202, rtcp_text(r, source, (1, b"user%d@example.com" % n(100)),
                                             *r.choice([[], [(6, b"tool 1"), (2, b"A Name")]])))]
    packets += r.choice([[], [rtcp_packet(1, 203, source + b"\x07goodbye")],
                         [rtcp_packet(2, 204, source + b"TEST" + r.randbytes(8))],
                         [rtcp_packet(1, 205, source + r.randbytes(8))],
                         [rtcp_packet(1, 206, source + r.randbytes(4))]])
    return udp(5005, b"".join(packets), a_port(r))


def avp(kind, body, vendor=0, flags=0x8000):
    return u("HHH", flags | 6 + len(body), vendor, kind) + body


def avps2(r):
    n = r.randrange
    pairs = [avp(2, b"\1\0"), avp(3, u("I", n(4))), avp(4, u("I", n(4))), avp(6, u("H", n(65536))),
             avp(7, b"lac-%d" % n(10)), avp(8, b"maker", flags=0), avp(9, u("H", n(1, 65536))),
             avp(10, u("H", n(1, 20))), avp(11, r.randbytes(16)), avp(14, u("H", n(1, 65536))),
             avp(15, u("I", n(1 << 32))), avp(1, u("HH", n(6), 0) + b"why"),
             avp(24, u("I", n(1 << 30))), avp(22, b"5551"), avp(21, b"5552"),
             avp(1, r.randbytes(4), vendor=9)]
    return avp(0, u("H", r.choice([1, 2, 3, 4, 6, 10, 11, 12, 14]))) + \
        b"".join(p for p in pairs if r.random() < .6)


def l2tp_control(r, body=None):
    body = avps2(r) if body is None else body
    n = r.randrange
    return udp(1701, u("BBHHHHH", 0xc8, 2, 12 + len(body), n(65536), n(65536), n(65536),
                       n(65536)) + body, 1701)


def l2tp_data(r):
    n, flags = r.randrange, r.choice([0, 0x40, 8, 0x48, 2, 0x42, 0x4a, 1])
    ppp = r.choice([b"\xff\3", b""]) + b"\0\x21" + INNER_UDP[14:]
    ids = u("HH", n(1, 65536), n(1, 65536))
    tail = (u("HH", n(65536), n(65536)) if flags & 8 else b"") + \
        (u("H", 4) + bytes(4) if flags & 2 else b"")
    total = 4 + len(ids) + len(tail) + len(ppp)
    return udp(1701, u("BB", flags, 2) + (u("H", total) if flags & 0x40 else b"") + ids + tail + ppp,
               1701)


def avps3(r):
    n = r.randrange
    pairs = [avp(7, b"pe-%d" % n(10)), avp(60, ip4(r)), avp(61, u("I", n(1 << 32))),
             avp(62, u("HHH", 4, 5, 7)), avp(63, u("I", n(1 << 32))), avp(64, u("I", n(1 << 32))),
             avp(65, r.randbytes(r.choice([4, 8]))), avp(66, b"end"), avp(68, u("H", 5)),
             avp(69, u("H", 1)), avp(70, u("H", 0)), avp(71, u("H", 3)),
             avp(1, u("HH", 2, 6) + b"because")]
    return avp(0, u("H", r.choice([1, 2, 3, 10, 11, 12, 14, 20]))) + \
        b"".join(p for p in pairs if r.random() < .6)


def l2tp3_message(r):
    body = avps3(r)
    return u("BBHIHH", 0xc8, 3, 12 + len(body), r.randrange(1 << 32), r.randrange(65536),
             r.randrange(65536)) + body


def l2tp3_control(r):
    return udp(1701, l2tp3_message(r), 1701)


def over_ip(body):
    head = u("BBHHHBBH", 0x45, 0, 20 + len(body), 7, 0x4000, 64, 115, 0) + A + B
    return INNER_UDP[:14] + head[:10] + u("H", csum(head)) + head[12:] + body


def l2tp3_ip(r):
    return over_ip(bytes(4) + l2tp3_message(r))


def l2tp3_data(r):
    """A frame of version 3, over UDP or IP, with cookies and sublayers of all lengths."""
    frame = mac(r) + mac(r) + INNER_UDP[12:]
    body = u("I", r.randrange(1, 1 << 32)) + bytes(r.choice([0, 4, 8, 12])) + frame
    return udp(1701, u("HH", 3, 0) + body, 1701) if r.random() < .5 else over_ip(body)
