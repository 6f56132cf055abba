# SPDX-License-Identifier: GPL-2.0-or-later
"""trafgen where things are not as wished: a bridge, no privilege, no BPF, another sender."""
import json

import pytest

from lib.net import Net
from lib.trafgen import generate, receiver, take
from lib.wait import wait_for
from lib.where import program

SCRIPT = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), dinc(0, 255), fill(7, 45) }"


def arrive(rx, n):
    """Waits until 'n' frames have come, and that there are no more."""
    got = []

    def enough():
        got.extend(take(rx))
        return len(got) >= n
    wait_for(enough, f"{n} frames")
    assert len(got) == n


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        yield net.pair()


def test_through_a_bridge(link):
    a, b = link
    a.ip("link", "add", "br0", "type", "bridge")
    a.ip("link", "set", "eth0", "master", "br0")
    a.ip("link", "set", "br0", "up")
    rx = receiver(b)
    p = a.run([program("trafgen"), "-o", "br0", "--json", "-n", "500", SCRIPT], check=0)
    assert json.loads(p.out)["report"]["packets"] == 500
    arrive(rx, 500)


@pytest.mark.parametrize("engine", ["auto", "live", "mmsg", "ring", "xsk"])
def test_an_unprivileged_user_is_told(link, engine):
    p = link[0].run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                     program("trafgen"), "-o", "eth0", "-n", "9", "--engine", engine, SCRIPT])
    err = p.err.decode()
    assert p.rc == 1 and "CAP_NET_RAW" in err and err.count("\n") == 1, err


def test_without_bpf_another_engine_is_taken(link):
    a, b = link
    rx = receiver(b)
    p = a.run(["setpriv", "--bounding-set=-bpf,-perfmon,-sys_admin", program("trafgen"), "-o", "eth0",
               "--json", "-n", "30000", SCRIPT], check=0)
    report = json.loads(p.out)["report"]
    assert (report["engine"], report["packets"]) == ("mmsg", 30000)
    assert "not live: " in report["engine_reason"]
    wait_for(lambda: take(rx), "frames")


def test_two_senders_on_one_device(link):
    a, b = link
    rx = receiver(b)
    argv = [program("trafgen"), "-o", "eth0", "--json", "--engine", "mmsg", "-n", "2000", SCRIPT]
    other = a.start(argv)
    assert generate(a, "-n", "2000", SCRIPT, engine="mmsg")["packets"] == 2000
    other.wait(60)
    assert other.rc == 0 and json.loads(other.out)["report"]["packets"] == 2000
    arrive(rx, 4000)
