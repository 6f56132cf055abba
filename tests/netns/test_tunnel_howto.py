# SPDX-License-Identifier: GPL-2.0-or-later
"""The how-to of curvetun(8), followed to the letter: every command, in its order, on the host it
names, in the background as it says."""
import os
import re
import signal
import tempfile

import pytest
from lib.net import Net
from lib.probe import need
from lib.where import TOP, program


@pytest.fixture(name="hosts")
def fixture_hosts():
    """client - server - a host of the network behind."""
    need("netns")
    with Net() as net, tempfile.TemporaryDirectory() as base:
        c, s, h = net.host("client"), net.host("server"), net.host("behind")
        net.veth(c, "eth0", s, "eth0")
        net.veth(s, "eth1", h, "eth0")
        for host, dev, addr in ((c, "eth0", "192.0.2.2/24"), (s, "eth0", "192.0.2.1/24"),
                                (s, "eth1", "198.51.100.1/24"), (h, "eth0", "198.51.100.7/24")):
            host.ip("addr", "add", addr, "dev", dev)
        h.ip("route", "add", "10.9.0.0/24", "via", "198.51.100.1")
        yield {"client": c, "server": s}, base
        for host in (c, s):  # they are in the background, nobody's children
            for pid in os.popen(f"ip netns pids {host.netns}").read().split():
                os.kill(int(pid), signal.SIGTERM)


def commands():
    """(host, command) as the page has them."""
    text = (TOP / "curvetun/curvetun.8").read_text()
    text = text[text.index("FROM NOTHING TO ROUTED"):text.index(".Sh EXIT STATUS")]
    return re.findall(r"^(client|server)# (.*)$", text, re.M)


def test_the_how_to_works_as_it_stands(hosts):
    hosts, base = hosts
    todo, keys, said = commands(), {}, []
    assert len(todo) == 13
    path = f"{os.path.dirname(program('curvetun'))}:{os.environ['PATH']}"
    for host, command in todo:
        for name, key in keys.items():
            command = command.replace(f"KEY-OF-{name.upper()}", key)
        home = os.path.join(base, host)
        os.makedirs(home, exist_ok=True)
        p = hosts[host].run(["bash", "-c", command], check=0,
                            env={**os.environ, "HOME": home, "PATH": path})
        out = bytes(p.out).decode()
        said.append(out)
        if command == "curvetun -x":
            name, key = out.strip().split(";")
            keys[name] = key
    assert set(keys) == {"srv", "anna"}
    assert "3 received" in said[9] and "3 received" in said[10]
    assert "home" in said[11] and "anna" in said[12]
