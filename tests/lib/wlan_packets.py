# SPDX-License-Identifier: GPL-2.0-or-later
"""802.11 frames with random values, for the golden captures and the comparison with tshark."""
import struct

from lib.control_packets import mac


def le(fmt, *values):
    return struct.pack("<" + fmt, *values)


def element(kind, body):
    return bytes([kind, len(body)]) + body


def radiotap(r, fcs=False):
    n = r.randrange
    head = le("Q", n(1 << 62)) + le("BB", 0x10 if fcs else 0, n(1, 256)) + \
        le("HH", 2412, 0x00a0) + le("bb", -n(1, 100), -n(1, 100)) + le("B", n(4))
    # two words: the second one's signal and antenna are those of the second chain
    more = le("bB", -n(1, 100), 1)
    words = le("II", 0x0000086f | 1 << 29 | 1 << 31, 0x00000820)
    return le("BBH", 0, 0, 4 + len(words) + 4 + len(head) + len(more)) + words + bytes(4) + \
        head + more


def frame(r, kind, subtype, flags=0, addrs=3):
    head = bytes([subtype << 4 | kind << 2, flags]) + le("H", r.randrange(32768))
    head += b"".join(mac(r) for _ in range(addrs))
    return head + (le("H", r.randrange(4096) << 4) if addrs >= 3 else b"")


RSN = le("H", 1) + bytes.fromhex("000fac04") + le("H", 1) + bytes.fromhex("000fac04") + \
    le("H", 2) + bytes.fromhex("000fac02000fac06") + le("H", 0x80)
WPA = bytes.fromhex("0050f201") + le("H", 1) + bytes.fromhex("0050f202") + le("H", 1) + \
    bytes.fromhex("0050f202") + le("H", 1) + bytes.fromhex("0050f202")


def elements(r):
    n = r.randrange
    return b"".join((
        element(0, b"cafe \xc3\xa9"), element(1, bytes([0x82, 0x84, 0x0b, 0x16])),
        element(3, bytes([n(1, 14)])), element(5, bytes([n(3), 3, 0, 0])),
        element(7, b"DE " + bytes([1, 13, 20])), element(42, bytes([n(8)])),
        element(37, bytes([1, n(1, 14), n(9)])),
        element(45, le("HB", n(65536), 3) + bytes(16) + le("HIB", 0, 0, 0)),
        element(48, RSN), element(50, bytes([0x30, 0x48])),
        element(61, bytes([n(1, 14)]) + bytes(21)),
        element(191, le("IHHHH", n(1 << 32), n(65536), n(8192), n(65536), n(8192))),
        element(192, bytes([1, n(256), 0]) + le("H", n(65536))),
        element(221, WPA), element(221, bytes.fromhex("0050f202010181000003a4000027a40000")),
        element(255, bytes([35]) + bytes(21))))


def management(r):
    n = r.randrange
    ies = elements(r)
    subtype, body = r.choice([
        (8, le("QHH", n(1 << 62), n(1000), n(65536)) + ies),
        (5, le("QHH", n(1 << 62), 100, 1) + ies),
        (4, ies), (0, le("HH", n(65536), n(100)) + ies),
        (1, le("HHH", n(65536), n(20), 0xc001) + ies),
        (2, le("HH", n(65536), 3) + mac(r) + ies), (11, le("HHH", 0, n(1, 3), n(20))),
        (12, le("H", n(1, 40))), (10, le("H", n(1, 40))), (13, bytes([0, 0, 1]))])
    return frame(r, 0, subtype) + body


LLC = bytes.fromhex("aaaa030000000800") + bytes.fromhex(
    "4500001c000100004001 66cd 0a0000010a000002 0800f7ff00000000".replace(" ", ""))


def data(r):
    ds = r.randrange(4)
    qos = r.randrange(2)
    head = frame(r, 2, 8 if qos else 0, ds) + (mac(r) if ds == 3 else b"")
    return head + (le("H", r.randrange(8)) if qos else b"") + LLC


def control(r):
    subtype = r.choice([11, 12, 13, 14, 10])
    return frame(r, 1, subtype, 0, 1 if subtype in (12, 13) else 2)


def protected(r):
    return frame(r, 2, 0, 0x41) + r.randbytes(40)


def radio(r):
    fcs = r.random() < .5
    return radiotap(r, fcs) + r.choice([management, data, control])(r) + (bytes(4) if fcs else b"")


def prism(r):
    head = le("II", 0x44, 144) + b"wlan0".ljust(16, b"\0")
    for i in range(10):
        head += le("IHHI", i << 12 | 0x44, 0, 4, r.randrange(1 << 31))
    return head + data(r)


def avs(r):
    return struct.pack("!IIQQ10I", 0x80211001, 64, r.randrange(1 << 60), r.randrange(1 << 60), 6,
                       r.randrange(14), 540, 0, 0, 2, 0xffffffc0, 0xffffffa0, 1, 1) + data(r)
