# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that begin with a line of text, and QUIC; with lies."""
import random

from lib import app_packets as a
from lib import web_packets as w


def several(make, n, *more):
    r = random.Random(11)
    return [make(r) for _ in range(n)] + list(more)


def http():
    r = random.Random(5)
    lies = [b"HTTP/1.1 99\r\n\r\n", b"GET / HTTP/1.1\r\nnot a header\r\nHost: x\r\n\r\n",
            b"GET /" + b"a" * 300, b"GET / HTTP/1.1\r\nHost: x", b"HTTP/1.1", b"hello\r\n",
            b"GET / HTTP/1.1\nHost: \x1b[31mred\n folded: x\n:empty\n\n\0\1\2"]
    return several(w.http_request, 3, *(a.tcp(80, x) for x in lies), w.ssdp(r), w.http_answer(r),
                   w.http_answer(r))


def quic():
    r = random.Random(5)
    u = a.u
    lies = [u("BIB", 0xc0, 1, 21) + bytes(40), u("BIBB", 0xc0, 1, 0, 21) + bytes(40),
            u("BIBBB", 0xc0, 1, 0, 0, 0x20) + bytes(9), u("BIBBB", 0xc0, 1, 0, 0, 0) + b"\x44\x00a",
            u("BIBB", 0xc0, 1, 0, 5) + b"ab", u("BIBBI", 0xc0, 0, 0, 0, 1) + b"ab",
            u("BIBBBB", 0xe0, 1, 0, 0, 1, 7) + bytes(30), u("BIBB", 0xf0, 1, 0, 0) + bytes(9),
            u("BIBB", 0xc0, 0x0a0a0a0a, 2, 0) + bytes(30), b"\x40" + bytes(40)]
    return several(w.quic, 6, w.quic_negotiation(r), *(a.udp(443, x) for x in lies),
                   w.quic_coalesced(r), w.quic_coalesced(r))


def ssh():
    r = random.Random(5)
    return several(w.ssh, 4, a.tcp(22, b"SSH-2.0-x"), a.tcp(22, b"SSH-\n\n\n\n"),
                   a.tcp(22, b"SSH-2.0-x\r\n" + bytes(20)), a.tcp(22, b"\0\0\1\2" + bytes(20)),
                   w.ssh(r))


def stacks():
    return {"http": (1, http()), "rtsp": (1, several(w.rtsp, 5)), "sip": (1, several(w.sip, 6)),
            "ssh": (1, ssh()), "quic": (1, quic())}
