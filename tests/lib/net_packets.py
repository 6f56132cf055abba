# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMP errors with extensions, DCCP and mobile IPv6, by hand and with random values: for the golden
captures and for the comparison with tshark."""
from lib.app_packets import ETH, INNER_UDP, ipv4
from lib.control_packets import csum, ip4, ip6, u

ETH6 = ETH[:12] + b"\x86\xdd"
HERE, THERE = bytes.fromhex("fd00" + "00" * 13 + "01"), bytes.fromhex("fd00" + "00" * 13 + "02")


def ipv6(proto, data, at, before=b"", first=None, src=HERE, dst=THERE):
    """'data' in IPv6 behind the extension headers 'before', the first of which is 'first'; with
    the checksum that stands at its byte 'at'. 'src' and 'dst' are those of the pseudo header."""
    pseudo = src + dst + u("II", len(data), proto)
    data = data[:at] + u("H", csum(pseudo + data)) + data[at + 2:]
    head = u("IHBB", 6 << 28, len(before) + len(data), proto if first is None else first, 64)
    return ETH6 + head + HERE + THERE + before + data


def obj(kind, ctype, body):
    return u("HBB", 4 + len(body), kind, ctype) + body


def labels(r):
    n = r.randrange(1, 4)
    return obj(1, 1, b"".join(u("I", r.randrange(1 << 20) << 12 | r.randrange(8) << 9 |
                                (i == n - 1) << 8 | r.randrange(256)) for i in range(n)))


def interface(r):
    has, body = r.randrange(16), b""
    if has & 8:
        body += u("I", r.randrange(1 << 32))
    if has & 4:
        body += r.choice([lambda: u("HH", 1, 0) + ip4(r), lambda: u("HH", 2, 0) + ip6(r)])()
    if has & 2:
        name = r.choice([b"eth0", b"ge-0/0/1.0"])
        n = len(name) + 1 + -(len(name) + 1) % 4
        body += u("B", n) + name.ljust(n - 1, b"\0")
    if has & 1:
        body += u("I", r.randrange(1280, 9001))
    return obj(2, r.randrange(4) << 6 | has, body)


def extensions(*objects):
    body = u("HH", 0x2000, 0) + b"".join(objects)
    return body[:2] + u("H", csum(body)) + body[4:]


def random_extensions(r):
    return extensions(*r.choice([[labels(r)], [interface(r)], [labels(r), interface(r)],
                                 [interface(r), interface(r)]]))


def icmp_error(r, tail=None, words=32):
    tail = random_extensions(r) if tail is None else tail
    kind = r.choice([3, 11, 12])
    quoted = INNER_UDP[14:].ljust(128, b"\0")
    return ipv4(1, u("BBHBBH", kind, r.randrange(2), 0, 0, words, 0) + quoted + tail, None)


def icmp6_error(r):
    kind = r.choice([1, 3])
    quoted = ipv6(17, u("HHHH", 1, 9, 12, 0) + b"data", 6)[14:].ljust(128, b"\0")
    return ipv6(58, u("BBHBBH", kind, 0, 0, 16, 0, 0) + quoted + random_extensions(r), 2)


def about(r):
    return extensions(r.choice([lambda: obj(3, 1, b"eth0"), lambda: obj(3, 2, u("I", r.randrange(99))),
                                lambda: obj(3, 3, u("HBB", 1, 4, 0) + ip4(r)),
                                lambda: obj(3, 3, u("HBB", 2, 16, 0) + ip6(r))])())


def extended_echo(r):
    n = r.randrange
    ask = r.random() < .5
    kind, bits = (0, n(2)) if ask else (1, n(7) << 5 | n(8))
    tail = about(r) if ask else b""
    body = lambda t: u("BBHHBB", t, 0, 0, n(65536), n(256), bits) + tail
    return ipv4(1, body(42 + kind), None) if r.random() < .5 else ipv6(58, body(160 + kind), 2)


DCCP_TYPES = range(10)


def dccp_options(r):
    n = r.randrange
    some = [b"\0", b"\1", b"\2", bytes([32, 4, 1, 2]), bytes([33, 5, 1, 2, 3]),
            bytes([34, 4, 5, n(256)]), bytes([37, 3, n(256)]), bytes([38, 4, n(256), n(256)]),
            u("BBI", 41, 6, n(1 << 32)), u("BBH", 43, 4, n(65536)), u("BBI", 44, 6, n(1 << 32))]
    body = b"".join(r.sample(some, n(5)))
    return body + bytes(-len(body) % 4)


def dccp_header(r, kind, wide):
    n = r.randrange
    body = u("BBHI", kind << 1 | 1, 0, n(65536), n(1 << 32)) if wide else \
        u("I", (kind << 1) << 24 | n(1 << 24))
    if kind not in (0, 2):
        body += u("HHI", 0, n(65536), n(1 << 32)) if wide else u("I", n(1 << 24))
    if kind in (0, 1):
        body += u("I", n(1 << 32))
    if kind == 7:
        body += u("BBBB", n(12), n(256), n(256), n(256))
    return body


def dccp(r, kind=None):
    n = r.randrange
    kind = r.choice(DCCP_TYPES) if kind is None else kind
    wide = kind not in (2, 3, 4) or r.random() < .5
    body = dccp_header(r, kind, wide) + dccp_options(r)
    head = u("HHBBH", n(65536), n(65536), (8 + len(body)) // 4, n(16) << 4, 0)
    payload = r.randbytes(n(40)) if kind in (0, 1, 2, 4) else b""
    wrap = r.choice([ipv4, ipv6])
    return wrap(33, head + body + payload, 6)


def mobility_options(r, before):
    """Options and padding behind 'before' bytes of a message."""
    n = r.randrange
    some = [u("BBH", 2, 2, n(65536)), b"\3\x10" + ip6(r), u("BBHH", 4, 4, n(65536), n(65536)),
            b"\5\x0c" + r.randbytes(12), u("BBBB", 6, 18, 0, 64) + ip6(r), u("BBB", 8, 9, 1) + b"me@there"]
    body = b"".join(r.sample(some, n(4)))
    pad = -(before + len(body)) % 8
    return body + (b"\0" if pad == 1 else u("BB", 1, pad - 2) + bytes(pad - 2) if pad else b"")


def mobility(r):
    n = r.randrange
    kind = n(8)
    test = lambda: u("H", n(65536)) + r.randbytes(16)
    init = lambda: bytes(2) + r.randbytes(8)
    body = [lambda: bytes(2), init, init, test, test, lambda: u("HHH", n(65536), n(256) << 8, n(65536)),
            lambda: u("BBHH", n(143), n(8) << 5, n(65536), n(65536)), lambda: u("BB", n(1, 3), 0) + ip6(r)
            ][kind]()
    body += mobility_options(r, 6 + len(body))
    head = u("BBBBH", 59, (6 + len(body)) // 8 - 1, kind, 0, 0)
    home = ip6(r)
    if kind == 5 and r.random() < .5:
        return ipv6(135, head + body, 4, u("BBBBBB", 135, 2, 1, 2, 0, 0) + b"\xc9\x10" + home, 60,
                    src=home)
    return ipv6(135, head + body, 4)
