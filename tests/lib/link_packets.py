# SPDX-License-Identifier: GPL-2.0-or-later
"""Link headers of captures other than Ethernet, tags of switches and small tunnels, with random
values: for the golden captures (a fixed seed) and for the comparison with tshark."""
import struct

from lib.app_packets import INNER_UDP, udp
from lib.control_packets import mac, u
from lib.net_packets import ETH6

FRAME, PACKET = INNER_UDP, INNER_UDP[14:]
SNAP = bytes.fromhex("aaaa03000000") + u("H", 0x0800)
PPP = u("BBH", 0xff, 3, 0x21)


def le(form, *values):
    return struct.pack("<" + form, *values)


def fddi(r):
    return u("B", 0x50 | r.randrange(8)) + mac(r) + mac(r) + SNAP + PACKET


def tokenring(r):
    source = mac(r)
    routed = r.random() < .5
    if routed:
        source = bytes([source[0] | 0x80]) + source[1:]
    return u("BB", 0x10, 0x40) + mac(r) + source + \
        (bytes.fromhex("0630") + r.randbytes(4) if routed else b"") + SNAP + PACKET


def arcnet(r):
    return u("BBBBH", r.randrange(1, 256), r.randrange(256), 0xd4, 0, r.randrange(65536)) + PACKET


def arcnet_linux(r):
    return u("BBHBBH", r.randrange(1, 256), r.randrange(256), 0, 0xd4, 0, r.randrange(65536)) + PACKET


def ipfc(r):
    return bytes(2) + mac(r) + bytes(2) + mac(r) + SNAP + PACKET


def firewire(r):
    return r.randbytes(16) + u("H", 0x0800) + PACKET


def ipoib(r):
    return r.randbytes(40) + u("HH", 0x0800, 0) + PACKET


def slip(r):
    return u("BB", r.randrange(2), 0x45) + bytes(14) + PACKET


def slip_bsdos(r):
    return u("B", r.randrange(2)) + bytes(23) + PACKET


def ppp_bsdos(r):
    return u("B", r.randrange(2)) + bytes(4) + u("H", 0x21) + bytes(17) + PACKET


def ppp_dir(r):
    return u("B", r.randrange(2)) + PPP + PACKET


def pppd(r):
    return u("BBH", r.randrange(2), 3, 0x21) + PACKET


def chdlc_dir(r):
    return u("BBBH", r.randrange(2), 0x0f, 0, 0x0800) + PACKET


def q922(r, n=2):
    dlci = r.randrange(1 << {2: 10, 3: 16, 4: 23}[n])
    bits = r.randrange(8)
    if n == 2:
        return u("BB", (dlci >> 4) << 2, (dlci & 15) << 4 | bits << 1 | 1)
    if n == 3:
        return u("BBB", (dlci >> 10) << 2, (dlci >> 6 & 15) << 4 | bits << 1, (dlci & 63) << 2 | 1)
    return u("BBBB", (dlci >> 17) << 2, (dlci >> 13 & 15) << 4 | bits << 1, (dlci >> 6 & 127) << 1,
             (dlci & 63) << 2 | 1)


def frelay(r):
    inside = r.choice([u("BB", 3, 0xcc) + PACKET, u("H", 0x0800) + PACKET,
                       u("BBB", 3, 0, 0x80) + SNAP[3:] + PACKET,
                       u("BBB", 3, 0, 0x80) + bytes.fromhex("0080c20007") + FRAME])
    return q922(r, r.choice([2, 4])) + inside


def frelay_dir(r):
    return u("B", r.randrange(2)) + q922(r) + u("BB", 3, 0xcc) + PACKET


def mfr(r):
    return u("BB", 0xc0 | r.randrange(16) << 1, r.randrange(256)) + q922(r) + u("BB", 3, 0xcc) + PACKET


def sunatm(r):
    kind = r.choice([1, 2, 2])
    inside = u("H", r.randrange(1, 999)) + FRAME if kind == 1 else \
        r.choice([SNAP + PACKET, SNAP[:3] + bytes.fromhex("0080c200070000") + FRAME])
    return u("BBH", kind | r.randrange(2) << 7, r.randrange(256), r.randrange(32, 65536)) + inside


