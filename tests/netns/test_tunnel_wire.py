# SPDX-License-Identifier: GPL-2.0-or-later
"""A running curvetun server against the client of lib/wire.py: it understands the manual page's
format; what is flipped, cut, doubled, replayed or of a stranger gets no answer."""
import contextlib
import json
import os
import pathlib
import random
import re
import socket
import threading

import pytest
from lib import aes, noise, wire
from lib.net import Net
from lib.probe import need
from lib.tunnel import PORT, SERVER4, Tunnel
from lib.wait import wait_for
from lib.where import program


class Line:
    """The Python client on host b, as the user anna of a server on host a."""

    def __init__(self, t):
        self.t = t
        self.sock = t.b.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect(("10.0.0.1", PORT))
        self.sock.settimeout(60)
        text = (t.c.path / "priv.key").read_text().split()[1]
        self.me = wire.Client(wire.key_of(text), wire.key_of(t.s.key))

    def ask(self, msg):
        self.sock.send(msg)
        return self.sock.recv(65536)

    def silent(self, *messages):
        """None of the messages is answered: what comes back is the answer to a ping that follows."""
        for m in messages:
            self.sock.send(m)
        number = random.randrange(1 << 32)
        assert wire.is_pong(self.me.open(self.ask(self.me.ping(number))), number)

    def shake(self):
        self.me.read_answer(self.ask(self.me.first()))
        assert wire.is_pong(self.me.open(self.ask(self.me.ping(1))), 1)


@pytest.fixture(name="line")
def fixture_line():
    need("netns")
    with Net() as net:
        a, b = net.pair(ipv6=True)
        with Tunnel(a, b) as t:
            t.start_server()
            line = Line(t)
            with contextlib.closing(line.sock):
                yield line


def status(t):
    p = t.a.run([program("curvetun"), "--dir", t.s.path, "status", "--json"], check=0)
    return json.loads(bytes(p.out))


def test_the_manual_page_is_enough(line):
    line.shake()
    assert wire.is_pong(line.me.open(line.ask(line.me.ping(2, 1400))), 2, 1400)
    peer = status(line.t)["peers"][0]
    assert peer["up"] and peer["cipher"] == "ChaCha20-Poly1305" and peer["rx_messages"] == 2
    line.shake()  # new keys


def test_the_manual_page_is_enough_for_aes(line):
    """FIPS 197, appendix C.3; GCM's test case 14; then the server, where it has AES in hardware."""
    text = bytes.fromhex("00112233445566778899aabbccddeeff")
    assert aes.block(aes.round_keys(bytes(range(32))), text).hex() == "8ea2b7ca516745bfeafc49904b496089"
    assert aes.seal(bytes(32), 0, b"", bytes(16)).hex() == \
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
    line.me.can = wire.CAN_AES | wire.CAN_CSUM
    line.shake()
    assert wire.is_pong(line.me.open(line.ask(line.me.ping(2, 700))), 2, 700)
    has = "aes" in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").split("flags", 1)[1].split()
    assert status(line.t)["peers"][0]["cipher"] == ("AES-256-GCM" if has else "ChaCha20-Poly1305")


def test_a_burst_is_answered_as_asked_for(line):
    line.shake()
    line.sock.send(line.me.ask_burst(70))
    got = [line.me.open(line.sock.recv(65536)) for _ in range(8)]
    assert all(wire.is_pong(g, 70 + i) for i, g in enumerate(got))


