# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace compares what routers quote with what it sent: a box in the third link changes headers, and
the hops behind it show it; extensions of answers with MPLS labels and interfaces."""
import subprocess

import pytest
from lib.net import Net
from lib.topo import Chain, trace
from lib.where import program

BOX = 2  # between router 2 and router 3


def changes(report):
    """{hop: {field: (sent, got)}} of the hops that quote anything."""
    return {h["ttl"]: {c["field"]: (c["sent"], c["got"]) for c in h["quote"]["changed"]}
            for h in report["hops"] if h["quote"]}


def traced(how, *args, n=5, **kw):
    with Net() as net:
        c = Chain(net, n, relay=(BOX, how), **kw)
        r, = trace(c.src, *args, c.target())
        assert [h["address"] for h in r["hops"]] == [c.hop(k) for k in range(1, n + 2)]
        text = bytes(c.src.run([program("astrace"), *args, c.target()], check=0).out).decode()
    return r, text


@pytest.mark.parametrize("method", ["--icmp", "--udp", "--tcp"])
def test_nothing_changes_on_a_plain_path(method):
    r, text = traced({}, method, "-t", "0xba")
    assert all(not c for c in changes(r).values()) and "changed" not in text
    assert all(h["quote"]["ttl"] == 1 for h in r["hops"][:5])
    # Linux quotes all of a small packet
    assert all(h["quote"]["unseen"] == [] for h in r["hops"][:5])


@pytest.mark.parametrize("method", ["--icmp", "--udp", "--tcp"])
def test_dscp_and_ecn(method):
    r, text = traced({"tos": 0x29}, method, "-t", "0xba")
    want = {"dscp": (46, 10), "ecn": (2, 1)}
    assert changes(r) == {k: want if k > BOX else {} for k in changes(r)} and len(changes(r)) >= 5
    lines = text.splitlines()
    at = [i for i, line in enumerate(lines) if "changed on the way here: dscp 46 to 10, ecn 2 to 1" in line]
    assert len(at) == 1 and lines[at[0] - 1].split()[0] == "3"


def test_mss_and_options_of_tcp():
    r, text = traced({"mss": 1200, "no_sack": True}, "--tcp")
    for k, c in changes(r).items():
        assert set(c) == ({"mss", "options", "checksum"} if k > BOX else set()), k
        assert k <= BOX or c["mss"] == (1460, 1200)
    assert "mss 1460 to 1200" in text


def test_a_nat_that_forgets_checksums():
    r, text = traced({"nat": ["10.0.0.1", "10.0.0.99"]}, "--udp")
    for h in r["hops"]:
        assert h.get("nat", False) == (h["ttl"] > BOX), h
    assert text.count("behind a NAT") == 6 - BOX


def test_a_nat_that_puts_all_back():
    with Net() as net:
        c = Chain(net, 5)
        subprocess.run(["ip", "netns", "exec", c.nodes[2].netns, "nft", "-f", "-"], check=True,
                       input="table ip n {\nchain p {\ntype nat hook postrouting priority 100;\n"
                             "oifname right snat to 10.0.0.50\n}\n}\n", text=True)
        for method in ("--udp", "--icmp", "--tcp"):
            r, = trace(c.src, method, c.target())
            assert [h["address"] for h in r["hops"]] == [c.hop(k) for k in range(1, 7)], method


def test_mpls_and_interfaces():
    mpls = {"10.0.3.2": [[16004, 3, 1], [24001, 0, 254]]}
    info = {"10.0.3.2": [[0, 7, "10.9.9.1", "xe-0/0/1", 9000], [2, 8, "10.9.9.2", "lo\x1b[2J", 1500]],
            "10.0.4.2": [[0, 3, "10.9.9.3", "eth0", 1500]]}
    r, text = traced({"mpls": mpls, "ifinfo": info}, "--udp")
    h = r["hops"]
    assert h[3]["mpls"] == [{"label": 16004, "tc": 3, "bottom": False, "ttl": 1},
                            {"label": 24001, "tc": 0, "bottom": True, "ttl": 254}]
    assert h[3]["interfaces"] == [
        {"role": "incoming", "index": 7, "address": "10.9.9.1", "name": "xe-0/0/1", "mtu": 9000},
        {"role": "outgoing", "index": 8, "address": "10.9.9.2", "name": "lo\x1b[2J", "mtu": 1500}]
    assert h[4]["interfaces"][0]["name"] == "eth0" and "mpls" not in h[4]
    assert not any("mpls" in x or "interfaces" in x for x in h[:3])
    assert "MPLS label 16004, TC 3, TTL 1\n" in text and "\x1b" not in text
    assert "incoming interface xe-0/0/1, index 7, 10.9.9.1, MTU 9000" in text


def test_damaged_extensions():
    r, text = traced({"mpls": {"10.0.3.2": [[16, 0, 1]]}, "bad_ext": ["10.0.3.2"]}, "--udp")
    assert r["hops"][3]["extensions_bad"] and "mpls" not in r["hops"][3]
    assert "extensions that are damaged" in text
