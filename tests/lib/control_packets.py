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
    key = u("BHHQ", 2, n(8192) & ~7 | 2, 16, n(1 << 63)) + r.randbytes(32) + bytes(32) + \
        r.randbytes(16) + u("H", 22) + data
    kind, body = r.choice([(1, b""), (0, u("BBHB", 2, n(256), 9, 1) + b"user"),
                           (0, u("BBHB", 1, n(256), 5, 1)), (0, u("BBH", 3, n(256), 4)),
                           (0, u("BBHB", 2, n(256), 7, 3) + b"\x15\x0d"), (3, key)])
    return eth("01:80:c2:00:00:03", 0x888e, u("BBH", 2, kind, len(body)) + body)


def ptp(r):
    n = r.randrange
    kind = r.choice([0, 1, 2, 3, 8, 9, 10, 11, 12, 13])
    stamp = u("HII", n(65536), n(1 << 32), n(10 ** 9))
    port = r.randbytes(8) + u("H", n(65536))
    body = {0: stamp, 1: stamp, 2: stamp + bytes(10), 3: stamp + port, 8: stamp, 9: stamp + port,
            10: stamp + port, 12: port + u("HHBBH", 4, 6, 0x10, 1, 0) + u("H", 30),
            13: port + u("BBBB", n(9), n(9), n(5), 0) + u("HHHH", 1, 4, 0x2000, 5)}.get(kind)
    if kind == 11:
        body = stamp + u("hBBBBHB", 37, 0, n(256), 248, 0x21, n(65536), n(256)) + \
            r.randbytes(8) + u("HB", n(65536), 0xa0)
    head = u("BBHBBHqI", kind, 2, 34 + len(body), n(256), 0, n(65536) & 0xe73f,
             n(-1 << 40, 1 << 40), 0) + r.randbytes(8) + u("HHBb", n(65536), n(65536), 5, n(-8, 8))
    if kind < 8:
        return r.choice([lambda x: eth("01:1b:19:00:00:00", 0x88f7, x),
                         lambda x: udp(319, x)])(head + body)
    return udp(320, head + body)


def vrrp(r):
    n = r.randrange
    addrs = [ip4(r) for _ in range(n(1, 4))]
    two = u("BBBBBBH", 0x21, n(256), n(256), len(addrs), 0, n(256), 0) + b"".join(addrs) + bytes(8)
    three = u("BBBBHH", 0x31, n(256), n(256), len(addrs), n(4096), 0) + b"".join(addrs)
    six = u("BBBBHH", 0x31, n(256), n(256), 2, n(4096), 0) + ip6(r) + ip6(r)
    pseudo = b"\x0a\0\0\1\xe0\0\0\x12" + u("BBH", 0, 112, len(three))
    return r.choice([ipv4(112, with_csum(two, 6), dst=b"\xe0\0\0\x12", ttl=255),
                     ipv4(112, with_csum(three, 6, pseudo), dst=b"\xe0\0\0\x12", ttl=255),
                     ipv6(112, with_csum(six, 6, pseudo6(112, len(six))), 255)])


def hsrp(r):
    n = r.randrange
    one = u("BBBBBBBB", 0, n(3), r.choice([0, 1, 2, 4, 8, 16]), 3, 10, n(256), n(256), 0) + \
        b"cisco\0\0\0" + ip4(r)
    two = u("BBBBBBH", 1, 40, 2, n(3), n(7), 4, n(4096)) + mac(r) + \
        u("III", n(256), n(10000), n(10000)) + ip4(r).ljust(16, b"\0")
    return r.choice([udp(1985, one, ttl=1, dst=b"\xe0\0\0\x02"),
                     udp(1985, two, ttl=1, dst=b"\xe0\0\0\x66")])