def rfc1483(r):
    return r.choice([SNAP + PACKET, SNAP[:3] + bytes.fromhex("0080c200070000") + FRAME])


def enc(r):
    return le("I", 2) + u("I", r.randrange(1 << 32)) + le("I", 0x400) + PACKET


def pflog(r):
    n = r.randrange
    return u("BBBB16s16sII", 61, 2, n(3), n(6), b"em%d" % n(9), b"set", n(99), n(99)) + \
        le("IIIIB3x", n(99), n(99), n(99), n(99), n(1, 3)) + PACKET


def attribute(kind, data):
    return le("HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def nflog(r):
    n = r.randrange
    return u("BBH", 2, 0, n(65536)) + attribute(1, u("HBx", 0x0800, n(5))) + \
        attribute(10, b"dropped\0") + attribute(5, u("I", n(99))) + attribute(2, u("I", n(1 << 32))) + \
        attribute(11, u("I", n(9999))) + attribute(9, PACKET)


def pktap(r):
    return le("III24sIIIIi20sIHHi20s", 108, 1, 1, b"en0", 1, 2, 14, 0, r.randrange(9999), b"curl", 0, 6, 0, 1,
              b"curl") + FRAME


def symantec(r):
    return bytes(6) + u("H", 0x0800) + bytes(36) + PACKET


def isl(r):
    n = r.randrange
    return bytes.fromhex("01000c0000") + u("B", n(4)) + mac(r) + u("H", 18 + len(FRAME)) + \
        bytes.fromhex("aaaa0300000c") + u("HHH", n(1, 4096) << 1 | n(2), n(999), 0) + FRAME + bytes(4)


def marvell(tag):
    def make(r):
        return mac(r) + mac(r) + tag + r.randbytes(4) + u("H", 0x0800) + PACKET
    return make


def before(n):
    return lambda r: bytes(n) + FRAME


def docsis(r):
    extended = r.randrange(2)
    head = bytes.fromhex("0102") if extended else b""
    return u("BBH", extended, len(head), len(head) + len(FRAME)) + head + u("H", 0x1234) + FRAME


def juniper(inside):
    def make(r):
        if r.random() < .4:
            return b"MGC" + u("B", 0x02 | r.randrange(2)) + le("I", 2) + PACKET
        if r.random() < .5:
            return b"MGC" + u("BH", 0x80 | r.randrange(2), 6) + bytes.fromhex("010100020100") + inside
        return b"MGC" + u("B", r.randrange(2)) + inside
    return make


def wpan(r):
    n = r.randrange
    kind, src = r.choice([2, 3]), r.choice([2, 3])
    both = r.random() < .5
    address = lambda mode: r.randbytes(2 if mode == 2 else 8)
    return le("HB", 1 | both << 6 | kind << 10 | src << 14, n(256)) + r.randbytes(2) + address(kind) + \
        (b"" if both else r.randbytes(2)) + address(src) + b"data"


def can(r):
    return u("IBBH", r.randrange(1 << 11), 4, 0, 0) + b"\1\2\3\4"


def vsock(r):
    n = r.randrange
    return le("QQIIHHHH", n(99), n(99), n(1 << 32), n(1 << 32), 4, 1, 0, 0) + b"data"


def frame(kind, body):
    return FRAME[:12] + u("H", kind) + body


def hsr(r):
    return frame(0x892f, u("HHH", r.randrange(16) << 12 | 6 + len(PACKET), r.randrange(65536), 0x0800) + PACKET)


def pbb(r):
    return frame(0x88e7, u("I", r.randrange(1 << 24) | r.randrange(8) << 29) + FRAME)


def etag(r):
    n = r.randrange
    return frame(0x893f, u("HHHH", n(8) << 13 | n(4096), n(4) << 12 | n(4096), 0, 0x0800) + PACKET)


def vntag(r):
    n = r.randrange
    return frame(0x8926, u("HHH", n(1 << 14), n(4096), 0x0800) + PACKET)


def trill(r):
    return frame(0x22f3, u("HHH", r.randrange(64), r.randrange(1, 65000), r.randrange(1, 65000)) + FRAME)


def lisp(r):
    return udp(4341, u("B", 0x88) + r.randbytes(3) + u("I", r.randrange(1 << 32)) + PACKET)


def teredo(r):
    packet = ETH6[14:] + u("IHBB", 6 << 28, 0, 59, 64) + r.randbytes(32)
    return udp(3544, r.choice([b"", u("HHI", 0, 0x1234, 0xf5ffffff)]) + packet)


def tzsp(r):
    return udp(37008, u("BBHBBBB", 1, 0, 1, 10, 1, r.randrange(256), 1) + FRAME)


def mpls_udp(r):
    return udp(6635, u("I", r.randrange(16, 1 << 20) << 12 | 0x140) + PACKET)


def gre_udp(r):
    return udp(4754, u("HH", 0, 0x0800) + PACKET)


def over_ip(proto, body):
    from lib.app_packets import A, B
    from lib.control_packets import csum
    head = u("BBHHHBBH", 0x45, 0, 20 + len(body), 7, 0x4000, 64, proto, 0) + A + B
    return FRAME[:14] + head[:10] + u("H", csum(head)) + head[12:] + body


def pim(r):
    from lib.control_packets import csum
    head = u("BBHI", 0x21, 0, 0, r.randrange(4) << 30)
    return over_ip(103, head[:2] + u("H", csum(head)) + head[4:] + PACKET)


def ipcomp(r):
    return over_ip(108, u("BBH", 17, 0, r.randrange(2, 999)) + r.randbytes(20))


# What a link type, or Ethernet, carries: name to (link type, makers)
LINKS = {
    "fddi": (10, [fddi]), "tokenring": (6, [tokenring]), "arcnet": (7, [arcnet]),
    "arclinux": (129, [arcnet_linux]), "ipfc": (122, [ipfc]), "firewire": (138, [firewire]),
    "ipoib": (242, [ipoib]), "slip": (8, [slip]), "slipbsdos": (102, [slip_bsdos]),
    "pppbsdos": (103, [ppp_bsdos]), "pppdir": (204, [ppp_dir]), "pppd": (166, [pppd]),
    "chdlcdir": (205, [chdlc_dir]), "frelay": (107, [frelay]), "frelaydir": (206, [frelay_dir]),
    "mfr": (182, [mfr]), "sunatm": (123, [sunatm]), "rfc1483": (100, [rfc1483]), "enc": (109, [enc]),
    "pflog": (117, [pflog]), "nflog": (239, [nflog]), "pktap": (258, [pktap]), "symantec": (99, [symantec]),
    "brcm": (281, [marvell(b"")]), "dsa": (284, [marvell(b"")]),
    "edsa": (285, [marvell(b"\xda\xda\0\0")]), "brcmpre": (282, [before(4)]),
    "netanalyzer": (240, [before(4)]), "netanalyzert": (241, [before(12)]), "epon": (259, [before(8)]),
    "docsis": (143, [docsis]), "juniper": (178, [juniper(FRAME)]), "juniperppp": (179, [juniper(PPP + PACKET)]),
    "juniperfr": (180, [juniper(b"\x18\x41\x03\xcc" + PACKET)]),
    "juniperchdlc": (181, [juniper(u("BBH", 0x0f, 0, 0x0800) + PACKET)]),
    "wpan": (230, [wpan]), "wpantap": (283, [lambda r: le("BBHHHHBx", 0, 0, 12, 3, 3, 11, 0) + wpan(r)]),
    "can": (227, [can]), "vsock": (271, [vsock]),
    "switchtag": (1, [isl, hsr, pbb, etag, vntag, trill]),
    "carrier": (1, [lisp, teredo, tzsp, mpls_udp, gre_udp, pim, ipcomp]),
}