def test_nothing_false_is_answered(line):
    line.shake()
    me, first = line.me, line.me.first(line.me.stamp)
    line.silent(first)  # its stamp was there
    good = wire.Client(me.secret, me.server).first()
    flipped = [good[:i] + bytes([good[i] ^ 1 << i % 8]) + good[i + 1:] for i in range(0, 152, 3)]
    line.silent(*flipped, *[good[:n] for n in range(0, len(good), 5)], good + b"x", good * 2)
    stranger = wire.Client(os.urandom(32), me.server)
    line.silent(stranger.first(), wire.Client(me.secret, me.server, carrier="tcp").first(),
                wire.Client(me.secret, me.server, psk=bytes(32)).first(),
                wire.Client(me.secret, noise.public(os.urandom(32))).first())
    data = me.ping(9)
    line.silent(*[data[:i] + bytes([data[i] ^ 1 << i % 8]) + data[i + 1:] for i in range(len(data))],
                *[data[:n] for n in range(len(data))])
    assert wire.is_pong(me.open(line.ask(data)), 9)
    line.silent(data, data)
    assert status(line.t)["peers"][0]["repeated"] == 2
    # The handshake that was not spoiled is answered after all.
    me.noise = None
    again = line.me.first()
    me.read_answer(line.ask(again))


def test_data_in_any_order_once(line):
    line.shake()
    messages = [line.me.ping(i) for i in range(200)]
    random.Random(1).shuffle(messages)
    for m in messages:
        line.sock.send(m)
        line.sock.recv(100)
    line.silent(*messages)


def test_a_replay_after_a_restart_is_not_answered(line):
    first = line.me.first()
    line.me.read_answer(line.ask(first))
    line.silent()
    line.t.server.stop()
    line.t.start_server()
    with contextlib.suppress(ConnectionRefusedError):
        line.sock.send(b"")
    line.sock.send(first)
    line.me.read_answer(line.ask(line.me.first()))
    line.silent()


def test_a_flood_of_first_messages_gets_cookies_shorter_than_they_are(line):
    """The server under load wants proof of the address; who has it gets in."""
    line.shake()
    first = line.me.first(1)
    line.sock.settimeout(0.5)
    got = b""
    while not got:
        for _ in range(300):
            line.sock.send(first)
        with contextlib.suppress(TimeoutError):
            got = line.sock.recv(1000)
    assert len(got) == 80 and got[0] == 3 and line.me.mac1(got[:-16]) == got


def rss(p):
    text = pathlib.Path(f"/proc/{p.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1))


def test_a_client_gets_in_while_others_flood(line):
    """First messages of one who knows the public key, tens of thousands a second: what there is
    between ends goes on, a new client proves its address by a cookie, and nothing is kept of them."""
    t = line.t
    line.shake()
    stranger = wire.Client(os.urandom(32), line.me.server)
    flood = t.b.socket(socket.AF_INET, socket.SOCK_DGRAM)
    flood.setsockopt(17, 103, 168)  # UDP_SEGMENT
    many = stranger.first() * 60
    stop = threading.Event()

    def send():
        while not stop.wait(0.002):
            flood.sendto(many, ("10.0.0.1", PORT))
    thread = threading.Thread(target=send)
    thread.start()
    try:
        wait_for(lambda: (status(t)["last_dropped"] or "").startswith("not a client"), "the flood")
        before = rss(t.server)
        wait_for(lambda: len(line.ask(line.me.first())) == 80, "a cookie")
        t.start_client()
        assert status(t)["peers"][0]["up"]
        pings = t.b.run(["ping", "-c", "20", "-i", "0.05", "-W", "60", SERVER4], timeout=90).text()
        assert " 20 received" in pings, pings
        assert rss(t.server) - before < 1024
    finally:
        stop.set()
        thread.join()
        flood.close()


def test_a_client_whose_clock_is_at_1970_gets_in(line):
    t = line.t
    t.start_client()
    t.client.stop()
    record = bytearray((t.c.path / "stamps").read_bytes())
    stamp = int.from_bytes(record[32:40], "little")
    later = stamp + 10**15  # as if the clock had been eleven days ahead
    record[32:40] = later.to_bytes(8, "little")
    record[40:48] = wire.blake(bytes(record[:40]))[:8]
    (t.c.path / "stamps").write_bytes(record)
    t.start_client()
    wait_for(lambda: int.from_bytes((t.c.path / "stamps").read_bytes()[32:40], "little") == later + 1,
             "the stamp after the last one used")
    assert int.from_bytes((t.s.path / "stamps").read_bytes()[32:40], "little") == later + 1
