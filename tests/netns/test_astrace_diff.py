# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace --diff: a box behind the fourth router drops, resets, rejects or answers what names a host
that it looks for, and is found; what it lets pass is said to be the same."""
import json
import subprocess
import sys

import pytest
from lib.net import Net
from lib.topo import Chain, trace
from lib.where import TOP, program

N, BEHIND = 6, 4
RULES = [{"name": f"{do}-{where}.example", "do": do, "on_path": where == "on"}
         for do in ("drop", "reset", "answer", "reject") for where in ("in", "on")]


def chain(net, rules, **kw):
    c = Chain(net, N, ipv6=True, relay=(BEHIND, rules), **kw)
    server = c.dst.start([sys.executable, TOP / "tests" / "lib" / "answerer.py", "53", "80", "443"])
    server.wait_line("^ready")
    return c


@pytest.fixture(name="filtered", scope="module")
def fixture_filtered():
    with Net() as net:
        yield chain(net, RULES, limits=False)


def diff(c, *args, ipv6=False):
    r, = trace(c.src, *args, c.target(ipv6), timeout=120)
    assert r["complete"] and r["diff"]["complete"]
    return r["diff"]


CASES = [("http:", "drop-in", "dropped", "in path"), ("http:", "reset-in", "reset", "in path"),
         ("http:", "reset-on", "reset", "on path"), ("http:", "answer-on", "answered", "on path"),
         ("tls:", "drop-in", "dropped", "in path"), ("tls:", "reset-on", "reset", "on path"),
         ("tls:", "reject-in", "rejected", "in path"), ("text:x ", "answer-in", "answered", "in path"),
         ("dns:", "answer-in", "answered", "in path"), ("dns:", "answer-on", "answered", "on path"),
         ("dns:", "drop-in", "dropped", "in path"), ("quic:", "drop-in", "dropped", "in path"),
         ("quic:", "reject-in", "rejected", "in path")]


OVER_IPV6 = [CASES[i] for i in (0, 2, 6, 8, 9, 11)]
RUNS = [(*c, False) for c in CASES] + [(*c, True) for c in OVER_IPV6]


@pytest.mark.parametrize("kind, name, verdict, place, ipv6", RUNS,
                         ids=[f"{c[0]}{c[1]}-ipv{6 if c[4] else 4}" for c in RUNS])
def test_the_filter_is_found(filtered, kind, name, verdict, place, ipv6):
    d = diff(filtered, "--diff", f"{kind}{name}.example", ipv6=ipv6)
    assert (d["verdict"], d["place"]) == (verdict, place)
    assert d["after"] == {"ttl": BEHIND, "address": filtered.hop(BEHIND, ipv6), "asn": None}
    assert d["at"] == {"ttl": BEHIND + 1, "address": filtered.hop(BEHIND + 1, ipv6), "asn": None}
    assert d["target_ttl"] == N + 1 and not d["blocked_afterwards"]
    hops = {h["ttl"]: h for h in d["hops"]}
    for ttl in range(1, N + 1):
        assert hops[ttl]["control"][0]["address"] == filtered.hop(ttl, ipv6)
    said = {x["what"] for x in hops[BEHIND + 1]["test"]}
    assert ("time exceeded" in said) == (place == "on path")
    if verdict in ("reset", "answered"):
        # made by the box, four routers away, in the name of the target
        forged = next(x for x in hops[BEHIND + 1]["test"] if x["what"] == verdict.replace("ed", ""))
        assert forged["address"] == filtered.target(ipv6) and forged["answer_ttl"] == 61 - BEHIND
        assert d["protocol"] == "udp" or d["handshake_answer_ttl"] == 64 - N


@pytest.mark.parametrize("spec, port", [("http:fine.example", 80), ("tls:fine.example", 443),
                                        ("dns:fine.example", 53), ("quic:fine.example", 443),
                                        ("hex:00ff10", 80)])
def test_what_passes_is_the_same(filtered, spec, port):
    d = diff(filtered, "--diff", spec)
    assert (d["verdict"], d["place"], d["after"]["ttl"], d["at"]) == ("same", None, N, None)
    assert d["port"] == port and d["target_ttl"] == N + 1


def test_the_control_can_be_chosen(filtered):
    d = diff(filtered, "--diff", "http:a.example", "--control", "http:drop-in.example")
    assert d["verdict"] == "no control" and d["control"] == "http:drop-in.example"
    d = diff(filtered, "--tcp", "--diff", "dns:drop-in.example", "--control", "dns:b.example")
    assert (d["verdict"], d["protocol"], d["port"]) == ("dropped", "tcp", 53)
    d = diff(filtered, "--udp", "-p", "443", "--diff", "text:fine")
    assert (d["verdict"], d["protocol"], d["port"]) == ("same", "udp", 443)


def test_text_names_hop_and_as(filtered, tmp_path):
    table = tmp_path / "pfx2as"
    table.write_text("10.0.3.0\t24\t64503\n10.0.4.0\t24\t64504\n")
    p = filtered.src.run([program("astrace"), "--diff", "http:reset-on.example", "--as-db", table,
                          filtered.target()], check=0)
    assert ("the test payload's connection is reset behind hop 4 (10.0.3.2, AS64503), before hop 5 "
            "(10.0.4.2, AS64504) answers, on path: the payload itself went on") in p.text()


def test_packets_are_the_evidence(filtered, tmp_path):
    """tshark reads what was sent (checksums, SNI also of QUIC) and the packets that JSON points to."""
    def tshark(path, *args):
        return subprocess.run(["tshark", "-n", "-r", path, *args], capture_output=True, text=True,
                              check=True, timeout=120).stdout.splitlines()
    pcap = tmp_path / "tls.pcapng"
    d = diff(filtered, "--pcap", pcap, "--diff", "tls:reset-on.example")
    forged = [x["packet"] for h in d["hops"] for x in h["test"] if x["what"] == "reset"]
    assert forged
    rows = tshark(pcap, "-Y", "tcp.flags.reset == 1 && ip.src == 10.0.6.2", "-T", "fields", "-e",
                  "frame.number", "-e", "ip.ttl")
    assert {f"{n}\t{61 - BEHIND}" for n in forged} <= set(rows)
    sent = tshark(pcap, "-o", "tcp.check_checksum:TRUE", "-Y", "tls.handshake.type == 1 && ip.src == "
                  "10.0.0.1 && !icmp", "-T", "fields", "-e", "ip.ttl", "-e", "tcp.checksum.status",
                  "-e", "tls.handshake.extensions_server_name")
    assert {f"{ttl}\t1\treset-on.example" for ttl in range(1, N + 2)} <= set(sent)
    pcap = tmp_path / "quic.pcapng"
    diff(filtered, "--pcap", pcap, "--diff", "quic:drop-in.example")
    names = tshark(pcap, "-Y", "quic && ip.src == 10.0.0.1 && !icmp", "-T", "fields", "-e",
                   "tls.handshake.extensions_server_name", "-e", "tls.handshake.extensions_alpn_str")
    # a second connection at the same ports is not always taken for one
    assert {"example.com\th3", "drop-in.example\th3"} <= set(names)


def test_silent_hops_and_limits_widen_the_place():
    with Net() as net:
        c = chain(net, [{"name": "bad.example", "do": "drop"}], silent=(BEHIND, BEHIND + 1))
        d = diff(c, "--diff", "http:bad.example")
    assert (d["verdict"], d["place"]) == ("dropped", "in path")
    assert (d["after"]["ttl"], d["at"]["ttl"]) == (BEHIND - 1, BEHIND + 2)


def test_a_filter_that_goes_on_blocking():
    with Net() as net:
        c = chain(net, [{"name": "bad.example", "do": "reset", "ban": True}], limits=False)
        d = diff(c, "--diff", "http:bad.example")
        text = c.src.run([program("astrace"), "--diff", "http:x", c.target()], check=0).text()
    assert (d["verdict"], d["place"], d["at"]["ttl"]) == ("reset", "in path", BEHIND + 1)
    assert d["blocked_afterwards"]
    assert "nothing to compare: the control payload does not get to the target" in text


def test_a_target_that_refuses_connections(filtered):
    d = diff(filtered, "-p", "81", "--diff", "http:x")
    assert d["verdict"] == "no control" and d["hops"][-1]["control_unconnected"] >= 1


@pytest.mark.parametrize("args, says", [
    (["--diff", "ftp:x"], '"ftp:x" is no payload: http:HOST, tls:NAME, dns:NAME, quic:NAME,'),
    (["--diff", "hex:123"], "hex: two digits a byte, without blanks"),
    (["--diff", "hex:"], "the payload is empty"),
    (["--diff", "dns:a..b"], "a..b is not a name for DNS"),
    (["--diff", "file:/nonexistent"], "open /nonexistent: No such file"),
    (["--diff", "text:" + "x" * 1201], "the payload has more than 1200 bytes"),
    (["--diff", "tls:x", "--udp"], "tls goes by TCP"),
    (["--diff", "quic:x", "--tcp"], "QUIC goes by UDP"),
    (["--diff", "text:x", "--icmp"], "--diff goes by --tcp or --udp, without flags"),
    (["--diff", "text:x", "--paths"], "--diff goes without --paths"),
    (["--diff", "text:x", "--csv"], "--diff prints text or --json"),
    (["--control", "text:x"], "--control goes with --diff"),
    (["--diff", "text:x", "127.0.0.2"], "--diff takes one target")], ids=lambda x: str(x)[:40])
def test_what_cannot_be(args, says, filtered):
    p = filtered.src.run([program("astrace"), *args, "127.0.0.1"])
    assert p.rc in (1, 2) and says in p.text() and not p.out


def test_ctrl_c_leaves_valid_json(filtered):
    p = filtered.src.start([program("astrace"), "--json", "--diff", "http:drop-in.example",
                            filtered.target()])
    filtered.src.wait_packet_socket()
    p.stop()
    for line in p.out.splitlines():
        json.loads(line)
    assert p.rc == 0
