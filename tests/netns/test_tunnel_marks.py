# SPDX-License-Identifier: GPL-2.0-or-later
"""curvetun and what routers read in IP headers: marks of congestion pass between inner and outer ones
(RFC 6040), the class of service only when told to. (curvetun/ecn.h)"""
import json
import socket
import struct

import pytest
from lib.relay import Relay
from lib.tunnel import PORT, SERVER4, SERVER6, tunnel_of_a_pair
from lib.wait import wait_for
from lib.where import program

NOT_ECT, ECT_1, ECT_0, CE = range(4)
EF = 46 << 2  # a class of service


@pytest.fixture(name="t")
def fixture_t():
    with tunnel_of_a_pair() as t:
        yield t


def options(v6):
    return (socket.IPPROTO_IPV6, socket.IPV6_TCLASS, socket.IPV6_RECVTCLASS) if v6 else \
        (socket.IPPROTO_IP, socket.IP_TOS, socket.IP_RECVTOS)


def listen(host, where):
    """A socket that tells the TOS of what it receives."""
    v6 = ":" in where
    s = host.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_DGRAM)
    level, _, recv = options(v6)
    s.setsockopt(level, recv, 1)
    s.bind((where, 0))
    s.settimeout(60)
    return s


def send(host, to, tos, data):
    v6 = to.family == socket.AF_INET6
    level, tos_option, _ = options(v6)
    with host.socket(to.family, socket.SOCK_DGRAM) as s:
        s.setsockopt(level, tos_option, tos)
        s.sendto(data, to.getsockname()[:2])


def got(s):
    """The next datagram's bytes and TOS."""
    data, control, _, _ = s.recvmsg(2000, 100)
    tos = [c[2][0] for c in control]
    return data, tos[0] if tos else 0


def outer(host, t, to, tos):
    """TOS of the datagram that carries a packet with 'tos'."""
    with host.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800)) as tap:
        tap.bind(("eth0", 0x0800))
        tap.settimeout(60)
        send(t.b, to, tos, b"x" * 777)
        while True:
            pkt = tap.recv(2000)
            port, n = struct.unpack_from("!HH", pkt, 22)
            if pkt[9] == 17 and port == PORT and n > 777:
                return pkt[1]


@pytest.mark.parametrize("where", [SERVER4, SERVER6])
@pytest.mark.parametrize("dscp", [False, True])
def test_datagrams_have_the_marks_of_the_packets_in_them(t, where, dscp):
    t.start_server()
    t.start_client(*(["--dscp"] if dscp else []))
    to = listen(t.a, where)
    for ecn in (NOT_ECT, ECT_0, ECT_1, CE):
        assert outer(t.a, t, to, EF | ecn) == (EF if dscp else 0) | ecn
        assert got(to) == (b"x" * 777, EF | ecn)


def said(t):
    out = t.a.run([program("curvetun"), "--dir", t.s.path, "status", "--json"])
    return json.loads(out.text())["peers"][0]


@pytest.mark.parametrize("where", [SERVER4, SERVER6])
def test_congestion_on_the_way_reaches_the_packet_or_drops_it(t, where):
    t.start_server()
    relay = Relay(t.a, ("10.0.0.1", PORT + 1), ("10.0.0.1", PORT), lose=0, double=0, late=0)
    t.c.write("servers", f"home;10.0.0.1;{PORT + 1};udp;{t.s.key};only")
    t.start_client()
    to = listen(t.a, where)
    for mark, inner, want in ((NOT_ECT, ECT_0, ECT_0), (ECT_1, ECT_0, ECT_1), (ECT_0, NOT_ECT, NOT_ECT),
                              (CE, ECT_0, CE), (CE, ECT_1, CE), (CE, CE, CE)):
        relay.back.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, mark)
        send(t.b, to, EF | inner, b"y")
        assert got(to) == (b"y", EF | want), (mark, inner)
    before = said(t)["congested"]
    send(t.b, to, EF | NOT_ECT, b"lost")
    wait_for(lambda: said(t)["congested"] > before, "the packet to be dropped", 60)
    relay.back.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, NOT_ECT)
    send(t.b, to, EF | NOT_ECT, b"z")
    assert got(to) == (b"z", EF | NOT_ECT)
    relay.close()
