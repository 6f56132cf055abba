# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace through chains of routers: every hop in its place, by every method, in both families; hops
that never answer, or not often; what it costs and how long it takes."""
import json

import pytest
from lib.net import Net
from lib.topo import Chain, trace
from lib.where import program

N = 12
SILENT = (3, 8)


@pytest.fixture(name="chain", scope="module")
def fixture_chain():
    with Net() as net:
        yield Chain(net, N, limits=False, ipv6=True)


@pytest.fixture(name="holes", scope="module")
def fixture_holes():
    """Linux's own limits of ICMP."""
    with Net() as net:
        yield Chain(net, N, silent=SILENT, ipv6=True)


def addresses(report):
    return [h["address"] for h in report["hops"]]


METHODS = {"icmp": ["--icmp"], "udp": ["--udp"], "syn": ["--tcp"], "null-but-urg": ["-U"],
           "ack": ["-A"], "fin-psh-urg": ["-FPU"], "syn-ecn": ["-SE"], "auto": []}
LAST = {"icmp": "echo reply", "udp": "port unreachable", "auto": "echo reply"}


@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("method", METHODS)
def test_every_hop_in_its_place(chain, method, ipv6):
    r, = trace(chain.src, *METHODS[method], chain.target(ipv6))
    assert addresses(r) == [chain.hop(k, ipv6) for k in range(1, N + 2)]
    assert r["reached"] and r["complete"] and r["end_ttl"] == N + 1
    assert [h["answer"] for h in r["hops"]] == ["time exceeded"] * N + [LAST.get(method, "RST")]
    assert [h["ttl"] for h in r["hops"]] == list(range(1, N + 2))
    assert all(h["sent"] == 1 and 0 < h["rtt_ms"] < 500 for h in r["hops"])
    assert (r["false_answers"], r["repeated_answers"]) == (0, 0)
    assert r["source"] == ("fd00::1" if ipv6 else "10.0.0.1")


@pytest.mark.parametrize("args", [["-l", "200"], ["-X", "some words"], ["-X", "odd", "-l", "99"],
                                  ["-t", "0xb9", "-G"], ["-l", "1500"]], ids=" ".join)
@pytest.mark.parametrize("method", ["--icmp", "--udp", "--tcp"])
@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
def test_payload_length_and_tos_change_no_answer(chain, args, method, ipv6):
    r, = trace(chain.src, method, *args, chain.target(ipv6))
    assert addresses(r) == [chain.hop(k, ipv6) for k in range(1, N + 2)] and r["reached"]


def test_first_and_last_hop_limit(chain):
    r, = trace(chain.src, "-f", "4", "-m", "6", "-H", chain.target())
    assert addresses(r) == [chain.hop(k) for k in (4, 5, 6)]
    assert not r["reached"] and r["end_ttl"] is None


def test_several_targets_at_once(chain):
    names = [chain.hop(k) for k in (13, 5, 9, 1)]
    reports = trace(chain.src, *names)
    assert [r["target"] for r in reports] == names
    assert [r["end_ttl"] for r in reports] == [13, 5, 9, 1]
    for r, k in zip(reports, (13, 5, 9, 1)):
        assert addresses(r)[-1] == chain.hop(k) and r["reached"]


