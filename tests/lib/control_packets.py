# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets of the protocols that run networks, by hand and with random values: for the golden
captures (a fixed seed) and for the comparison with tshark."""
import struct

MAC = bytes.fromhex("020000000001")


def u(fmt, *values):
    return struct.pack("!" + fmt, *values)


def mac(r):
    return bytes([r.randrange(256) & 0xfe]) + r.randbytes(5)


def ip4(r):
    return bytes([r.randrange(1, 224)]) + r.randbytes(3)


def ip6(r):
    return b"\x20\x01" + r.randbytes(14)


def eth(dst, ethertype, body):
    return bytes.fromhex(dst.replace(":", "")) + MAC + u("H", ethertype) + body.ljust(46, b"\0")


def llc(dst, body):
    return bytes.fromhex(dst.replace(":", "")) + MAC + u("H", len(body)) + body.ljust(46, b"\0")


def csum(data):
    data += b"\0" * (len(data) % 2)
    s = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while s >> 16:
        s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff


def with_csum(data, at, pseudo=b""):
    return data[:at] + u("H", csum(pseudo + data)) + data[at + 2:]


def ipv4(proto, body, src=b"\x0a\0\0\1", dst=b"\xe0\0\0\x05", ttl=1):
    head = u("BBHHHBBH", 0x45, 0xc0, 20 + len(body), 1, 0, ttl, proto, 0) + src + dst
    return eth("01:00:5e:00:00:05", 0x800, with_csum(head, 10) + body)


SRC6 = bytes.fromhex("fe800000000000000000000000000001")
DST6 = bytes.fromhex("ff020000000000000000000000000005")


def pseudo6(proto, n, src=SRC6, dst=DST6):
    return src + dst + u("II", n, proto)


def ipv6(proto, body, hops=1):
    head = u("IHBB", 6 << 28, len(body), proto, hops)
    return eth("33:33:00:00:00:05", 0x86dd, head + SRC6 + DST6 + body)


def udp(port, body, sport=None, ttl=255, dst=b"\xe0\0\0\x05"):
    data = u("HHHH", sport or port, port, 8 + len(body), 0) + body
    return ipv4(17, data, dst=dst, ttl=ttl)


def tlv(kind, body):
    return u("H", kind << 9 | len(body)) + body


def org(oui, subtype, body):
    return tlv(127, bytes.fromhex(oui) + u("B", subtype) + body)


def lldp(r):
    n = r.randrange
    first = [tlv(1, b"\x04" + mac(r)) + tlv(2, b"\x05eth0") + tlv(3, u("H", n(65536))),
             tlv(1, b"\x05\x01" + ip4(r)) + tlv(2, b"\x03" + mac(r)) + tlv(3, u("H", n(65536)))]
    more = [tlv(4, b"port 7"), tlv(5, b"switch-1"), tlv(6, b"A switch\nwith a second line"),
            tlv(7, u("HH", n(2048), n(2048))),
            tlv(8, b"\x05\x01" + ip4(r) + u("BIB", 2, n(1 << 32), 0)),
            org("0080c2", 1, u("H", n(4096))), org("0080c2", 3, u("HB", n(4096), 4) + b"blue"),
            org("0080c2", 7, u("BI", n(4), n(1 << 32))),
            org("0080c2", 12, u("B", 0) + u("BH", 0x61, 0x8906) + u("BH", 0x82, 3260)),
            org("00120f", 1, u("BHH", n(4), n(65536), 30)),
            org("00120f", 4, u("H", n(65536))),
            org("0012bb", 1, u("HB", n(64), n(5))),
            org("0012bb", 2, u("BBH", n(1, 9), *u("H", n(32768))[:1], n(65536))),
            org("0012bb", 10, b"model x")]
    return eth("01:80:c2:00:00:0e", 0x88cc, r.choice(first) + b"".join(more) + tlv(0, b""))


def igmp(r):
    n = r.randrange
    sources = [ip4(r) for _ in range(n(4))]
    bodies = [u("BBH", r.choice([0x12, 0x16, 0x17]), 0, 0) + ip4(r),
              u("BBH", 0x11, n(128), 0) + ip4(r),
              u("BBH", 0x11, n(128), 0) + ip4(r) + u("BBH", n(16), n(128), len(sources)) +
              b"".join(sources),
              u("BBHHH", 0x22, 0, 0, 0, 2) + u("BBH", n(1, 7), 0, 0) + ip4(r) +
              u("BBH", n(1, 7), 0, len(sources)) + ip4(r) + b"".join(sources)]
    return ipv4(2, with_csum(r.choice(bodies), 2))


def mld(r):
    n = r.randrange
    sources = [ip6(r) for _ in range(n(3))]
    bodies = [u("BBHHH", r.choice([131, 132]), 0, 0, n(65536), 0) + ip6(r),
              u("BBHHH", 130, 0, 0, n(32768), 0) + ip6(r) +
              u("BBH", n(16), n(128), len(sources)) + b"".join(sources),
              u("BBHHH", 143, 0, 0, 0, 2) + u("BBH", n(1, 7), 0, 0) + ip6(r) +
              u("BBH", n(1, 7), 0, len(sources)) + ip6(r) + b"".join(sources)]
    body = r.choice(bodies)
    return ipv6(58, with_csum(body, 2, pseudo6(58, len(body))))


def bridge(r):
    return u("H", r.randrange(65536)) + mac(r)


def stp(r):
    n = r.randrange
    times = u("HHHHH", n(65536), n(40) * 256, 20 * 256, 2 * 256, n(30) * 256)
    tree = u("B", n(256)) + bridge(r) + u("I", n(1 << 32)) + bridge(r) + times
    mst = u("B", 0) + b"region-1".ljust(32, b"\0") + u("H", n(65536)) + r.randbytes(16) + \
        u("I", n(1 << 32)) + bridge(r) + u("B", n(40))
    msti = u("B", n(256)) + u("H", n(65536)) + mac(r) + u("IBBB", n(1 << 32), 0x80, 0x70, n(40))
    kind = n(4)
    body = [u("HBB", 0, 0, 0) + tree, u("HBB", 0, 2, 2) + tree + b"\0", u("HBB", 0, 0, 0x80),
            u("HBB", 0, 3, 2) + tree + b"\0" + u("H", 64 + 16 * 2) + mst + msti * 2][kind]
    return llc("01:80:c2:00:00:00", b"\x42\x42\x03" + body)


def slow(r):
    n = r.randrange

    def side():
        return u("H", n(65536)) + mac(r) + u("HHHB", n(65536), n(65536), n(65536), n(256)) + \
            b"\0\0\0"
    lacp = b"\1\1" + b"\1\x14" + side() + b"\2\x14" + side() + b"\3\x10" + u("H", n(65536)) + \
        bytes(12) + bytes(2)
    marker = b"\2\1" + u("BB", n(1, 3), 16) + u("H", n(65536)) + mac(r) + \
        u("IH", n(1 << 32), 0) + bytes(2)
    return eth("01:80:c2:00:00:02", 0x8809, r.choice([lacp.ljust(110, b"\0"), marker]))


def pause(r):
    n = r.randrange
    body = r.choice([u("HH", 1, n(65536)), u("HH8H", 0x101, n(256), *(n(65536) for _ in range(8)))])
    return eth("01:80:c2:00:00:01", 0x8808, body)


def eapol(r):
    n = r.randrange
    data = r.randbytes(22)
    key = u("BHHQ", 2, n(8192) & ~7 | 2, 16, n(1 << 63)) + r.randbytes(32) + bytes(16) + bytes(16) + \
        r.randbytes(16) + u("H", 22) + data
    kind, body = r.choice([(1, b""), (0, u("BBHB", 2, n(256), 9, 1) + b"user"),
                           (0, u("BBHB", 1, n(256), 5, 1)), (0, u("BBH", 3, n(256), 4)),
                           (0, u("BBHB", 2, n(256), 7, 3) + b"\x15\x0d"), (3, key)])
    return eth("01:80:c2:00:00:03", 0x888e, u("BBH", 2, kind, len(body)) + body)
