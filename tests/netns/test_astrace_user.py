# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace as user 65534 without capabilities: UDP sockets with error queues, ping sockets where the
system allows them; what it cannot see is n/a."""
import json

import pytest
from lib.net import Net
from lib.topo import Chain, sysctls
from lib.where import program

N = 8
SILENT = 4
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all",
          "--bounding-set=-all", "--no-new-privs"]


@pytest.fixture(name="chain", scope="module")
def fixture_chain():
    with Net() as net:
        c = Chain(net, N, silent=(SILENT,), ipv6=True, relay=(2, {
            "mpls": {"10.0.4.2": [[16004, 3, 1]]}, "tos": 0}))
        yield c


def run(chain, *args, check=0):
    return chain.src.run([*NOBODY, program("astrace"), *args], check=check)


def trace(chain, *args):
    p = run(chain, "--json", *args)
    assert not p.err, p.text()
    r, = (json.loads(line) for line in p.out.splitlines())
    return r


@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("pings", [False, True], ids=["udp", "ping sockets"])
@pytest.mark.parametrize("method", ["--udp", None])
def test_every_hop_without_privilege(chain, method, pings, ipv6):
    sysctls(chain.src, net__ipv4__ping_group_range="0 65534" if pings else "1 0")
    args = [method] if method else []
    r = trace(chain, *args, "-t", "8", chain.target(ipv6))
    want = [None if k == SILENT else chain.hop(k, ipv6) for k in range(1, N + 2)]
    assert [h["address"] for h in r["hops"]] == want and r["reached"] and r["limited"]
    assert r["method"] == ("icmp" if pings and not method else "udp")
    # (the target has six answers at once for all these runs, and one a second)
    assert [h["sent"] for h in r["hops"]][:N] == [3 if k == SILENT else 1 for k in range(1, N + 1)]
    # nothing is said of headers that cannot be seen, though the TOS was changed on the way
    assert all(h["quote"] is None for h in r["hops"] if h["address"])
    if not ipv6 and r["method"] == "udp":
        assert r["hops"][4]["mpls"] == [{"label": 16004, "tc": 3, "bottom": True, "ttl": 1}]


def test_text_says_what_is_not_seen(chain):
    text = bytes(run(chain, "--udp", chain.target()).out).decode()
    assert "without privilege: changes of headers n/a, TCP n/a\n" in text and "changed" not in \
        text.replace("changes of headers", "")


def test_what_needs_privilege_says_so(chain):
    sysctls(chain.src, net__ipv4__ping_group_range="1 0")
    p = run(chain, "--tcp", chain.target(), check=1)
    assert p.text() == "astrace: --tcp needs CAP_NET_RAW: run as root; --udp works without\n"
    p = run(chain, "--icmp", chain.target(), check=1)
    assert "ping_group_range" in p.text()


def test_mtu_without_privilege(chain):
    chain.nodes[3].ip("link", "set", "right", "mtu", 1400)
    chain.nodes[4].ip("link", "set", "left", "mtu", 1400)
    sysctls(chain.src, net__ipv4__ping_group_range="0 65534")
    r = trace(chain, "--mtu", "--icmp", chain.target())
    assert r["mtu"]["path"] == 1400 and r["mtu"]["steps"][0]["address"] == chain.hop(3)
