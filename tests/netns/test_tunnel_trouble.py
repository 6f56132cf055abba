# SPDX-License-Identifier: GPL-2.0-or-later
"""curvetun when things are not as they should be: messages that cannot be written, clients that claim
what is another's, a carrier's message on the other carrier, a line that goes away in mid-stream."""
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import wire
from lib.tunnel import CLIENT4, Folder, PORT, SERVER4, tunnel_of_a_pair
from lib.wait import wait_for
from lib.where import program
from netns.test_tunnel import copy, ping, status


@pytest.fixture(name="t")
def fixture_t():
    with tunnel_of_a_pair() as t:
        yield t


def test_messages_that_cannot_be_written_do_no_harm(t):
    into_full = ["sh", "-c", 'exec "$@" 2>/dev/full >/dev/full', "sh", program("curvetun")]
    t.server = t.a.start([*into_full, "--dir", t.s.path, "-s", "-p", str(PORT), "-D", "-V", "--address",
                          SERVER4 + "/24"])
    t.client = t.b.start([*into_full, "--dir", t.c.path, "-c", "-D", "-V", "--address", CLIENT4 + "/24"])
    wait_for(lambda: ping(t.b, SERVER4, 1), "the tunnel", 90)
    copy(t.b, t.a, SERVER4, 1_000_000)
    assert t.client.stop() == 0 and t.server.stop() == 0


def test_two_clients_cannot_have_one_address(t):
    bert = Folder(t.base, "bert")
    t.s.write("clients", f"anna;{t.c.key};ip={CLIENT4}", f"bert;{bert.key};ip={CLIENT4}")
    run = [program("curvetun"), "--dir", t.s.path, "-s", "-p", str(PORT), "-D"]
    assert f"two clients have the network {CLIENT4}/32" in t.a.run(run, check=1).text()
    # Without networks of their own the first keeps the address that it sends from.
    t.s.write("clients", f"anna;{t.c.key}", f"bert;{bert.key}")
    t.start()
    assert ping(t.b, SERVER4)
    bert.write("servers", f"home;10.0.0.1;{PORT};udp;{t.s.key}")
    p = t.b.start([program("curvetun"), "--dir", bert.path, "-c", "-D", "-V", "-d", "other"])
    p.wait_line("connected over UDP")
    with t.b.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"other")
        pkt = bytes.fromhex("4500001c000000004011") + bytes(2) + socket.inet_aton(CLIENT4) + \
            socket.inet_aton(SERVER4) + bytes.fromhex("0009000900080000")

        def spoofed():
            raw.sendto(pkt, (SERVER4, 0))
            return next(x for x in status(t.a, t.s)["peers"] if x["name"] == "bert")["spoofed"]
        wait_for(spoofed, "the packet with another's address to be refused", 60)
    assert ping(t.b, SERVER4)
    assert p.stop() == 0


def test_no_message_of_one_carrier_counts_on_the_other(t):
    """Each of a whole conversation over UDP, on connections of TCP: none is answered by a byte."""
    t.start_server()
    me = wire.Client(wire.key_of((t.c.path / "priv.key").read_text().split()[1]), wire.key_of(t.s.key))
    said = []
    with t.b.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.connect(("10.0.0.1", PORT))
        udp.settimeout(60)

        def ask(msg):
            said.append(msg)
            udp.send(msg)
            return udp.recv(65536)
        me.read_answer(ask(me.first()))
        for i in range(5):
            assert wire.is_pong(me.open(ask(me.ping(i))), i)
    before = status(t.a, t.s)["peers"][0]["rx_messages"]
    lines = []
    for msg in said:
        lines.append(t.b.socket(socket.AF_INET, socket.SOCK_STREAM))
        lines[-1].connect(("10.0.0.1", PORT))
        lines[-1].sendall(msg)
    for s in lines:
        s.settimeout(90)
        assert s.recv(1) == b""  # closed in its time, without a word
        s.close()
    assert status(t.a, t.s)["peers"][0]["rx_messages"] == before


def test_a_line_that_goes_away_in_mid_stream(t):
    """The server's device goes down while a stream flows; the stream arrives whole."""
    t.start()
    with ThreadPoolExecutor(1) as pool:
        stream = pool.submit(copy, t.b, t.a, SERVER4, 20_000_000)
        for _ in range(2):
            start = status(t.a, t.s)["peers"][0]["rx_bytes"]
            wait_for(lambda n=start: status(t.a, t.s)["peers"][0]["rx_bytes"] > n or stream.done(),
                     "the stream to flow", 60)
            t.a.ip("link", "set", "eth0", "down")
            t.a.ip("link", "set", "eth0", "up")
        stream.result(120)
