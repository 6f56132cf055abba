# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace asks name servers for names (-N) and origins (--dns-as), only when told to; names that are
hostile, late or never come."""
import re
import socket
import struct
import threading

import pytest
from lib.net import Net
from lib.topo import Chain, trace
from lib.where import program

N = 4
PTR, TXT = 12, 16


class Server:
    """A name server at 127.0.0.1:5300 of a host: 'answer'(name, type) gives record data or None."""

    def __init__(self, host, answer):
        self.answer, self.asked = answer, []
        self.sock = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.stopped = False
        self.sock.settimeout(0.05)
        self.sock.bind(("127.0.0.1", 5300))
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopped:
            try:
                q, peer = self.sock.recvfrom(2048)
            except socket.timeout:
                continue
            labels, i = [], 12
            while q[i]:
                labels.append(q[i + 1:i + 1 + q[i]].decode())
                i += q[i] + 1
            kind, = struct.unpack_from(">H", q, i + 1)
            name = ".".join(labels)
            self.asked.append((name, kind))
            data = self.answer(name, kind)
            if data is False:
                continue
            head = q[:2] + (b"\x81\x80" if data else b"\x81\x83") + struct.pack(
                ">HHHH", 1, bool(data), 0, 0)
            record = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data if data else b""
            self.sock.sendto(head + q[12:i + 5] + record, peer)

    def stop(self):
        self.stopped = True
        self.thread.join()
        self.sock.close()


def pointer(text):
    return b"".join(bytes([len(x)]) + x for x in text.split(b".")) + b"\0"


def text(s):
    return bytes([len(s)]) + s


@pytest.fixture(name="chain", scope="module")
def fixture_chain():
    with Net() as net:
        yield Chain(net, N, limits=False)


def served(chain, answer, *args):
    s = Server(chain.src, answer)
    try:
        return trace(chain.src, "--icmp", "--dns-server", "127.0.0.1:5300", *args, chain.target()), s
    finally:
        s.stop()


def test_names(chain):
    def answer(name, kind):
        return pointer(b"r." + name.split(".")[1].encode() + b".example") if kind == PTR else None
    (r,), s = served(chain, answer, "-N")
    assert [h["name"] for h in r["hops"]] == [f"r.{k - 1}.example" for k in range(1, N + 2)]
    assert {k for _, k in s.asked} == {PTR}


def test_hostile_names_reach_no_terminal(chain):
    (r,), _ = served(chain, lambda name, kind: pointer(b"x\x1b[2J\"\n.example"), "-N")
    assert all(h["name"] is None or "\x1b" not in h["name"] for h in r["hops"]) and r["reached"]


def test_origins(chain):
    def answer(name, kind):
        if kind != TXT or name.startswith("2.2."):
            return None
        return text(b"645%s 64999 | 10.0.0.0/14 | SE | ripencc | 2001-02-03" % name.split(".")[1].encode())
    (r,), s = served(chain, answer, "--dns-as")
    assert [h["asn"] for h in r["hops"]] == [None if k == 3 else 6450 + k - 1 for k in range(1, N + 2)]
    assert r["hops"][0]["prefix"] == "10.0.0.0/14" and r["hops"][0]["country"] == "SE"
    assert ("2.0.0.10.origin.asn.cymru.com", TXT) in s.asked and {k for _, k in s.asked} == {TXT}


@pytest.mark.parametrize("said", [b"", b"|||", b"99999999999 | x | y", b"-1 | 10.0.0.0/999 | 12",
                                  b"64500", b"\xff\x00|/|" * 20])
def test_origins_that_are_none(chain, said):
    (r,), _ = served(chain, lambda name, kind: text(said[:250]), "--dns-as")
    assert all(h["asn"] in (None, 64500) and h["prefix"] is None for h in r["hops"]) and r["reached"]


def test_a_server_that_never_answers_holds_nothing_up(chain):
    s = Server(chain.src, lambda name, kind: False)
    try:
        p = chain.src.start([program("astrace"), "--icmp", "-N", "--dns-server", "127.0.0.1:5300",
                             chain.target()])
        p.wait_line(rf"reached at hop {N + 1} ")
        assert p.wait(5) == 0
    finally:
        s.stop()
    assert re.search(rb"ms; \d+ probes", bytes(p.out)) and len(s.asked) >= N


def test_nothing_is_asked_unless_told(chain):
    s = Server(chain.src, lambda name, kind: None)
    try:
        trace(chain.src, chain.target())
    finally:
        s.stop()
    assert s.asked == []
