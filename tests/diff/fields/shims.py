# SPDX-License-Identifier: GPL-2.0-or-later
"""Headers between a frame and what it carries, and link headers of captures. Verdicts: tshark
reads Cisco metadata behind GRE in the layout of Ethernet's (theirs: the inner type comes first
there), and takes the context of NSH apart by kind."""
import random
import struct

from lib.app_packets import INNER_UDP
from lib.control_packets import mac, u

LEAST = 3

FIELDS = [
    ("macsec", "an", "macsec.AN"), ("macsec", "short_len", "macsec.SL"), ("macsec", "pn", "macsec.PN"),
    ("macsec", "system", "macsec.SCI.system_identifier"),
    ("macsec", "port", "macsec.SCI.port_identifier"), ("macsec", "version", "macsec.TCI.V"),
    ("nsh", "version", "nsh.version"), ("nsh", "oam", "nsh.Obit"), ("nsh", "ttl", "nsh.ttl"),
    ("nsh", "len", "nsh.length"), ("nsh", "md", "nsh.mdtype"), ("nsh", "next", "nsh.nextproto"),
    ("nsh", "path", "nsh.spi"), ("nsh", "index", "nsh.si"),
    ("cmd", "version", "cmd.version"), ("cmd", "len", "cmd.length"), ("cmd", "sgt", "cmd.sgt"),
    ("etherip", "version", "etherip.ver"),
    ("ppi", "version", "ppi.version"), ("ppi", "len", "ppi.length"), ("ppi", "dlt", "ppi.dlt"),
    ("ipnet", "version", "ipnet.version"), ("ipnet", "family", "ipnet.family"),
    ("ipnet", "way", "ipnet.htype"), ("ipnet", "len", "ipnet.pktlen"),
    ("ipnet", "ifindex", "ipnet.ifindex"), ("ipnet", "group", "ipnet.grifindex"),
    ("ipnet", "src_zone", "ipnet.zsrc"), ("ipnet", "dst_zone", "ipnet.zdst"),
    ("chdlc", "addr", "chdlc.address"), ("chdlc", "type", "chdlc.protocol"),
]


def flag(bit):
    return lambda l: int(bool(l["flags"] & bit))


def common(key):
    return lambda l: [o[key] for o in l.get("options", [])]


OTHERS = [
    ("macsec", flag(8), "macsec.TCI.SC"), ("macsec", flag(2), "macsec.TCI.E"),
    ("macsec", flag(1), "macsec.TCI.C"),
    ("ppi", lambda l: [500 * x for x in common("rate")(l)], "ppi.80211-common.rate"),
    ("ppi", common("signal"), "ppi.80211-common.dbm.antsignal"),
    ("ppi", common("noise"), "ppi.80211-common.dbm.antnoise"),
]

FRAME, PACKET = INNER_UDP, INNER_UDP[14:]


def frame(kind, body):
    return FRAME[:12] + u("H", kind) + body


def macsec(r):
    n, bits = r.randrange, r.choice([0x20, 0x2c, 0x00, 0x0c, 0x40])
    sci = mac(r) + u("H", n(65536)) if bits & 0x20 else b""
    inside = bytes(40) if bits & 0x0c else u("H", 0x0800) + PACKET
    return frame(0x88e5, u("BBI", bits | n(4), n(48), n(1 << 32)) + sci + inside + r.randbytes(16))


def nsh(r):
    n, one = r.randrange, r.random() < .5
    head = u("H", n(64) << 6 | (6 if one else 2)) + u("BBI", 1 if one else 2, r.choice([1, 3]), n(1 << 32))
    return frame(0x894f, head + (r.randbytes(16) if one else b"") + (PACKET if head[3] == 1 else FRAME))


def cmd(r):
    return frame(0x8909, u("BBHHH", 1, 1, 1, r.randrange(65536), 0x0800) + PACKET)


def ppi(r):
    n = r.randrange
    body = struct.pack("<HHQHHHHBBbb", 2, 20, n(1 << 40), 0, n(200), 2412, 0xa0, 0, 0, -n(1, 99), -n(1, 99))
    beacon = bytes.fromhex("80000000" "ffffffffffff") + mac(r) + mac(r) + b"\x10\0" + \
        struct.pack("<QHH", 99, 100, 1) + b"\0\4test"
    return struct.pack("<BBHI", 0, 0, 32, 105) + body + beacon


def ipnet(r):
    n = r.randrange
    return u("BBHIIIII", 1, 2, n(1, 4), len(PACKET), n(99), n(99), n(1 << 32), n(1 << 32)) + PACKET


def chdlc(r):
    return u("BBH", r.choice([0x0f, 0x8f]), 0, 0x0800) + PACKET


def captures(seed):
    r = random.Random(seed)
    many = lambda *makers: [make(r) for make in makers for _ in range(8)]
    return [(1, many(macsec, nsh, cmd)), (192, many(ppi)), (226, many(ipnet)), (104, many(chdlc))]
