# SPDX-License-Identifier: GPL-2.0-or-later
"""What a running tunnel of curvetun changes with privilege it has given up: clients read again by
SIGHUP, all traffic through the device, and all of it undone whatever ends it."""
import os
import pathlib
import signal
import socket

import pytest
from lib.tunnel import CLIENT4, Folder, PORT, SERVER4, tunnel_of_a_pair
from lib.wait import wait_for
from lib.where import program
from netns.test_tunnel import ping, status


@pytest.fixture(name="t")
def fixture_t():
    with tunnel_of_a_pair() as t:
        yield t


def names(t):
    return [p["name"] for p in status(t.a, t.s)["peers"]]


def test_clients_come_and_go_without_dropping_anybody(t):
    t.start()
    assert ping(t.b, SERVER4)
    born = status(t.a, t.s)["peers"][0]["handshake_age_s"]
    bert = Folder(t.base, "bert")
    anna = f"anna;{t.c.key};ip={CLIENT4}"
    t.s.write("clients", f"bert;{bert.key};ip=10.9.0.3", anna)
    t.server.signal(signal.SIGHUP)
    t.server.wait_line("2 clients")
    assert set(names(t)) == {"anna", "bert"} and ping(t.b, SERVER4)
    anna_now = next(p for p in status(t.a, t.s)["peers"] if p["name"] == "anna")
    assert anna_now["handshake_age_s"] >= born and anna_now["up"]
    # The new one gets in.
    bert.write("servers", f"home;10.0.0.1;{PORT};udp;{t.s.key}")
    p = t.b.start([program("curvetun"), "--dir", bert.path, "-c", "-D", "-V"])
    p.wait_line("connected")
    # A bad file changes nothing.
    t.s.write("clients", anna, "nonsense")
    t.server.signal(signal.SIGHUP)
    t.server.wait_line("clients stay as they were: clients:2: a client is")
    t.s.write("clients", anna, f"carl;{bert.key};ip={CLIENT4}")
    t.server.signal(signal.SIGHUP)
    t.server.wait_line("two clients have the network")
    assert set(names(t)) == {"anna", "bert"} and ping(t.b, SERVER4)
    (t.s.path / "clients").chmod(0o644)
    t.server.signal(signal.SIGHUP)
    t.server.wait_line("can be read or written by others")
    # Who is taken out is nobody.
    (t.s.path / "clients").chmod(0o600)
    t.s.write("clients", f"bert;{bert.key};ip=10.9.0.3")
    t.server.signal(signal.SIGHUP)
    t.server.wait_line("1 clients")
    assert names(t) == ["bert"]
    assert t.b.run(["ping", "-c", "1", "-W", "1", SERVER4]).rc == 1
    assert p.stop() == 0


def rules(host):
    """All of them but those of eth0's link-local address, which come when the kernel is done with it."""
    text = host.ip("rule") + host.ip("-6", "rule") + host.ip("route", "show", "table", "all")
    return [line for line in text.splitlines() if "fe80:" not in line]


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("carrier", ["udp", "tcp"])
def test_everything_through_the_tunnel_and_back(t, sig, carrier):
    """The tunnel's own packets go beside it; addresses of the local network do, too."""
    t.a.ip("addr", "add", "203.0.113.1/32", "dev", "lo")
    t.c.write("servers", f"home;10.0.0.1;{PORT};{carrier};{t.s.key};only")
    before = rules(t.b)
    t.start_server()
    t.start_client("--route", "0.0.0.0/0", "--route", "::/0", wait="connected over")
    assert ping(t.b, "203.0.113.1")
    t.b.ip("link", "del", "curvec0")
    wait_for(lambda: "removed, and is made again" in t.client.text(), "the device to be there again", 60)
    assert ping(t.b, "203.0.113.1")
    for to, source in (("203.0.113.1", CLIENT4), ("10.0.0.1", "10.0.0.2")):
        with t.b.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect((to, 9))
            assert s.getsockname()[0] == source
    t.client.stop(sig) if sig == signal.SIGTERM else t.client.kill()
    wait_for(lambda: rules(t.b) == before, "rules and routes to be as before")
    wait_for(lambda: not (t.c.path / "client-home.sock").exists(), "the control socket to be removed")


def test_the_second_process_has_little_and_ends_with_the_first(t):
    t.start()
    kids = pathlib.Path(f"/proc/{t.server.pid}/task/{t.server.pid}/children").read_text().split()
    assert len(kids) == 1
    state = pathlib.Path(f"/proc/{kids[0]}/status").read_text()
    caps = int(next(l for l in state.splitlines() if l.startswith("CapPrm")).split()[1], 16)
    assert caps == 1 << 12 | 1 << 1 and "NoNewPrivs:\t1" in state
    held = [os.readlink(f) for f in pathlib.Path(f"/proc/{kids[0]}/fd").iterdir()]
    assert not [h for h in held if "tun" in h and not h.startswith(str(t.base))] and len(held) <= 6
    t.server.kill()
    wait_for(lambda: not os.path.exists(f"/proc/{kids[0]}"), "the second process to end")
