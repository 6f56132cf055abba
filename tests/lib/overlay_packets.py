# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels, IPsec, SCTP and netlink messages with random values, for the comparison with tshark."""
import struct

from lib.app_packets import A, B, INNER_UDP, a_port, ipv4, udp
from lib.control_packets import csum, ip4, ip6, mac, u

FRAME = INNER_UDP
PACKET = INNER_UDP[14:]


def over_ip(proto, body):
    head = u("BBHHHBBH", 0x45, 0, 20 + len(body), 7, 0x4000, 64, proto, 0) + A + B
    return FRAME[:14] + head[:10] + u("H", csum(head)) + head[12:] + body


def gre_fields(r, flags):
    return b"".join(r.randbytes(4) for bit in (0x20, 0x10) if flags & bit)


def gre(r):
    flags = r.choice([0, 0x20, 0x10, 0x30, 0x80, 0xb0])
    kind, inside = r.choice([(0x0800, PACKET), (0x6558, FRAME)])
    body = u("BBH", flags, 0, kind)
    if flags & 0x80:
        fields = gre_fields(r, flags)
        body += u("HH", csum(body + bytes(4) + fields + inside), 0) + fields
    else:
        body += gre_fields(r, flags)
    return over_ip(47, body + inside)


def pptp(r):
    flags, ack = r.choice([0x20, 0x30]), r.choice([0, 0x80])
    inside = b"\xff\3\0\x21" + PACKET
    return over_ip(47, u("BBHHH", flags, ack | 1, 0x880b, len(inside), r.randrange(65536)) +
                   (r.randbytes(4) if flags & 0x10 else b"") + (r.randbytes(4) if ack else b"") + inside)


def erspan2(r):
    n = r.randrange
    head = u("HHI", 1 << 12 | n(4096), n(8) << 13 | n(4) << 11 | n(1024), n(1 << 20))
    return over_ip(47, u("BBHI", 0x10, 0, 0x88be, n(1 << 32)) + head + FRAME)


def erspan3(r):
    n = r.randrange
    head = u("HHIHH", 2 << 12 | n(4096), n(8) << 13 | n(4) << 11 | n(1024), n(1 << 32), n(65536),
             n(64) << 4 | n(2) << 3 | n(4) << 1)
    return over_ip(47, u("BBHI", 0x10, 0, 0x22eb, n(1 << 32)) + head + FRAME)


def vxlan(r):
    return udp(4789, u("BBHI", 8, 0, r.randrange(65536), r.randrange(1 << 24) << 8) + FRAME, a_port(r))


