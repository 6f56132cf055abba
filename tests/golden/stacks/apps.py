# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of applications, with values of a fixed seed, and with lies."""
import random

from lib import app_packets as a


def several(make, n, *more):
    r = random.Random(7)
    return [make(r) for _ in range(n)] + list(more)


def ntp():
    r = random.Random(5)
    kiss = a.u("BBbb", 0xe4, 0, 6, -20) + bytes(8) + b"RATE" + bytes(32)
    lies = [a.u("BBbb", 0x23, 0, 6, -20) + bytes(44) + a.u("HH", 0x204, 99) + bytes(24),
            a.u("BBbb", 0x23, 0, 6, -20) + bytes(44) + bytes(7),
            a.u("BBHHHHH", 0x16, 1, 1, 0, 0, 0, 9) + b"abc", bytes([0x23]) * 20]
    private = a.u("BBBB", 0x17, 0, 3, 42) + bytes(4)
    return several(a.ntp, 8, a.ntp_control(r), a.ntp_control(r),
                   *(a.udp(123, x) for x in [kiss] + lies + [private]))


def dhcp():
    r = random.Random(5)
    h, o = a.dhcp_header(r, 1), a.dhcp_option
    token_ring = h[:1] + b"\x06\x08" + h[3:28] + bytes(range(16)) + h[44:]
    lies = [h + o(53, b"\1\2"), h + b"\x0c\xffpc", h[:2] + b"\x20" + h[3:] + o(53, b"\3"),
            h + o(121, b"\x21" + bytes(9)) + o(82, b"\1\x09ab") + o(119, b"\x05ab") + b"\xff",
            h[:200], h[:236] + b"none" + bytes(64)]
    return several(a.dhcp_ask, 2, *(a.udp(67, x) for x in [token_ring + o(53, b"\1")] + lies),
                   a.dhcp_answer(r), a.dhcp_answer(r))


def dhcp6():
    r = random.Random(5)
    o, solicit = a.dhcp6_option, a.u("I", 0x01abcdef)
    deep = b""
    for _ in range(20):
        deep = o(9, a.u("BB", 12, 1) + bytes(32) + deep)
    lies = [solicit + o(3, bytes(12) + a.u("HH", 5, 99) + b"abc"), solicit + a.u("HH", 1, 200),
            solicit + o(24, b"\x05ab") + o(39, b"\0\x05ab") + o(7, b"\1\2"),
            solicit + o(9, b"\x0c" + bytes(9)), solicit + o(3, bytes(12) + o(5, bytes(9))),
            a.u("BB", 12, 9) + bytes(32) + deep, b"\x0c\1\2\3\4", b"\xfe" + bytes(20)]
    return several(a.dhcp6, 6, *(a.udp6(547, x) for x in lies), a.dhcp6_relay(r), a.dhcp6_relay(r))


def tls():
    r = random.Random(5)
    e, good = a.tls_extension, a.tls_record(22, a.tls_hello(r))
    two = a.tls_hello(r)
    lies = [a.tls_record(22, a.tls_hello(r, more=e(21, b"") + e(21, b""))),
            a.tls_record(22, a.tls_hello(r, more=a.u("HH", 16, 99) + b"ab")),
            a.tls_record(22, a.tls_hello(r, False, more=e(10, b"\0\x09ab"))),
            a.tls_record(22, b"\1\0\0\1\3"), a.tls_record(20, b"\1") + bytes(9),
            a.tls_record(22, b"\1\0\0\x25\3\3" + bytes(32) + b"\x09ab")]
    parts = [good[:60], good[:-9], a.tls_record(22, two[:150]) + a.tls_record(22, two[150:])]
    return several(a.tls_client, 2, a.tls_server(r), *(a.tls_other(r) for _ in range(6)),
                   *(a.tcp(443, x) for x in lies + parts + [b"GET / HTTP/1.1\r\n\r\n", good]))


def stacks():
    return {"ntp": (1, ntp()), "dhcp": (1, dhcp()), "dhcp6": (1, dhcp6()),
            "tls": (1, tls())}
