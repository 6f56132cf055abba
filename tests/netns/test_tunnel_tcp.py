# SPDX-License-Identifier: GPL-2.0-or-later
"""curvetun over TCP: alone, as what is left where UDP does not pass, and back; frames as the manual
page has them; and strangers on the port."""
import os
import socket
import struct
import threading
import time

import pytest
from lib import wire
from lib.tunnel import CLIENT4, PORT, SERVER4, tunnel_of_a_pair
from lib.wait import wait_for
from netns.test_tunnel import copy, ping


@pytest.fixture(name="t")
def fixture_t():
    with tunnel_of_a_pair() as t:
        yield t


def carry(t, carrier):
    t.c.write("servers", f"home;10.0.0.1;{PORT};{carrier.replace(' ', f';{t.s.key};')}"
              + ("" if " " in carrier else f";{t.s.key}"))


def block_udp(host, on):
    """Packets of UDP to and from the port go nowhere."""
    for word in ("sport", "dport"):
        verb = "add" if on else "del"
        host.ip("rule", verb, "ipproto", "udp", word, str(PORT), "priority", "10", "blackhole")


def test_over_tcp_alone(t):
    carry(t, "tcp only")
    t.start_server()
    t.start_client(wait="connected over TCP")
    assert ping(t.b, SERVER4) and ping(t.a, CLIENT4)
    copy(t.b, t.a, SERVER4, 10_000_000)
    copy(t.a, t.b, CLIENT4, 10_000_000)
    assert t.client.stop() == 0 and t.server.stop() == 0


def test_tcp_takes_over_and_udp_comes_back(t):
    """An inner connection outlives both changes."""
    t.start_server()
    block_udp(t.b, True)
    block_udp(t.a, True)
    t.start_client(wait="connected over TCP")
    listener = t.a.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind((SERVER4, 0))
    listener.listen()
    near = t.b.socket(socket.AF_INET, socket.SOCK_STREAM)
    near.settimeout(60)
    near.connect(listener.getsockname())
    far, _ = listener.accept()
    far.settimeout(60)

    def talk():
        data = os.urandom(100_000)
        thread = threading.Thread(target=near.sendall, args=(data,))
        thread.start()
        got = b""
        while len(got) < len(data):
            got += far.recv(65536)
        thread.join()
        assert got == data
    talk()
    block_udp(t.b, False)
    block_udp(t.a, False)
    t.client.wait_line("connected over UDP", 60)
    talk()
    for s in (near, far, listener):
        s.close()


def test_a_server_of_udp_alone(t):
    t.start_server("-u")
    with t.b.socket(socket.AF_INET, socket.SOCK_STREAM) as s, pytest.raises(ConnectionRefusedError):
        s.connect(("10.0.0.1", PORT))
    t.start_client()
    assert ping(t.b, SERVER4)


def test_a_lost_connection_is_made_again(t):
    carry(t, "tcp only")
    t.start_server()
    t.start_client(wait="connected over TCP")
    t.server.stop()
    t.start_server()
    wait_for(lambda: ping(t.b, SERVER4, 1), "the way through after a restart", 40)


def connect(t):
    s = t.b.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(40)
    s.connect(("10.0.0.1", PORT))
    return s


def receive(s, n):
    got = b""
    while len(got) < n:
        piece = s.recv(n - len(got))
        assert piece
        got += piece
    return got


def shake(t, s):
    text = (t.c.path / "priv.key").read_text().split()[1]
    me = wire.Client(wire.key_of(text), wire.key_of(t.s.key), carrier="tcp")
    s.sendall(me.first())
    me.read_answer(receive(s, 108))
    return me


def next_packets(me, s):
    data = me.open(receive(s, me.frame_bytes(receive(s, 18))))
    out = []
    while data:
        n = struct.unpack_from("<H", data)[0]
        out.append(data[2:2 + n])
        data = data[2 + n:]
    return out


def test_frames_are_as_the_manual_page_has_them(t):
    t.start_server()
    with connect(t) as s:
        me = shake(t, s)
        sent = me.frame(wire.ping(1), wire.ping(2, 1400)) + me.frame(wire.ping(3))
        for i in range(0, len(sent), 100):
            s.sendall(sent[i:i + 100])
        got = []
        while len(got) < 3:
            got += next_packets(me, s)
        assert [wire.is_pong(p, i + 1, n) for i, (p, n) in enumerate(zip(got, (16, 1400, 16)))]
        # A length that was changed on the way ends the connection.
        bad = bytearray(me.frame(wire.ping(4)))
        bad[0] ^= 1
        s.sendall(bad)
        assert s.recv(100) == b""


def test_a_message_of_udp_is_not_taken_over_tcp(t):
    t.start_server()
    text = (t.c.path / "priv.key").read_text().split()[1]
    with connect(t) as s:
        s.sendall(wire.Client(wire.key_of(text), wire.key_of(t.s.key)).first())
        with connect(t) as known:
            shake(t, known)
        s.settimeout(0.2)
        with pytest.raises(TimeoutError):
            s.recv(100)


def test_strangers_hear_nothing_and_are_closed_in_their_time(t):
    t.start_server()
    began = time.monotonic()
    strangers = [connect(t) for _ in range(4)]
    strangers[1].sendall(b"GET / HTTP/1.1\r\n\r\n")
    strangers[2].sendall(os.urandom(100_000))
    strangers[3].shutdown(socket.SHUT_WR)
    ends = []
    for s in strangers:
        try:
            assert s.recv(100) == b""
        except ConnectionResetError:
            pass
        ends.append(time.monotonic() - began)
        s.close()
    assert max(ends) < 32 and min(ends) > 9.9


def test_only_so_many_strangers_of_one_address(t):
    t.start_server()
    strangers = [connect(t) for _ in range(16)]
    with connect(t) as one_more:
        one_more.settimeout(5)
        assert one_more.recv(1) == b""
    for s in strangers:
        s.close()