def geneve(r):
    n = r.randrange
    options = b"".join(u("HBB", n(0x100, 0x200), n(128), k) + r.randbytes(4 * k)
                       for k in [n(4) for _ in range(n(3))])
    kind, inside = r.choice([(0x6558, FRAME), (0x0800, PACKET)])
    return udp(6081, u("BBHI", len(options) // 4, n(2) << 7 | n(2) << 6, kind, n(1 << 24) << 8) + options +
               inside, a_port(r))


def gtpu(r):
    n, flags = r.randrange, r.choice([0, 2, 1, 3])
    more = u("HBB", n(65536), n(256), 0) if flags else b""
    kind, inside = r.choice([(255, PACKET), (1, b""), (254, b"")])
    return udp(2152, u("BBHI", 0x30 | flags, kind, len(more) + len(inside), n(1 << 32)) + more + inside,
               2152)


def ether(r, kind, body):
    return mac(r) + mac(r) + u("H", kind) + body


def pppoe(r):
    inside = u("H", 0x21) + PACKET
    return ether(r, 0x8864, u("BBHH", 0x11, 0, r.randrange(65536), len(inside)) + inside)


def pppoed(r):
    tags = b"".join(u("HH", k, len(t)) + t for k, t in r.sample(
        [(0x101, b"dsl"), (0x102, b"ac-1"), (0x103, r.randbytes(6)), (0x104, r.randbytes(16))], 3))
    code = r.choice([0x07, 0x09, 0x19, 0x65, 0xa7])
    return ether(r, 0x8863, u("BBHH", 0x11, code, r.randrange(65536), len(tags)) + tags)


def ah(r):
    return over_ip(51, u("BBHII", 4, 4, 0, r.randrange(256, 1 << 32), r.randrange(1 << 32)) +
                   r.randbytes(12) + PACKET)


def esp(r):
    return over_ip(50, u("II", r.randrange(256, 1 << 32), r.randrange(1 << 32)) + r.randbytes(40))


def crc32c(data):
    c = 0xffffffff
    for byte in data:
        c ^= byte
        for _ in range(8):
            c = c >> 1 ^ (0x82f63b78 if c & 1 else 0)
    return c ^ 0xffffffff


def chunk(kind, flags, body):
    return (u("BBH", kind, flags, 4 + len(body)) + body).ljust((7 + len(body)) // 4 * 4, b"\0")


def sctp(r):
    n = r.randrange
    init = lambda k: chunk(k, 0, u("IIHHI", n(1, 1 << 32), n(1 << 20), n(1, 99), n(1, 99), n(1 << 32)))
    chunks = [lambda: init(1), lambda: init(2), lambda: chunk(10, 0, r.randbytes(20)),
              lambda: chunk(0, n(16), u("IHHI", n(1 << 32), n(9), n(9), 0) + r.randbytes(n(1, 20))),
              lambda: chunk(3, 0, u("IIHH", n(1 << 32), n(1 << 20), 0, 0)),
              lambda: chunk(7, 0, u("I", n(1 << 32)))]
    data = u("HHII", n(65536), n(65536), n(1 << 32), 0) + r.choice(chunks)()
    return over_ip(132, data[:8] + struct.pack("<I", crc32c(data)) + data[12:])


def udplite(r):
    return ipv4(136, u("HHHH", r.randrange(33000, 65536), r.randrange(33000, 65536), 0, 0) + b"abcd", 6)


def le(fmt, *values):
    return struct.pack("<" + fmt, *values)


def attr(kind, body):
    return (le("HH", 4 + len(body), kind) + body).ljust((7 + len(body)) // 4 * 4, b"\0")


def message(r, kind, body):
    return le("IHHII", 16 + len(body), kind, r.choice([0, 2, 0x301, 0x605]), r.randrange(1 << 32),
              r.randrange(1 << 32)) + body


def cooked(family, *messages):
    return struct.pack("!HH10xH", 4, 824, family) + b"".join(messages)


def link(r):
    n = r.randrange
    return cooked(0, message(r, r.choice([16, 17]), le("BxHiII", 0, 1, n(1, 99), n(1 << 17), n(1 << 32)) +
                             attr(3, b"eth%d\0" % n(10)) + attr(4, le("I", n(1280, 9001))) +
                             attr(16, u("B", n(7))) + attr(1, mac(r)) + attr(13, le("I", n(2000)))))


def addr(r):
    n = r.randrange
    return cooked(0, message(r, r.choice([20, 21]), le("BBBBI", 2, n(33), n(256), n(255), n(1, 99)) +
                             attr(2, ip4(r)) + attr(3, b"eth%d\0" % n(10))))


def route(r):
    n = r.randrange
    return cooked(0, message(r, r.choice([24, 25]), le("8BI", 2, n(33), n(33), n(256), 254, n(5), 0, n(9), 0) +
                             attr(1, ip4(r)) + attr(5, ip4(r)) + attr(4, le("I", n(99)))))


def neighbour(r):
    n = r.randrange
    return cooked(0, message(r, r.choice([28, 29]), le("BxxxiHBB", 10, n(1, 99), 1 << n(8), n(256), 1) +
                             attr(1, ip6(r)) + attr(2, mac(r))))


def flow(r):
    n = r.randrange
    tup = attr(0x8001, attr(1, ip4(r)) + attr(2, ip4(r))) + \
        attr(0x8002, attr(1, b"\6") + attr(2, u("H", n(65536))) + attr(3, u("H", n(65536))))
    return cooked(12, message(r, r.choice([0x100, 0x102]), u("BBH", 2, 0, 0) + attr(0x8001, tup) +
                              attr(0x8002, tup) + attr(3, u("I", n(1 << 14))) + attr(7, u("I", n(9999)))))
