# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace --paths: branches of equal cost routes by Linux's hash policies, balancing per packet,
plain paths; within the limits that Linux puts on answers."""
import pytest
from lib.net import Net
from lib.topo import Chain, Diamond, trace
from lib.where import program

BRANCH = 3  # the hop of the branches


def hops(report):
    return {h["ttl"]: h for h in report["paths"]["hops"]}


def found(report, ttl=BRANCH):
    return {a["address"] for a in hops(report)[ttl]["addresses"]}


def trace_all(d, *args, paths="--paths"):
    """The report of a run that found all branches of 'd'. A single run may miss one by chance, as
    often as its confidence of 99 % allows; three in a row do once in a million."""
    for _ in range(3):
        r, = trace(d.src, paths, "--confidence=99", *args, d.target)
        if found(r) == d.branches():
            break
    return r


@pytest.fixture(name="eight", scope="module")
def fixture_eight():
    with Net() as net:
        yield Diamond(net, 8, limits=False)


@pytest.mark.parametrize("method", ["--udp", "--tcp"])
def test_eight_branches_by_ports(eight, method):
    r = trace_all(eight, method)
    h = hops(r)
    assert found(r) == eight.branches()
    assert h[BRANCH]["balancing"] == "flow" and {h[k]["balancing"] for k in (1, 2, 4)} == {"none"}
    assert all(a["next"] == ["10.2.1.2"] for a in h[BRANCH]["addresses"])
    assert set(h[2]["addresses"][0]["next"]) == eight.branches()
    assert sum(a["flows"] for a in h[BRANCH]["addresses"]) + h[BRANCH]["silent"] == h[BRANCH]["flows"]
    assert r["reached"] and r["end_ttl"] == 5 and r["paths"]["by_destination_tested"] is False


def test_eight_branches_within_the_limits_of_linux():
    """Each router has six answers at once and one a second."""
    with Net() as net:
        d = Diamond(net, 8)
        r = trace_all(d)
        assert found(r) == d.branches() and r["paths"]["duration_ms"] < 3000


def test_text_names_the_branches(eight):
    for _ in range(3):  # as trace_all()
        p = eight.src.run([program("astrace"), "--paths", "--confidence=99", eight.target], check=0)
        text = bytes(p.out).decode()
        if "  3  8 addresses, balanced per flow\n" in text:
            break
    else:
        raise AssertionError(text)
    assert all(f"       {a}, " in text for a in eight.branches())
    assert text.endswith("balancing by destination was not tested (--paths=dst does)\n")


@pytest.mark.parametrize("policy", [0, 2])
def test_policies_that_look_at_addresses(policy):
    """Policy 0 hashes addresses alone; policy 2 what is inside of a tunnel, else the same."""
    with Net() as net:
        d = Diamond(net, 3, policy=policy)
        r, = trace(d.src, "--paths", d.target)
        assert len(found(r)) == 1 and r["paths"]["by_destination_tested"] is False
        r = trace_all(d, paths="--paths=dst")
        assert found(r) == d.branches() and r["paths"]["by_destination_tested"] is True


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_balancing_per_packet_is_told(seed):
    with Net() as net:
        d = Diamond(net, 3, per_packet=seed)
        r, = trace(d.src, "--paths", "--confidence=99", d.target)
        assert found(r) == d.branches(True)
        assert hops(r)[BRANCH]["balancing"] == "packet"


def test_a_plain_path_costs_five_flows_more():
    with Net() as net:
        c = Chain(net, 12)
        r, = trace(c.src, "--paths", c.target())
    assert r["paths"]["probes"] == 12 * 5
    assert all(h["balancing"] == "none" and h["silent"] == 0 for h in r["paths"]["hops"])