@pytest.mark.parametrize("ipv6", [False, True], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("method", ["--icmp", "--udp", "--tcp"])
def test_only_holes_are_asked_again(holes, method, ipv6):
    r, = trace(holes.src, method, holes.target(ipv6))
    want = [None if k in SILENT else holes.hop(k, ipv6) for k in range(1, N + 2)]
    assert addresses(r) == want and r["reached"]
    assert [h["sent"] for h in r["hops"]] == [3 if k in SILENT else 1 for k in range(1, N + 2)]


def test_text_has_a_line_a_hop(holes):
    p = holes.src.run([program("astrace"), "--icmp", holes.target()], check=0)
    lines = bytes(p.out).decode().splitlines()
    assert lines[0] == f"{holes.target()} from 10.0.0.1 by icmp"
    hops = [line.split() for line in lines[1:N + 2]]
    assert [h[0] for h in hops] == [str(k) for k in range(1, N + 2)]
    assert [h[1] for h in hops] == ["*" if k in SILENT else holes.hop(k) for k in range(1, N + 2)]
    assert lines[N + 2].startswith(f"reached at hop {N + 1} in ") and len(lines) == N + 3


def test_a_target_that_does_not_answer_has_an_end_all_the_same(holes):
    r, = trace(holes.src, "--udp", "-x", "1s", "10.0.12.77")
    assert addresses(r)[:7] == [None if k in SILENT else holes.hop(k) for k in range(1, 8)]
    assert not r["reached"] and r["complete"] and r["duration_ms"] < 4500


def test_as_and_prefix_come_from_a_table(chain, tmp_path):
    table = tmp_path / "pfx2as"
    table.write_text("10.0.0.0\t16\t64500\n10.0.4.0\t22\t64501\n10.0.12.0\t24\t64502_64503\n")
    r, = trace(chain.src, "--as-db", str(table), chain.target())
    want = [64501 if 4 <= k - 1 < 8 else 64502 if k == 13 else 64500 for k in range(1, N + 2)]
    assert [h["asn"] for h in r["hops"]] == want
    assert r["as_path"] == [64500, 64501, 64500, 64502]
    assert {h["asn"]: h["prefix"] for h in r["hops"]} == {
        64500: "10.0.0.0/16", 64501: "10.0.4.0/22", 64502: "10.0.12.0/24"}


@pytest.mark.parametrize("text", [
    "# exchanges\n10.0.4.0/22 All-IX of 4\n10.0.5.0/24  Small-IX\nfd00::/16 Six-IX\n",
    '# CAIDA\n{"ix_id": 1, "name": "All-IX of 4", "prefixes": {"ipv4": ["10.0.4.0/22"], "ipv6": []}}\n'
    '{"name": "Small-IX", "prefixes": {"ipv4": ["10.0.5.0/24"]}}\n{"name": "None-IX"}\n'
    '{"name": "Six-IX", "prefixes": {"ipv6": ["fd00::/16"]}}\n'], ids=["lines", "json"])
def test_exchange_points_come_from_a_file(chain, tmp_path, text):
    path = tmp_path / "ixps"
    path.write_text(text)
    r, = trace(chain.src, "--ixp", path, chain.target())
    assert [h["ixp"] for h in r["hops"]] == [None] * 4 + [
        "All-IX of 4", "Small-IX", "All-IX of 4", "All-IX of 4"] + [None] * 5
    r, = trace(chain.src, "--ixp", path, chain.target(ipv6=True))
    assert {h["ixp"] for h in r["hops"]} == {"Six-IX"}
    p = chain.src.run([program("astrace"), "--ixp", path, chain.target()], check=0)
    assert "  IXP Small-IX" in bytes(p.out).decode()


@pytest.mark.parametrize("text, line", [("10.0.0.0/8 X\n10.0.0.0/33 Y\n", 2), ("10.0.0.0 X\n", 1),
                                        ("10.0.0.0/8\n", 1), ("{\n", 1), ('{"name": 7}\n', 1),
                                        ('{"name": "X", "prefixes": {"ipv4": [7]}}', 1)])
def test_files_of_exchange_points_that_are_none(chain, tmp_path, text, line):
    path = tmp_path / "ixps"
    path.write_text(text)
    p = chain.src.run([program("astrace"), "--ixp", path, "127.0.0.1"], check=1)
    assert f"{path}: line {line} is neither" in p.text() and not p.out


def test_the_path_in_about_one_round_trip():
    with Net() as net:
        c = Chain(net, N, silent=SILENT, relay=(0, {"delay_ms": 40}))
        trace(c.src, c.target())  # neighbours are known then
        r, = trace(c.src, "--icmp", c.target())
    assert addresses(r) == [None if k in SILENT else c.hop(k) for k in range(1, N + 2)]
    assert all(h["address"] is None or 80 <= h["rtt_ms"] < 250 for h in r["hops"])
    # 1.25 round trips and the larger of three of a neighbour and 200 ms, for two silent hops; a
    # machine that does other work meanwhile makes the relay slow
    rtt = max(h["rtt_ms"] for h in r["hops"] if h["address"])
    assert r["duration_ms"] < 1.25 * rtt + 3 * rtt + 60


def test_thirty_routers():
    with Net() as net:
        c = Chain(net, 30)
        r, = trace(c.src, "-m", "40", c.target())
        assert addresses(r) == [c.hop(k) for k in range(1, 32)] and r["reached"]


def test_losses_are_filled(tmp_path):
    with Net() as net:
        c = Chain(net, 6, relay=(0, {"delay_ms": 5, "lose": 300, "seed": 4}))
        r, = trace(c.src, "-q", "10", "--icmp", c.target())
        assert addresses(r) == [c.hop(k) for k in range(1, 8)]
        assert max(h["sent"] for h in r["hops"]) > 1


def test_json_is_one_object_a_line_also_after_ctrl_c(holes):
    p = holes.src.start([program("astrace"), "--json", "--udp", "-x", "60s", "10.0.12.77"])
    p.popen.poll()
    holes.src.wait_packet_socket()
    p.stop()
    r = json.loads(p.out)
    assert p.rc == 0 and r["complete"] is False and r["target"] == "10.0.12.77"
