# SPDX-License-Identifier: GPL-2.0-or-later
"""No message of curvetun is sealed under a key and a number that were used before, whatever happens:
restarts, new keys, other carriers, sends that fail. A debug build writes them down. (curvetun/aead.c)"""
import pathlib
import signal

import pytest
from lib.net import Net
from lib.probe import need
from lib.tunnel import CLIENT4, PORT, SERVER4, Tunnel
from lib.wait import wait_for
from lib.where import BUILD
from netns.test_tunnel import copy, ping

RECORD = 24


@pytest.fixture(name="t")
def fixture_t():
    need("netns")
    with Net() as net:
        a, b = net.pair(ipv6=True)
        with Tunnel(a, b) as t:
            t.sealed = pathlib.Path(t.base) / "sealed"
            t.sealed.touch()
            t.program = ["sh", "-c", f'CURVETUN_WITNESS=9 exec "$@" 9>>{t.sealed}', "sh",
                         BUILD / "bench" / "curvetun-witness"]
            yield t


def carrier(t, words):
    name, _, only = words.partition(" ")
    t.c.write("servers", f"home;10.0.0.1;{PORT};{name};{t.s.key}{';' + only if only else ''}")


def test_no_key_and_number_come_twice(t):
    t.start_server()
    for i, words in enumerate(("udp", "tcp only", "tcp", "udp only", "udp", "tcp")):
        carrier(t, words)
        t.start_client(wait="connected over")
        copy(t.b, t.a, SERVER4, 300_000)
        copy(t.a, t.b, CLIENT4, 300_000)
        if i % 2:
            t.a.ip("link", "set", "eth0", "down")
            t.b.run(["ping", "-c", "3", "-i", "0.01", "-W", "1", SERVER4])
            t.a.ip("link", "set", "eth0", "up")
            wait_for(lambda: ping(t.b, SERVER4, 1), "the line to carry again", 90)
        if i == 3:
            t.server.stop()
            t.start_server()
            wait_for(lambda: ping(t.b, SERVER4, 1), "the server to be found again", 90)
        t.client.stop(signal.SIGKILL if i == 2 else signal.SIGTERM)
    data = t.sealed.read_bytes()
    records = [data[i:i + RECORD] for i in range(0, len(data), RECORD)]
    assert len(data) % RECORD == 0 and len(set(records)) == len(records)
    assert len(records) > 500 and len({r[:16] for r in records}) >= 14
