# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace --mtu: steps that routers tell of, boxes that drop large packets in silence; --pcap: the
probes and answers of a run."""
import pytest
from lib.net import Net
from lib.tools import tshark_fields
from lib.topo import Chain, trace
from lib.where import program

N = 5


def narrow(chain, link, mtu):
    chain.nodes[link].ip("link", "set", "right", "mtu", mtu)
    chain.nodes[link + 1].ip("link", "set", "left", "mtu", mtu)


@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("method", ["--icmp", "--udp", "--tcp"])
def test_steps_that_routers_tell_of(method, ipv6):
    with Net() as net:
        c = Chain(net, N, ipv6=True)
        narrow(c, 2, 1450)
        narrow(c, 4, 1300)
        r, = trace(c.src, "--mtu", method, c.target(ipv6))
        text = bytes(c.src.run([program("astrace"), "--mtu", method, c.target(ipv6)], check=0).out)
    assert r["mtu"] == {"path": 1300, "local": 1500, "silent": False, "steps": [
        {"mtu": 1450, "address": c.hop(2, ipv6), "ttl": 2},
        {"mtu": 1300, "address": c.hop(4, ipv6), "ttl": 4}]}
    assert [h["address"] for h in r["hops"]] == [c.hop(k, ipv6) for k in range(1, N + 2)]
    assert b"path MTU 1300\n" in text


def test_the_whole_way_takes_what_the_device_takes():
    with Net() as net:
        c = Chain(net, N)
        r, = trace(c.src, "--mtu", c.target())
    assert r["mtu"] == {"path": 1500, "local": 1500, "silent": False, "steps": []}


def test_a_box_that_drops_in_silence():
    with Net() as net:
        c = Chain(net, N, relay=(2, {"max": 1401}))
        r, = trace(c.src, "--mtu", "--icmp", c.target())
        text = bytes(c.src.run([program("astrace"), "--mtu", "--icmp", c.target()], check=0).out)
    assert r["mtu"] == {"path": 1401, "local": 1500, "silent": True, "steps": []}
    assert b"path MTU 1401; larger packets are dropped without a word" in text


def test_pcap_has_probes_and_answers(tmp_path):
    path = tmp_path / "x.pcapng"
    with Net() as net:
        c = Chain(net, N)
        r, = trace(c.src, "--udp", "--pcap", path, c.target())
    rows = tshark_fields(path, "ip.src", "ip.ttl")
    sent = [x for x in rows if x[0].split(",")[0] == "10.0.0.1"]
    assert len(sent) == r["probes"] and len(rows) == len(sent) + r["answers"] + r["repeated_answers"]
    ttls = {int(x[1].split(",")[0]) for x in sent}
    assert ttls == set(range(1, max(ttls) + 1)) and N < max(ttls) <= 30


def test_pcap_that_cannot_be_written(tmp_path):
    with Net() as net:
        h = net.host("a")
        p = h.run([program("astrace"), "--pcap", tmp_path / "no" / "x", "127.0.0.1"], check=1)
        assert p.text() == f"astrace: open {tmp_path}/no/x: No such file or directory\n"