def ospf(r):
    n = r.randrange
    kind = n(1, 6)

    def lsa(extra=b""):
        return u("HBB", n(3600), n(128), n(1, 6)) + ip4(r) + ip4(r) + \
            u("IHH", 0x80000000 | n(1 << 16), n(65536), 20 + len(extra) if extra else 60) + extra
    body = {1: b"\xff\xff\xff\0" + u("HBBI", n(100), n(128), n(256), n(1000)) + ip4(r) + ip4(r) +
            ip4(r) + ip4(r), 2: u("HBBI", 1500, n(128), n(8), n(1 << 32)) + lsa() + lsa(),
            3: (u("I", n(1, 6)) + ip4(r) + ip4(r)) * 2, 5: lsa() + lsa(),
            4: u("I", 2) + lsa(u("HH", 0, 1) + bytes(12)) + lsa(bytes(8))}[kind]
    head = u("BBH", 2, kind, 24 + len(body)) + ip4(r) + ip4(r) + u("HH", 0, 0)
    return ipv4(89, with_csum(head + body, 12)[:16] + r.choice([bytes(8), b"secret\0\0"]) + body)


def ospf3(r):
    n = r.randrange
    kind = n(1, 6)

    def lsa(extra=b""):
        return u("HH", n(3600), r.choice([0x2001, 0x2002, 0x4005, 8])) + ip4(r) + ip4(r) + \
            u("IHH", 0x80000000 | n(1 << 16), n(65536), 20 + len(extra) if extra else 60) + extra
    body = {1: u("IIHH", n(1 << 32), n(256) << 24 | 0x33, n(100), n(1000)) + ip4(r) + ip4(r) +
            ip4(r), 2: u("IHBBI", 0x33, 1500, 0, n(8), n(1 << 32)) + lsa(),
            3: (u("HH", 0, 0x2001) + ip4(r) + ip4(r)) * 2, 5: lsa() + lsa(),
            4: u("I", 1) + lsa(u("I", 0x33))}[kind]
    msg = u("BBH", 3, kind, 16 + len(body)) + ip4(r) + ip4(r) + u("HBB", 0, n(256), 0) + body
    return ipv6(89, with_csum(msg, 12, pseudo6(89, len(msg))))


def bgp_message(kind, body):
    return b"\xff" * 16 + u("HB", 19 + len(body), kind) + body


def bgp(r):
    n = r.randrange
    caps = u("BBHBB", 1, 4, 1, 0, 1) + u("BB", 2, 0) + u("BBI", 65, 4, n(1 << 32)) + \
        u("BBH", 64, 2, 0x4078)
    messages = [
        bgp_message(1, u("BHH", 4, n(65536), n(300)) + ip4(r) +
                    u("BBB", len(caps) + 2, 2, len(caps)) + caps),
        bgp_message(4, b""),
        bgp_message(3, u("BB", 6, 2) + b"\x05later"),
        bgp_message(5, u("HBB", 1, 0, 1)),
        bgp_message(2, u("H", 4) + b"\x18\x0a\1\2" + u("H", 38) + u("BBBB", 0x40, 1, 1, n(3)) +
                    u("BBBBBII", 0x40, 2, 10, 2, 2, n(1 << 32), n(1 << 32)) +
                    u("BBB", 0x40, 3, 4) + ip4(r) + u("BBBI", 0x40, 5, 4, n(1 << 32)) +
                    u("BBBHH", 0xc0, 8, 4, n(65536), n(65536)) + b"\x10\xc0\xa8\x13\x0a\2\0"),
    ]
    body = b"".join(r.sample(messages, n(1, 4)))
    tcp = u("HHIIBBHHH", n(40000, 60000), 179, n(1 << 32), n(1 << 32), 0x50, 0x18, 1000, 0, 0)
    return ipv4(6, tcp + body, dst=b"\x0a\0\0\2", ttl=64)


def bfd(r):
    n = r.randrange
    auth = n(2)
    msg = u("BBBBIIIII", 0x20 | n(10), n(64) << 2 & 0xfb | auth << 2, n(1, 50), 24 + 28 * auth,
            n(1, 1 << 32), n(1 << 32), n(1 << 20), n(1 << 20), n(1 << 20))
    if auth:
        msg += u("BBBBI", 4, 28, n(256), 0, n(1 << 32)) + r.randbytes(20)
    return udp(r.choice([3784, 4784]), msg, sport=49152)
